import { expect, test } from 'vitest';
import type { Queries } from '../../../database/database.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { createMeasurementStore, createMetricStore, keptMeasurements } from './metric-store.ts';
import { newState } from './metric-verdict.ts';
import { type Rollout, rolloutDefaultsSchema } from './rollout-schema.ts';
import { createRolloutStore, lastRolledBack, type StoredRollout } from './rollout-store.ts';

const plan = rolloutDefaultsSchema.parse({
  metrics: [{ name: 'm', source: { sql: 'SELECT 1' }, successCondition: 'value > 0' }],
});

const stored = (id: string, more: Partial<Rollout> = {}): StoredRollout => ({
  ...{ actor: systemActor, createdAt: 1, stepStartedAt: 2, coolDownMs: 1000, candidateAlias: 'next' },
  rollout: {
    ...{ id, endpoint: 'metered', model: 'm', candidate: 2, champion: 1, state: 'paused' as const, strategy: 'linear' },
    ...{ step: 0, steps: [{ kind: 'bake' as const }], stepStartedAt: isoTime(2), rules: plan.rules },
    metrics: plan.metrics,
    waitingFor: { kind: 'person' as const, since: isoTime(3), reason: 'why', by: 'Ada' },
    ...{ startReason: 'because', skippedAnalysis: true, startedBy: systemActor.name, createdAt: isoTime(1) },
    ...more,
  },
});

/** What the stores of rollouts and their metrics do on every backend. */
export function describeRolloutStores(queries: () => Queries): void {
  test('a rollout keeps what it was asked and waits for; lists leave out what may be long', async () => {
    const store = createRolloutStore(queries());
    const whole = stored('r1');
    await store.insert(whole);
    expect(await store.find('r1')).toEqual(whole);
    const { items } = await store.page({ limit: 5, endpoint: 'metered' });
    const { metrics: _, ...rest } = whole.rollout;
    expect(items.map((one) => one.rollout)).toEqual([rest]);
  });

  test('the last rollback of a version is found', async () => {
    const store = createRolloutStore(queries());
    for (const id of ['r2', 'r3']) await store.insert(stored(id, { state: 'rolled-back', endedAt: isoTime(9) }));
    await store.insert(stored('r4', { state: 'aborted', endedAt: isoTime(9) }));
    const last = (endpoint: string, candidate: number) => lastRolledBack(queries(), { endpoint, candidate });
    expect((await last('metered', 2))?.rollout.id).toBe('r3');
    expect(await last('metered', 3)).toBeUndefined();
    expect(await last('other', 2)).toBeUndefined();
  });

  test('a state follows the one it was read as, whoever is first; measurements are bounded', async () => {
    const store = createMetricStore(queries());
    const state = newState('m', isoTime(5));
    expect([await store.putState('r1', state, undefined), await store.putState('r1', state, undefined)]).toEqual([
      ...[true, false],
    ]);
    const next = { ...state, measured: 1, failures: 1 };
    expect([await store.putState('r1', next, 0), await store.putState('r1', next, 0)]).toEqual([true, false]);
    expect(await store.states('r1')).toEqual([next]);
    const measurement = (number: number) => ({
      ...{ id: `n${String(number).padStart(5, '0')}`, metric: 'm', at: isoTime(number), step: 0, value: number },
      ...{ verdict: 'success' as const, result: { n: number }, message: '', tookMs: 1 },
    });
    const measured = createMeasurementStore(queries());
    for (const number of [1, 2, 3]) await measured.addMeasurement('r1', measurement(number), number);
    await measured.addMeasurement('r1', measurement(4), keptMeasurements + 2);
    const kept = await measured.measurements({ rolloutId: 'r1', metric: 'm', limit: 10 });
    expect(kept.map(({ value }) => value)).toEqual([3, 4]);
    expect(await measured.measurements({ rolloutId: 'r1', limit: 1 })).toEqual([measurement(4)]);
    expect(await measured.measurements({ rolloutId: 'r1', metric: 'other', limit: 1 })).toEqual([]);
  });
}
