import { describe, expect, test } from 'vitest';
import { canonicalJson, parseJson, stringifyJson } from './json.ts';

const codes = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
};
/** A double by its bits, as RFC 8785 writes them. */
const double = (bits: string) => Buffer.from(bits, 'hex').readDoubleBE();

describe('canonical JSON (RFC 8785)', () => {
  test.each([
    ['0000000000000000', '0'],
    ['8000000000000000', '0'],
    ['0000000000000001', '5e-324'],
    ['8000000000000001', '-5e-324'],
    ['7fefffffffffffff', '1.7976931348623157e+308'],
    ['ffefffffffffffff', '-1.7976931348623157e+308'],
    ['4340000000000000', '9007199254740992'],
    ['c340000000000000', '-9007199254740992'],
    ['4430000000000000', '295147905179352830000'],
    ['44b52d02c7e14af5', '9.999999999999997e+22'],
    ['44b52d02c7e14af6', '1e+23'],
    ['44b52d02c7e14af7', '1.0000000000000001e+23'],
    ['444b1ae4d6e2ef4e', '999999999999999700000'],
    ['444b1ae4d6e2ef4f', '999999999999999900000'],
    ['444b1ae4d6e2ef50', '1e+21'],
    ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
    ['3eb0c6f7a0b5ed8d', '0.000001'],
    ['41b3de4355555553', '333333333.3333332'],
    ['41b3de4355555554', '333333333.33333325'],
    ['41b3de4355555555', '333333333.3333333'],
    ['41b3de4355555556', '333333333.3333334'],
    ['41b3de4355555557', '333333333.33333343'],
    ['becbf647612f3696', '-0.0000033333333333333333'],
    ['43143ff3c1cb0959', '1424953923781206.2'],
  ])('writes the double %s as appendix B does', (bits, text) => {
    expect(canonicalJson(double(bits))).toBe(text);
  });

  test.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])('refuses the double %s', (bits) => {
    expect(codes(() => canonicalJson(double(bits)))).toBe('invalid_json');
  });

  test('writes the sample of section 3.2.2', () => {
    const sample = `{"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/", "literals": [null, true, false]}`;
    expect(canonicalJson(JSON.parse(sample))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  test('sorts keys by UTF-16 code units, as section 3.2.3 shows', () => {
    const sample = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(sample)))).toHaveLength(7);
    expect([...canonicalJson(sample).matchAll(/:"([^"]+)"/g)].map(([, value]) => value)).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test('writes the published test files of the RFC', () => {
    expect(canonicalJson([56, { d: true, '10': null, '1': [] }])).toBe('[56,{"1":[],"10":null,"d":true}]');
    expect(canonicalJson({ peach: 1, péché: 2, pêche: 3, sin: 4 })).toBe('{"peach":1,"péché":2,"pêche":3,"sin":4}');
    expect(
      canonicalJson({ '1': { f: { f: 'hi', F: 5 }, '\n': 56 }, '10': {}, '': 'empty', a: {}, '111': [], A: {} }),
    ).toBe('{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[],"A":{},"a":{}}');
    expect(canonicalJson({ 'Unnormalized Unicode': 'A\u030a' })).toBe('{"Unnormalized Unicode":"A\u030a"}');
  });

  test('is equal for equal documents, whatever the order of their keys, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: 1, a: [undefined, { d: undefined, c: 2n }] })).toBe('{"a":[null,{"c":2}],"b":1}');
    expect(canonicalJson(new Date(0))).toBe('"1970-01-01T00:00:00.000Z"');
  });

  test.each([
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a key', { '\udc00': 1 }],
    ['a function', () => {}],
    ['a map', new Map()],
    ['a typed array', new Float64Array(2)],
  ])('refuses %s', (_what, value) => {
    expect(codes(() => canonicalJson(value))).toBe('invalid_json');
  });
});

describe('parsing', () => {
  test('keeps what JSON.parse loses', () => {
    expect(parseJson('[NaN, Infinity, -Infinity, 9223372036854775807, -9223372036854775808]')).toEqual([
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      9223372036854775807n,
      -9223372036854775808n,
    ]);
    expect(parseJson('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER);
    expect(parseJson('9007199254740992')).toBe(9007199254740992n);
    expect(parseJson('NaN')).toBeNaN();
    expect(parseJson(' -Infinity ')).toBe(Number.NEGATIVE_INFINITY);
    expect(parseJson('{"a":{"b":[NaN]}}')).toEqual({ a: { b: [Number.NaN] } });
  });

  test('leaves text and fractions that look alike as they are', () => {
    const text =
      '{"a":": NaN","b":"1234567890123456789","c":0.12345678901234567,"d":1234567890123456789.5,"e":-0,"f":1e400}';
    expect(parseJson(text)).toEqual({
      a: ': NaN',
      b: '1234567890123456789',
      c: Number('0.12345678901234567'),
      d: Number('1234567890123456789.5'),
      e: -0,
      f: Number.POSITIVE_INFINITY,
    });
    expect(parseJson('["\\"NaN\\\\", NaN, "\\u00e9\\n"]')).toEqual(['"NaN\\', Number.NaN, 'é\n']);
    expect(parseJson('[NaN, {"__proto__": 1, "a": 2, "a": 3}]')).toEqual([
      Number.NaN,
      Object.fromEntries([
        ['__proto__', 1],
        ['a', 3],
      ]),
    ]);
  });

  test.each([
    '',
    ' ',
    '{',
    '[1,]',
    '{"a":1,}',
    "{'a':1}",
    '{a:1}',
    '01',
    '+1',
    '.5',
    '1.',
    'nan',
    'Inf',
    'NaNa',
    '-NaN',
    '[NaN',
    '[NaN,]',
    '{"a":NaN,}',
    '{"a" NaN}',
    '[NaN] x',
    '["a\nb", NaN]',
    '"open, NaN',
    '["\\x", NaN]',
    '[1234567890123456789 1]',
    '\u00a0NaN',
    'undefined',
  ])('refuses %j', (text) => {
    expect(codes(() => parseJson(text))).toBe('invalid_json');
  });

  test('refuses what is nested too deeply, however large, at once', () => {
    const nested = (depth: number, inside = '1') => '['.repeat(depth) + inside + ']'.repeat(depth);
    expect(codes(() => parseJson(nested(65)))).toBe('invalid_json');
    expect(codes(() => parseJson(nested(65, 'NaN')))).toBe('invalid_json');
    expect(parseJson(nested(64))).toBeDefined();
    expect(parseJson(nested(63, 'NaN'))).toBeDefined();
    expect(parseJson(`{"text":"${'['.repeat(1000)}","n":[]}`)).toBeDefined();
    for (const bomb of [
      nested(2_000_000),
      '['.repeat(5_000_000),
      '{"a":'.repeat(1_000_000),
      '[NaN,'.repeat(1_000_000),
    ]) {
      expect(codes(() => parseJson(bomb))).toBe('invalid_json');
    }
    expect(codes(() => parseJson('7'.repeat(1_000_000)))).toBe('invalid_json');
  });

  test('reads ten megabytes, also strings that a pattern could not hold', () => {
    const numbers = `[NaN,${Array.from({ length: 500_000 }, (_, i) => i / 7).join()}]`;
    expect(parseJson(numbers)).toHaveLength(500_001);
    const long = { a: Number.NaN, b: 'x'.repeat(10_000_000), c: '\n"\\'.repeat(1_000_000) };
    expect(parseJson(stringifyJson(long))).toEqual(long);
  });
});

describe('writing', () => {
  const value = { a: Number.NaN, b: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], c: 2n ** 63n, d: undefined };

  test('keeps what JSON.stringify loses, in three forms', () => {
    expect(stringifyJson(value)).toBe('{"a":NaN,"b":[Infinity,-Infinity],"c":9223372036854775808}');
    expect(stringifyJson(value, 'string')).toBe('{"a":"NaN","b":["Infinity","-Infinity"],"c":9223372036854775808}');
    expect(stringifyJson(value, 'null')).toBe('{"a":null,"b":[null,null],"c":9223372036854775808}');
    const { d: _left, ...kept } = value;
    expect(parseJson(stringifyJson(value))).toEqual(kept);
  });

  test('writes the rest as JSON.stringify does', () => {
    const plain = {
      t: new Date(0),
      u: undefined,
      l: [undefined, null, 'é"\\\n\u2028'],
      n: -0,
      o: { toJSON: () => 'own' },
    };
    expect(stringifyJson(plain)).toBe(JSON.stringify(plain));
    expect(stringifyJson({ ...plain, big: 1n })).toBe(`${JSON.stringify(plain).slice(0, -1)},"big":1}`);
    expect(stringifyJson(new Float32Array([1, Number.NaN]))).toBe('[1,NaN]');
  });
});
