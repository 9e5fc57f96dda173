import { createHash } from 'node:crypto';
import type { JsonValue } from '../../../src/kernel/json.ts';

/** A body of a recorded call: JSON, text, bytes (with what stands in them by name), or bytes of which only the length matters. */
export type RecordedBody =
  | { json: JsonValue }
  | { text: string }
  | { base64: string; holds?: Record<string, string> }
  /** Stand-ins of the same length, one after the other; `from` where only a part was asked for. */
  | { blobs: { name: string; bytes: number }[]; from?: number; to?: number };

/** One call and its answer, with placeholders such as `<<run-1>>` for what differs from server to server. */
export interface RecordedExchange {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: RecordedBody;
  status: number;
  answerHeaders?: Record<string, string>;
  answer?: RecordedBody;
}

/** What a client and the server said to each other, check by check, on a server that began empty. */
export interface Recording {
  client: string;
  /** Flags the server was started with. */
  flags: string[];
  checks: { title: string; exchanges: RecordedExchange[] }[];
}

/** The headers of calls that change what the server does. */
export const requestHeaders = [
  'content-type',
  'content-encoding',
  'authorization',
  'range',
  'x-mlflow-experiment-id',
] as const;

/** The headers of answers that clients or browsers act upon. */
export const answerHeaders = [
  'content-type',
  'content-disposition',
  'content-range',
  'etag',
  'www-authenticate',
  'x-content-type-options',
] as const;

/** Headers of answers that a recording leaves out, being the same nearly everywhere. */
export const usualHeaders: Record<string, string> = {
  'content-type': 'application/json; charset=utf-8',
  'x-content-type-options': 'nosniff',
};

/** How each kind of placeholder looks that is not bound to one value. */
export const loosePatterns: Record<string, string> = {
  time: '\\d{13}',
  'iso-time': '\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d+)?Z',
};

/** A placeholder in a text. */
export const placeholder = /<<([a-z0-9-]+)>>/g;

/** A character said very often, as a placeholder such as `<<repeat-78-6001>>`: its code in hexadecimal, and how often. */
export function shorten(text: string): string {
  return text.replaceAll(
    /([ -~])\1{199,}/g,
    (all, one: string) => `<<repeat-${one.charCodeAt(0).toString(16)}-${all.length}>>`,
  );
}

/** What a `repeat` placeholder stands for, or nothing when it is none. */
export function repeated(name: string): string | undefined {
  const [, code, times] = /^repeat-([0-9a-f]{2})-(\d+)$/.exec(name) ?? [];
  return code === undefined ? undefined : String.fromCharCode(Number.parseInt(code, 16)).repeat(Number(times));
}

/** The bytes that stand in for a blob of a recording: always the same for a name and a length. */
export function standIn(name: string, bytes: number): Buffer {
  const block = createHash('sha512').update(name).digest();
  const filled = Buffer.alloc(bytes, block);
  // No text in any encoding, whatever the length.
  if (bytes > 0) filled[0] = 0xff;
  return filled;
}
