import { fail } from './errors.ts';

/** Any value the codec reads or writes: JSON, plus NaN, ±Infinity and bigint. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | { [key: string]: JsonValue };

const bareToken = /[:,[\s](?:-?Infinity|NaN)\b/;
const longDigits = /\d{16}/;

/**
 * Parses JSON text and keeps what `JSON.parse` loses: bare `NaN`, `Infinity`, `-Infinity`, and integers beyond 2^53, which
 * come back as bigint. Ordinary text takes the fast path through `JSON.parse`.
 * Fails with `invalid_json`, naming the position, and refuses nesting deeper than `maxDepth`.
 */
export function parseJson(text: string, maxDepth = 64): JsonValue {
  if (!longDigits.test(text) && !bareToken.test(` ${text}`)) {
    try {
      const value = JSON.parse(text) as JsonValue;
      if (text.length > maxDepth * 2 && depthOf(value, maxDepth) > maxDepth) return tooDeep(maxDepth);
      return value;
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

/** How deep a value nests, counted no further than `limit + 1`. */
function depthOf(value: JsonValue, limit: number): number {
  let level: JsonValue[] = [value];
  for (let depth = 0; ; depth++) {
    const next: JsonValue[] = [];
    for (const item of level) {
      if (item !== null && typeof item === 'object') {
        for (const child of Object.values(item)) if (child !== null && typeof child === 'object') next.push(child);
      }
    }
    if (next.length === 0 || depth > limit) return depth + 1;
    level = next;
  }
}

const numberToken = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const wordToken = /true|false|null|NaN|-?Infinity/y;
const stringToken = /"(?:[^"\\]|\\.)*"/y;
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
    const token = match(stringToken) ?? wrong();
    try {
      return JSON.parse(token) as string;
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

function toNumber(token: string): number | bigint {
  const value = Number(token);
  if (Number.isSafeInteger(value) || !/^-?\d+$/.test(token)) return value;
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
  const record = value as Record<string, unknown>;
  const keys = Object.keys(record).filter((key) => record[key] !== undefined);
  keys.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${keys.map((key) => `${canonicalJson(key)}:${canonicalJson(record[key])}`).join()}}`;
}
