import { sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { TrackingTables } from './tables.ts';

/** A deleted run on its way out. */
export interface PurgeableRun {
  id: string;
  number: number;
  name: string;
  experimentId: string;
}

/** Which deleted runs. */
export interface PurgeableRows {
  experimentIds?: readonly string[] | undefined;
  runIds?: readonly string[] | undefined;
  deletedBefore: number;
  after?: string | undefined;
  limit: number;
}

type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL that removes things for good. */
export function createPurgeStore(queries: Queries) {
  const db = open(queries);
  return {
    runs: (rows: PurgeableRows) => purgeableRuns(db, rows),
    /** Removes runs with everything they hold but their metric points, which a background task removes in small pieces. */
    removeRuns: (runs: readonly PurgeableRun[]) => removeRuns(db, runs),
    artifactsOf: (owners: readonly string[]) => artifactsOf(db, owners),
    removeArtifacts: (owners: readonly string[]) => removeArtifacts(db, owners),
    experiments: (deletedBefore: number, ids?: readonly string[]) => purgeableExperiments(db, deletedBefore, ids),
    /** Gives whether it was there, still deleted, and held no run. */
    removeExperiment: (id: string) => removeExperiment(db, id),
    orphanPoints: (limit: number) => removeOrphanPoints(db, limit),
    endedRuns: (experimentId: string, before: number, limit: number) => endedRuns(db, experimentId, { before, limit }),
  };
}

async function purgeableRuns(db: Db, rows: PurgeableRows): Promise<PurgeableRun[]> {
  return db
    .selectFrom('run')
    .select(['id', 'number', 'name', 'experiment_id as experimentId'])
    .where('lifecycle', '=', 'deleted')
    .where('deleted_at', '<', rows.deletedBefore)
    .$if(rows.experimentIds !== undefined, (q) => q.where('experiment_id', 'in', ['', ...rows.experimentIds!]))
    .$if(rows.runIds !== undefined, (q) => q.where('id', 'in', ['', ...rows.runIds!]))
    .$if(rows.after !== undefined, (q) => q.where('id', '>', rows.after!))
    .orderBy('id')
    .limit(rows.limit)
    .execute();
}

async function removeRuns(db: Db, runs: readonly PurgeableRun[]): Promise<void> {
  const ids = runs.map((run) => run.id);
  await db.updateTable('run').set({ parent_run_id: null }).where('parent_run_id', 'in', ids).execute();
  const orphans = runs.map(({ number }) => ({ run_number: number }));
  await db.insertInto('metric_orphan').values(orphans).execute();
  await db.deleteFrom('run').where('id', 'in', ids).execute();
}

async function artifactsOf(db: Db, owners: readonly string[]): Promise<{ files: number; bytes: number }> {
  const row = await db
    .selectFrom('artifact')
    .select((e) => [e.fn.countAll().as('files'), e.fn.sum('bytes').as('bytes')])
    .where('owner', 'in', ['-', ...owners])
    .where('kind', '=', 'file')
    .executeTakeFirstOrThrow();
  return { files: Number(row.files), bytes: Number(row.bytes ?? 0) };
}

async function removeArtifacts(db: Db, owners: readonly string[]): Promise<void> {
  await db
    .deleteFrom('artifact')
    .where('owner', 'in', [...owners])
    .execute();
}

async function purgeableExperiments(db: Db, deletedBefore: number, ids?: readonly string[]) {
  return (
    db
      .selectFrom('experiment')
      .select(['id', 'name'])
      .where('lifecycle', '=', 'deleted')
      .where('deleted_at', '<', deletedBefore)
      // The one that clients log to who name none.
      .where('id', '<>', '0')
      .$if(ids !== undefined, (q) => q.where('id', 'in', ['', ...ids!]))
      .orderBy('id')
      .execute()
  );
}

async function removeExperiment(db: Db, id: string): Promise<boolean> {
  const result = await db
    .deleteFrom('experiment')
    .where('id', '=', id)
    .where('lifecycle', '=', 'deleted')
    .where((e) => e.not(e.exists(e.selectFrom('run').select('run.id').where('run.experiment_id', '=', id))))
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Removes up to `limit` points of runs that are gone; gives whether more are left. */
async function removeOrphanPoints(db: Db, limit: number): Promise<boolean> {
  const orphan = await db.selectFrom('metric_orphan').select('run_number').limit(1).executeTakeFirst();
  if (!orphan) return false;
  const number = orphan.run_number;
  const identity = sql`run_number, key_id, step, at, value, is_nan`;
  const removed = await sql`delete from metric where (${identity}) in
    (select ${identity} from metric where run_number = ${number} limit ${sql.lit(limit)})`.execute(db);
  if (Number(removed.numAffectedRows ?? 0) === limit) return true;
  await db.deleteFrom('metric_latest').where('run_number', '=', number).execute();
  await db.deleteFrom('metric_orphan').where('run_number', '=', number).execute();
  return true;
}

async function endedRuns(
  db: Db,
  experimentId: string,
  { before, limit }: { before: number; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('run')
    .select('id')
    .where('experiment_id', '=', experimentId)
    .where('lifecycle', '=', 'active')
    .where('ended_at', '<', before)
    .orderBy('started_at')
    .limit(limit)
    .execute();
  return rows.map((row) => row.id);
}
