import { createHash } from 'node:crypto';

/** A sha256: 32 bytes. */
export type Hash = Buffer;

/** Gives the hash of a complete subtree: the leaves `index·2^level` up to `(index + 1)·2^level`. */
export type SubtreeHash = (level: number, index: number) => Promise<Hash>;

/** The hash of the tree without leaves: sha256 of nothing (RFC 6962 §2.1). */
export const emptyRoot: Hash = createHash('sha256').digest();

/** The hash of a leaf: sha256(0x00 ‖ data) (RFC 6962 §2.1). */
export function leafHash(data: Uint8Array): Hash {
  return createHash('sha256').update('\0').update(data).digest();
}

/** The hash of an inner node: sha256(0x01 ‖ left ‖ right) (RFC 6962 §2.1). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Hash {
  return createHash('sha256').update('\x01').update(left).update(right).digest();
}

/** The root over the first `size` leaves. */
export async function rootOf(size: number, subtree: SubtreeHash): Promise<Hash> {
  return size === 0 ? emptyRoot : rangeHash(0, size, subtree);
}

/** The audit path of leaf `index` (from 0) in the tree of `size` leaves, lowest sibling first (RFC 6962 §2.1.1). */
export async function inclusionPath(index: number, size: number, subtree: SubtreeHash): Promise<Hash[]> {
  const path: Hash[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      path.unshift(await rangeHash(middle, to, subtree));
      to = middle;
    } else {
      path.unshift(await rangeHash(from, middle, subtree));
      from = middle;
    }
  }
  return path;
}

/** The proof that the tree of `size` leaves extends the tree of its first `oldSize` (RFC 6962 §2.1.2). */
export async function consistencyPath(oldSize: number, size: number, subtree: SubtreeHash): Promise<Hash[]> {
  if (oldSize === 0 || oldSize === size) return [];
  const path: Hash[] = [];
  let [from, to] = [0, size];
  let whole = true;
  while (oldSize !== to) {
    const middle = from + splitOf(to - from);
    if (oldSize <= middle) {
      path.unshift(await rangeHash(middle, to, subtree));
      to = middle;
    } else {
      path.unshift(await rangeHash(from, middle, subtree));
      from = middle;
      whole = false;
    }
  }
  return whole ? path : [await rangeHash(from, to, subtree), ...path];
}

/** Whether a leaf's hash and its audit path lead to the root (RFC 9162 §2.1.3.2). */
export function verifyInclusion(proof: { index: number; size: number; leaf: Hash; path: readonly Hash[] }, root: Hash) {
  let [position, last, hash] = [proof.index, proof.size - 1, proof.leaf];
  if (!(position >= 0 && position <= last)) return false;
  for (const sibling of proof.path) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      hash = nodeHash(sibling, hash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      hash = nodeHash(hash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** Whether a consistency proof leads from the old root to the new one (RFC 9162 §2.1.4.2). */
export function verifyConsistency(
  proof: { oldSize: number; size: number; path: readonly Hash[] },
  oldRoot: Hash,
  root: Hash,
): boolean {
  const { oldSize, size } = proof;
  if (oldSize > size) return false;
  if (oldSize === size) return proof.path.length === 0 && oldRoot.equals(root);
  if (oldSize === 0) return proof.path.length === 0 && oldRoot.equals(emptyRoot);
  const path = isPowerOfTwo(oldSize) ? [oldRoot, ...proof.path] : [...proof.path];
  let [position, last] = [oldSize - 1, size - 1];
  while (position % 2 === 1) [position, last] = [half(position), half(last)];
  const first = path.shift();
  if (!first) return false;
  let [oldHash, newHash] = [first, first];
  for (const sibling of path) {
    if (last === 0) return false;
    if (position % 2 === 1 || position === last) {
      oldHash = nodeHash(sibling, oldHash);
      newHash = nodeHash(sibling, newHash);
      while (position % 2 === 0 && position !== 0) [position, last] = [half(position), half(last)];
    } else {
      newHash = nodeHash(newHash, sibling);
    }
    [position, last] = [half(position), half(last)];
  }
  return last === 0 && oldHash.equals(oldRoot) && newHash.equals(root);
}

/** A tree that grows leaf by leaf and keeps only its complete subtrees: O(log n) memory. */
export class GrowingTree {
  readonly #subtrees: { level: number; hash: Hash }[] = [];
  size = 0;

  /** Adds a leaf's hash; `completed` hears of every subtree that this completes, with its level and index. */
  add(leaf: Hash, completed?: (level: number, index: number, hash: Hash) => void): void {
    let [level, hash] = [0, leaf];
    for (;;) {
      completed?.(level, Math.floor(this.size / 2 ** level), hash);
      const left = this.#subtrees.at(-1);
      if (left?.level !== level) break;
      this.#subtrees.pop();
      hash = nodeHash(left.hash, hash);
      level++;
    }
    this.#subtrees.push({ level, hash });
    this.size++;
  }

  root(): Hash {
    let hash: Hash | undefined;
    for (const subtree of this.#subtrees.toReversed()) hash = hash ? nodeHash(subtree.hash, hash) : subtree.hash;
    return hash ?? emptyRoot;
  }
}

/** The hash over leaves `from` up to `to`, where `from` is where a subtree of that many leaves may start. */
async function rangeHash(from: number, to: number, subtree: SubtreeHash): Promise<Hash> {
  const count = to - from;
  if (isPowerOfTwo(count)) return subtree(Math.log2(count), from / count);
  const middle = from + splitOf(count);
  return nodeHash(await rangeHash(from, middle, subtree), await rangeHash(middle, to, subtree));
}

/** The largest power of two below `count`. */
function splitOf(count: number): number {
  return 2 ** (Math.ceil(Math.log2(count)) - 1);
}

function half(value: number): number {
  return Math.floor(value / 2);
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(Math.log2(value));
}
