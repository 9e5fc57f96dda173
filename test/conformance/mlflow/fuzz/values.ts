import { gzipSync } from 'node:zlib';
import type { Dealer } from '../../../support/fuzz.ts';
import type { Known } from './seed-wire.ts';

/** A JSON schema, as far as it is looked at. */
export type Schema = Record<string, unknown>;

interface Pen {
  deal: Dealer;
  known: Known;
  oddity: number;
  depth: number;
}

interface Place {
  name: string;
  schema: Schema;
  root: Schema;
}

const texts = [
  ...['', ' ', '0', '1', '-1', 'latest', 'a', 'None', 'Production', 'x/y', '../..', 'a'.repeat(300), 'ü'.repeat(600)],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    'x\udfff',
    '\u202eabc',
    '\n\r\t',
    '😀',
    'e\u0301',
    '%',
    '%25',
    "'",
    '"',
    '`',
    '\\',
  ],
  ...['<script>alert(1)</script>', '{{x}}', '$(id)', '__proto__', 'constructor', '9'.repeat(40), 'NaN', '1e400'],
  ...['runs:/x/y', 'models:/m/1', 'models:/m-1', 'file:///etc/passwd', 'http://127.0.0.1:9/x', 'mlflow-artifacts:/x'],
  ...[
    'mlflow.runName',
    'mlflow.parentRunId',
    'mlflow.prompt.is_prompt',
    'mlflow.note.content',
    'mlflow.log-model.history',
  ],
  ...['2026-01-01T00:00:00Z', '1.5s', '[1]', '{"a":1}', 'eyJvZmZzZXQiOiAxfQ==', 'W10', 'tr-1', 'm-1', 'd-1'],
];
const numbers = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '0.5',
    '2',
    '100',
    '1000',
    '50001',
    '2147483648',
    '9007199254740993',
    '9223372036854775807',
  ],
  ...[
    '9223372036854775808',
    '-9223372036854775809',
    '1e308',
    '1e400',
    '5e-324',
    'NaN',
    '-Infinity',
    'Infinity',
    '8.64e15',
  ],
  ...['8640000000000001', '253402300800000', '-62135596800001', `1${'0'.repeat(300)}`],
];
const odd = [
  ...[
    'null',
    'true',
    'false',
    '[]',
    '{}',
    '[null]',
    '[[[]]]',
    '[[]]',
    '{"a":{"b":[]}}',
    '{"__proto__":{"x":1}}',
    '"\\ud800"',
  ],
  ...[
    '{"key":"k"}',
    '[{"key":"k","value":1}]',
    '[{}]',
    '["a","a"]',
    '{"toString":1}',
    '{"length":-1}',
    `[${'0,'.repeat(2000)}0]`,
  ],
];

/** A text that something may stumble over. */
export function oddText(deal: Dealer): string {
  return texts[deal(texts.length)]!;
}

/** JSON text for a field: by its name something that exists, by its schema something of the right type, or something odd. */
export function jsonFor(place: Place, pen: Pen): string {
  const { deal, oddity } = pen;
  if (oddity > 0 && deal(oddity) === 0) return oddValue(deal);
  const schema = place.schema['$ref'] ? refOf(place) : place.schema;
  if (pen.depth > 7) return 'null';
  const some = pen.known[place.name];
  const type = typeOf(schema, deal);
  if (type.type === 'string' && some && deal(5) > 0) return JSON.stringify(some[deal(some.length)]);
  return write({ ...place, schema: type }, { ...pen, depth: pen.depth + 1 });
}

function oddValue(deal: Dealer): string {
  const kind = deal(3);
  if (kind === 0) return JSON.stringify(oddText(deal));
  return kind === 1 ? numbers[deal(numbers.length)]! : odd[deal(odd.length)]!;
}

function typeOf(schema: Schema, deal: Dealer): Schema {
  const choices = (schema['anyOf'] ?? schema['oneOf'] ?? schema['allOf']) as Schema[] | undefined;
  return choices ? typeOf(choices[deal(choices.length)]!, deal) : schema;
}

function refOf({ schema, root }: Place): Schema {
  const path = String(schema['$ref']).split('/').slice(1);
  return path.reduce<Schema>((at, key) => (at[key] ?? {}) as Schema, root);
}

function write(place: Place, pen: Pen): string {
  const { schema, name, root } = place;
  const { deal } = pen;
  if (schema['const'] !== undefined) return JSON.stringify(schema['const']);
  if (schema['enum']) return JSON.stringify((schema['enum'] as unknown[])[deal((schema['enum'] as unknown[]).length)]);
  switch (schema['type']) {
    case 'object':
      return writeObject(place, pen);
    case 'array': {
      const item = { name, root, schema: (schema['items'] ?? {}) as Schema };
      return `[${Array.from({ length: deal(4) }, () => jsonFor(item, pen))}]`;
    }
    case 'integer':
    case 'number':
      return deal(3) === 0 ? numbers[deal(numbers.length)]! : String(deal(50));
    case 'boolean':
      return deal(2) ? 'true' : 'false';
    case 'string':
      return JSON.stringify(textFor(name, deal));
    default:
      return guess(name, pen);
  }
}

function writeObject({ schema, root }: Place, pen: Pen): string {
  const { deal } = pen;
  const required = (schema['required'] ?? []) as string[];
  const parts = Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).flatMap(([name, value]) =>
    required.includes(name) || deal(2) === 0
      ? [`${JSON.stringify(name)}:${jsonFor({ name, schema: value, root }, pen)}`]
      : [],
  );
  const more = schema['additionalProperties'];
  if (typeof more === 'object') {
    for (let i = deal(4); i > 0; i--) {
      const value = jsonFor({ name: '', schema: more as Schema, root }, pen);
      parts.push(`${JSON.stringify(oddText(deal))}:${value}`);
    }
  }
  return `{${parts}}`;
}

/** What a schema leaves open, by the name of the field. */
function guess(name: string, { deal }: Pen): string {
  const pair = () => `{"key":${JSON.stringify(textFor('key', deal))},"value":${JSON.stringify(oddText(deal))}}`;
  const point = () =>
    `{"key":"${['loss', 'a/b', ''][deal(3)]}","value":${numbers[deal(numbers.length)]},"timestamp":${numbers[deal(numbers.length)]},"step":${numbers[deal(numbers.length)]}}`;
  if (name === 'metrics') return `[${Array.from({ length: deal(3) }, point)}]`;
  if (name === 'params' || name === 'tags') return `[${Array.from({ length: deal(3) }, pair)}]`;
  return oddValue(deal);
}

const fields = [
  'name',
  'metrics.loss',
  'params.p',
  'tags.k',
  'run_id',
  'attributes.status',
  'tag.`a b`',
  'version_number',
  'timestamp_ms',
  'trace.status',
  'datasets.name',
  'feedback.good',
  'span.name',
  '"x"',
  'metadata.m',
  'start_time',
];
const operators = [
  '=',
  '!=',
  '<',
  '>=',
  'LIKE',
  'ILIKE',
  'RLIKE',
  'IN',
  'NOT IN',
  'IS NULL',
  'IS NOT NULL',
  'BETWEEN',
  '==',
];
const filterValues = [
  "'v'",
  '"v"',
  '1',
  '-1.5e3',
  "('a','b')",
  "('a')",
  '()',
  "'%'",
  "'(a+)+$'",
  '',
  "''",
  '1e999',
  "'\\'",
  'NaN',
  "'\u0000'",
];

function filterText(deal: Dealer, depth = 0): string {
  if (depth < 3 && deal(3) === 0) {
    const [a, b] = [filterText(deal, depth + 1), filterText(deal, depth + 1)];
    return [`(${a}) OR (${b})`, `${a} AND ${b}`, `NOT (${a})`, `${a} and not ${b}`, `(${a}`][deal(5)]!;
  }
  const one = [fields[deal(fields.length)], operators[deal(operators.length)], filterValues[deal(filterValues.length)]];
  return one.join(' ');
}

function textFor(name: string, deal: Dealer): string {
  if (/filter/.test(name) && deal(4) > 0) return filterText(deal);
  if (/order_by/.test(name) && deal(4) > 0)
    return `${fields[deal(fields.length)]} ${['', 'ASC', 'DESC', 'desc,'][deal(4)]}`;
  if (/path$/.test(name) && deal(3) > 0) return ['dir', 'dir/a.txt', '', '../x', '/etc', 'a\\b'][deal(6)]!;
  if (name === 'url') return ['https://example.org/h', 'http://127.0.0.1:9/x', 'http://[::1', 'javascript:1'][deal(4)]!;
  if (name === 'key' && deal(2) === 0) return ['k', 'p', 'loss', 'x.y/z'][deal(4)]!;
  return oddText(deal);
}

/** A body that is not what was asked for at all. */
export function junk(deal: Dealer): string | Uint8Array {
  const whole = [
    ...[
      '',
      ' ',
      '{',
      '[]',
      '[1,2]',
      '"text"',
      '"{\\"a\\":1}"',
      'null',
      '0',
      'NaN',
      '{"a":1}{"b":2}',
      '\ufeff{}',
      '{"a":',
    ],
    ...[
      '{"run_id":'.repeat(4000),
      '['.repeat(60_000),
      `{"tags":${'['.repeat(63)}${']'.repeat(63)}}`,
      `{"name":"${'x'.repeat(200_000)}"}`,
    ],
    ...[
      JSON.stringify(JSON.stringify(JSON.stringify({ run_id: 'x' }))),
      '{"a":1,"a":2}',
      `{"max_results":${'9'.repeat(2000)}}`,
    ],
  ];
  const at = deal(whole.length + 4);
  if (at < whole.length) return whole[at]!;
  const bytes = Uint8Array.from({ length: deal(400) }, () => deal(256));
  return at === whole.length ? gzipSync(bytes) : bytes;
}
