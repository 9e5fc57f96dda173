import type { Selectable } from 'kysely';
import type { Queries } from '../database/database.ts';
import type { LedgerTables } from './tables.ts';

/** The signed statement that the first `size` events have the Merkle root `root`. */
export interface Checkpoint {
  size: number;
  /** Lower-case hex. */
  root: string;
  /** UTC milliseconds. */
  at: number;
  /** Names the key that signed. */
  keyId: string;
  /** ECDSA P-256 over sha256 of `checkpointText`, DER, base64. */
  signature: string;
}

/** A complete subtree of `2^level` events, the `number`th of its level. */
export interface StoredSubtree {
  level: number;
  number: number;
  hash: string;
}

const rowsAtOnce = 200;

/** All SQL of the Merkle tree: event digests, hashes of complete subtrees, and checkpoints. */
export function createCheckpointStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
    /** The digests of the events at positions after `after`, in order. */
    async digests(after: number, limit: number): Promise<string[]> {
      const rows = await db
        .selectFrom('ledger_event')
        .select('digest')
        .where('position', '>', after)
        .orderBy('position')
        .limit(limit)
        .execute();
      return rows.map((row) => row.digest);
    },

    async subtree(level: number, number: number): Promise<string | undefined> {
      const row = await db
        .selectFrom('ledger_subtree')
        .select('hash')
        .where('level', '=', level)
        .where('number', '=', number)
        .executeTakeFirst();
      return row?.hash;
    },

    subtrees: (): Promise<StoredSubtree[]> => db.selectFrom('ledger_subtree').selectAll().execute(),

    async putSubtrees(subtrees: readonly StoredSubtree[]): Promise<void> {
      for (let from = 0; from < subtrees.length; from += rowsAtOnce) {
        await db
          .insertInto('ledger_subtree')
          .values(subtrees.slice(from, from + rowsAtOnce))
          .onConflict((conflict) => conflict.columns(['level', 'number']).doNothing())
          .execute();
      }
    },

    async latest(): Promise<Checkpoint | undefined> {
      const row = await db
        .selectFrom('ledger_checkpoint')
        .selectAll()
        .orderBy('size', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toCheckpoint(row);
    },

    async after(size: number, limit: number): Promise<Checkpoint[]> {
      const rows = await db
        .selectFrom('ledger_checkpoint')
        .selectAll()
        .where('size', '>', size)
        .orderBy('size')
        .limit(limit)
        .execute();
      return rows.map(toCheckpoint);
    },

    async insert(checkpoint: Checkpoint): Promise<void> {
      const { keyId, ...rest } = checkpoint;
      await db
        .insertInto('ledger_checkpoint')
        .values({ ...rest, key_id: keyId })
        .onConflict((conflict) => conflict.column('size').doNothing())
        .execute();
    },
  };
}

/** The store of checkpoints and subtrees. */
export type CheckpointStore = ReturnType<typeof createCheckpointStore>;

function toCheckpoint({
  size,
  root,
  at,
  key_id,
  signature,
}: Selectable<LedgerTables['ledger_checkpoint']>): Checkpoint {
  return { size, root, at, keyId: key_id, signature };
}
