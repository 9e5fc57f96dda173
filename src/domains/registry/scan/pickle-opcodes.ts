/** How the argument of an opcode is read: so many bytes, lines, or a text or bytes behind their length. */
export type Argument =
  | { kind: 'fixed'; bytes: 0 | 1 | 2 | 4 | 8 }
  | { kind: 'lines'; count: 1 | 2 }
  | { kind: 'text' | 'bytes'; lengthBytes: 1 | 4 | 8 };

/** What an opcode of Python's pickle machine does to the stack, as far as names are concerned. */
export interface Opcode {
  argument: Argument;
  /** How many it takes off the stack; `mark` takes all down to the last mark. */
  takes: number | 'mark';
  puts: number;
  /** What is special about it. */
  does?:
    | 'mark'
    | 'stop'
    | 'pop'
    | 'popMark'
    | 'dup'
    | 'put'
    | 'get'
    | 'memoize'
    | 'global'
    | 'stackGlobal'
    | 'inst'
    | 'call'
    | 'extension'
    | 'protocol';
}

const fixed = (bytes: 0 | 1 | 2 | 4 | 8): Argument => ({ kind: 'fixed', bytes });
const lines = (count: 1 | 2): Argument => ({ kind: 'lines', count });
const sized = (kind: 'text' | 'bytes', lengthBytes: 1 | 4 | 8): Argument => ({ kind, lengthBytes });
const none = fixed(0);
const value = (argument: Argument): Opcode => ({ argument, takes: 0, puts: 1 });
const turns = (takes: number | 'mark', puts = 1): Opcode => ({ argument: none, takes, puts });

const byLetter: Record<string, Opcode> = {
  '(': { argument: none, takes: 0, puts: 0, does: 'mark' },
  '.': { argument: none, takes: 1, puts: 0, does: 'stop' },
  '0': { argument: none, takes: 0, puts: 0, does: 'pop' },
  '1': { argument: none, takes: 'mark', puts: 0, does: 'popMark' },
  '2': { argument: none, takes: 0, puts: 1, does: 'dup' },
  F: value(lines(1)),
  I: value(lines(1)),
  L: value(lines(1)),
  J: value(fixed(4)),
  K: value(fixed(1)),
  M: value(fixed(2)),
  G: value(fixed(8)),
  N: value(none),
  P: value(lines(1)),
  Q: turns(1),
  R: { argument: none, takes: 2, puts: 1, does: 'call' },
  S: value(lines(1)),
  V: value(lines(1)),
  T: value(sized('text', 4)),
  U: value(sized('text', 1)),
  X: value(sized('text', 4)),
  B: value(sized('bytes', 4)),
  C: value(sized('bytes', 1)),
  a: turns(2),
  b: { argument: none, takes: 2, puts: 1, does: 'call' },
  c: { argument: lines(2), takes: 0, puts: 1, does: 'global' },
  d: turns('mark'),
  l: turns('mark'),
  t: turns('mark'),
  e: turns('mark', 0),
  u: turns('mark', 0),
  '}': value(none),
  ']': value(none),
  ')': value(none),
  g: { argument: lines(1), takes: 0, puts: 1, does: 'get' },
  h: { argument: fixed(1), takes: 0, puts: 1, does: 'get' },
  j: { argument: fixed(4), takes: 0, puts: 1, does: 'get' },
  p: { argument: lines(1), takes: 0, puts: 0, does: 'put' },
  q: { argument: fixed(1), takes: 0, puts: 0, does: 'put' },
  r: { argument: fixed(4), takes: 0, puts: 0, does: 'put' },
  i: { argument: lines(2), takes: 'mark', puts: 1, does: 'inst' },
  o: { argument: none, takes: 'mark', puts: 1, does: 'call' },
  s: turns(3),
};

const byCode: [number, Opcode][] = [
  [0x80, { argument: fixed(1), takes: 0, puts: 0, does: 'protocol' }],
  [0x81, { argument: none, takes: 2, puts: 1, does: 'call' }],
  [0x82, { argument: fixed(1), takes: 0, puts: 1, does: 'extension' }],
  [0x83, { argument: fixed(2), takes: 0, puts: 1, does: 'extension' }],
  [0x84, { argument: fixed(4), takes: 0, puts: 1, does: 'extension' }],
  [0x85, turns(1)],
  [0x86, turns(2)],
  [0x87, turns(3)],
  [0x88, value(none)],
  [0x89, value(none)],
  [0x8a, value(sized('bytes', 1))],
  [0x8b, value(sized('bytes', 4))],
  [0x8c, value(sized('text', 1))],
  [0x8d, value(sized('text', 8))],
  [0x8e, value(sized('bytes', 8))],
  [0x8f, value(none)],
  [0x90, turns('mark', 0)],
  [0x91, turns('mark')],
  [0x92, { argument: none, takes: 3, puts: 1, does: 'call' }],
  [0x93, { argument: none, takes: 2, puts: 1, does: 'stackGlobal' }],
  [0x94, { argument: none, takes: 0, puts: 0, does: 'memoize' }],
  [0x95, { argument: fixed(8), takes: 0, puts: 0 }],
  [0x96, value(sized('bytes', 8))],
  [0x97, value(none)],
  [0x98, turns(1)],
];

/** The opcodes of pickle protocols 0 to 5 by their byte (CPython, `Lib/pickletools.py`). */
export const opcodes: readonly (Opcode | undefined)[] = (() => {
  const table: (Opcode | undefined)[] = new Array(256).fill(undefined);
  for (const [letter, opcode] of Object.entries(byLetter)) table[letter.charCodeAt(0)] = opcode;
  for (const [code, opcode] of byCode) table[code] = opcode;

  return table;
})();
