import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { parseJson } from '../../../kernel/json.ts';
import { newChunk, writeId } from './log-chunk.ts';
import { decodeChunks, encodeChunk } from './log-frames.ts';
import { PredictionLog } from './prediction-log.ts';

const source = {
  endpoint: 'e',
  model: 'm',
  version: 1,
  variant: 'champion',
  shadow: false,
  features: { numbers: ['x'], strings: ['s'] },
  outputs: { numbers: ['y'], strings: [] },
  score: 'y',
  probabilities: [],
  classes: null,
};

describe('frames', () => {
  test('come back as they were; a torn or spoilt tail is left out', () => {
    const chunk = newChunk(source, 2);
    writeId(chunk, 'r', { row: 0, rows: 2 });
    chunk.ids = chunk.ids.subarray(0, 1);
    chunk.rowIndex.set([0, 1]);
    chunk.numbers.set([Number.NaN, 2.5]);
    chunk.strings[1] = 'ä';
    const bytes = Buffer.concat(encodeChunk(chunk));
    expect(decodeChunks(bytes)).toEqual({ chunks: [chunk], tornBytes: 0 });
    const torn = Buffer.concat([bytes, bytes.subarray(0, bytes.length - 3)]);
    expect(decodeChunks(torn)).toEqual({ chunks: [chunk], tornBytes: bytes.length - 3 });
    const spoilt = Buffer.concat([bytes, bytes]);
    spoilt[spoilt.length - 1]! ^= 1;
    expect(decodeChunks(spoilt).chunks).toHaveLength(1);
  });
});

interface Reply {
  predictions: { predictionId: string }[];
}

let stack: ServingStack;
const ask = async (endpoint: string, rows: unknown[], more: { id?: string; at?: string } = {}) => {
  const call = { endpoint, requestId: `auto-${Math.random()}`, headers: {}, actor: systemActor };
  const reply = parseJson(await stack.serving.predict({ ...call, body: { rows, ...more } })) as never as Reply;
  return reply.predictions.map((one) => one.predictionId);
};

beforeAll(async () => {
  stack = await openServing();
  await stack.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.serving.declare(systemActor, 'e', { model: 'm' });
  await stack.serving.declare(systemActor, 'private', { model: 'm', log: { drop: ['b'] } });
  await stack.serving.declare(systemActor, 'half', { model: 'm', log: { sample: 0.5 } });
});
afterAll(() => stack.dispose());

describe('the log', () => {
  test('has features, outputs, score and times, from memory and from Parquet alike', async () => {
    const [id] = await ask(
      'e',
      [
        { a: 0.5, b: null },
        { a: 2, b: 1 },
      ],
      { id: 'one', at: '2001-01-02T00:00:00Z' },
    );
    await ask('e', [{ a: 3, b: 1 }], { id: 'two', at: '2001-01-03T00:00:00Z' });
    const query = { endpoint: 'e', from: Date.parse('2001-01-01'), to: Date.parse('2001-02-01') };
    const fresh = await stack.serving.observations(query);
    const found = await stack.serving.prediction(id!);
    await stack.serving.compactLog();
    expect(await stack.serving.observations(query)).toEqual(fresh);
    expect(await stack.serving.prediction(id!)).toEqual(found);
    expect(fresh.predictionId).toEqual(['one.0', 'one.1', 'two.0']);
    expect(fresh.features).toEqual({
      a: { type: 'number', values: Float64Array.of(0.5, 2, 3) },
      b: { type: 'number', values: Float64Array.of(Number.NaN, 1, 1) },
    });
    expect(fresh.score[1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 6);
    expect(found).toMatchObject({
      at: '2001-01-02T00:00:00.000Z',
      features: { a: 0.5, b: null },
      version: 1,
      code: 200,
    });
    await expect(stack.serving.prediction('one.7')).rejects.toMatchObject({ code: 'not_found' });
    const sampled = await stack.serving.observations({ ...query, limit: 2, features: [] });
    expect([sampled.rows, sampled.matched, Object.keys(sampled.features)]).toEqual([2, 3, []]);
  });

  test('leaves out dropped columns, samples by the id, and keeps refused requests as such', async () => {
    await ask('private', [{ a: 1, b: 1 }]);
    await ask('private', [{ a: 1 }]).catch(() => {});
    const kept = await stack.serving.observations({ endpoint: 'private' });
    expect(Object.keys(kept.features)).toEqual(['a']);
    expect([...kept.code]).toEqual([200, 400]);
    for (let i = 0; i < 200; i++) await ask('half', [{ a: 1, b: 1 }], { id: `id-${i}` });
    const { rows } = await stack.serving.observations({ endpoint: 'half' });
    expect(rows).toBeGreaterThan(60);
    expect(rows).toBeLessThan(140);
  });

  test('a log that cannot keep up drops and counts, and never blocks', async () => {
    const sink = { hasFile: async () => false, keep: async () => {} };
    const log = new PredictionLog({
      folder: join(stack.folder, 'small'),
      sink,
      onError: () => {},
      maxBufferedBytes: 300,
    });
    const target = {
      source,
      plan: { numbers: 0, strings: 0 },
      numberPlaces: [],
      stringPlaces: [],
      outputs: [],
    } as never;
    const entry = { target, requestId: 'r', rows: 2, at: 1, loggedAt: 1, latencyMs: 1, code: 200, propensity: 1 };
    log.add(entry);
    log.add(entry);
    expect([log.bufferedRows, log.droppedRows]).toEqual([2, 2]);
    await log.close();
  });
});

describe('feedback', () => {
  test('is taken before the log is written, after it is Parquet, twice, late, and in bulk', async () => {
    const [id] = await ask('e', [{ a: 1, b: 1 }]);
    const first = await stack.serving.feedback(systemActor, [{ predictionId: id!, label: 1 }]);
    expect(first).toEqual({ accepted: 1, changed: 0, unknown: [], unknownCount: 0 });
    await stack.serving.compactLog();
    const late = [
      { predictionId: id!, label: 1 },
      { predictionId: 'nobody.0', label: 1 },
      { predictionId: 'one.1', label: true, at: '2001-01-09T00:00:00Z' },
      { predictionId: id!, label: 0 },
    ];
    const second = await stack.serving.feedback(systemActor, late);
    expect(second).toMatchObject({ accepted: 2, changed: 1, unknown: [{ row: 1, predictionId: 'nobody.0' }] });
    expect(await stack.serving.prediction(id!)).toMatchObject({ label: 0 });
    const joined = await stack.serving.observations({ endpoint: 'e', to: Date.parse('2002-01-01') });
    expect([...joined.label]).toEqual([Number.NaN, 1, Number.NaN]);
    expect(joined.labelledAt[1]).toBe(Date.parse('2001-01-09'));
    const [event] = await stack.ledger.read({ types: ['feedback.received'], newestFirst: true, limit: 1 });
    expect(event!.data).toEqual({ endpoints: ['e'], accepted: 2, changed: 1, unknown: 1 });
  });

  test('becomes a dataset version with its features', async () => {
    const request = { endpoint: 'e', dataset: 'labelled', labelColumn: 'late', timeColumn: 'at' };
    const made = await stack.serving.exportLabelled(systemActor, request);
    expect(made.rows).toBe(2);
    const { items } = await stack.data.rows('labelled', { limit: 10 });
    expect(items).toHaveLength(2);
    expect(JSON.stringify(items[0])).toContain('2001-01-02');
    await expect(stack.serving.exportLabelled(systemActor, { endpoint: 'half', dataset: 'x' })).rejects.toMatchObject({
      code: 'invalid_input',
    });
  });
});

describe('a crash', () => {
  test('loses nothing that was synced; the torn end is dropped', async () => {
    const before = (await stack.serving.observations({ endpoint: 'e' })).rows;
    const ids = await ask('e', [{ a: 4, b: 4 }], { id: 'last' });
    await stack.serving.observations({ endpoint: 'e' });
    const folder = join(stack.folder, 'predictions', 'wal');
    const [file] = (await readdir(folder)).filter((name) => name.endsWith('.wal'));
    const bytes = await readFile(join(folder, file!));
    await stack.close();
    await writeFile(join(folder, file!), Buffer.concat([bytes, bytes.subarray(0, 100)]));
    stack = await openServing({ folder: stack.folder });
    expect((await stack.serving.observations({ endpoint: 'e' })).rows).toBe(before + 1);
    const known = await stack.serving.feedback(systemActor, [{ predictionId: ids[0]!, label: 1 }]);
    expect(known.accepted).toBe(1);
  });
});
