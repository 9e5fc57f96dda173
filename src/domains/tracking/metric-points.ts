import type { Queries } from '../../database/database.ts';
import type { TrackingDeps } from './deps.ts';
import type { MetricKeys } from './metric-keys.ts';
import { createMetricStore, type Point } from './metric-store.ts';

/** A point before its key is interned. */
export interface NamedPoint extends Omit<Point, 'keyId'> {
  key: string;
}

/** Writes metric points and makes them all readable. */
export interface MetricPoints {
  /** Writes points inside a transaction. */
  write(tx: Queries, points: readonly NamedPoint[]): Promise<void>;
}

/** Points of up to so many metrics go straight to their places. */
const fewSeries = 16;
/** So many points wait at the most, about: enough that many have their places side by side. */
const mostWaiting = 40_000;
const lockName = 'metric-arrivals';

/**
 * Makes the writing of points. A point of its own costs a page of the clustered table, written to the log and to the file; points
 * of many metrics at once are first kept in the order they came and moved together, sorted: a fifth of the cost.
 */
export function createMetricPoints({ database }: TrackingDeps, keys: MetricKeys): MetricPoints {
  let waiting = 0;
  return {
    async write(tx, points) {
      const ids = await keys.intern(
        tx,
        points.map(({ key }) => key),
      );
      const store = createMetricStore(tx);
      const found = points.map(
        ({ runNumber, key, value, step, at }): Point => ({ runNumber, keyId: ids.get(key)!, value, step, at }),
      );
      const newest = await store.moveLatest(found);
      if (newest <= fewSeries) return store.insert(found);
      await store.arrive(found);
      waiting += found.length;
      if (waiting < mostWaiting) return;
      waiting = 0;
      await settle(database, tx);
    },
  };
}

async function settle(database: TrackingDeps['database'], tx: Queries): Promise<void> {
  await database.lock(tx, lockName);
  await createMetricStore(tx).settle();
}

/** Brings points that wait to their places; every reading of histories begins with it. */
export async function settlePoints({ database }: Pick<TrackingDeps, 'database'>): Promise<void> {
  if (!(await createMetricStore(database.query).isWaiting())) return;
  await database.transaction((tx) => settle(database, tx));
}
