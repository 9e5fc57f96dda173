import { fail } from '../errors.ts';

/**
 * A regular expression of the subset that is matched in linear time: characters, `.`, classes, groups, `|`, `^`, `$`, and the
 * repetitions `*`, `+`, `?`, `{n,m}`; nothing that looks around or back.
 */
export type Regular =
  /** One character out of ranges of code points, or out of all others. */
  | { kind: 'set'; ranges: readonly (readonly [number, number])[]; negated: boolean }
  | { kind: 'start' }
  | { kind: 'end' }
  | { kind: 'sequence'; parts: readonly Regular[] }
  | { kind: 'choice'; parts: readonly Regular[] }
  | { kind: 'repeat'; part: Regular; least: number; most: number };

const maxLength = 500;
const maxRepeats = 50;
const maxDepth = 20;

const digits = [[48, 57]] as const;
const word = [
  [48, 57],
  [65, 90],
  [95, 95],
  [97, 122],
] as const;
const space = [
  [9, 13],
  [32, 32],
] as const;
const named: Record<string, { ranges: readonly (readonly [number, number])[]; negated: boolean }> = {
  d: { ranges: digits, negated: false },
  D: { ranges: digits, negated: true },
  w: { ranges: word, negated: false },
  W: { ranges: word, negated: true },
  s: { ranges: space, negated: false },
  S: { ranges: space, negated: true },
};
const controls: Record<string, number> = { n: 10, r: 13, t: 9 };

interface Reading {
  characters: readonly string[];
  at: number;
}

/** Reads a pattern; what the subset lacks fails with `invalid_query`. */
export function readRegular(pattern: string): Regular {
  const reading: Reading = { characters: [...pattern], at: 0 };
  if (reading.characters.length > maxLength) wrong(`it is longer than ${maxLength} characters`);
  const regular = readChoice(reading, 0);
  if (reading.at < reading.characters.length) wrong(`')' at character ${reading.at + 1} closes nothing`);
  return regular;
}

function wrong(why: string): never {
  return fail('invalid_query', `The pattern of RLIKE cannot be used: ${why}.`, {
    field: 'filter',
    cure: 'Use characters, classes, groups, |, ^, $ and repetitions, or LIKE.',
  });
}

function take(reading: Reading, character: string): boolean {
  if (reading.characters[reading.at] !== character) return false;
  reading.at++;
  return true;
}

function readChoice(reading: Reading, depth: number): Regular {
  if (depth > maxDepth) wrong(`its groups nest deeper than ${maxDepth} levels`);
  const parts = [readSequence(reading, depth)];
  while (take(reading, '|')) parts.push(readSequence(reading, depth));
  return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
}

function readSequence(reading: Reading, depth: number): Regular {
  const parts: Regular[] = [];
  for (;;) {
    const next = reading.characters[reading.at];
    if (next === undefined || next === '|' || next === ')') return { kind: 'sequence', parts };
    parts.push(readRepeats(reading, readAtom(reading, depth)));
  }
}

function readAtom(reading: Reading, depth: number): Regular {
  const character = reading.characters[reading.at++]!;
  if (character === '(') {
    if (take(reading, '?') && !take(reading, ':')) wrong('groups that look around or have options are not understood');
    const inner = readChoice(reading, depth + 1);
    return take(reading, ')') ? inner : wrong("a '(' is never closed");
  }
  if (character === '.') return { kind: 'set', ranges: [], negated: true };
  if (character === '^') return { kind: 'start' };
  if (character === '$') return { kind: 'end' };
  if (character === '[') return readClass(reading);
  if (character === '\\') return { kind: 'set', ...readEscape(reading) };
  if ('*+?{'.includes(character)) wrong(`'${character}' at character ${reading.at} repeats nothing`);
  return one(character.codePointAt(0)!);
}

function one(code: number): Regular {
  return { kind: 'set', ranges: [[code, code]], negated: false };
}

function readEscape(reading: Reading): (typeof named)[string] {
  const character = reading.characters[reading.at++] ?? wrong('it ends with a backslash');
  if (Object.hasOwn(named, character)) return named[character]!;
  if (/[A-Za-z0-9]/.test(character) && !Object.hasOwn(controls, character)) {
    wrong(`'\\${character}' is not understood`);
  }
  const code = controls[character] ?? character.codePointAt(0)!;
  return { ranges: [[code, code]], negated: false };
}

function readClass(reading: Reading): Regular {
  const negated = take(reading, '^');
  const ranges: (readonly [number, number])[] = [];
  for (let isFirst = true; isFirst || !take(reading, ']'); isFirst = false) {
    const from = readMember(reading);
    if (typeof from !== 'number') {
      ranges.push(...from);
      continue;
    }
    const isRange = reading.characters[reading.at] === '-' && reading.characters[reading.at + 1] !== ']';
    if (isRange) reading.at++;
    const to = isRange ? readMember(reading) : from;
    if (typeof to !== 'number' || to < from) return wrong('a range of a class ends before it begins');
    ranges.push([from, to]);
  }
  return { kind: 'set', ranges, negated };
}

/** A member of a class: a code point, or the ranges of one such as `\d`. */
function readMember(reading: Reading): number | readonly (readonly [number, number])[] {
  const character = reading.characters[reading.at++] ?? wrong("a '[' is never closed");
  if (character === '[' && reading.characters[reading.at] === ':')
    wrong('classes such as [:alpha:] are not understood');
  if (character !== '\\') return character.codePointAt(0)!;
  const { ranges, negated } = readEscape(reading);
  if (negated) wrong('a class within a class cannot be negated');
  return ranges.length === 1 && ranges[0]![0] === ranges[0]![1] ? ranges[0]![0] : ranges;
}

function readRepeats(reading: Reading, atom: Regular): Regular {
  const bounds = readBounds(reading);
  if (!bounds) return atom;
  // Whether the longest or the shortest is preferred makes no difference to whether there is a match.
  take(reading, '?');
  if (readBounds(reading)) wrong('a repetition is repeated');
  return { kind: 'repeat', part: atom, ...bounds };
}

function readBounds(reading: Reading): { least: number; most: number } | undefined {
  if (take(reading, '*')) return { least: 0, most: Infinity };
  if (take(reading, '+')) return { least: 1, most: Infinity };
  if (take(reading, '?')) return { least: 0, most: 1 };
  if (!take(reading, '{')) return undefined;
  const end = reading.characters.indexOf('}', reading.at);
  const found = /^(\d{1,3})(?:(,)(\d{0,3}))?$/.exec(reading.characters.slice(reading.at, end).join(''));
  if (end < 0 || !found) return wrong("a '{' does not begin a repetition such as {2,5}");
  reading.at = end + 1;
  const least = Number(found[1]);
  const most = found[2] === undefined ? least : found[3] === '' ? Infinity : Number(found[3]);
  if (most < least || least > maxRepeats || (most !== Infinity && most > maxRepeats)) {
    wrong(`a repetition is not of 0 to ${maxRepeats} times`);
  }
  return { least, most };
}

/** Writes a pattern as other engines read it, with every character as its code. */
export function printRegular(regular: Regular): string {
  if (regular.kind === 'start') return '^';
  if (regular.kind === 'end') return '$';
  if (regular.kind === 'sequence') return regular.parts.map(printRegular).join('');
  if (regular.kind === 'choice') return `(?:${regular.parts.map(printRegular).join('|')})`;
  if (regular.kind === 'set') return printSet(regular);
  const { least, most } = regular;
  const times = most === Infinity ? (least < 2 ? '*+'[least] : `{${least},}`) : `{${least},${most}}`;
  return `(?:${printRegular(regular.part)})${times}`;
}

function printSet({ ranges, negated }: Extract<Regular, { kind: 'set' }>): string {
  const code = (point: number) => `\\U${point.toString(16).padStart(8, '0')}`;
  if (ranges.length === 0) return '.';
  const inner = ranges.map(([from, to]) => (from === to ? code(from) : `${code(from)}-${code(to)}`)).join('');
  return negated ? `[^${inner}]` : `[${inner}]`;
}
