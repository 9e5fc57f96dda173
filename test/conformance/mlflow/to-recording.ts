import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { parseJson } from '../../../src/kernel/json.ts';
import { Placeholders } from './placeholders.ts';
import {
  answerHeaders,
  type RecordedBody,
  type RecordedExchange,
  type Recording,
  requestHeaders,
  usualHeaders,
} from './recording.ts';
import type { Exchange, Heard } from './recording-proxy.ts';

const longestText = 4_000;
const longestBase64 = 6_000;

/** What is known of the session beside what was heard. */
export interface Session {
  client: string;
  flags: string[];
  /** Values that are told by name, such as the address and the tokens. */
  known: Record<string, string>;
}

type Blob = { name: string; bytes: Buffer };

/** Writes down what a proxy heard, with placeholders for what differs from server to server. */
export function toRecording(heard: Heard[], { client, flags, known }: Session): Recording {
  const placeholders = new Placeholders();
  for (const [name, value] of Object.entries(known)) placeholders.bind(value, name);
  const writer = createWriter(placeholders);
  const checks = heard.map(({ title, exchanges }) => ({ title, exchanges: exchanges.map(writer) }));
  return { client, flags, checks: checks.filter(({ exchanges }) => exchanges.length > 0) };
}

function createWriter(placeholders: Placeholders): (exchange: Exchange) => RecordedExchange {
  const blobs = new Map<string, Blob>();
  return (exchange) => {
    const path = placeholders.said(exchange.path);
    const headers = pick(exchange.requestHeaders, requestHeaders, (value) => placeholders.said(plainBasic(value)));
    const body = writeRequest(exchange, placeholders, blobs);
    const answered = writeAnswer(exchange, placeholders, blobs);
    return {
      ...{ method: exchange.method, path },
      ...(Object.keys(headers).length > 0 && { headers }),
      ...(body && { body }),
      ...answered,
    };
  };
}

function writeAnswer(exchange: Exchange, placeholders: Placeholders, blobs: Map<string, Blob>) {
  const etag = exchange.responseHeaders.etag;
  if (etag) placeholders.name(etag, 'etag');
  // Reading the body first names what stands in both by its field.
  const answer = writeResponse(exchange, placeholders, blobs);
  const named = pick(exchange.responseHeaders, answerHeaders, (value) => placeholders.told(value));
  const missing = Object.keys(usualHeaders).filter((name) => !(name in named));
  for (const name of missing) named[name] = '';
  const headers = Object.fromEntries(Object.entries(named).filter(([name, value]) => value !== usualHeaders[name]));
  return {
    status: exchange.status,
    ...(Object.keys(headers).length > 0 && { answerHeaders: headers }),
    ...(answer && { answer }),
  };
}

function writeRequest(
  exchange: Exchange,
  placeholders: Placeholders,
  blobs: Map<string, Blob>,
): RecordedBody | undefined {
  const { requestBody: bytes, requestHeaders: headers, path } = exchange;
  if (bytes.length === 0) return undefined;
  if (path.startsWith('/v1/')) return { base64: bytes.toString('base64'), holds: placeholders.namesIn(bytes) };
  const text = textOf(bytes);
  if (text !== undefined && isJson(headers)) {
    const json = tryJson(text);
    if (json !== undefined) return { json: placeholders.saidJson(json) };
  }
  if (text !== undefined && text.length <= longestText) return { text: placeholders.said(text) };
  const digest = digestOf(bytes);
  if (!blobs.has(digest)) blobs.set(digest, { name: `blob-${blobs.size + 1}`, bytes });
  return { blobs: [{ name: blobs.get(digest)!.name, bytes: bytes.length }] };
}

function writeResponse(
  exchange: Exchange,
  placeholders: Placeholders,
  blobs: Map<string, Blob>,
): RecordedBody | undefined {
  const { responseBody: bytes, responseHeaders: headers } = exchange;
  if (bytes.length === 0) return undefined;
  const blob = knownBlob(bytes, headers, blobs);
  if (blob) return blob;
  const text = textOf(bytes);
  if (text !== undefined && isJson(headers) && !headers['content-disposition']) {
    const json = tryJson(text);
    if (json !== undefined) return { json: placeholders.toldJson(json) };
  }
  if (text !== undefined) return { text: placeholders.told(text) };
  if (bytes.length > longestBase64) throw new Error(`${exchange.method} ${exchange.path}: bytes that nobody sent.`);
  return { base64: bytes.toString('base64') };
}

/** Bytes that the client sent before: whole, in parts that were joined, or a part of what it sent. */
function knownBlob(bytes: Buffer, headers: IncomingHttpHeaders, blobs: Map<string, Blob>): RecordedBody | undefined {
  const whole = blobs.get(digestOf(bytes));
  if (whole) return { blobs: [{ name: whole.name, bytes: bytes.length }] };
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '');
  const all = [...blobs.values()];
  if (range) {
    const [from, to, total] = range.slice(1).map(Number) as [number, number, number];
    const cut = all.find((one) => one.bytes.length === total && one.bytes.subarray(from, to + 1).equals(bytes));
    return cut && { blobs: [{ name: cut.name, bytes: total }], from, to };
  }
  const parts: Blob[] = [];
  for (let at = 0; at < bytes.length; ) {
    const next = all.find((one) => one.bytes.length > 0 && bytes.subarray(at, at + one.bytes.length).equals(one.bytes));
    if (!next) return undefined;
    parts.push(next);
    at += next.bytes.length;
  }
  return { blobs: parts.map((one) => ({ name: one.name, bytes: one.bytes.length })) };
}

function pick(
  headers: IncomingHttpHeaders,
  names: readonly string[],
  write: (value: string) => string,
): Record<string, string> {
  const kept = names.filter((name) => headers[name] !== undefined);
  return Object.fromEntries(kept.map((name) => [name, write(String(headers[name]))]));
}

/** Basic credentials as `Basic user:password`, so that placeholders show in them. */
function plainBasic(value: string): string {
  const encoded = /^Basic (\S+)$/.exec(value)?.[1];
  return encoded ? `Basic ${Buffer.from(encoded, 'base64').toString()}` : value;
}

function isJson(headers: IncomingHttpHeaders): boolean {
  return /^application\/json\b/.test(headers['content-type'] ?? '');
}

function tryJson(text: string) {
  try {
    const value = parseJson(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) && !text.includes('\0') ? text : undefined;
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}
