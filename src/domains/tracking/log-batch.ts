import type { Queries } from '../../database/database.ts';
import type { Grouped } from '../../database/groups.ts';
import { fail } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import { activeRunOf, type TrackingDeps } from './deps.ts';
import { createMetricStore, type Point } from './metric-store.ts';
import { keySchema, type Metric, type NewMetric, newMetricSchema, runBatchSchema } from './schema.ts';
import { createTrackingStore } from './store.ts';

/** Ids of metric keys, remembered: a key never changes its id. */
export interface MetricKeys {
  /** The ids of keys, making those that are new; inside the transaction that uses them. */
  intern(tx: Queries, keys: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

const maxRemembered = 100_000;

/** Makes the memory of metric keys. */
export function createMetricKeys({ database }: TrackingDeps): MetricKeys {
  const known = new Map<string, number>();
  return {
    async intern(tx, keys) {
      const missing = [...new Set(keys)].filter((key) => !known.has(key));
      if (missing.length === 0) return known;
      const store = createMetricStore(tx);
      let found = await store.keyIds(missing);
      if (found.size < missing.length) {
        await database.lock(tx, 'metric-keys');
        found = await store.keyIds(missing);
        const fresh = missing.filter((key) => !found.has(key));
        if (fresh.length > 0) await store.internKeys(fresh);
        found = await store.keyIds(missing);
      }
      // Remembered only once committed: a rolled back id may be given to another key.
      database.afterCommit(() => {
        if (known.size > maxRemembered) known.clear();
        for (const [key, id] of found) known.set(key, id);
      });
      return new Map([...keys].map((key) => [key, known.get(key) ?? found.get(key)!]));
    },
  };
}

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

/** Writes metrics, parameters and tags together or not at all. */
export async function logBatch(
  deps: TrackingDeps & { grouped: Grouped },
  keys: MetricKeys,
  batch: unknown & { runId: string },
): Promise<void> {
  const { metrics = [], params = {}, tags = {} } = parseAs(runBatchSchema, batch);
  await deps.grouped(async (tx) => {
    const run = await activeRunOf(tx, batch.runId);
    const store = createTrackingStore(tx);
    refuseConflicts(run.id, params, await store.runs.addParams(run, params));
    await store.runs.setTags(run, tags);
    if (metrics.length === 0) return;
    const ids = await keys.intern(
      tx,
      metrics.map((metric) => metric.key),
    );
    const now = deps.clock.now();
    const runNumber = run.number;
    const points = metrics.map(
      ({ key, value, step, at = now }): Point => ({ runNumber, keyId: ids.get(key)!, value, step, at }),
    );
    await store.metrics.append(points);
  });
}

const plainKey = /^(?!__proto__$)[A-Za-z0-9._/ -]{1,250}$/;

/** Checks a point; the ordinary case without the schema, which costs more than the write. */
export function checkMetric(metric: NewMetric): Omit<Metric, 'at'> & { at?: number | undefined } {
  const { key, value, step = 0, at } = metric;
  const isPlain = typeof value === 'number' && Number.isSafeInteger(step) && plainKey.test(key);
  const isPlainTime = at === undefined || (Number.isSafeInteger(at) && Number(at) >= 0 && Number(at) < 8.64e15);
  if (isPlain && isPlainTime) return { key, value, step, at: at === undefined ? undefined : Number(at) };
  return parseAs(newMetricSchema, metric);
}

/** Checks a key as users write it. */
export function checkKey(key: string): string {
  return parseAs(keySchema, key);
}
