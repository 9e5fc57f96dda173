import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { createManualClock } from '../../../kernel/clock.ts';
import { predictionFilterSchema } from './predictions-schema.ts';

const dayMs = 86_400_000;
const start = Date.parse('2024-01-01T00:00:00Z');
const clock = createManualClock(start);
let stack: ServingStack;

async function ask(endpoint: string, id: string): Promise<void> {
  const call = { endpoint, requestId: id, headers: {}, actor: systemActor };
  await stack.serving.predict({ ...call, body: { rows: [{ a: 1, b: Math.random() }] } });
  await stack.serving.feedback(systemActor, [{ predictionId: `${id}.0`, label: 1, reward: 2 }]);
  await stack.serving.compactLog();
}
const idsOf = async (endpoint: string) =>
  (await stack.serving.predictionLog.list(endpoint, predictionFilterSchema.parse({}))).items.map(
    (one) => one.predictionId,
  );
const filesOf = async () => {
  const all = await readdir(stack.folder, { recursive: true, withFileTypes: true });
  return all.filter((one) => one.isFile() && /^[0-9a-f]{40,64}$/.test(one.name)).length;
};

beforeAll(async () => {
  stack = await openServing({ clock, background: false });
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.serving.declare(systemActor, 'days', { model: 'm', log: { retentionDays: 10 } });
  await stack.serving.declare(systemActor, 'bytes', { model: 'm', log: { maxBytes: 1 } });
  await stack.serving.declare(systemActor, 'gone', { model: 'm' });
});
afterAll(() => stack.dispose());

describe('retention', () => {
  test('keeps a row to the last millisecond of its days, then deletes row, label, values and file', async () => {
    await ask('days', 'old');
    clock.set(start + dayMs);
    await ask('days', 'young');
    const files = await filesOf();
    expect(files).toBeGreaterThan(1);
    clock.set(start + 10 * dayMs);
    await stack.serving.predictionLog.dropOld();
    expect(await idsOf('days')).toEqual(['young.0', 'old.0']);
    clock.set(start + 10 * dayMs + 1);
    await stack.serving.predictionLog.dropOld();
    expect(await idsOf('days')).toEqual(['young.0']);
    expect(await filesOf()).toBe(files - 1);
    expect(await stack.serving.countLabels('days', [{ from: 0, to: Number.MAX_SAFE_INTEGER }])).toEqual([1]);
    await expect(stack.serving.prediction('old.0')).rejects.toMatchObject({ code: 'not_found' });
    expect(await stack.serving.prediction('young.0')).toMatchObject({ label: 1, values: { reward: 2 } });
  });

  test('by bytes takes the oldest first, and with them their labels', async () => {
    await ask('bytes', 'b1');
    await stack.serving.predictionLog.dropOld();
    expect(await idsOf('bytes')).toEqual([]);
    expect(await stack.serving.countLabels('bytes', [{ from: 0, to: Number.MAX_SAFE_INTEGER }])).toEqual([0]);
    await stack.serving.declare(systemActor, 'bytes', { model: 'm', log: { maxBytes: 1_000_000 } });
    await ask('bytes', 'b2');
    clock.set(clock.now() + 1);
    await ask('bytes', 'b3');
    await stack.serving.predictionLog.dropOld();
    expect(await idsOf('bytes')).toEqual(['b3.0', 'b2.0']);
    await stack.serving.declare(systemActor, 'bytes', { model: 'm', log: { maxBytes: 12_000 } });
    await stack.serving.predictionLog.dropOld();
    const left = await idsOf('bytes');
    expect([['b3.0'], ['b3.0', 'b2.0']]).toContainEqual(left);
  });

  test('also deletes what removed endpoints have left, and what was put apart', async () => {
    await ask('gone', 'g');
    const stream = Readable.from([Buffer.from('{"predictionId":"nobody.0","label":1}')]);
    const { quarantine } = await stack.serving.predictionLog.load(systemActor, { form: 'ndjson', stream });
    await stack.serving.undeclare(systemActor, 'gone');
    clock.set(clock.now() + 90 * dayMs);
    await stack.serving.predictionLog.dropOld();
    expect(await stack.serving.prediction('g.0')).toMatchObject({ endpoint: 'gone' });
    expect(await stack.serving.predictionLog.quarantine(quarantine!.id)).toMatchObject({ bytes: quarantine!.bytes });
    clock.set(clock.now() + 1);
    await stack.serving.predictionLog.dropOld();
    await expect(stack.serving.prediction('g.0')).rejects.toMatchObject({ code: 'not_found' });
    await expect(stack.serving.predictionLog.quarantine(quarantine!.id)).rejects.toMatchObject({ code: 'not_found' });
  });
});
