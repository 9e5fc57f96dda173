import type { Schemas } from '../../api.ts';

type Proof = Schemas['LedgerProof'];

/** What this page found when it checked a proof itself; `unable` where the browser lends no cryptography (plain http). */
export type ProofCheck = 'holds' | 'broken' | 'unable';

/** Hashes an event's digest up its path and compares with the checkpoint's root (RFC 9162 §2.1.3.2). */
export async function checkProof({ digest, index, leaf, path, checkpoint }: Proof): Promise<ProofCheck> {
  if (!globalThis.crypto?.subtle) return 'unable';
  let [position, last, hash] = [index, checkpoint.size - 1, await sha256([0], fromHex(digest))];
  if (toHex(hash) !== leaf || position > last) return 'broken';
  for (const sibling of path.map(fromHex)) {
    if (last === 0) return 'broken';
    if (position % 2 === 1 || position === last) {
      hash = await sha256([1], sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      hash = await sha256([1], hash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && toHex(hash) === checkpoint.root ? 'holds' : 'broken';
}

const half = (value: number) => Math.floor(value / 2);

async function sha256(...parts: ArrayLike<number>[]): Promise<Uint8Array> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

const fromHex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
