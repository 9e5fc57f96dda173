import { fullWeight, type Variant } from '../schema.ts';

/**
 * MurmurHash3 x86 32-bit (A. Appleby, public domain) of the UTF-8 bytes of a text, as an unsigned number.
 */
export function murmur32(text: string, seed: number): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is for ASCII
  if (!/^[\x00-\x7f]*$/.test(text)) return murmurBytes(Buffer.from(text, 'utf8').toString('latin1'), seed);
  return murmurBytes(text, seed);
}

function murmurBytes(bytes: string, seed: number): number {
  let hash = seed | 0;
  const whole = bytes.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    const block =
      bytes.charCodeAt(at) |
      (bytes.charCodeAt(at + 1) << 8) |
      (bytes.charCodeAt(at + 2) << 16) |
      (bytes.charCodeAt(at + 3) << 24);
    hash ^= scramble(block);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let at = bytes.length - 1; at >= whole; at--) tail = (tail << 8) | bytes.charCodeAt(at);
  if (bytes.length > whole) hash ^= scramble(tail);
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function scramble(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51);
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
}

const highModulus = 2 ** 32 % fullWeight;

/** The place of a key in 0 … 9999: a 64-bit hash of salt and key (two MurmurHash3 halves) modulo 10000. */
export function bucketOf(salt: string, key: string): number {
  const salted = `${salt}\u0000${key}`;
  const high = murmur32(salted, 0x9747b28c);
  const low = murmur32(salted, 0x1b873593);
  return ((high % fullWeight) * highModulus + (low % fullWeight)) % fullWeight;
}

/**
 * The live variant that owns a bucket. Later variants own the low buckets, so that raising a candidate's weight only adds
 * callers to it; the first variant (the champion) owns what is left.
 */
export function pickVariant<V extends Pick<Variant, 'weight'>>(variants: readonly V[], bucket: number): V {
  let end = 0;
  for (let at = variants.length - 1; at > 0; at--) {
    end += variants[at]!.weight;
    if (bucket < end) return variants[at]!;
  }
  return variants[0]!;
}
