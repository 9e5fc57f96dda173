import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { type LogisticModel, logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';

let stack: ServingStack;
const truth: LogisticModel = { a: 2, b: -2, bias: 0 };
let sent = 0;

async function drive(endpoint: string, requests: number, rowsOf = (_: number) => 1): Promise<number> {
  const labels = [];
  let rows = 0;
  for (let i = 0; i < requests; i++) {
    const n = ++sent;
    const width = rowsOf(i);
    const body = Array.from({ length: width }, (_, k) => ({
      a: ((n * 7919 + k) % 997) / 400,
      b: ((n * 31 + k) % 991) / 400,
    }));
    const call = { endpoint, requestId: `j${n}`, headers: {}, actor: systemActor };
    await stack.serving.predict({ ...call, body: { rows: body } });
    for (let k = 0; k < width; k++) {
      const p = 1 / (1 + Math.exp(-(truth.a * body[k]!.a + truth.b * body[k]!.b)));
      labels.push({ predictionId: `j${n}.${k}`, label: ((n * 31_337 + k) % 1009) / 1009 < p ? 1 : 0 });
    }
    rows += width;
  }
  await stack.serving.feedback(systemActor, labels);
  return rows;
}

const rowsJudged = async (id: string) => (await stack.serving.rollout(id)).judgement?.candidateRows ?? 0;
const labelsJudged = async (id: string) => (await stack.serving.rollout(id)).judgement?.candidateLabels ?? 0;

beforeAll(async () => {
  stack = await openServing({ segmentRows: 60 });
});
afterAll(() => stack.dispose());

describe('the judge reads the log', () => {
  test('each row and label once: from memory, from Parquet, over a restart; and says the same again', async () => {
    await stack.register('twice', logisticModel(truth), 'champion');
    await stack.serving.declare(systemActor, 'twice', { model: 'twice' });
    const version = await stack.register('twice', logisticModel({ ...truth, bias: 0.01 }));
    const steps = [
      { kind: 'shadow' as const, predictions: 100_000 },
      { kind: 'weight' as const, percent: 50, predictions: 100_000 },
    ];
    // A busy machine is not the candidate's fault.
    const rules = { latencyRatio: 1000 };
    const { id } = await stack.serving.startRollout(systemActor, 'twice', { version, plan: { steps, rules } as never });
    // Some rows wait in memory, others are compacted between two looks.
    let rows = 0;
    for (let turn = 0; turn < 4; turn++) {
      rows += await drive('twice', 40, (i) => 1 + (i % 3));
      await expect.poll(() => rowsJudged(id), { timeout: 10_000 }).toBe(rows);
    }
    await expect.poll(() => labelsJudged(id), { timeout: 10_000 }).toBe(rows);
    const { folder } = stack;
    await stack.close();
    stack = await openServing({ folder, segmentRows: 60 });
    rows += await drive('twice', 50);
    await expect.poll(() => labelsJudged(id), { timeout: 10_000 }).toBe(rows);
    expect(await rowsJudged(id)).toBe(rows);
    const { judgement } = await stack.serving.rollout(id);
    expect(judgement!.championRows).toBe(rows);
    expect(judgement!.findings.find(({ rule }) => rule === 'disagreement')!.numbers['pairs']).toBe(210);

    await stack.serving.pauseRollout(systemActor, id, 'to have a look');
    await stack.serving.abortRollout(systemActor, id, 'enough');
    const curves = await stack.serving.curves(id);
    expect(curves.points.at(-1)!.candidate.rows).toBeGreaterThan(0);
    expect(curves.failsAt).toBeCloseTo(Math.log(100), 12);
  });

  test('a rollback is replayed from its state and from the log; tighter rules would have said otherwise', async () => {
    await stack.register('spoilt', logisticModel(truth), 'champion');
    await stack.serving.declare(systemActor, 'spoilt', { model: 'spoilt' });
    const version = await stack.register('spoilt', logisticModel({ a: 0, b: 0, bias: 0 }));
    const steps = [{ kind: 'shadow' as const, predictions: 100_000 }];
    const rules = { slo: { windowMs: 10, minRequests: 1 } };
    const plan = { steps, rules } as never;
    const { id } = await stack.serving.startRollout(systemActor, 'spoilt', { version, plan });
    await drive('spoilt', 400);
    await expect.poll(async () => (await stack.serving.rollout(id)).state, { timeout: 15_000 }).toBe('rolled-back');
    const [decision] = await stack.serving.decisions(id);
    const decisionId = decision!.id;
    const again = await stack.serving.replayDecision({ decisionId });
    expect(again).toMatchObject({ same: true, differences: [], fromLog: false });
    expect(again.stateBytes).toBeLessThan(60_000);
    const fromLog = await stack.serving.replayDecision({ decisionId, fromLog: true });
    expect(fromLog.differences).toEqual([]);
    expect(fromLog).toMatchObject({ same: true, fromLog: true, notes: [] });
    const lenient = { alpha: 1e-9, minSamples: 100_000 };
    const otherwise = await stack.serving.replayDecision({ decisionId, rules: lenient });
    expect(otherwise).toMatchObject({ same: false, otherRules: true });
    for (const rules of [{ qualityMargin: 0.9 }, { comparison: { intervalMs: 100 } }]) {
      const folded = stack.serving.replayDecision({ decisionId, rules });
      await expect(folded).rejects.toMatchObject({ code: 'invalid_input' });
    }
    // One word inside `slo` leaves the others as they were.
    const same = await stack.serving.replayDecision({ decisionId, fromLog: true, rules: { slo: { windows: 100 } } });
    const windowsOf = ({ judgement }: typeof same) =>
      judgement.findings.find(({ rule }) => rule === 'slo')!.numbers.windows;
    expect(windowsOf(same)).toBe(windowsOf(again));
    const wide = await stack.serving.replayDecision({ decisionId, fromLog: true, rules: { qualityMargin: 0.9 } });
    expect(wide.judgement.findings.find(({ rule }) => rule === 'quality')!.verdict).not.toBe('fail');
    expect(stack.errors).toEqual([]);
  });
});
