import type { Queries } from '../../database/database.ts';
import type { TrackingDeps } from './deps.ts';
import { createMetricStore } from './metric-store.ts';

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
