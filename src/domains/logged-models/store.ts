import type { Queries } from '../../database/database.ts';
import { createModelMetricStore } from './metric-store.ts';
import { createModelStore, type ModelRow } from './model-store.ts';
import type { LoggedModel, MetricsShown } from './schema.ts';
import { createModelSearchStore } from './search-store.ts';

/** All SQL of logged models. */
export function createLoggedModelStore(queries: Queries) {
  return {
    models: createModelStore(queries),
    metrics: createModelMetricStore(queries),
    search: createModelSearchStore(queries),
    /** Adds parameters, tags and metrics. */
    fill: (rows: readonly ModelRow[], shown: MetricsShown) => fill(queries, rows, shown),
  };
}

async function fill(queries: Queries, rows: readonly ModelRow[], shown: MetricsShown): Promise<LoggedModel[]> {
  const ids = rows.map(({ id }) => id);
  const models = createModelStore(queries);
  const params = await models.pairs('logged_model_param', ids);
  const tags = await models.pairs('logged_model_tag', ids);
  const metrics = await createModelMetricStore(queries).of(ids, shown);
  return rows.map((row) => ({
    ...row,
    params: params.get(row.id)!,
    tags: tags.get(row.id)!,
    metrics: metrics.get(row.id)!,
  }));
}
