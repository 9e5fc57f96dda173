import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import type { Blobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { readCurves } from './curves.ts';
import { createPurging, createTracking, type NewMetric, type Tracking } from './index.ts';

/** Points of many metrics at once, which wait for their places, on every backend. */
export function describeMetricPoints(backend: (typeof backends)[number]): void {
  describe(`points of many metrics on ${backend.name}`, () => {
    let opened: TestDatabase;
    let tracking: Tracking;
    let spine: ReturnType<typeof createSpine>;
    const clock = createManualClock(1_700_000_000_000);
    const deps = () => ({ database: opened.database, ledger: spine.ledger, clock, blobs: {} as Blobs });
    const create = async () => (await tracking.runs.create(systemActor, { experiment: '0' })).id;
    const wide = (step: number): NewMetric[] =>
      Array.from({ length: 50 }, (_, i) => ({ key: `m${i}`, value: i === 3 ? Number.NaN : i + step, step, at: step }));
    const history = async (runId: string, key: string) =>
      (await tracking.runs.metricHistory(runId, key, { limit: 1000 })).items.map(({ step, value }) => [step, value]);
    const count = async (table: 'metric' | 'metric_arrival') => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table)}`.execute(
        opened.database.query,
      );
      return Number(rows[0]!.n);
    };

    beforeAll(async () => {
      opened = await backend.open();
      spine = createSpine(opened.database, clock);
      tracking = createTracking(deps());
    });
    afterAll(() => opened.dispose());

    test('are all read, each once, by every way of reading', async () => {
      const runId = await create();
      for (const step of [2, 0, 1, 2]) await tracking.runs.log(runId, { metrics: wide(step) });
      await tracking.runs.logMetric(runId, { key: 'm7', value: 9, step: 2, at: 2 });
      await tracking.runs.logMetric(runId, { key: 'm7', value: 99, step: 3, at: 3 });
      expect(await tracking.runs.latestMetric(runId, 'm7')).toMatchObject({ value: 99 });
      expect(await tracking.runs.latestMetric(runId, 'm8')).toMatchObject({ value: 10, step: 2 });
      const expected = [
        [0, 7],
        [1, 8],
        [2, 9],
        [3, 99],
      ];
      expect(await history(runId, 'm7')).toEqual(expected);
      await tracking.runs.log(runId, { metrics: wide(5) });
      const sampled = await tracking.runs.sampleMetric([runId], 'm8', { points: 10 });
      expect(sampled.get(runId)!.map(({ step }) => step)).toEqual([0, 1, 2, 5]);
      await tracking.runs.log(runId, { metrics: wide(6) });
      const [curve] = await readCurves(deps(), { runs: [runId], keys: ['m3'] });
      expect(curve).toMatchObject({ total: 5, steps: [0, 1, 2, 5, 6] });
    });

    test('come to their places by themselves once there are many', async () => {
      const runId = await create();
      const batch = (step: number) =>
        Array.from({ length: 1000 }, (_, i) => ({ key: `wide ${i}`, value: step, step, at: step }));
      const before = await count('metric');
      for (let step = 0; step < 40; step++) await tracking.runs.log(runId, { metrics: batch(step) });
      expect(await count('metric_arrival')).toBeLessThan(40_000);
      expect(await count('metric')).toBeGreaterThanOrEqual(before + 39_000);
      expect(await history(runId, 'wide 999')).toHaveLength(40);
    });

    test('of a run that is purged go with it', async () => {
      const runId = await create();
      const purging = createPurging({ ...deps(), background: spine.background });
      await history(runId, 'm1');
      const before = await count('metric');
      await tracking.runs.log(runId, { metrics: wide(1) });
      await tracking.runs.delete(systemActor, runId);
      clock.advance(1000);
      expect(await purging.purge(systemActor, { runs: [runId] })).toMatchObject({ runs: 1 });
      spine.background.start();
      spine.background.wake('purged-metrics');
      const left = async () => (await count('metric_arrival')) + (await count('metric'));
      await expect.poll(left, { timeout: 10_000 }).toBe(before);
      expect(spine.errors).toEqual([]);
      await spine.background.stop();
    });
  });
}
