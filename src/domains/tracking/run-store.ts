import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { nameForList, runPrepared } from '../../database/prepared.ts';
import type { CodeVersion, Environment, Lifecycle, RunInfo, RunStatus } from './schema.ts';
import type { TrackingTables } from './tables.ts';

type RunRow = Selectable<TrackingTables['run']>;
type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** A run with what only the store needs to know of it. */
export interface StoredRun extends RunInfo {
  number: number;
}

/** All SQL of runs, their parameters and tags. */
export function createRunStore(queries: Queries) {
  const db = open(queries);
  return {
    insert: (run: RunInfo) => insertRun(db, run),
    find: (id: string) => findRun(db, id),
    update: (id: string, change: Partial<RunRow>) => updateRun(db, id, change),
    addParams: (run: RunInfo, params: Record<string, string>) => addParams(db, run, params),
    setTags: (run: RunInfo, tags: Record<string, string>) => setTags(db, run, tags),
    deleteTag: (id: string, key: string) => deleteTag(db, id, key),
  };
}

/** Gives the run the next number; the caller holds the lock `run-numbers`. */
async function insertRun(db: Db, run: RunInfo): Promise<StoredRun> {
  const number = await nextNumber(db);
  const row: RunRow = {
    id: run.id,
    number,
    experiment_id: run.experimentId,
    name: run.name,
    status: run.status,
    lifecycle: run.lifecycle,
    started_at: run.startedAt,
    ended_at: run.endedAt,
    deleted_at: null,
    parent_run_id: run.parentRunId,
    user_name: run.user,
    actor_id: run.actorId,
    code: run.code && JSON.stringify(run.code),
    environment: run.environment && JSON.stringify(run.environment),
  };
  const build = () => db.insertInto('run').values(row);
  await runPrepared(db as unknown as Queries, { name: 'insert-run', build }, Object.values(row));
  return { ...run, number };
}

/** A number whose points are still being removed is not free yet. */
async function nextNumber(db: Db): Promise<number> {
  const build = () =>
    db.selectNoFrom((e) => [
      e
        .selectFrom('run')
        .select((r) => r.fn.max('number').as('last'))
        .as('run'),
      e
        .selectFrom('metric_orphan')
        .select((o) => o.fn.max('run_number').as('last'))
        .as('orphan'),
    ]);
  const [last] = await runPrepared(db as unknown as Queries, { name: 'run-number', build }, []);
  return Math.max(Number(last?.run ?? 0), Number(last?.orphan ?? 0)) + 1;
}

async function findRun(db: Db, id: string): Promise<StoredRun | undefined> {
  const build = () => db.selectFrom('run').selectAll().where('id', '=', '');
  const [row] = await runPrepared<RunRow>(db as unknown as Queries, { name: 'run', build }, [id]);
  return row && toRun(row);
}

/** A row as the run it is. */
export function toRun(row: RunRow): StoredRun {
  return {
    id: row.id,
    number: row.number,
    experimentId: row.experiment_id,
    name: row.name,
    status: row.status as RunStatus,
    lifecycle: row.lifecycle as Lifecycle,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    parentRunId: row.parent_run_id,
    user: row.user_name,
    actorId: row.actor_id,
    code: row.code === null ? null : (JSON.parse(row.code) as CodeVersion),
    environment: row.environment === null ? null : (JSON.parse(row.environment) as Environment),
  };
}

async function updateRun(db: Db, id: string, change: Partial<RunRow>): Promise<void> {
  await db.updateTable('run').set(change).where('id', '=', id).execute();
}

/** Adds parameters; gives those that have another value already, with it. */
async function addParams(
  db: Db,
  run: RunInfo,
  params: Record<string, string>,
): Promise<{ key: string; value: string }[]> {
  const keys = Object.keys(params);
  if (keys.length === 0) return [];
  const build = () =>
    insertPairs(db, 'run_param', keys.length).onConflict((conflict) => conflict.columns(['run_id', 'key']).doNothing());
  await runPrepared(
    db as unknown as Queries,
    { name: nameForList('add-params', keys.length), build },
    boundPairs(run, keys, params),
  );
  const read = () =>
    db
      .selectFrom('run_param')
      .select(['key', 'value'])
      .where('run_id', '=', '')
      .where(
        'key',
        'in',
        keys.map(() => ''),
      );
  const bound = [run.id, ...keys];
  const rows = await runPrepared(
    db as unknown as Queries,
    { name: nameForList('read-params', keys.length), build: read },
    bound,
  );
  return rows.filter((row) => params[row.key] !== row.value);
}

async function setTags(db: Db, run: RunInfo, tags: Record<string, string>): Promise<void> {
  // Sorted, so that two batches at once lock rows in the same order.
  const keys = Object.keys(tags).sort();
  if (keys.length === 0) return;
  const build = () =>
    insertPairs(db, 'run_tag', keys.length).onConflict((conflict) =>
      conflict.columns(['run_id', 'key']).doUpdateSet((e) => ({ value: e.ref('excluded.value') })),
    );
  await runPrepared(
    db as unknown as Queries,
    { name: nameForList('set-tags', keys.length), build },
    boundPairs(run, keys, tags),
  );
}

const blankPair = { run_id: '', key: '', value: '', started_at: 0 };

function insertPairs(db: Db, table: 'run_param' | 'run_tag', count: number) {
  return db.insertInto(table).values(Array.from({ length: count }, () => blankPair));
}

function boundPairs({ id, startedAt }: RunInfo, keys: readonly string[], pairs: Record<string, string>): unknown[] {
  return keys.flatMap((key) => [id, key, pairs[key]!, startedAt]);
}

async function deleteTag(db: Db, id: string, key: string): Promise<boolean> {
  const result = await db.deleteFrom('run_tag').where('run_id', '=', id).where('key', '=', key).executeTakeFirst();
  return result.numDeletedRows > 0n;
}
