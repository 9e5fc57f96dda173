import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { echoModel, logisticModel } from '../../../../test/support/test-models.ts';
import { createEngine, type Engine, type Row } from '../../../engine/index.ts';
import type { Server } from '../../../http/server.ts';
import { systemActor } from '../../../kernel/actor.ts';
import type { Batch, BatchRequest } from './batch-schema.ts';
import { predictStep } from './batch-step.ts';

let stack: ServingStack;
let server: Server;
let engine: Engine;

const path = (name: string) => join(stack.folder, name);

async function parquet(name: string, sql: string): Promise<string> {
  await engine.writeParquet(path(name), { sql });
  return path(name);
}

async function ended(id: string): Promise<Batch> {
  await expect.poll(async () => (await stack.serving.batches.find(id)).endedAt, { timeout: 20_000 }).toBeTruthy();
  return stack.serving.batches.find(id);
}

const run = async (request: BatchRequest, endpoint = 'risk') =>
  ended((await stack.serving.batches.start(systemActor, { endpoint, request })).id);

async function rowsOf(batch: Batch): Promise<Row[]> {
  const response = await fetch(`${server.url}/api/v1/batch-predictions/${batch.id}/result`);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).toBe(batch.result!.file!.digest);
  await writeFile(path('result.parquet'), bytes);
  return engine.query(`SELECT * FROM read_parquet('${path('result.parquet')}')`);
}

async function badOf(batch: Batch): Promise<Row[]> {
  const response = await fetch(`${server.url}/api/v1/batch-predictions/${batch.id}/quarantine`);
  return (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

beforeAll(async () => {
  stack = await openServing();
  engine = createEngine({ threads: 1, tempFolder: path('test-temp') });
  await stack.register('risk-model', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.register('brittle', logisticModel({ a: 1, b: 1, bias: 0, breaks: true }), 'champion');
  await stack.register('echo', echoModel(), 'champion');
  await stack.serving.declare(systemActor, 'risk', { model: 'risk-model' });
  await stack.serving.declare(systemActor, 'brittle', { model: 'brittle' });
  await stack.serving.declare(systemActor, 'echo', { model: 'echo' });
  server = await stack.listen();
});
afterAll(async () => {
  await engine.close();
  await stack.dispose();
});

describe('scoring files', () => {
  test('Parquet: every row in its order, kept columns with their own types, the version', async () => {
    const file = await parquet(
      'many.parquet',
      `SELECT i::BIGINT AS id, (i % 7)::DOUBLE AS a, CASE WHEN i % 11 = 0 THEN NULL ELSE (i % 5)::FLOAT END AS b,
        DATE '2020-01-01' + (i % 100)::INTEGER AS day, (i / 4.0)::DECIMAL(12,3) AS price,
        TIMESTAMP '2020-01-01 00:00:00.000001' AS moment FROM range(20000) t(i)`,
    );
    const batch = await run({ source: { files: [file] }, keep: ['id', 'day', 'price', 'moment'] });
    expect(batch).toMatchObject({ state: 'succeeded', rows: 20_000, totalRows: 20_000, quarantinedRows: 0 });
    const rows = await rowsOf(batch);
    expect(rows).toHaveLength(20_000);
    for (const [i, row] of rows.entries()) {
      expect(Number(row['id'])).toBe(i);
      const expected = i % 11 === 0 ? Number.NaN : sigmoid((i % 7) - (i % 5));
      if (Number.isNaN(expected)) expect(row['probability_1']).toBeNaN();
      else expect(row['probability_1']).toBeCloseTo(expected, 6);
      expect(row['model_version']).toBe(1);
    }
    const types = await engine.query(`DESCRIBE SELECT * FROM read_parquet('${path('result.parquet')}')`);
    expect(types.map((row) => `${row['column_name']} ${row['column_type']}`)).toEqual([
      'id BIGINT',
      'day DATE',
      'price DECIMAL(12,3)',
      'moment TIMESTAMP',
      'label BIGINT',
      'probability_0 FLOAT',
      'probability_1 FLOAT',
      'model_version INTEGER',
    ]);
    const [same] = await engine.query(
      `SELECT count(*)::DOUBLE AS n FROM read_parquet('${path('result.parquet')}') r JOIN read_parquet('${file}') i USING (id, day, price, moment)`,
    );
    expect(same!['n']).toBe(20_000);
  });

  test('what the answers are is what the endpoint answers one by one', async () => {
    const file = path('few.ndjson');
    await writeFile(file, '{"a": 1, "b": 0.5}\n{"a": -2.25, "b": 3}\n');
    const rows = await rowsOf(await run({ source: { files: [file] } }));
    const online = JSON.parse(
      await stack.serving.predict({
        ...{ endpoint: 'risk', requestId: 'r', headers: {}, actor: systemActor },
        body: {
          rows: [
            { a: 1, b: 0.5 },
            { a: -2.25, b: 3 },
          ],
        },
      }),
    );
    expect(rows.map((row) => [row['probability_0'], row['probability_1']])).toEqual(
      online.predictions.map((one: { outputs: { probabilities: number[] } }) => one.outputs.probabilities),
    );
  });

  test('texts of CSV keep their zeroes, whole numbers beyond doubles are exact', async () => {
    const file = path('echo.csv');
    await writeFile(file, 'flag,count,text,x\ntrue,9007199254740993,007,1.5\nfalse,2,042,\n');
    const rows = await rowsOf(await run({ source: { files: [file] } }, 'echo'));
    expect(rows.map((row) => [row['flag_out'], row['count_out'], row['text_out'], row['x_out']])).toEqual([
      [true, 9007199254740993n, '007', 1.5],
      [false, 2, '042', Number.NaN],
    ]);
  });
});

describe('what cannot be scored', () => {
  test('is named before anything is queued where the columns are wrong', async () => {
    const start = (request: BatchRequest) => stack.serving.batches.start(systemActor, { endpoint: 'risk', request });
    const lacking = await parquet('lacking.parquet', 'SELECT 1.0 AS c');
    await expect(start({ source: { files: [lacking] } })).rejects.toThrow(
      "The input lacks the columns 'a', 'b'. The input has 'c'.",
    );
    const wrong = await parquet('wrong.parquet', "SELECT DATE '2020-01-01' AS a, 1.0 AS b");
    await expect(start({ source: { files: [wrong] } })).rejects.toThrow("'a' is DATE, the model takes numbers");
    const fine = await parquet('fine.parquet', 'SELECT 1.0 AS a, 1.0 AS b, 1 AS label');
    await expect(start({ source: { files: [fine] }, keep: ['id'] })).rejects.toThrow("lacks the column 'id'");
    await expect(start({})).rejects.toThrow('either `dataset` or `source`');
    const clash = await run({ source: { files: [fine] }, keep: ['label'] });
    expect(clash.error!.message).toContain("The column 'label' cannot be kept");
  });

  test('is put apart with its reason, or ends the job', async () => {
    const file = path('bad.csv');
    await writeFile(file, 'a,b\n1,2\nmany,3\n4,\n5,6\n');
    const batch = await run({ source: { files: [file] }, onBadRow: 'quarantine' });
    expect(batch).toMatchObject({ state: 'succeeded', rows: 4, quarantinedRows: 1 });
    expect(await rowsOf(batch)).toHaveLength(3);
    expect(await badOf(batch)).toEqual([
      { _row: 1, _reason: 'Column \'a\' has "many"; the model takes a number or null.', a: 'many', b: 3 },
    ]);
    const strict = await run({ source: { files: [file] } });
    expect(strict).toMatchObject({ state: 'failed', error: { code: 'invalid_data' } });
    expect(strict.error!.message).toContain('Row 1 cannot be scored. Column \'a\' has "many"');
    const counts = await parquet('counts.parquet', "SELECT true AS flag, 1.5 AS count, 'x' AS text, 1.0 AS x");
    const nulls = await run({ source: { files: [counts] }, onBadRow: 'quarantine' }, 'echo');
    expect((await badOf(nulls))[0]!['_reason']).toBe("Column 'count' has 1.5; the model takes a whole number.");
  });

  test('rows on which the model fails are found among those on which it does not', async () => {
    const file = await parquet(
      'brittle.parquet',
      'SELECT CASE WHEN i IN (17, 4000, 9000) THEN 500.0 ELSE 1.0 END AS a, 0.0 AS b FROM range(10000) t(i)',
    );
    const batch = await run({ source: { files: [file] }, onBadRow: 'quarantine' }, 'brittle');
    expect(batch).toMatchObject({ state: 'succeeded', quarantinedRows: 3 });
    const bad = await badOf(batch);
    expect(bad.map((row) => row['_row'])).toEqual([17, 4000, 9000]);
    expect(bad[0]!['_reason']).toContain('The model fails on it');
    expect(await rowsOf(batch)).toHaveLength(9997);
  });
});

describe('datasets', () => {
  test('a version becomes a version, with what it was made of and by', async () => {
    const file = await parquet('input.parquet', 'SELECT i AS id, i::DOUBLE AS a, 1.0 AS b FROM range(100) t(i)');
    const { version } = await stack.data.ingest(systemActor, { dataset: 'visits', source: { files: [file] } });
    const batch = await run({ dataset: 'visits@1', keep: ['id'], as: 'scored-visits' });
    expect(batch.result!.file).toBeUndefined();
    const made = await stack.data.resolve('scored-visits');
    expect(made).toMatchObject({ id: batch.result!.dataset!.versionId, rows: 100, parents: [version.id] });
    const { id: modelVersionId } = await stack.registry.versions.get('risk-model', 1);
    expect(made.producer).toEqual({
      scoring: { batchId: batch.id, endpoint: 'risk', model: 'risk-model', version: 1, modelVersionId },
    });
    const events = await stack.ledger.read({ subject: { kind: 'batch-prediction', id: batch.id }, limit: 10 });
    expect(events.map((event) => event.type)).toEqual(['batch-prediction.started', 'batch-prediction.succeeded']);
  });

  test('the pipeline step scores its input', async () => {
    const version = await stack.data.resolve('visits@1');
    const lines: string[] = [];
    const done = await predictStep(stack.serving.batches).run({
      params: { endpoint: 'risk', keep: ['id'], as: 'stepped', onBadRow: 'fail' },
      inputs: { dataset: { kind: 'dataset-version', id: version.id } },
      ...{ actor: systemActor, runId: 'run', stepName: 'score' },
      signal: new AbortController().signal,
      log: (line) => void lines.push(line),
    });
    expect(done.outputs.dataset).toMatchObject({ kind: 'dataset-version', name: 'stepped@1' });
    expect(done.metrics).toMatchObject({ rows: 100, quarantinedRows: 0 });
    expect((await stack.data.resolve('stepped')).producer).toMatchObject({ runId: 'run', stepName: 'score' });
    expect(lines[0]).toBe('risk: version 1 of risk-model.');
  });
});

test('one that was cancelled goes on under its key, and keeps what was scored', async () => {
  const file = await parquet('long.parquet', 'SELECT i::DOUBLE AS a, 1.0 AS b, i AS id FROM range(600000) t(i)');
  const request: BatchRequest = { source: { files: [file] }, keep: ['id'], key: 'mine' };
  const { batches } = stack.serving;
  const { id } = await batches.start(systemActor, { endpoint: 'risk', request });
  await expect.poll(async () => (await batches.find(id)).rows, { interval: 5, timeout: 20_000 }).toBeGreaterThan(0);
  await batches.cancel(systemActor, id);
  const folder = path(join('predictions', 'batches', id));
  const parts = readdirSync(folder).filter((name) => /^part-.*parquet$/.test(name));
  expect(parts.length).toBeGreaterThan(0);
  const before = await readFile(join(folder, parts[0]!));
  const again = await batches.start(systemActor, { endpoint: 'risk', request });
  expect(again.id).toBe(id);
  expect(before.length).toBeGreaterThan(0);
  const done = await ended(id);
  expect(done).toMatchObject({ state: 'succeeded', rows: 600_000 });
  await rowsOf(done);
  const [sum] = await engine.query(
    `SELECT count(DISTINCT id)::DOUBLE AS n, bool_and(abs(probability_1 - 1 / (1 + exp(1 - id))) < 1e-5) AS fits FROM read_parquet('${path('result.parquet')}')`,
  );
  expect(sum).toEqual({ n: 600_000, fits: true });
}, 60_000);
