import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { createSecretBox } from '../../../kernel/secret-box.ts';
import { signTest, stabilityIndex } from './replay-compare.ts';

let stack: ServingStack;
const rows = Array.from({ length: 40 }, (_, at) => ({ a: (at - 20) / 5, b: 0.3 }));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

async function finished(id: string) {
  await expect
    .poll(async () => (await stack.serving.predictionLog.replays.find(id)).state, { timeout: 15_000 })
    .not.toMatch(/waiting|running/);
  return stack.serving.predictionLog.replays.find(id);
}

beforeAll(async () => {
  stack = await openServing({ runtimes: { secrets: createSecretBox(randomBytes(32)) } });
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 1 }));
  await stack.serving.declare(systemActor, 'e', { model: 'm' });
  await stack.serving.declare(systemActor, 'private', { model: 'm', log: { columns: { a: 'hash' }, drop: ['b'] } });
  const call = { endpoint: 'e', requestId: 'one', headers: {}, actor: systemActor };
  await stack.serving.predict({ ...call, body: { rows } });
  await stack.serving.compactLog();
  await stack.serving.predict({ ...call, requestId: 'two', body: { rows: rows.slice(0, 5) } });
  const labels = rows.map(({ a }, row) => ({ predictionId: `one.${row}`, label: a - 0.3 + 1 > 0 ? 1 : 0 }));
  await stack.serving.feedback(systemActor, labels);
});
afterAll(() => stack.dispose());

describe('a replay', () => {
  test('answers logged requests with another version, compares, and logs nothing of it', async () => {
    const before = (await stack.serving.observations({ endpoint: 'e' })).rows;
    const started = await stack.serving.predictionLog.replays.start(systemActor, 'e', { version: 2, as: 'replayed' });
    const { state, report, error } = await finished(started.id);
    expect([state, error]).toEqual(['succeeded', undefined]);
    const scores = [...rows, ...rows.slice(0, 5)].map(({ a, b }) => [sigmoid(a - b), sigmoid(a - b + 1)] as const);
    const same = scores.filter(([was, is]) => was > 0.5 === is > 0.5).length;
    expect(report).toMatchObject({ rows: 45, skipped: 0, agreement: same / 45 });
    const delta = scores.reduce((sum, [was, is]) => sum + Math.abs(is - was), 0) / 45;
    expect(report!.outputs.find((one) => one.name === 'probabilities.1')!.meanAbsDelta).toBeCloseTo(delta, 5);
    expect(report!.score!.psi).toBeGreaterThan(0.01);
    const wrongBefore = rows.filter(({ a }) => a - 0.3 > 0 !== a - 0.3 + 1 > 0).length;
    expect(report!.quality).toEqual({
      labelled: 40,
      measure: 'accuracy',
      before: (40 - wrongBefore) / 40,
      after: 1,
      onlyBefore: 0,
      onlyAfter: wrongBefore,
      pValue: expect.closeTo(2 * 0.5 ** wrongBefore, 10),
    });
    expect(report!.latency.rowMs).toBeGreaterThan(0);
    expect((await stack.serving.observations({ endpoint: 'e' })).rows).toBe(before);
    const written = await stack.data.rows('replayed', { limit: 100 });
    expect(written.items).toHaveLength(45);
    const [event] = await stack.ledger.read({ types: ['prediction-replay.succeeded'], newestFirst: true, limit: 1 });
    expect(event!.data).toEqual({ endpoint: 'e', version: 2, rows: 45 });
  });

  test('of the same version agrees wholly; a limit takes the newest', async () => {
    const started = await stack.serving.predictionLog.replays.start(systemActor, 'e', { version: 1, limit: 5 });
    const { report } = await finished(started.id);
    expect(report).toMatchObject({ rows: 5, agreement: 1, score: { psi: 0 } });
    const all = await stack.serving.predictionLog.replays.list({ limit: 10, endpoint: 'e' });
    expect(all.items[0]!.id).toBe(started.id);
  });

  test('names the columns that the log does not have as the version needs them', async () => {
    const start = (endpoint: string, request: unknown) =>
      stack.serving.predictionLog.replays.start(systemActor, endpoint, request);
    await expect(start('private', { version: 2 })).rejects.toThrow(
      /'a' \(the log hashes it\), 'b' \(the log drops it\)/,
    );
    await expect(start('e', { version: 9 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(start('nobody', { version: 1 })).rejects.toMatchObject({ code: 'not_found' });
    await expect(start('e', { version: 1, limit: 0 })).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('permissions', () => {
  test('who may only predict neither scores datasets nor writes them', async () => {
    const actor = { ...systemActor, name: 'client', permissions: ['predict.invoke'] };
    const server = await stack.listen({ actor });
    const asked: [path: string, body: object, field: string][] = [
      ['prediction-replays', { version: 2, as: 'mine' }, 'as'],
      ['batch-predictions', { dataset: 'replayed@1', keep: ['label'] }, 'dataset'],
      ['batch-predictions', { source: { files: ['x.csv'] }, as: 'mine' }, 'as'],
    ];
    for (const [path, body, field] of asked) {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      const answer = await fetch(`${server.url}/api/v1/endpoints/e/${path}`, init);
      expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'forbidden', field }]);
    }
    await server.close();
  });
});

describe('what is compared', () => {
  test('the sign test is exact: values of the binomial distribution', () => {
    expect(signTest(0, 0)).toBe(1);
    expect(signTest(5, 5)).toBe(1);
    // P(X <= 2 of 10) = (1 + 10 + 45) / 1024
    expect(signTest(2, 8)).toBeCloseTo((2 * 56) / 1024, 12);
    expect(signTest(0, 6)).toBeCloseTo(2 / 64, 12);
  });

  test('the stability index is 0 for the same scores and grows with the shift', () => {
    const before = Array.from({ length: 1000 }, (_, at) => at / 1000);
    expect(stabilityIndex(before, before)).toBe(0);
    const shifted = before.map((score) => Math.min(0.999, score + 0.1));
    expect(stabilityIndex(before, shifted)).toBeGreaterThan(0.1);
    expect(stabilityIndex([1, 1, 1], [1, 1, 1])).toBe(0);
  });
});
