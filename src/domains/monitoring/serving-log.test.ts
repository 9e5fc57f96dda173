import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../test/support/serving.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { logisticModel } from '../../../test/support/test-models.ts';
import { connect } from '../../database/connect.ts';
import type { Database } from '../../database/database.ts';
import { systemActor } from '../../kernel/actor.ts';
import { isoTime } from '../../kernel/clock.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Monitoring } from './faces.ts';
import { createMonitoring } from './service.ts';
import { columnOf } from './window-rows.ts';

const hour = 3_600_000;
const start = Date.parse('2001-02-05T00:00:00Z');

let stack: ServingStack;
let database: Database;
let spine: Spine;
let monitoring: Monitoring;

beforeAll(async () => {
  stack = await openServing();
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.serving.declare(systemActor, 'e', { model: 'm' });
  database = await connect(join(stack.folder, 'tidemill.db'));
  spine = createSpine(database);
  const unused = async () => Promise.reject(new Error('not part of this test'));
  monitoring = createMonitoring({
    database,
    ...spine,
    references: { profile: async () => undefined },
    pipelines: { start: unused, run: unused, runs: unused },
    serving: stack.serving,
    registry: stack.registry,
    everyMs: 20,
  });
  spine.background.start();
});
afterAll(async () => {
  await spine.background.stop();
  await database.close();
  await stack.dispose();
  expect([...spine.errors, ...stack.errors]).toEqual([]);
});

/** Asks for 100 rows at an event time; the ids of the predictions. */
async function ask(at: number, shift: number): Promise<string[]> {
  const rows = Array.from({ length: 100 }, (_, i) => ({ a: i / 100 + shift, b: 0.5 }));
  const call = { endpoint: 'e', requestId: `r-${at}`, headers: {}, actor: systemActor };
  const reply = parseJson(await stack.serving.predict({ ...call, body: { rows, id: `r-${at}`, at: isoTime(at) } }));
  return (reply as unknown as { predictions: { predictionId: string }[] }).predictions.map((one) => one.predictionId);
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test("serving's own log: windows close on replayed time, drift is found, feedback re-states", async () => {
  const window = { by: 'time', sizeMs: hour };
  const first = { from: 'window', fromAt: isoTime(start), toAt: isoTime(start + hour) };
  await monitoring.monitors.declare(systemActor, 'drift', { endpoint: 'e', kind: 'drift', window, reference: first });
  const checks = [{ metric: 'roc_auc_score', min: 0.6 }];
  const performance = { endpoint: 'e', kind: 'performance', window, reference: first, checks };
  await monitoring.monitors.declare(systemActor, 'performance', performance);
  const ids = [...(await ask(start, 0)), ...(await ask(start + hour / 2, 0))];
  await ask(start + hour, 3);
  await ask(start + 2 * hour, 0);
  const list = (monitor: string, revisions = false) => monitoring.monitors.runs({ monitor, revisions, limit: 10 });
  const drift = await until(async () => {
    const { items } = await list('drift');
    return items.length === 2 ? items : undefined;
  });
  expect(drift).toMatchObject([
    { status: 'breached', rows: 100, model: 'm', version: 1, windowFromAt: start + hour },
    { status: 'ok', rows: 200, windowFromAt: start },
  ]);
  await until(async () => ((await list('performance')).items.length === 2 ? true : undefined));
  const labels = ids.map((predictionId, i) => ({ predictionId, label: i % 100 >= 50 ? 1 : 0 }));
  await stack.serving.feedback(systemActor, labels);
  const restated = await until(async () => {
    const { items } = await list('performance', true);
    return items.find((run) => run.revision === 2);
  });
  expect(restated).toMatchObject({ status: 'ok', labels: 200, values: [{ series: 'roc_auc_score', value: 1 }] });
});

test('truth values that were logged as numbers are read as the reference names them', () => {
  const observed = { type: 'number' as const, values: Float64Array.of(1, 0, Number.NaN) };
  const index = Int32Array.of(0, 1, 2);
  const truths = columnOf(observed, index, { type: 'category', categories: ['false', 'true'] });
  expect(truths).toEqual({ type: 'category', codes: Int32Array.of(0, 1, -1), categories: ['true', 'false'] });
  const numbers = columnOf(observed, index, { type: 'category', categories: ['0', '1'] });
  expect(numbers).toMatchObject({ categories: ['1', '0'] });
});
