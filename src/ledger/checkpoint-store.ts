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

/** All SQL of checkpoints. */
export function createCheckpointStore(queries: Queries) {
  const db = queries.withTables<LedgerTables>();
  return {
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

function toCheckpoint({
  size,
  root,
  at,
  key_id,
  signature,
}: Selectable<LedgerTables['ledger_checkpoint']>): Checkpoint {
  return { size, root, at, keyId: key_id, signature };
}
