import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';
import type { Attributes } from '../../domains/traces/index.ts';
import { fail } from '../../kernel/errors.ts';

/** A span as OpenTelemetry's protocol has it; ids in lower-case hex, `''` where there is none. */
export interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  name: string;
  startNs: bigint;
  /** 0 while the span goes on. */
  endNs: bigint;
  /** 0 unset, 1 ok, 2 error. */
  status: { code: number; message: string };
  attributes: Attributes;
  events: { name: string; atNs: bigint; attributes: Attributes }[];
  links: { traceId: string; spanId: string; attributes: Attributes }[];
}

/** The spans of one program or service. */
export interface OtlpResource {
  attributes: Attributes;
  spans: OtlpSpan[];
}

const limits = { bytes: 64 * 1024 ** 2, spans: 20_000, values: 500_000, depth: 32 } as const;
/** The largest body as it is sent. */
export const maxSentBytes = 32 * 1024 ** 2;

/** Counts what a request holds, so that a small body cannot become a large heap. */
export class Allowance {
  #spans = 0;
  #values = 0;

  span(): void {
    if (++this.#spans > limits.spans) tooMany(`more than ${limits.spans} spans`);
  }

  /** One attribute value, event, link or resource; `depth` counts from the outermost value. */
  value(depth = 0): void {
    if (++this.#values > limits.values) tooMany(`more than ${limits.values} attributes, events and links`);
    if (depth > limits.depth) tooMany(`a value nested deeper than ${limits.depth} levels`);
  }
}

function tooMany(what: string): never {
  return fail('too_large', `The request has ${what}; send fewer at once.`);
}

/** A text that every database keeps. */
export function clean(text: string): string {
  return (text.includes('\0') ? text.replaceAll('\0', '') : text).toWellFormed();
}

const inflaters = { gzip: [promisify(gunzip)], deflate: [promisify(inflate), promisify(inflateRaw)] } as const;

/** The body as it was before compression; one that would be too large is refused before it is. */
export async function inflateBody(bytes: Buffer, encoding: string): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  if (name !== 'gzip' && name !== 'deflate') {
    return fail('invalid_input', `Unsupported Content-Encoding: ${name.slice(0, 50)}`, { field: 'content-encoding' });
  }
  for (const inflater of inflaters[name]) {
    try {
      return await inflater(bytes, { maxOutputLength: limits.bytes });
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_BUFFER_TOO_LARGE') continue;
      return fail('too_large', `The body is larger than ${limits.bytes} bytes once it is unpacked.`);
    }
  }
  return fail('invalid_input', `Failed to decompress ${name} payload`, { field: 'body' });
}
