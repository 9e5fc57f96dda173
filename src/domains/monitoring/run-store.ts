import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, toPage } from '../../kernel/page.ts';
import type { PointFilter, RunFilter } from './filters.ts';
import type { MonitorPoint, MonitorRun, MonitorRunSummary } from './schema.ts';
import type { MonitoringTables } from './tables.ts';

type Tables = Kysely<MonitoringTables>;

/** All but the details, which are long. */
const summaryColumns = [
  'id',
  'monitor_id',
  'monitor',
  'endpoint',
  'kind',
  'model',
  'version',
  'window_from_at',
  'window_to_at',
  'revision',
  'latest',
  'leads',
  'status',
  'reason',
  'rows',
  'labels',
  'pressure',
  'reference',
  'values_json',
  'evaluated_at',
  'duration_ms',
] as const;

/** All SQL of runs and the values that charts are drawn from. */
export function createRunStore(queries: Queries) {
  const db = queries.withTables<MonitoringTables>();
  return {
    /** Writes a run and its values, in place of the revision before; false, and nothing written, when it is there already. */
    insert: (run: MonitorRun, before?: Pick<MonitorRun, 'id'>) => insertRun(db, run, before),
    async get(id: string): Promise<MonitorRun | undefined> {
      const row = await db.selectFrom('monitoring_run').selectAll().where('id', '=', id).executeTakeFirst();
      return row && { ...toSummary(row), details: JSON.parse(row.details) as unknown[] };
    },
    list: (filter: RunFilter) => listRuns(db, filter),
    /** The latest revisions of the leading versions' windows that came to a verdict, newest window first. */
    judged: (monitorId: string, limit: number) => judgedRuns(db, monitorId, limit),
    points: (monitorId: string, filter: Omit<PointFilter, 'monitor'>) => listPoints(db, monitorId, filter),
  };
}

async function insertRun(db: Tables, run: MonitorRun, before?: Pick<MonitorRun, 'id'>): Promise<boolean> {
  const result = await db
    .insertInto('monitoring_run')
    .values(toRunRow(run))
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (result.numInsertedOrUpdatedRows !== 1n) return false;
  if (before) {
    await db.updateTable('monitoring_run').set({ latest: 0 }).where('id', '=', before.id).execute();
    await db.updateTable('monitoring_value').set({ latest: 0 }).where('run_id', '=', before.id).execute();
  }
  const values = toValueRows(run);
  // SQLite takes at most 32,766 variables a statement.
  for (let i = 0; i < values.length; i += 200) {
    await db
      .insertInto('monitoring_value')
      .values(values.slice(i, i + 200))
      .execute();
  }
  return true;
}

async function listRuns(db: Tables, filter: RunFilter): Promise<Page<MonitorRunSummary>> {
  const { limit, pageToken, revisions } = filter;
  const key = pageToken ? (decodePageToken(pageToken, ['number', 'string']) as [number, string]) : undefined;
  const rows = await db
    .selectFrom('monitoring_run')
    .select(summaryColumns)
    .$if(filter.monitor !== undefined, (q) => q.where('monitor', '=', filter.monitor!))
    .$if(filter.endpoint !== undefined, (q) => q.where('endpoint', '=', filter.endpoint!))
    .$if(filter.version !== undefined, (q) => q.where('version', '=', filter.version!))
    .$if(filter.status !== undefined, (q) => q.where('status', '=', filter.status!))
    .$if(filter.fromAt !== undefined, (q) => q.where('window_to_at', '>', filter.fromAt!))
    .$if(filter.toAt !== undefined, (q) => q.where('window_from_at', '<', filter.toAt!))
    .$if(!revisions, (q) => q.where('latest', '=', 1))
    .$if(key !== undefined, (q) =>
      q.where((where) => where(where.refTuple('window_to_at', 'id'), '<', where.tuple(key![0], key![1]))),
    )
    .orderBy('window_to_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return toPage(rows.map(toSummary), limit, (run) => [run.windowToAt, run.id]);
}

async function judgedRuns(db: Tables, monitorId: string, limit: number): Promise<MonitorRunSummary[]> {
  const rows = await db
    .selectFrom('monitoring_run')
    .select(summaryColumns)
    .where('monitor_id', '=', monitorId)
    .where('latest', '=', 1)
    .where('leads', '=', 1)
    .where('status', 'in', ['ok', 'breached'])
    .orderBy('window_to_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toSummary);
}

async function listPoints(
  db: Tables,
  monitorId: string,
  filter: Omit<PointFilter, 'monitor'>,
): Promise<Page<MonitorPoint>> {
  const { limit, pageToken, series, fromAt, toAt } = filter;
  const types = ['number', 'string', 'number'] as const;
  const key = pageToken ? (decodePageToken(pageToken, types) as [number, string, number]) : undefined;
  const rows = await db
    .selectFrom('monitoring_value')
    .selectAll()
    .where('monitor_id', '=', monitorId)
    .where('latest', '=', 1)
    .$if(series !== undefined, (q) => q.where('series', '=', series!))
    .$if(fromAt !== undefined, (q) => q.where('window_to_at', '>', fromAt!))
    .$if(toAt !== undefined, (q) => q.where('window_to_at', '<=', toAt!))
    .$if(key !== undefined, (q) =>
      q.where((where) =>
        where(where.refTuple('window_to_at', 'run_id', 'ordinal'), '>', where.tuple(key![0], key![1], key![2])),
      ),
    )
    .orderBy('window_to_at')
    .orderBy('run_id')
    .orderBy('ordinal')
    .limit(limit + 1)
    .execute();
  const page = toPage(rows, limit, (row) => [row.window_to_at, row.run_id, row.ordinal]);
  return { ...page, items: page.items.map(toPoint) };
}

function toRunRow(run: MonitorRun): Insertable<MonitoringTables['monitoring_run']> {
  return {
    id: run.id,
    monitor_id: run.monitorId,
    monitor: run.monitor,
    endpoint: run.endpoint,
    kind: run.kind,
    model: run.model,
    version: run.version,
    window_from_at: run.windowFromAt,
    window_to_at: run.windowToAt,
    revision: run.revision,
    latest: run.latest ? 1 : 0,
    leads: run.leads ? 1 : 0,
    status: run.status,
    reason: run.reason,
    rows: run.rows,
    labels: run.labels,
    pressure: run.pressure,
    reference: run.reference,
    values_json: JSON.stringify(run.values),
    details: JSON.stringify(run.details),
    evaluated_at: run.evaluatedAt,
    duration_ms: run.durationMs,
  };
}

function toValueRows(run: MonitorRun): Insertable<MonitoringTables['monitoring_value']>[] {
  return run.values.map((value, ordinal) => ({
    run_id: run.id,
    ordinal,
    monitor_id: run.monitorId,
    series: value.series,
    method: value.method,
    value: value.value,
    threshold: value.threshold,
    p_value: value.pValue,
    breached: value.breached ? 1 : 0,
    model: run.model,
    version: run.version,
    window_from_at: run.windowFromAt,
    window_to_at: run.windowToAt,
    revision: run.revision,
    latest: 1,
  }));
}

function toSummary(row: Omit<Selectable<MonitoringTables['monitoring_run']>, 'details'>): MonitorRunSummary {
  return {
    id: row.id,
    monitorId: row.monitor_id,
    monitor: row.monitor,
    endpoint: row.endpoint,
    kind: row.kind as MonitorRun['kind'],
    model: row.model,
    version: row.version,
    windowFromAt: row.window_from_at,
    windowToAt: row.window_to_at,
    revision: row.revision,
    latest: row.latest === 1,
    leads: row.leads === 1,
    status: row.status as MonitorRun['status'],
    reason: row.reason,
    rows: row.rows,
    labels: row.labels,
    pressure: row.pressure,
    reference: row.reference,
    values: JSON.parse(row.values_json) as MonitorRun['values'],
    evaluatedAt: row.evaluated_at,
    durationMs: row.duration_ms,
  };
}

function toPoint(row: Selectable<MonitoringTables['monitoring_value']>): MonitorPoint {
  return {
    runId: row.run_id,
    series: row.series,
    method: row.method,
    value: row.value,
    threshold: row.threshold,
    pValue: row.p_value,
    breached: row.breached === 1,
    model: row.model,
    version: row.version,
    windowFromAt: row.window_from_at,
    windowToAt: row.window_to_at,
    revision: row.revision,
  };
}
