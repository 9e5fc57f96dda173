import { Readable } from 'node:stream';
import { passingStream } from './passing-parts.ts';
import { namesTag, type Part, partOf } from './ranges.ts';
import { Reply, type RequestContext } from './route.ts';

/** A file to be sent: what is known of it, and how a part of it is opened. */
export interface SentFile {
  /** What the client may save it as. */
  name: string;
  bytes: number;
  /** Names its content: the same bytes, the same digest. */
  digest: string;
  type?: string;
  /** Shown where it is opened, not saved; only for types that cannot run as a page of ours. */
  isInline?: boolean;
  headers?: Record<string, string>;
  /** Gives bytes that are nobody else's: their memory is given back once they are sent. */
  open(part?: Part): Promise<Readable>;
}

/**
 * Answers with a file or the part of it that was asked for: ranges, conditions (`If-None-Match`, `If-Range`) and HEAD, as an
 * attachment whose type no browser guesses.
 */
export async function fileReply(
  { method, headers }: Pick<RequestContext, 'method' | 'headers'>,
  file: SentFile,
): Promise<Reply> {
  const tag = `"${file.digest}"`;
  const always = {
    etag: tag,
    'accept-ranges': 'bytes',
    'content-disposition': dispositionOf(file.name, file.isInline),
    'x-content-type-options': 'nosniff',
    // Should a browser show it after all, it is a page without an origin, scripts or anything to load.
    'content-security-policy': "sandbox; default-src 'none'",
    ...file.headers,
  };
  if (namesTag(textOf(headers['if-none-match']), tag)) return new Reply(undefined, 304, always);
  const ifRange = textOf(headers['if-range']);
  const isAsked = method === 'GET' && (ifRange === undefined || ifRange.trim() === tag);
  const part = isAsked ? partOf(textOf(headers['range']), file.bytes) : undefined;
  if (part === 'unsatisfiable') {
    return new Reply(undefined, 416, { ...always, 'content-range': `bytes */${file.bytes}` });
  }
  const sent: Record<string, string> = { ...always, 'content-type': file.type ?? 'application/octet-stream' };
  sent['content-length'] = String(part ? part.end - part.start : file.bytes);
  if (part) sent['content-range'] = `bytes ${part.start}-${part.end - 1}/${file.bytes}`;
  // An empty stream, since the length of nothing would be told as 0.
  const body = method === 'HEAD' ? Readable.from([]) : passingStream(await file.open(part));
  return new Reply(body, part ? 206 : 200, sent);
}

/** The disposition of a file: a plain name for old clients beside the true one (RFC 6266). */
export function dispositionOf(name: string, isInline = false): string {
  const plain = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(name).replaceAll(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16)}`);
  const kind = isInline ? 'inline' : 'attachment';
  return plain === name ? `${kind}; filename="${name}"` : `${kind}; filename="${plain}"; filename*=UTF-8''${exact}`;
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}
