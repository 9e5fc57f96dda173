import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { connect } from '../../../database/connect.ts';
import { systemActor } from '../../../kernel/actor.ts';
import type { ServingTables } from '../tables.ts';

let folder: string;
let stack: ServingStack;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-experiment-'));
  stack = await open();
});
afterAll(async () => {
  await stack.close();
  await rm(folder, { recursive: true, force: true });
});

// Small files, so that the log is of many parts; no task in the background, so that only reports look.
const open = () => openServing({ folder, segmentRows: 40, background: false });

async function ask(from: number, to: number): Promise<string[]> {
  const call = { endpoint: 'e', requestId: 'r', headers: {}, actor: systemActor };
  const ids: string[] = [];
  for (let i = from; i < to; i++) {
    await stack.serving.predict({ ...call, body: { rows: [{ a: i % 7, b: 1 }], id: `q${i}` } });
    ids.push(`q${i}.0`);
  }
  return ids;
}

test('a report is the same from memory, from files, after a restart, and without the files; late labels are added once', async () => {
  await stack.register('m', logisticModel({ a: 1, b: 0, bias: 0 }), 'champion');
  const version = await stack.register('m', logisticModel({ a: 0, b: 1, bias: 0 }));
  await stack.serving.declare(systemActor, 'e', { model: 'm' });
  const spec = { arms: [{ name: 'champion' }, { name: 'b', version }], metric: { kind: 'label' }, minSamples: 10 };
  const { id } = await stack.serving.experiments.start(systemActor, 'e', spec);
  const sums = async () => {
    const { arms } = await stack.serving.experiments.report(id);
    return arms.map(({ requests, measured, mean }) => ({ requests, measured, mean }));
  };
  const ids = await ask(0, 100);
  await stack.serving.feedback(
    systemActor,
    ids.slice(0, 50).map((predictionId, i) => ({ predictionId, label: i % 3 })),
  );
  const inMemory = await sums();
  expect(inMemory.map((arm) => arm.requests).reduce((a, b) => a + b)).toBe(100);
  expect(inMemory.map((arm) => arm.measured).reduce((a, b) => a + b)).toBe(50);
  await stack.serving.compactLog();
  expect(await sums()).toEqual(inMemory);
  await stack.close();
  stack = await open();
  expect(await sums()).toEqual(inMemory);
  expect((await stack.serving.endpoint('e')).experimentId).toBe(id);
  // More rows, more labels, one of them corrected.
  ids.push(...(await ask(100, 160)));
  await stack.serving.feedback(
    systemActor,
    ids.map((predictionId, i) => ({ predictionId, label: i % 2 })),
  );
  const all = await sums();
  expect(all.map((arm) => arm.measured).reduce((a, b) => a + b)).toBe(160);
  const total = all.reduce((sum, arm) => sum + arm.measured * arm.mean!, 0);
  expect(total).toBeCloseTo(80, 9);
  await stack.serving.compactLog();
  expect(await sums()).toEqual(all);
  // What has passed its retention is gone from the log, not from the experiment: parts of a file, and whole ones.
  const database = await connect(join(folder, 'tidemill.db'));
  const log = database.query.withTables<ServingTables>();
  await log.deleteFrom('prediction_segment').where('version', '=', version).execute();
  expect(await sums()).toEqual(all);
  await log.deleteFrom('prediction_segment').execute();
  await database.close();
  expect((await stack.serving.observations({ endpoint: 'e' })).rows).toBe(0);
  expect(await sums()).toEqual(all);
  await stack.serving.experiments.stop(systemActor, { id });
  expect(await sums()).toEqual(all);
  expect(stack.errors).toEqual([]);
});

test('a guard that tripped at the last look is told together with the end', async () => {
  await stack.register('g', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  const version = await stack.register('g', logisticModel({ a: 1, b: 1, bias: 0, breaks: true }));
  await stack.serving.declare(systemActor, 'g', { model: 'g' });
  const arms = [{ name: 'champion' }, { name: 'b', version }];
  const guards = [{ metric: 'error-rate', absolute: 0 }];
  const spec = { arms, guards, onGuard: 'tell', metric: { kind: 'label' } };
  const { id } = await stack.serving.experiments.start(systemActor, 'g', spec);
  for (let i = 0; i < 40; i++) {
    const body = { rows: [{ a: 500, b: 0 }], id: `g${i}` };
    await stack.serving
      .predict({ endpoint: 'g', requestId: 'r', headers: {}, actor: systemActor, body })
      .catch(() => {});
  }
  await stack.serving.experiments.stop(systemActor, { id });
  const events = await stack.ledger.read({ limit: 10, subject: { kind: 'endpoint-experiment', id } });
  expect(events.map(({ type }) => type.split('.')[1])).toEqual(['started', 'guard-tripped', 'ended']);
});
