import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { type LogisticModel, logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import type { PromotionGate } from '../../registry/index.ts';
import type { RolloutPlan } from './rollout-schema.ts';

let stack: ServingStack;
let refuse = false;
const gate: PromotionGate = {
  check: async () => ({
    id: null,
    outcome: refuse ? 'failed' : 'passed',
    rules: [],
    approvals: [],
    evidenceDigest: null,
  }),
};
const truth: LogisticModel = { a: 2, b: -2, bias: 0 };
let traffic = 0;

/** Sends rows whose labels are drawn from the true model, and their labels. */
async function drive(endpoint: string, requests: number): Promise<void> {
  const labels = [];
  for (let i = 0; i < requests; i++) {
    const n = ++traffic;
    const a = ((n * 7919) % 997) / 400;
    const b = ((n * 104_729) % 991) / 400;
    const p = 1 / (1 + Math.exp(-(truth.a * a + truth.b * b)));
    const call = { endpoint, requestId: `t${n}`, headers: {}, actor: systemActor };
    await stack.serving.predict({ ...call, body: { rows: [{ a, b }] } }).catch(() => {});
    labels.push({ predictionId: `t${n}.0`, label: ((n * 31_337) % 1009) / 1009 < p ? 1 : 0 });
  }
  await stack.serving.feedback(systemActor, labels);
}

async function begin(name: string, candidate: LogisticModel, plan: Partial<RolloutPlan>) {
  await stack.register(name, logisticModel(truth), 'champion');
  await stack.serving.declare(systemActor, name, { model: name });
  const version = await stack.register(name, logisticModel(candidate));
  const rollout = await stack.serving.startRollout(systemActor, name, { version, plan: plan as never });
  return { id: rollout.id, version };
}

const until = (id: string, state: string) =>
  expect.poll(async () => (await stack.serving.rollout(id)).state, { timeout: 10_000 }).toBe(state);
const events = async (id: string) => {
  const all = await stack.ledger.read({ subject: { kind: 'rollout', id }, limit: 100 });
  return all.map((event) => event.type.replace('rollout.', ''));
};

beforeAll(async () => {
  stack = await openServing({ gate });
});
afterAll(() => stack.dispose());

describe('rollouts', () => {
  test('an equal candidate goes from shadow through its canary to all traffic and the alias', async () => {
    const { id, version } = await begin(
      'good',
      { ...truth, bias: 0.01 },
      {
        shadow: { predictions: 100, labels: 100 },
        step: { predictions: 20 },
      },
    );
    await drive('good', 150);
    await expect.poll(async () => (await stack.serving.rollout(id)).step, { timeout: 10_000 }).toBe(1);
    expect((await stack.serving.endpoint('good')).variants.map((variant) => variant.weight)).toEqual([9000, 1000]);
    await drive('good', 400);
    await until(id, 'promoted');
    const endpoint = await stack.serving.endpoint('good');
    expect(endpoint.variants).toMatchObject([{ name: 'champion', version, weight: 10_000 }, { name: 'previous' }]);
    expect((await stack.registry.versions.get('good', 'champion')).number).toBe(version);
    expect(await events(id)).toEqual([
      ...['started', 'step.started', 'step.finished', 'step.started', 'step.finished', 'promoted', 'finished'],
    ]);
    const decisions = await stack.serving.decisions(id);
    expect(decisions.map((decision) => decision.decision)).toEqual(['advance', 'promote']);
    expect(decisions[1]!.judgement!.findings.length).toBeGreaterThan(5);
  });

  test('a candidate that learnt nothing is taken back in shadow, with the numbers', async () => {
    const { id } = await begin('bad', { a: 0, b: 0, bias: 0 }, { shadow: { predictions: 5000 } });
    await drive('bad', 400);
    await until(id, 'rolled-back');
    const { judgement, reason } = await stack.serving.rollout(id);
    expect(
      judgement!.findings.filter((finding) => finding.verdict === 'fail').map((finding) => finding.rule),
    ).toContain('ranking');
    expect(reason).toContain('quality');
    const [last] = await stack.ledger.read({ types: ['rollout.rolled-back'], newestFirst: true, limit: 1 });
    expect(last!.data).toMatchObject({ rolloutId: id, candidate: 2, champion: 1 });
    expect((await stack.serving.endpoint('bad')).variants).toMatchObject([
      { name: 'champion', version: 1, weight: 10_000 },
    ]);
    expect((await stack.registry.versions.get('bad', 'champion')).number).toBe(1);
  });

  test('non-finite outputs and failures take a canary back', async () => {
    const plan = { steps: [{ kind: 'weight' as const, percent: 50, predictions: 10_000 }] };
    const { id } = await begin('nan', { ...truth, nanAbove: 1 }, plan);
    await drive('nan', 120);
    await until(id, 'rolled-back');
    expect((await stack.serving.rollout(id)).reason).toContain('invalid');
  });

  test('pauses for a person, can be aborted and promoted by hand, one at a time', async () => {
    const plan = { steps: [{ kind: 'pause' as const }, { kind: 'weight' as const, percent: 50, bakeMs: 3_600_000 }] };
    const { id, version } = await begin('slow', { ...truth, bias: 0.02 }, plan);
    expect((await stack.serving.rollout(id)).state).toBe('paused');
    await expect(stack.serving.startRollout(systemActor, 'slow', { version })).rejects.toMatchObject({
      code: 'conflict',
    });
    await stack.serving.confirmRollout(systemActor, id);
    expect((await stack.serving.endpoint('slow')).variants.map((variant) => variant.name)).toEqual([
      'champion',
      'candidate',
    ]);
    await stack.serving.abortRollout(systemActor, id, 'no');
    await expect(stack.serving.promoteRollout(systemActor, id)).rejects.toMatchObject({ code: 'conflict' });
    const again = await stack.serving.startRollout(systemActor, 'slow', { version, plan: plan as never });
    await stack.serving.promoteRollout(systemActor, again.id);
    expect((await stack.serving.endpoint('slow')).variants[0]!.version).toBe(version);
    expect(await events(id)).toEqual([
      ...['started', 'step.started', 'paused', 'confirmed', 'step.finished', 'step.started'],
      ...['step.finished', 'aborted', 'finished'],
    ]);
  });

  test('what the gate refuses is rolled back', async () => {
    const { id } = await begin('gated', { ...truth, bias: 0.03 }, { steps: [{ kind: 'pause' as const }] });
    refuse = true;
    await stack.serving.promoteRollout(systemActor, id);
    refuse = false;
    expect(await stack.serving.rollout(id)).toMatchObject({
      state: 'rolled-back',
      reason: expect.stringContaining('refused'),
    });
    expect((await stack.serving.endpoint('gated')).variants).toMatchObject([{ version: 1, weight: 10_000 }]);
  });

  test('all at once is promoted as soon as it is warm', async () => {
    const { id, version } = await begin('fast', { ...truth, bias: 0.04 }, { strategy: 'all-at-once', bake: false });
    await until(id, 'promoted');
    expect((await stack.serving.endpoint('fast')).variants[0]!.version).toBe(version);
    expect(stack.errors).toEqual([]);
  });
});
