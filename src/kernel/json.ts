import { fail } from './errors.ts';

/** Any value the codec reads or writes: JSON, plus NaN, ±Infinity and bigint. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [key: string]: JsonValue };

const mostDigits = 1_000;
/** An integer of so many digits may be beyond 2^53. */
const longDigits = 16;
const [quote, openList, closeList, openObject, closeObject] = [0x22, 0x5b, 0x5d, 0x7b, 0x7d];
const [digit0, digit9, bigI, bigN] = [0x30, 0x39, 0x49, 0x4e];

/**
 * Parses JSON text and keeps what `JSON.parse` loses: bare `NaN`, `Infinity`, `-Infinity`, and integers beyond 2^53, which
 * come back as bigint. Ordinary text takes the fast path through `JSON.parse`.
 * Fails with `invalid_json`, naming the position, and refuses nesting deeper than `maxDepth`.
 */
export function parseJson(text: string, maxDepth = 64): JsonValue {
  const found = survey(text, maxDepth);
  if (found === 'deep') return tooDeep(maxDepth);
  if (found === 'plain') {
    try {
      return JSON.parse(text) as JsonValue;
    } catch (cause) {
      if (cause instanceof SyntaxError)
        return fail('invalid_json', `The text is not JSON: ${cause.message}.`, { cause });
      throw cause;
    }
  }
  return parseTolerant(text, maxDepth);
}

function tooDeep(maxDepth: number): never {
  return fail('invalid_json', `The JSON is nested deeper than ${maxDepth} levels.`);
}

/**
 * What reading a text takes: `special` where a bare NaN or ±Infinity or an integer that may be beyond 2^53 stands outside
 * strings, `deep` where brackets nest deeper than the limit. Asked before parsing, because parsing a bomb takes seconds and
 * gigabytes.
 */
function survey(text: string, limit: number): 'plain' | 'special' | 'deep' {
  let depth = 0;
  let isSpecial = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      at = endOfString(text, at) - 1;
      if (at < 0) break;
    } else if (code >= digit0 && code <= digit9) {
      const end = endOfNumber(text, at);
      // The digits of a fraction, and those before one, are no integer.
      if (end - at >= longDigits && !/[.eE]/.test(text.charAt(end)) && text[at - 1] !== '.') isSpecial = true;
      at = end - 1;
    } else if (code === openList || code === openObject) {
      if (++depth > limit) return 'deep';
    } else if (code === closeList || code === closeObject) depth--;
    else if (code === bigN || code === bigI) isSpecial = true;
  }
  return isSpecial ? 'special' : 'plain';
}

function endOfNumber(text: string, from: number): number {
  let end = from + 1;
  for (let code = text.charCodeAt(end); code >= digit0 && code <= digit9; code = text.charCodeAt(end)) end++;
  return end;
}

const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordToken = /true|false|null|NaN|-?Infinity/y;
const space = /[ \t\n\r]*/y;
const words: Record<string, JsonValue> = {
  true: true,
  false: false,
  null: null,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
};

function parseTolerant(text: string, maxDepth: number): JsonValue {
  let at = 0;
  const wrong = (): never => fail('invalid_json', `The text is not JSON at character ${at}.`, { position: at });
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const skip = (character: string): boolean => {
    match(space);
    if (text[at] !== character) return false;
    at++;
    match(space);
    return true;
  };
  const readString = (): string => {
    const end = text[at] === '"' ? endOfString(text, at) : -1;
    if (end < 0) wrong();
    try {
      const value = JSON.parse(text.slice(at, end)) as string;
      at = end;
      return value;
    } catch {
      return wrong();
    }
  };
  const readList = (depth: number): JsonValue[] => {
    const list: JsonValue[] = [];
    if (skip(']')) return list;
    do list.push(readValue(depth + 1));
    while (skip(','));
    return skip(']') ? list : wrong();
  };
  const readObject = (depth: number): JsonValue => {
    const entries: [string, JsonValue][] = [];
    if (skip('}')) return {};
    do {
      const key = readString();
      if (!skip(':')) wrong();
      entries.push([key, readValue(depth + 1)]);
    } while (skip(','));
    return skip('}') ? Object.fromEntries(entries) : wrong();
  };
  const readValue = (depth: number): JsonValue => {
    if (depth > maxDepth) tooDeep(maxDepth);
    if (skip('[')) return readList(depth);
    if (skip('{')) return readObject(depth);
    if (text[at] === '"') return readString();
    const word = match(wordToken);
    if (word !== undefined) return words[word]!;
    return toNumber(match(numberToken) ?? wrong());
  };
  match(space);
  const value = readValue(1);
  match(space);
  return at === text.length ? value : wrong();
}

/** Where the string that opens at `from` ends, or -1; a pattern over ten million characters would overflow its stack. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return end + 1;
  }
  return -1;
}

function toNumber(token: string): number | bigint {
  const value = Number(token);
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(token)) return value;
  // Reading an integer takes time that grows with the square of its length.
  if (token.length > mostDigits) return fail('invalid_json', `An integer has more than ${mostDigits} digits.`);
  return BigInt(token);
}

/**
 * Writes a value as JSON text: bigint as a plain integer; NaN and ±Infinity as bare tokens (`bare`, what Python and Triton
 * clients read), as the strings `"NaN"`, `"Infinity"`, `"-Infinity"` (`string`), or as `null`. Object keys that hold
 * `undefined` are left out. Fails on a value that contains itself.
 */
export function stringifyJson(value: unknown, nonFinite: 'bare' | 'string' | 'null' = 'bare'): string {
  if (isPlainJson(value)) return JSON.stringify(value);
  return write(value, nonFinite);
}

/** Whether `JSON.stringify` loses nothing: no bigint, no NaN, no ±Infinity anywhere. */
function isPlainJson(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value === 'bigint') return false;
  if (value === null || typeof value !== 'object') return true;
  if (ArrayBuffer.isView(value)) return false;
  if (Array.isArray(value)) return value.every(isPlainJson);
  for (const key in value) if (!isPlainJson((value as Record<string, unknown>)[key])) return false;
  return true;
}

function write(value: unknown, nonFinite: 'bare' | 'string' | 'null'): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return nonFinite === 'null' ? 'null' : nonFinite === 'bare' ? String(value) : `"${value}"`;
  }
  if (typeof value === 'bigint') return value.toString();
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null';
  if ('toJSON' in value && typeof value.toJSON === 'function') return write(value.toJSON(), nonFinite);
  if (ArrayBuffer.isView(value))
    return `[${Array.from(value as Float64Array, (item) => write(item, nonFinite)).join()}]`;
  if (Array.isArray(value)) return `[${value.map((item) => write(item, nonFinite)).join()}]`;
  const parts: string[] = [];
  for (const [key, item] of Object.entries(value)) {
    if (item !== undefined) parts.push(`${JSON.stringify(key)}:${write(item, nonFinite)}`);
  }
  return `{${parts.join()}}`;
}

/**
 * Canonical JSON after RFC 8785 (JCS): keys sorted by UTF-16 code units, shortest numbers, no white space.
 * NaN, ±Infinity and lone surrogates have no canonical form: `invalid_json`.
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) return fail('invalid_json', `${value} has no canonical JSON form.`);
    return JSON.stringify(value);
  }
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') {
    if (!value.isWellFormed())
      return fail('invalid_json', 'A string with a lone surrogate has no canonical JSON form.');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join()}]`;
  if (typeof value !== 'object') return fail('invalid_json', `A ${typeof value} has no canonical JSON form.`);
  if ('toJSON' in value && typeof value.toJSON === 'function') return canonicalJson(value.toJSON());
  if (ArrayBuffer.isView(value) || value instanceof Map || value instanceof Set) {
    return fail('invalid_json', `A ${value.constructor.name} has no canonical JSON form.`);
  }
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record).filter((key) => record[key] !== undefined);
  keys.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${keys.map((key) => `${canonicalJson(key)}:${canonicalJson(record[key])}`).join()}}`;
}
