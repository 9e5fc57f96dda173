import { type CompiledQuery, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { Row } from './store.ts';
import type { PipelineTables } from './tables.ts';

/** A run's row. */
export type RunRow = Row<'pipeline_run'>;
/** A step's row. */
export type NodeRow = Row<'pipeline_node'>;
/** A try's row. */
export type AttemptRow = Row<'pipeline_attempt'>;

type Db = ReturnType<typeof dbOf>;
const dbOf = (queries: Queries) => queries.withTables<PipelineTables>();
const nobody = '-';

/** All SQL of runs, their steps and tries. */
export function createRunStore(queries: Queries) {
  const db = dbOf(queries);
  return { ...reading(db), ...ofAttempts(db), ...counting(db), ...leasing(db), ...changing(db), ...writing(queries) };
}

function reading(db: Db) {
  return {
    run: (id: string): Promise<RunRow | undefined> =>
      db.selectFrom('pipeline_run').selectAll().where('id', '=', id).executeTakeFirst(),

    runs: (filter: { pipeline?: string; status?: string; lineage?: string; before?: string; limit: number }) =>
      db
        .selectFrom('pipeline_run')
        .selectAll()
        .$if(filter.pipeline !== undefined, (query) => query.where('pipeline', '=', filter.pipeline!))
        .$if(filter.status !== undefined, (query) => query.where('status', '=', filter.status!))
        .$if(filter.lineage !== undefined, (query) => query.where('lineage', '=', filter.lineage!))
        .$if(filter.before !== undefined, (query) => query.where('id', '<', filter.before!))
        .orderBy('id', 'desc')
        .limit(filter.limit)
        .execute(),

    nodes: (runId: string, page?: { after?: number; limit: number }): Promise<NodeRow[]> =>
      db
        .selectFrom('pipeline_node')
        .selectAll()
        .where('run_id', '=', runId)
        .$if(page?.after !== undefined, (query) => query.where('idx', '>', page!.after!))
        .$if(page !== undefined, (query) => query.limit(page!.limit))
        .orderBy('idx')
        .execute(),

    node: (runId: string, name: string): Promise<NodeRow | undefined> =>
      db
        .selectFrom('pipeline_node')
        .selectAll()
        .where('run_id', '=', runId)
        .where('name', '=', name)
        .executeTakeFirst(),
  };
}

function ofAttempts(db: Db) {
  return {
    attempts: (runId: string, idx: number): Promise<AttemptRow[]> =>
      db
        .selectFrom('pipeline_attempt')
        .selectAll()
        .where('run_id', '=', runId)
        .where('idx', '=', idx)
        .orderBy('n')
        .execute(),

    attempt: (runId: string, idx: number, n: number): Promise<AttemptRow | undefined> =>
      db
        .selectFrom('pipeline_attempt')
        .selectAll()
        .where('run_id', '=', runId)
        .where('idx', '=', idx)
        .where('n', '=', n)
        .executeTakeFirst(),

    /** Attempts that were under way when the row was last written. */
    openAttempts: (runId: string): Promise<AttemptRow[]> =>
      db
        .selectFrom('pipeline_attempt')
        .selectAll()
        .where('run_id', '=', runId)
        .where('state', 'in', ['submitting', 'running'])
        .execute(),

    async noteLog(
      attempt: { runId: string; idx: number; n: number },
      log: { bytes: number; head: number; kept: number; digest: string | null },
    ) {
      await db
        .updateTable('pipeline_attempt')
        .set({ log_offset: log.bytes, log_head: log.head, log_kept: log.kept, log_digest: log.digest })
        .where('run_id', '=', attempt.runId)
        .where('idx', '=', attempt.idx)
        .where('n', '=', attempt.n)
        .execute();
    },
  };
}

function counting(db: Db) {
  return {
    /** Runs of a pipeline that are under way or wait, oldest first. */
    activeRuns: (pipeline: string): Promise<RunRow[]> =>
      db
        .selectFrom('pipeline_run')
        .selectAll()
        .where('pipeline', '=', pipeline)
        .where('status', 'in', ['queued', 'running'])
        .orderBy('id')
        .execute(),

    /** Pipelines that have runs waiting. */
    async waitingPipelines(): Promise<string[]> {
      const rows = await db
        .selectFrom('pipeline_run')
        .select('pipeline')
        .distinct()
        .where('status', '=', 'queued')
        .execute();
      return rows.map((row) => row.pipeline);
    },

    /** How many slots of a pool are taken, over all runs. */
    async takenSlots(pool: string): Promise<number> {
      const row = await db
        .selectFrom('pipeline_node')
        .select((e) => e.fn.sum('slots').as('taken'))
        .where('pool', '=', pool)
        .where('state', 'in', ['submitting', 'running'])
        .executeTakeFirst();
      return Number(row?.taken ?? 0);
    },
  };
}

function leasing(db: Db) {
  return {
    /** Runs under way and who drives them. */
    leases: () =>
      db
        .selectFrom('pipeline_run')
        .select(['id', 'lease_owner', 'lease_until', 'fence'])
        .where('status', '=', 'running')
        .execute(),

    /** Takes over a run if its fence is still the one seen; gives the new fence. */
    async claim(
      run: { id: string; fence: number },
      lease: { owner: string; until: number },
    ): Promise<number | undefined> {
      const row = await db
        .updateTable('pipeline_run')
        .set({ lease_owner: lease.owner, lease_until: lease.until, fence: run.fence + 1 })
        .where('id', '=', run.id)
        .where('fence', '=', run.fence)
        .where('status', '=', 'running')
        .returning('fence')
        .executeTakeFirst();
      return row?.fence;
    },

    /** Prolongs the lease; gives nothing when it was lost, else whether somebody asked to cancel. */
    async renew(run: {
      id: string;
      fence: number;
      now: number;
      until: number;
    }): Promise<{ cancel: boolean } | undefined> {
      const row = await db
        .updateTable('pipeline_run')
        .set({ lease_until: run.until })
        .where('id', '=', run.id)
        .where('fence', '=', run.fence)
        .returning('cancel_requested')
        .executeTakeFirst();
      if (!row) return undefined;
      await db
        .updateTable('pipeline_attempt')
        .set({ lease_until: run.until, heartbeat_at: run.now })
        .where('run_id', '=', run.id)
        .where('state', 'in', ['submitting', 'running'])
        .execute();
      return { cancel: row.cancel_requested === 1 };
    },

    async release(run: { id: string; fence: number }): Promise<void> {
      await db
        .updateTable('pipeline_run')
        .set({ lease_until: 0, lease_owner: nobody })
        .where('id', '=', run.id)
        .where('fence', '=', run.fence)
        .execute();
    },
  };
}

function changing(db: Db) {
  return {
    async requestCancel(id: string): Promise<void> {
      await db.updateTable('pipeline_run').set({ cancel_requested: 1 }).where('id', '=', id).execute();
    },

    /** Changes the status of a run that waits; false when it no longer does. */
    async leaveQueue(id: string, status: string, at: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('pipeline_run')
        .set(status === 'running' ? { status, started_at: at, waits_for: null } : { status, finished_at: at })
        .where('id', '=', id)
        .where('status', '=', 'queued')
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    async cancelNodes(runId: string, at: number): Promise<void> {
      await db
        .updateTable('pipeline_node')
        .set({ state: 'cancelled', finished_at: at })
        .where('run_id', '=', runId)
        .where('state', 'in', ['blocked', 'ready', 'queued'])
        .execute();
    },

    /** Marks a step as about to run, so that its slots count from now on. */
    async reserveNode(runId: string, idx: number): Promise<void> {
      await db
        .updateTable('pipeline_node')
        .set({ state: 'submitting' })
        .where('run_id', '=', runId)
        .where('idx', '=', idx)
        .execute();
    },

    /** Writes how a run stands; false when the fence says that another drives it now. */
    async advance(run: { id: string; fence: number }, change: Partial<RunRow>): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('pipeline_run')
        .set(change)
        .where('id', '=', run.id)
        .where('fence', '=', run.fence)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },
  };
}

const nodeColumns = [
  ...['run_id', 'idx', 'name', 'state', 'attempts', 'spent', 'ready_at', 'not_before_at', 'started_at', 'finished_at'],
  ...['outputs', 'metrics', 'error', 'error_class', 'waiting', 'cache_key', 'from_run', 'pool', 'slots'],
] as (keyof NodeRow)[];

const attemptColumns = [
  ...['run_id', 'idx', 'n', 'state', 'executor', 'external_id', 'handle', 'lease_owner', 'lease_until', 'fence'],
  ...[
    'started_at',
    'heartbeat_at',
    'finished_at',
    'exit',
    'error_class',
    'error',
    'log_offset',
    'log_head',
    'log_kept',
    'log_digest',
  ],
] as (keyof AttemptRow)[];

const nodeKept = new Set<keyof NodeRow>(['run_id', 'idx', 'name', 'pool', 'slots']);
// The archive of logs writes its three columns by itself, possibly before the attempt's end is written.
const attemptKept = new Set<keyof AttemptRow>([
  ...(['run_id', 'idx', 'n', 'executor', 'external_id', 'log_offset', 'log_head', 'log_kept', 'log_digest'] as const),
]);

function writing(queries: Queries) {
  const db = dbOf(queries);
  return {
    async insertRun(run: RunRow): Promise<void> {
      await db.insertInto('pipeline_run').values(run).execute();
    },
    putNodes: (rows: readonly NodeRow[]) =>
      upsert(queries, { table: 'pipeline_node', columns: nodeColumns, kept: nodeKept, key: ['run_id', 'idx'] }, rows),
    putAttempts: (rows: readonly AttemptRow[]) =>
      upsert(
        queries,
        { table: 'pipeline_attempt', columns: attemptColumns, kept: attemptKept, key: ['run_id', 'idx', 'n'] },
        rows,
      ),
  };
}

interface UpsertShape<R> {
  table: string;
  columns: (keyof R & string)[];
  /** Columns an existing row keeps. */
  kept: ReadonlySet<keyof R>;
  key: string[];
}

const batchSizes = [64, 16, 4, 1];
const compiled = new WeakMap<object, Map<string, CompiledQuery>>();

/**
 * Writes rows by upserts of 64, 16, 4 or 1 rows each. This is the hot path of every run, so the few statements are built
 * once a database and only their parameters change.
 */
async function upsert<R extends object>(queries: Queries, shape: UpsertShape<R>, rows: readonly R[]): Promise<void> {
  let at = 0;
  for (const size of batchSizes) {
    for (; rows.length - at >= size; at += size) {
      const parameters: unknown[] = [];
      for (let row = at; row < at + size; row++)
        for (const column of shape.columns) parameters.push(rows[row]![column]);
      await queries.executeQuery({ ...statement(queries, shape, size), parameters });
    }
  }
}

function statement<R>(queries: Queries, shape: UpsertShape<R>, size: number): CompiledQuery {
  const adapter = queries.getExecutor().adapter.constructor;
  let ofDialect = compiled.get(adapter);
  if (!ofDialect) {
    ofDialect = new Map();
    compiled.set(adapter, ofDialect);
  }
  const name = `${shape.table} ${size}`;
  let found = ofDialect.get(name);
  if (!found) {
    const row = sql`(${sql.join(shape.columns.map(() => sql`${null}`))})`;
    const changed = shape.columns.filter((column) => !shape.kept.has(column));
    found = sql`insert into ${sql.table(shape.table)} (${sql.join(shape.columns.map((column) => sql.ref(column)))})
      values ${sql.join(Array.from({ length: size }, () => row))}
      on conflict (${sql.join(shape.key.map((column) => sql.ref(column)))})
      do update set ${sql.join(changed.map((column) => sql`${sql.ref(column)} = excluded.${sql.ref(column)}`))}`.compile(
      queries,
    );
    ofDialect.set(name, found);
  }
  return found;
}
