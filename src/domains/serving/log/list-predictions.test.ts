import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { createEngine, parquetScan } from '../../../engine/index.ts';
import { systemActor } from '../../../kernel/actor.ts';
import type { LoggedPrediction } from '../schema.ts';
import { predictionFilterSchema } from './predictions-schema.ts';

let stack: ServingStack;
const day = (number: number) => `2001-01-${String(number).padStart(2, '0')}T00:00:00Z`;

async function ask(id: string, at: string, rows: unknown[] = [{ a: 1, b: 2 }]): Promise<void> {
  const call = { endpoint: 'e', requestId: id, headers: {}, actor: systemActor };
  await stack.serving.predict({ ...call, body: { rows, id, at } }).catch(() => {});
}

/** All pages of a list, at most `limit` rows each. */
async function listAll(filter: Record<string, unknown>): Promise<LoggedPrediction[]> {
  const all: LoggedPrediction[] = [];
  let pageToken: string | undefined;
  do {
    const page = await stack.serving.predictionLog.list('e', predictionFilterSchema.parse({ ...filter, pageToken }));
    all.push(...page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return all;
}
const idsOf = async (filter: Record<string, unknown>) => (await listAll(filter)).map((one) => one.predictionId);

beforeAll(async () => {
  stack = await openServing();
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.register('m', logisticModel({ a: 2, b: -1, bias: 0 }));
  const variants = [{ name: 'dark', version: 2, shadow: true }];
  await stack.serving.declare(systemActor, 'e', { model: 'm', variants });
  // Three files of Parquet whose times overlap, and rows that are still in memory.
  for (const file of [0, 1, 2]) {
    for (let at = 0; at < 4; at++)
      await ask(`f${file}-${at}`, day(1 + file + 3 * at), [
        { a: 1, b: 2 },
        { a: 3, b: 4 },
      ]);
    await stack.serving.compactLog();
  }
  await ask('fresh', day(5));
  await ask('wrong', day(6), [{ a: 'x', b: 1 }]);
});
afterAll(() => stack.dispose());

describe('the list of predictions', () => {
  test('is newest first, the same whatever the page, with shadows beside what they follow', async () => {
    const rows = 3 * 4 * 2 * 2 + 2 + 1;
    // Shadows answer after the reply.
    await expect.poll(async () => (await listAll({ limit: 1000 })).length).toBe(rows);
    const whole = await listAll({ limit: 1000 });
    const times = whole.map((one) => one.at);
    expect(times).toEqual([...times].sort().reverse());
    for (const limit of [1, 3, 7]) expect(await listAll({ limit })).toEqual(whole);
    expect(whole.filter((one) => one.predictionId === 'f1-1.0').map((one) => one.variant)).toEqual([
      'dark',
      'champion',
    ]);
    const champion = whole.find((one) => one.predictionId === 'f1-1.1' && !one.shadow);
    expect(champion).toEqual(await stack.serving.prediction('f1-1.1'));
  });

  test('is narrowed by time, version, variant, shadow, code and id', async () => {
    const plain = { limit: 2, shadow: 'false' };
    expect(await idsOf({ ...plain, from: day(5), to: day(6) })).toEqual(['fresh.0', 'f1-1.1', 'f1-1.0']);
    expect(await idsOf({ ...plain, id: 'f2-' })).toHaveLength(8);
    expect(await idsOf({ ...plain, id: 'f2-3.1' })).toEqual(['f2-3.1']);
    expect(await idsOf({ limit: 5, version: 2, id: 'f0-0' })).toEqual(['f0-0.1', 'f0-0.0']);
    expect(await idsOf({ limit: 5, variant: 'dark', shadow: false })).toEqual([]);
    expect(await idsOf({ limit: 5, code: 400 })).toEqual(['wrong.0']);
    await expect(stack.serving.predictionLog.list('nobody', predictionFilterSchema.parse({}))).rejects.toMatchObject({
      code: 'not_found',
    });
  });

  test('tells what has a label from what has none', async () => {
    const items = ['f0-0.0', 'f2-3.1', 'fresh.0'].map((predictionId) => ({ predictionId, label: 1 }));
    await stack.serving.feedback(systemActor, items);
    const plain = { limit: 2, shadow: false };
    expect(await idsOf({ ...plain, labelled: true })).toEqual(['f2-3.1', 'fresh.0', 'f0-0.0']);
    expect(await idsOf({ ...plain, labelled: false })).toHaveLength(3 * 4 * 2 + 2 - 3);
    expect((await listAll({ limit: 1, id: 'fresh' }))[0]).toMatchObject({ label: 1 });
  });
});

describe('a file of predictions', () => {
  const read = async (format: 'ndjson' | 'csv' | 'parquet', filter = {}) => {
    const stream = await stack.serving.predictionLog.export('e', { format, shadow: false, ...filter });
    return Buffer.concat(await stream.toArray());
  };

  test('has every row of the list, as JSON lines, CSV and Parquet', async () => {
    const list = await listAll({ limit: 1000, shadow: false });
    const lines = (await read('ndjson')).toString().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(list);
    const [header, ...cells] = (await read('csv')).toString().trim().split('\n');
    expect(header!.split(',')).toEqual(expect.arrayContaining(['predictionId', 'feature.a', 'output.probabilities.1']));
    expect(cells).toHaveLength(list.length);
    const path = join(stack.folder, 'export.parquet');
    await writeFile(path, await read('parquet', { limit: 4 }));
    const engine = createEngine({ threads: 1 });
    const scan = parquetScan([path]);
    const rows = await engine.query(`SELECT "predictionId", "feature.a"::DOUBLE AS a FROM ${scan}`);
    await engine.close();
    expect(rows).toEqual(list.slice(0, 4).map((one) => ({ predictionId: one.predictionId, a: one.features.a })));
    expect(await readdir(join(stack.folder, 'predictions', 'exports'))).toEqual([]);
  });

  test('keeps ids that look like numbers as text, and has its columns without a row', async () => {
    const call = { endpoint: 'e', requestId: '42', headers: {}, actor: systemActor };
    await stack.serving.predict({ ...call, body: { rows: [{ a: 1, b: 2 }] } });
    const path = join(stack.folder, 'ids.parquet');
    const engine = createEngine({ threads: 1 });
    const ids = `SELECT "predictionId", "requestId", "at"::VARCHAR AS "at" FROM ${parquetScan([path])}`;
    await writeFile(path, await read('parquet', { id: '42.' }));
    expect(await engine.query(ids)).toMatchObject([{ predictionId: '42.0', requestId: '42' }]);
    await writeFile(path, await read('parquet', { id: 'nobody' }));
    expect(await engine.query(ids)).toEqual([]);
    await engine.close();
    expect((await read('csv', { id: 'nobody' })).toString()).toMatch(/^predictionId,requestId,row,at,/);
  });
});

describe('a wrong question', () => {
  test.each([
    [{ limit: 0 }, 'limit'],
    [{ from: 'yesterday' }, 'from'],
    [{ version: 'x' }, 'version'],
    [{ code: 42 }, 'code'],
    [{ labelled: 'perhaps' }, 'labelled'],
    [{ id: '' }, 'id'],
  ])('%j is refused', (filter, field) => {
    const parsed = predictionFilterSchema.safeParse(filter);
    expect(parsed.error?.issues[0]?.path).toEqual([field]);
  });

  test('a page token of another list is refused', async () => {
    const filter = predictionFilterSchema.parse({ pageToken: 'abc' });
    await expect(stack.serving.predictionLog.list('e', filter)).rejects.toMatchObject({ code: 'invalid_page_token' });
  });
});
