import { sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { sha256 } from '../../kernel/hash.ts';
import { loggedModelLimits, type MetricsShown, type ModelMetric } from './schema.ts';
import type { LoggedModelTables } from './tables.ts';

type Db = ReturnType<typeof open>;
type Row = LoggedModelTables['logged_model_metric'];

const rowsAtOnce = 100;

function open(queries: Queries) {
  return queries.withTables<LoggedModelTables>();
}

/** All SQL of the metric points of logged models. */
export function createModelMetricStore(queries: Queries) {
  const db = open(queries);
  return {
    /** Appends points; exact duplicates are dropped. */
    append: (modelId: string, points: readonly ModelMetric[]) => append(db, modelId, points),
    /** The points of some models, oldest first. */
    of: (ids: readonly string[], shown: MetricsShown) => metricsOf(db, ids, shown),
  };
}

async function append(db: Db, modelId: string, points: readonly ModelMetric[]): Promise<void> {
  for (let at = 0; at < points.length; at += rowsAtOnce) {
    await db
      .insertInto('logged_model_metric')
      .values(points.slice(at, at + rowsAtOnce).map((point) => toRow(modelId, point)))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

function toRow(modelId: string, point: ModelMetric): Row {
  const { key, value, step, at, runId, datasetName, datasetDigest } = point;
  const hasDataset = datasetName !== '' || datasetDigest !== '';
  const isNan = Number.isNaN(value);
  return {
    model_id: modelId,
    key,
    at,
    step,
    run_id: runId,
    dataset_key: hasDataset ? sha256(JSON.stringify([datasetName, datasetDigest])).slice(0, 20) : '',
    // Adding 0 turns -0 into 0: the two are one value to SQL.
    value: isNan ? 0 : value + 0,
    is_nan: isNan ? 1 : 0,
    dataset_name: datasetName,
    dataset_digest: datasetDigest,
  };
}

async function metricsOf(db: Db, ids: readonly string[], shown: MetricsShown): Promise<Map<string, ModelMetric[]>> {
  const found = new Map(ids.map((id) => [id, [] as ModelMetric[]]));
  if (ids.length === 0) return found;
  const group = shown === 'latest' ? sql`model_id, key, run_id, dataset_key` : sql`model_id`;
  const most = shown === 'latest' ? 1 : loggedModelLimits.history;
  const { rows } = await sql<Row>`
    select * from (
      select p.*, row_number() over (partition by ${group} order by at desc, step desc, is_nan, value desc, key) as newest
      from logged_model_metric as p where model_id in (${sql.join(ids)})
    ) as points
    where newest <= ${most} order by at, step, key, run_id, dataset_key, value`.execute(db);
  for (const row of rows) {
    found.get(row.model_id)!.push({
      key: row.key,
      value: row.is_nan ? Number.NaN : row.value,
      step: row.step,
      at: row.at,
      runId: row.run_id,
      datasetName: row.dataset_name,
      datasetDigest: row.dataset_digest,
    });
  }
  return found;
}
