import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import { type JsonValue, parseJson, stringifyJson } from '../../../src/kernel/json.ts';
import {
  loosePatterns,
  placeholder,
  type RecordedBody,
  type RecordedExchange,
  repeated,
  standIn,
  usualHeaders,
} from './recording.ts';

/** What the placeholders of a recording stand for on this server. */
export type Bindings = Map<string, string>;

/** Lists whose order means nothing. */
const unordered = new Set(['tags', 'params', 'metrics', 'files', 'aliases', 'latest_versions', 'dataset_inputs']);

const idPattern = '[A-Za-z0-9_.~=+/%:"-]+?';

/** Says a recorded call to a server; gives what of the answer is not as recorded, and binds what is new. */
export async function replay(exchange: RecordedExchange, url: string, bindings: Bindings): Promise<string[]> {
  const { status, headers, bytes } = await send(exchange, url, bindings);
  if (status !== exchange.status) {
    return [`status: expected ${exchange.status}, got ${status} ${bytes.toString().slice(0, 500)}`];
  }
  const wrong = compareBody(exchange.answer, bytes, bindings);
  for (const [name, value] of Object.entries({ ...usualHeaders, ...exchange.answerHeaders })) {
    const actual = String(headers[name] ?? '');
    if (!matchText(value, actual, bindings)) wrong.push(`${name}: expected '${value}', got '${actual}'`);
  }
  return wrong;
}

/** Not by `fetch`, which tidies paths before it sends them. */
async function send({ method, path, ...exchange }: RecordedExchange, url: string, bindings: Bindings) {
  const { hostname, port } = new URL(url);
  const body = exchange.body && bytesOf(exchange.body, bindings);
  const headers = { ...headersOf(exchange, bindings), 'content-length': String(body?.length ?? 0) };
  const call = request({ hostname, port, method, path: fill(path, bindings), headers });
  call.end(body);
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, headers: answer.headers, bytes: await buffer(answer) };
}

function headersOf({ headers = {} }: Pick<RecordedExchange, 'headers'>, bindings: Bindings): Record<string, string> {
  const filled = Object.entries(headers).map(([name, value]) => [name, fill(value, bindings)]);
  const all = Object.fromEntries(filled) as Record<string, string>;
  const basic = /^Basic (.*)$/.exec(all['authorization'] ?? '')?.[1];
  if (basic) all['authorization'] = `Basic ${Buffer.from(basic).toString('base64')}`;
  return all;
}

/** A text with every placeholder as it is bound. */
function fill(text: string, bindings: Bindings): string {
  return text.replace(placeholder, (whole, name: string) => {
    const value = bindings.get(name) ?? repeated(name);
    if (value === undefined) throw new Error(`${whole} is said before the server has told it.`);
    return value;
  });
}

function fillJson(value: JsonValue, bindings: Bindings): JsonValue {
  if (typeof value === 'string') return fill(value, bindings);
  if (Array.isArray(value)) return value.map((item) => fillJson(item, bindings));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [fill(key, bindings), fillJson(item, bindings)]),
  );
}

function bytesOf(body: RecordedBody, bindings: Bindings): Buffer {
  if ('json' in body) return Buffer.from(stringifyJson(fillJson(body.json, bindings)));
  if ('text' in body) return Buffer.from(fill(body.text, bindings));
  if ('base64' in body) {
    let bytes = Buffer.from(body.base64, 'base64').toString('latin1');
    // Ids are of one length everywhere, so that nothing else in the bytes changes.
    for (const [name, value] of Object.entries(body.holds ?? {})) bytes = bytes.replaceAll(value, bindings.get(name)!);
    return Buffer.from(bytes, 'latin1');
  }
  const whole = Buffer.concat(body.blobs.map(({ name, bytes }) => standIn(name, bytes)));
  return body.from === undefined ? whole : whole.subarray(body.from, body.to! + 1);
}

function compareBody(expected: RecordedBody | undefined, bytes: Buffer, bindings: Bindings): string[] {
  if (!expected) return bytes.length === 0 ? [] : [`body: expected none, got ${bytes.toString().slice(0, 300)}`];
  if ('json' in expected) {
    const wrong = matchJson(expected.json, parseJson(bytes.toString()), { bindings, at: 'body' });
    return wrong ? [wrong] : [];
  }
  if ('text' in expected) {
    const text = bytes.toString();
    return matchText(expected.text, text, bindings) ? [] : [`body: expected '${expected.text}', got '${text}'`];
  }
  return bytesOf(expected, bindings).equals(bytes) ? [] : [`body: other bytes, ${bytes.length} of them`];
}

interface Place {
  bindings: Bindings;
  at: string;
  /** The name of the field. */
  field?: string;
}

/** Why a value is not as expected, or nothing; binds placeholders that are new. */
export function matchJson(expected: JsonValue, actual: JsonValue, place: Place): string | undefined {
  const unlike = () => `${place.at}: expected ${brief(expected)}, got ${brief(actual)}`;
  if (typeof expected === 'string') {
    const text = typeof actual === 'number' && expected === '<<time>>' ? String(actual) : actual;
    return typeof text === 'string' && matchText(expected, text, place.bindings) ? undefined : unlike();
  }
  if (expected === null || typeof expected !== 'object')
    return isDeepStrictEqual(expected, actual) ? undefined : unlike();
  if (actual === null || typeof actual !== 'object') return unlike();
  if (Array.isArray(expected) !== Array.isArray(actual)) return unlike();
  if (Array.isArray(expected)) return matchList(expected, actual as JsonValue[], place);
  return matchObject(expected, actual as Record<string, JsonValue>, place);
}

function matchObject(expected: Record<string, JsonValue>, actual: Record<string, JsonValue>, place: Place) {
  const filled = Object.entries(expected).map(([key, value]) => [fill(key, place.bindings), value] as const);
  const extra = Object.keys(actual).filter((key) => !filled.some(([name]) => name === key));
  if (extra.length > 0) return `${place.at}: not recorded are ${extra.join(', ')}`;
  for (const [key, value] of filled) {
    if (!(key in actual)) return `${place.at}: '${key}' is missing`;
    const wrong = matchJson(value, actual[key]!, { ...place, at: `${place.at}.${key}`, field: key });
    if (wrong) return wrong;
  }
  return undefined;
}

function matchList(expected: JsonValue[], actual: JsonValue[], place: Place): string | undefined {
  if (expected.length !== actual.length) return `${place.at}: expected ${expected.length} items, got ${actual.length}`;
  const left = [...actual];
  for (const [index, item] of expected.entries()) {
    const at = `${place.at}[${index}]`;
    const candidates = unordered.has(place.field ?? '') ? left.keys() : [0].keys();
    let wrong: string | undefined;
    let found = -1;
    for (const candidate of candidates) {
      // A candidate that does not fit shall bind nothing.
      const tried = new Map(place.bindings);
      const failed = matchJson(item, left[candidate]!, { bindings: tried, at });
      wrong ??= failed;
      if (failed) continue;
      for (const [name, value] of tried) place.bindings.set(name, value);
      found = candidate;
      break;
    }
    if (found < 0) return wrong;
    left.splice(found, 1);
  }
  return undefined;
}

/** Whether a text is as expected; binds placeholders that are new. */
function matchText(expected: string, actual: string, bindings: Bindings): boolean {
  const fresh: string[] = [];
  const parts = expected.split(placeholder).map((part, index) => {
    if (index % 2 === 0) return literal(part);
    if (loosePatterns[part]) return `(?:${loosePatterns[part]})`;
    const bound = bindings.get(part) ?? repeated(part);
    if (bound !== undefined) return `(?:${[...new Set([bound, encodeURIComponent(bound)])].map(literal).join('|')})`;
    if (fresh.includes(part)) return `\\k<g${fresh.indexOf(part)}>`;
    fresh.push(part);
    return `(?<g${fresh.length - 1}>${idPattern})`;
  });
  const found = new RegExp(`^${parts.join('')}$`, 's').exec(actual);
  if (!found) return false;
  for (const [index, name] of fresh.entries()) bindings.set(name, found.groups![`g${index}`]!);
  return true;
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

function brief(value: JsonValue): string {
  return stringifyJson(value).slice(0, 300);
}
