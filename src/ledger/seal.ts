import type { Database, Queries } from '../database/database.ts';
import type { Clock } from '../kernel/clock.ts';
import { fail } from '../kernel/errors.ts';
import { type Checkpoint, createCheckpointStore } from './checkpoint-store.ts';
import { GrowingTree, type Hash, leafHash, nodeHash, rootOf, type SubtreeHash } from './merkle.ts';
import { type LedgerKey, signCheckpoint } from './signing.ts';
import { createEventStore } from './store.ts';
import { createTreeStore, type StoredSubtree, type TreeStore } from './tree-store.ts';

/** From this level up the hashes of complete subtrees are stored; below, 256 digests are read and hashed. */
export const storedLevel = 8;
const tile = 2 ** storedLevel;
/** The most events that one turn seals, so that a turn stays short. */
const eventsAtOnce = 16 * tile;

/** What sealing needs. */
export interface Sealer {
  database: Database;
  clock: Clock;
  key: LedgerKey;
}

/**
 * Extends the tree over the events since the last checkpoint and signs a new one. It reads the new events' digests and at
 * most 255 older ones. Gives the checkpoint and whether more events wait, or nothing when all were sealed.
 */
export async function seal({
  database,
  clock,
  key,
}: Sealer): Promise<{ checkpoint: Checkpoint; more: boolean } | undefined> {
  const end = await createEventStore(database.query).lastPosition();
  const sealed = (await createCheckpointStore(database.query).latest())?.size ?? 0;
  if (end <= sealed) return undefined;
  const size = Math.min(end, sealed + eventsAtOnce);
  return database.transaction(async (tx) => {
    await growTo(createTreeStore(tx), Math.floor(sealed / tile), Math.floor(size / tile));
    const root = await rootOf(size, subtreeReader(tx));
    const checkpoint = signCheckpoint(key, { size, root: root.toString('hex'), at: clock.now() });
    await createCheckpointStore(tx).insert(checkpoint);
    return { checkpoint, more: size < end };
  });
}

/** Stores the subtrees that the tiles from `from` up to `to` complete. */
async function growTo(store: TreeStore, from: number, to: number): Promise<void> {
  const added = new Map<string, Hash>();
  const rows: StoredSubtree[] = [];
  const put = (level: number, number: number, hash: Hash) => {
    added.set(`${level}/${number}`, hash);
    rows.push({ level, number, hash: hash.toString('hex') });
  };
  const hashAt = async (level: number, number: number) =>
    added.get(`${level}/${number}`) ?? fromHex(await store.subtree(level, number), level, number);
  for (let index = from; index < to; index++) {
    put(storedLevel, index, tileHash(await digestsOf(store, index * tile, tile)));
    for (let [level, number] = [storedLevel, index]; number % 2 === 1; ) {
      const left = await hashAt(level, number - 1);
      const right = await hashAt(level, number);
      level++;
      number = (number - 1) / 2;
      put(level, number, nodeHash(left, right));
    }
  }
  await store.putSubtrees(rows);
}

/** Gives hashes of complete subtrees: stored ones, and small ones computed from the events' digests. */
export function subtreeReader(queries: Queries): SubtreeHash {
  const store = createTreeStore(queries);
  const tiles = new Map<number, Promise<string[]>>();
  const digestsOfTile = (number: number) => {
    let digests = tiles.get(number);
    if (!digests) {
      digests = store.digests(number * tile, tile);
      tiles.set(number, digests);
    }
    return digests;
  };
  return async (level, number) => {
    if (level >= storedLevel) return fromHex(await store.subtree(level, number), level, number);
    const first = number * 2 ** level;
    const digests = await digestsOfTile(Math.floor(first / tile));
    const part = digests.slice(first % tile, (first % tile) + 2 ** level);
    return part.length === 2 ** level ? tileHash(part) : missing(first + part.length + 1);
  };
}

async function digestsOf(store: TreeStore, from: number, count: number): Promise<string[]> {
  const digests = await store.digests(from, count);
  return digests.length === count ? digests : missing(from + digests.length + 1);
}

/** The hash of the subtree over these event digests: the leaf's data is the digest's 32 bytes. */
function tileHash(digests: readonly string[]): Hash {
  const tree = new GrowingTree();
  for (const digest of digests) tree.add(leafHash(Buffer.from(digest, 'hex')));
  return tree.root();
}

function fromHex(hash: string | undefined, level: number, number: number): Hash {
  if (hash !== undefined) return Buffer.from(hash, 'hex');
  return fail('corrupt', `The ledger's tree lacks subtree ${number} of level ${level}.`);
}

function missing(position: number): never {
  return fail('corrupt', `The ledger lacks the event at position ${position}.`);
}
