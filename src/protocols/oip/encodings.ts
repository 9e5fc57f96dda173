import { promisify } from 'node:util';
import { deflate, gunzip, gzip, inflate, inflateRaw } from 'node:zlib';
import { Reply } from '../../http/route.ts';
import { fail } from '../../kernel/errors.ts';

const unpack = { gzip: promisify(gunzip), deflate: promisify(inflate), raw: promisify(inflateRaw) };
const pack = { gzip: promisify(gzip), deflate: promisify(deflate) };
/** Packing less than a packet saves nobody anything. */
const leastBytes = 1400;

/** Unpacks a body by its `content-encoding`; fails with `too_large` when it would grow over the limit. */
export async function decodeBody(body: Buffer, encoding: string, mostBytes: number): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  if (name !== 'gzip' && name !== 'deflate') {
    fail('invalid_input', `The content-encoding '${encoding.slice(0, 60)}' is not read; use gzip or deflate.`, {
      field: 'content-encoding',
    });
  }
  try {
    // Some write the bare stream under the name of the wrapped one, whose first byte says which it is.
    const isBare = name === 'deflate' && ((body[0] ?? 0) & 0x0f) !== 8;
    return (await unpack[isBare ? 'raw' : name](body, { maxOutputLength: mostBytes })) as Buffer;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      fail('too_large', `The body has more than ${mostBytes} bytes when it is unpacked.`, { field: 'body' });
    }
    return fail('invalid_input', `The body is not ${name}.`, { field: 'content-encoding', cause });
  }
}

/** Packs a reply as the client's `accept-encoding` asks, where that is worth it. */
export async function encodeReply(reply: Reply, accepted: string): Promise<Reply> {
  const name = preferred(accepted);
  const { body } = reply;
  if (name === undefined || !(typeof body === 'string' || body instanceof Uint8Array) || body.length < leastBytes) {
    return reply;
  }
  const packed = (await pack[name](body, { level: 1 })) as Buffer;
  return new Reply(packed, reply.status, { ...reply.headers, 'content-encoding': name, vary: 'accept-encoding' });
}

/** The encoding of the highest quality among those there are; none where the client prefers what is not packed. */
function preferred(accepted: string): 'gzip' | 'deflate' | undefined {
  const qualities = new Map<string, number>();
  for (const part of accepted.toLowerCase().split(',')) {
    const [name = '', ...parameters] = part.split(';').map((word) => word.trim());
    const quality = parameters.find((word) => word.startsWith('q='))?.slice(2);
    qualities.set(name, quality === undefined ? 1 : Number(quality) || 0);
  }
  const of = (name: string) => qualities.get(name) ?? qualities.get('*') ?? 0;
  const [gzip, deflate, identity] = [of('gzip'), of('deflate'), qualities.get('identity') ?? 0];
  if (Math.max(gzip, deflate) <= 0 || Math.max(gzip, deflate) < identity) return undefined;
  return gzip >= deflate ? 'gzip' : 'deflate';
}
