import { createHmac } from 'node:crypto';

/** Turns values into tokens that are equal where the values are, and tell nothing of them without the key. */
export interface Pseudonyms {
  /** The token of a value; a token stays itself, so that what was read from a log can be asked for again. */
  token(value: string): string;
}

const form = /^h:[0-9a-f]{24}$/;
const mostKept = 20_000;

/** Makes tokens `h:` and 96 bits in hex: HMAC-SHA256 (RFC 2104) truncated, so that a million values collide once in 10^17. */
export function createPseudonyms(key: Uint8Array): Pseudonyms {
  const kept = new Map<string, string>();
  return {
    token(value) {
      const known = kept.get(value);
      if (known !== undefined) return known;
      if (form.test(value)) return value;
      const token = `h:${createHmac('sha256', key).update(value).digest('hex').slice(0, 24)}`;
      // The same few values come again and again; all at once they are forgotten, so that memory stays bounded.
      if (kept.size >= mostKept) kept.clear();
      kept.set(value, token);
      return token;
    },
  };
}

/** A text with every letter as `x` and every digit as `0`: its form without its content. */
export function maskText(value: string): string {
  return value.replace(/[\p{L}\p{M}]/gu, 'x').replace(/\p{N}/gu, '0');
}
