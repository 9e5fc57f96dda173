import { rm } from 'node:fs/promises';
import { fail, TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { outputColumns } from '../log/log-entry.ts';
import type { ObservedColumn } from '../log/observations.ts';
import { scratchPath } from '../log/scratch-files.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { RolloutMetric } from './metric-schema.ts';
import { predictionColumns } from './metric-table.ts';

/** Runs the SQL of a plan's metrics over a log without rows: `invalid_input`, naming the field, for what could never run. */
export async function checkMetricSql(
  deps: Pick<ServingDeps, 'engine' | 'folder'>,
  metrics: readonly RolloutMetric[],
  plans: readonly ModelPlan[],
): Promise<void> {
  if (!metrics.some(({ source }) => 'sql' in source)) return;
  const path = await scratchPath(deps, 'parquet');
  try {
    await deps.engine.writeParquet(path, { columns: emptyTable(plans) });
    for (const [i, { source, timeoutMs }] of metrics.entries()) {
      if (!('sql' in source)) continue;
      const query = { tables: { predictions: [path] }, sql: source.sql, limits: { timeoutMs } };
      await deps.engine
        .sandbox(query)
        .catch((error: unknown) => refuse(error, `plan.metrics.${i}.source.sql`, source.sql));
    }
  } finally {
    await rm(path, { force: true });
  }
}

/** What only takes too long may do better over other rows. */
function refuse(error: unknown, field: string, sql: string): void {
  if (!(error instanceof TidemillError) || error.code !== 'invalid_query') return;
  const cure = 'Write one SELECT over the table `predictions`.';
  fail('invalid_input', `Field '${field}' = '${sql.slice(0, 200)}' cannot be run: ${error.message} ${cure}`, {
    field,
    value: sql.slice(0, 200),
    cure,
  });
}

function emptyTable(plans: readonly ModelPlan[]) {
  const none = new Float64Array(0);
  const column = (isText: boolean): ObservedColumn =>
    isText ? { type: 'string', values: [] } : { type: 'number', values: none };
  const features = plans.flatMap((plan) => plan.columns.map(({ name, type }) => [name, column(type === 'string')]));
  const outputs = plans.flatMap((plan) =>
    plan.outputs.flatMap((output) => outputColumns(output).map((name) => [name, column(output.type === 'string')])),
  );
  return predictionColumns(
    {
      ...{ rows: 0, predictionId: [], variant: [], labelText: [] },
      ...{ at: none, loggedAt: none, version: none, propensity: none, latencyMs: none, code: none, score: none },
      ...{ label: none, labelledAt: none, labelRecordedAt: none, shadow: new Uint8Array(0) },
      features: Object.fromEntries(features) as Record<string, ObservedColumn>,
      outputs: Object.fromEntries(outputs) as Record<string, ObservedColumn>,
    },
    { candidate: 0, champion: null },
  );
}
