import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { type LogisticModel, logisticModel } from '../../../../test/support/test-models.ts';
import { type Actor, systemActor } from '../../../kernel/actor.ts';
import { systemClock } from '../../../kernel/clock.ts';

const truth: LogisticModel = { a: 2, b: -2, bias: 0 };
const minute = 60_000;
let stack: ServingStack;
let ahead = 0;
let made = 0;
let asked = 0;

beforeAll(async () => {
  stack = await openServing({ clock: { ...systemClock, now: () => Date.now() + ahead } });
});
afterAll(() => stack.dispose());

/** An endpoint of its own with a candidate that is as good as the champion. */
async function begin(plan: object, more: object = {}) {
  const name = `w${++made}`;
  await stack.register(name, logisticModel(truth), 'champion');
  await stack.serving.declare(systemActor, name, { model: name });
  const version = await stack.register(name, logisticModel({ ...truth, bias: 0.001 }));
  const rules = { minSamples: 5, ...(plan as { rules?: object }).rules };
  const spec = { version, plan: { ...plan, rules }, ...more } as never;
  return { name, version, spec, rollout: await stack.serving.startRollout(systemActor, name, spec) };
}

async function drive(endpoint: string, requests: number, variant?: string) {
  for (let i = 0; i < requests; i++) {
    const call = { endpoint, requestId: `w${++asked}`, headers: {}, actor: systemActor };
    const body = { rows: [{ a: (asked % 7) / 7, b: (asked % 5) / 5 }], ...(variant && { variant }) };
    await stack.serving.predict({ ...call, body }).catch(() => {});
  }
}

const state = async (id: string) => (await stack.serving.rollout(id)).state;
const reaches = (id: string, wanted: string) => expect.poll(() => state(id), { timeout: 10_000 }).toBe(wanted);
const weights = async (name: string) => (await stack.serving.endpoint(name)).variants.map(({ weight }) => weight);
const decided = async (id: string) => (await stack.serving.decisions(id)).map(({ decision }) => decision);
const events = async (id: string) => {
  const all = await stack.ledger.read({ subject: { kind: 'rollout', id }, limit: 100 });
  return all.map((event) => event.type.replace('rollout.', ''));
};

describe('strategies', () => {
  test('blue-green is warm and asked by name only, then has everything, and bakes until it is promoted', async () => {
    const plan = { strategy: 'blue-green', smoke: { predictions: 5 }, bake: { predictions: 20, bakeMs: 5 * minute } };
    const { name, version, rollout } = await begin(plan);
    expect(await weights(name)).toEqual([10_000, 0]);
    await drive(name, 10);
    expect((await stack.serving.rollout(rollout.id)).step).toBe(0);
    await drive(name, 6, 'candidate');
    await expect.poll(async () => (await stack.serving.rollout(rollout.id)).step, { timeout: 10_000 }).toBe(1);
    expect(await weights(name)).toEqual([0, 10_000]);
    expect((await stack.registry.versions.get(name, 'champion')).number).toBe(1);
    await drive(name, 25);
    ahead += 6 * minute;
    await reaches(rollout.id, 'promoted');
    expect((await stack.registry.versions.get(name, 'champion')).number).toBe(version);
    expect(await events(rollout.id)).toEqual([
      ...['started', 'step.started', 'step.finished', 'step.started', 'bake.started'],
      ...['step.finished', 'promoted', 'finished'],
    ]);
  });

  test('an abort in a bake gives all traffic back to the last version that had it', async () => {
    const { name, rollout } = await begin({ strategy: 'all-at-once', bake: { bakeMs: 60 * minute } });
    expect(await weights(name)).toEqual([0, 10_000]);
    await stack.serving.abortRollout(systemActor, rollout.id, 'no');
    expect((await stack.serving.endpoint(name)).variants).toMatchObject([{ version: 1, weight: 10_000 }]);
  });

  test('a failure in a bake rolls back', async () => {
    const { name, rollout } = await begin({
      strategy: 'all-at-once',
      bake: { bakeMs: 60 * minute },
      metrics: [
        { name: 'low', source: { builtin: 'mean-score' }, intervalMs: 100, failureCondition: 'result.candidate > 0' },
      ],
    });
    await drive(name, 5);
    await reaches(rollout.id, 'rolled-back');
    expect((await stack.serving.rollout(rollout.id)).reason).toContain('metric:low');
    expect((await stack.serving.endpoint(name)).variants).toMatchObject([{ version: 1, weight: 10_000 }]);
  });

  test('linear goes up step by step, each as long as it says', async () => {
    const plan = { strategy: 'linear', stepPercent: 40, maxPercent: 80, step: { bakeMs: minute } };
    const { name, rollout } = await begin(plan);
    expect(await weights(name)).toEqual([6000, 4000]);
    ahead += 2 * minute;
    await expect.poll(() => weights(name), { timeout: 10_000 }).toEqual([2000, 8000]);
    await stack.serving.abortRollout(systemActor, rollout.id);
  });

  test('a shadow may see a share of the requests only', async () => {
    const { name, rollout } = await begin({ shadow: { percent: 20, bakeMs: 60 * minute } });
    await drive(name, 200);
    const rows = await stack.serving.observations({ endpoint: name, includeShadow: true, features: [] });
    const shadows = rows.shadow.reduce((sum, one) => sum + one, 0);
    expect(shadows).toBeGreaterThan(15);
    expect(shadows).toBeLessThan(75);
    await stack.serving.abortRollout(systemActor, rollout.id);
  });
});

describe('waiting', () => {
  test('a timed pause goes on by itself; somebody may pause and resume meanwhile', async () => {
    const steps = [
      { kind: 'pause', durationMs: 10 * minute },
      { kind: 'weight', percent: 50, bakeMs: 60 * minute },
    ];
    const { rollout } = await begin({ steps });
    expect(rollout).toMatchObject({ state: 'running', step: 0 });
    const held = await stack.serving.pauseRollout(systemActor, rollout.id, 'lunch');
    expect(held).toMatchObject({ state: 'paused', waitingFor: { kind: 'person', by: systemActor.name } });
    expect(held.waitingFor!.reason).toContain('lunch');
    await expect(stack.serving.pauseRollout(systemActor, rollout.id)).rejects.toMatchObject({ code: 'conflict' });
    ahead += 11 * minute;
    await stack.serving.resumeRollout(systemActor, rollout.id);
    await expect.poll(async () => (await stack.serving.rollout(rollout.id)).step, { timeout: 10_000 }).toBe(1);
    expect(await decided(rollout.id)).toEqual(['pause', 'resume', 'advance']);
    await stack.serving.abortRollout(systemActor, rollout.id);
  });

  test('a step whose time is up is held, advanced, promoted or rolled back, as it says', async () => {
    const step = (onInconclusive?: string) => ({
      ...{ kind: 'weight', percent: 10, predictions: 1_000_000, maxMs: minute },
      ...(onInconclusive && { onInconclusive }),
    });
    const last = { kind: 'weight', percent: 20, bakeMs: 1000 * minute };
    const starts = [step(), step('advance'), step('promote'), step('rollback')].map((one) =>
      begin({ steps: [one, last] }),
    );
    const [held, advanced, promoted, rolledBack] = (await Promise.all(starts)).map(({ rollout }) => rollout.id);
    ahead += 2 * minute;
    await reaches(held!, 'paused');
    await reaches(promoted!, 'promoted');
    await reaches(rolledBack!, 'rolled-back');
    await expect.poll(async () => (await stack.serving.rollout(advanced!)).step, { timeout: 10_000 }).toBe(1);
    expect((await stack.serving.rollout(held!)).waitingFor).toMatchObject({ kind: 'inconclusive' });
    await stack.serving.confirmRollout(systemActor, held!, 'I looked');
    expect(await stack.serving.rollout(held!)).toMatchObject({ state: 'running', step: 1 });
    expect((await stack.serving.decisions(held!)).at(-1)!.reason).toContain('I looked');
    for (const id of [held!, advanced!]) await stack.serving.abortRollout(systemActor, id);
  });

  test('gates ask somebody, another one where the plan says so', async () => {
    const other: Actor = { ...systemActor, id: 'other', name: 'Grace' };
    const plan = { strategy: 'all-at-once', bake: false, confirm: ['rollout', 'promotion'], confirmByAnother: true };
    const { rollout } = await begin(plan);
    expect(rollout).toMatchObject({ state: 'paused', waitingFor: { kind: 'step' } });
    const own = stack.serving.confirmRollout(systemActor, rollout.id);
    await expect(own).rejects.toMatchObject({ code: 'forbidden' });
    const around = stack.serving.promoteRollout(systemActor, rollout.id, 'I want it');
    await expect(around).rejects.toMatchObject({ code: 'forbidden' });
    await expect(stack.serving.resumeRollout(other, rollout.id)).rejects.toMatchObject({ code: 'conflict' });
    await stack.serving.confirmRollout(other, rollout.id, 'fine');
    const [confirmed] = await stack.ledger.read({ types: ['rollout.confirmed'], newestFirst: true, limit: 1 });
    expect(confirmed!.data).toMatchObject({ rolloutId: rollout.id, reason: 'Grace confirmed: fine' });
    expect(await stack.serving.promoteRollout(other, rollout.id)).toMatchObject({
      ...{ state: 'promoted', startedBy: systemActor.name, reason: 'Grace promoted it.' },
    });
  });
});

describe('beginnings and ends', () => {
  test('what was rolled back cools down, unless it is forced with a reason', async () => {
    const metrics = [
      { name: 'never', source: { sql: 'SELECT 1 AS n' }, intervalMs: 100, successCondition: 'value > 1' },
    ];
    const { name, spec, rollout } = await begin({ strategy: 'all-at-once', metrics, coolDownMs: 60 * minute });
    await drive(name, 5);
    await reaches(rollout.id, 'rolled-back');
    const again = stack.serving.startRollout(systemActor, name, spec);
    await expect(again).rejects.toMatchObject({ code: 'conflict', details: { rolloutId: rollout.id } });
    const forced = stack.serving.startRollout(systemActor, name, { ...(spec as object), force: true } as never);
    await expect(forced).rejects.toMatchObject({ code: 'invalid_input', details: { field: 'reason' } });
    const reason = 'The query was wrong.';
    const started = await stack.serving.startRollout(systemActor, name, {
      ...(spec as { version: number }),
      plan: { steps: [{ kind: 'pause' }] } as never,
      force: true,
      reason,
    });
    expect(started.startReason).toBe(reason);
    const [event] = await stack.ledger.read({ types: ['rollout.started'], newestFirst: true, limit: 1 });
    expect(event!.data).toMatchObject({ forced: true, reason });
    await stack.serving.abortRollout(systemActor, started.id);
    ahead += 61 * minute;
    const later = await stack.serving.startRollout(systemActor, name, spec);
    await drive(name, 5);
    await reaches(later.id, 'rolled-back');
  });

  test('the analysis is skipped by an explicit word, which is kept', async () => {
    const { name, version, rollout } = await begin({}, { skipAnalysis: true, reason: 'The champion is down.' });
    expect(rollout).toMatchObject({ state: 'promoted', skippedAnalysis: true });
    expect((await stack.registry.versions.get(name, 'champion')).number).toBe(version);
    expect(await decided(rollout.id)).toEqual(['skip-analysis', 'promote']);
    expect(await events(rollout.id)).toEqual(['started', 'analysis.skipped', 'promoted', 'finished']);
  });

  test('variants of the declaration that have no traffic stand aside for the rollout and are back behind it', async () => {
    const names = async (name: string) => (await stack.serving.endpoint(name)).variants.map((one) => one.name);
    for (const verb of ['promoteRollout', 'abortRollout'] as const) {
      const { name, version, rollout } = await begin({ steps: [{ kind: 'pause' }] });
      await stack.serving.abortRollout(systemActor, rollout.id);
      const variants = [{ name: 'old', version: 1, percent: 0 }];
      await stack.serving.declare(systemActor, name, { model: name, variants });
      expect(await names(name)).toEqual(['champion', 'old']);
      const again = await stack.serving.startRollout(systemActor, name, { version });
      expect(await names(name)).toEqual(['champion', 'candidate']);
      await stack.serving[verb](systemActor, again.id);
      expect(await names(name)).toEqual(['champion', 'old', ...(verb === 'promoteRollout' ? ['previous'] : [])]);
    }
  });

  test('steps that ask for rows are refused where the log keeps none', async () => {
    const { name, version, rollout } = await begin({ steps: [{ kind: 'pause' }] });
    await stack.serving.abortRollout(systemActor, rollout.id);
    await stack.serving.declare(systemActor, name, { model: name, log: { sample: 0 } });
    const judged = stack.serving.startRollout(systemActor, name, { version });
    await expect(judged).rejects.toMatchObject({ code: 'conflict', details: { field: 'log.sample' } });
    const skipped = { version, skipAnalysis: true, reason: 'Nobody logs here.' };
    expect(await stack.serving.startRollout(systemActor, name, skipped)).toMatchObject({ state: 'promoted' });
  });

  test('an alias names the candidate while the rollout lasts', async () => {
    const { name, version, rollout } = await begin({ candidateAlias: 'candidate', steps: [{ kind: 'pause' }] });
    expect((await stack.registry.versions.get(name, 'candidate')).number).toBe(version);
    await stack.serving.abortRollout(systemActor, rollout.id);
    await expect(stack.registry.versions.get(name, 'candidate')).rejects.toMatchObject({ code: 'not_found' });
    const taken = begin({ candidateAlias: 'champion' });
    await expect(taken).rejects.toMatchObject({ details: { field: 'plan.candidateAlias' } });
    expect(stack.errors).toEqual([]);
  });
});
