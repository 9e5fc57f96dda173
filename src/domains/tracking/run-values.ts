import { sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { packRows, unpackRows } from '../../database/json-rows.ts';
import type { StoredRun } from './run-store.ts';
import type { Metric, Run } from './schema.ts';
import type { TrackingTables } from './tables.ts';

/** What to return of a run: everything, or some keys. */
export interface Projection {
  metrics: 'all' | readonly string[];
  params: 'all' | readonly string[];
  tags: 'all' | readonly string[];
}

/** So many runs go into one query. */
const runsAtOnce = 1000;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** Adds the latest metrics, parameters and tags of runs, as far as a projection asks for them. */
export async function fillRuns(queries: Queries, runs: readonly StoredRun[], projection: Projection): Promise<Run[]> {
  const byNumber = new Map<number, Run>();
  for (const { number, ...info } of runs) byNumber.set(number, { ...info, metrics: {}, params: {}, tags: {} });
  const filled = [...byNumber.values()];
  const byId = new Map(filled.map((run) => [run.id, run]));
  const names = new Map<number, string>();
  for (let at = 0; at < runs.length; at += runsAtOnce) {
    const some = runs.slice(at, at + runsAtOnce);
    if (projection.metrics.length > 0) await addMetrics(queries, { some, byNumber, names }, projection.metrics);
    for (const what of ['params', 'tags'] as const) {
      if (projection[what].length > 0) await addPairs(queries, { some, byId, what }, projection[what]);
    }
  }
  return filled;
}

interface MetricsToAdd {
  some: readonly StoredRun[];
  byNumber: Map<number, Run>;
  names: Map<number, string>;
}

async function addMetrics(
  queries: Queries,
  { some, byNumber, names }: MetricsToAdd,
  keys: 'all' | readonly string[],
): Promise<void> {
  const db = open(queries);
  const ofKeys = sql<boolean>`key_id in (select id from metric_key where key in (${sql.join(keys === 'all' ? [''] : keys)}))`;
  const rows = await db
    .selectFrom('metric_latest')
    .select('run_number')
    .select(packRows(queries, ['key_id', 'value', 'step', 'at', 'is_nan']).as('packed'))
    .where(
      'run_number',
      'in',
      some.map((run) => run.number),
    )
    .$if(keys !== 'all', (q) => q.where(ofKeys))
    .groupBy('run_number')
    .execute();
  const unpacked = rows.map((row) => [row.run_number, unpackRows(row.packed)] as const);
  await learnNames(queries, names, unpacked);
  for (const [number, points] of unpacked) {
    const { metrics } = byNumber.get(number)!;
    for (const point of points) {
      const key = names.get(point[0] as number)!;
      metrics[key] = toMetric(key, point);
    }
  }
}

/** By index, because taking lists apart by iteration costs several times as much. */
function toMetric(key: string, point: readonly (string | number)[]): Metric {
  const value = point[4] ? Number.NaN : Number(point[1]);
  return { key, value, step: point[2] as number, at: point[3] as number };
}

/** Learns the names of keys not met before. */
async function learnNames(
  queries: Queries,
  names: Map<number, string>,
  unpacked: readonly (readonly [number, (string | number)[][]])[],
): Promise<void> {
  const missing = new Set<number>();
  for (const [, points] of unpacked)
    for (const point of points) if (!names.has(point[0] as number)) missing.add(point[0] as number);
  const ids = [...missing];
  for (let at = 0; at < ids.length; at += runsAtOnce) {
    const rows = await open(queries)
      .selectFrom('metric_key')
      .selectAll()
      .where('id', 'in', ids.slice(at, at + runsAtOnce))
      .execute();
    for (const row of rows) names.set(row.id, row.key);
  }
}

interface PairsToAdd {
  some: readonly StoredRun[];
  byId: Map<string, Run>;
  what: 'params' | 'tags';
}

async function addPairs(
  queries: Queries,
  { some, byId, what }: PairsToAdd,
  keys: 'all' | readonly string[],
): Promise<void> {
  const rows = await open(queries)
    .selectFrom(what === 'params' ? 'run_param' : 'run_tag')
    .select('run_id')
    .select(packRows(queries, ['key', 'value']).as('packed'))
    .where(
      'run_id',
      'in',
      some.map((run) => run.id),
    )
    .$if(keys !== 'all', (q) => q.where('key', 'in', [...(keys as readonly string[])]))
    .groupBy('run_id')
    .execute();
  for (const row of rows) {
    const pairs = byId.get(row.run_id)![what];
    for (const pair of unpackRows(row.packed)) pairs[pair[0]!] = pair[1] as string;
  }
}
