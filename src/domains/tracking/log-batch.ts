import type { Grouped } from '../../database/groups.ts';
import { fail } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import { activeRunOf, type TrackingDeps } from './deps.ts';
import type { MetricPoints } from './metric-points.ts';
import { createRunStore } from './run-store.ts';
import {
  batchLimits,
  keySchema,
  type Metric,
  type NewMetric,
  newMetricSchema,
  type RunBatch,
  runBatchSchema,
} from './schema.ts';

/** Fails with `conflict` when parameters were written before with another value. */
export function refuseConflicts(
  runId: string,
  params: Record<string, string>,
  conflicts: readonly { key: string; value: string }[],
): void {
  const first = conflicts[0];
  if (!first) return;
  const [was, now] = [first.value, params[first.key]!].map((value) => value.slice(0, 100));
  fail('conflict', `Parameter '${first.key}' of run '${runId}' is '${was}' and cannot become '${now}'.`, {
    field: `params.${first.key}`,
    value: now,
    cure: 'Parameters are written once; log to a new run, or use a tag.',
    conflicts,
  });
}

/** What logging a batch works with. */
export interface BatchDeps extends TrackingDeps {
  grouped: Grouped;
  points: MetricPoints;
}

/** Writes metrics, parameters and tags together or not at all. */
export async function logBatch(deps: BatchDeps, runId: string, batch: RunBatch): Promise<void> {
  const { metrics, params, tags } = checkBatch(batch);
  await deps.grouped(async (tx) => {
    const run = await activeRunOf(tx, runId);
    const store = createRunStore(tx);
    refuseConflicts(run.id, params, await store.addParams(run, params));
    await store.setTags(run, tags);
    if (metrics.length === 0) return;
    const now = deps.clock.now();
    const runNumber = run.number;
    const points = metrics.map(({ key, value, step, at = now }) => ({ runNumber, key, value, step, at }));
    await deps.points.write(tx, points);
  });
}

type CheckedMetric = ReturnType<typeof checkMetric>;

/** Checks a batch; ordinary points without the schema. */
function checkBatch(batch: RunBatch) {
  const { metrics = [], params = {}, tags = {} } = batch;
  if (Array.isArray(metrics) && metrics.length <= batchLimits.metrics) {
    const plain: CheckedMetric[] = [];
    for (const metric of metrics) {
      const one = plainMetric(metric);
      if (!one) break;
      plain.push(one);
    }
    if (plain.length === metrics.length) {
      const rest = parseAs(runBatchSchema, { params, tags });
      return { metrics: plain, params: rest.params ?? {}, tags: rest.tags ?? {} };
    }
  }
  return { metrics: [], params: {}, tags: {}, ...parseAs(runBatchSchema, batch) };
}

const plainKey = /^(?!__proto__$)[A-Za-z0-9._/ -]{1,250}$/;

/** Checks a point; the ordinary case without the schema, which costs more than the write. */
export function checkMetric(metric: NewMetric): Omit<Metric, 'at'> & { at?: number | undefined } {
  return plainMetric(metric) ?? parseAs(newMetricSchema, metric);
}

function plainMetric(metric: NewMetric) {
  if (metric === null || typeof metric !== 'object') return undefined;
  const { key, value, step = 0, at } = metric;
  if (typeof value !== 'number' || typeof key !== 'string' || !plainKey.test(key)) return undefined;
  if (!Number.isSafeInteger(step)) return undefined;
  if (at === undefined) return { key, value, step, at };
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0 || at > 8.64e15) return undefined;
  return { key, value, step, at };
}

/** Checks a key as users write it. */
export function checkKey(key: string): string {
  return parseAs(keySchema, key);
}
