import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { type KillableServing, newKillableServing } from '../../../../test/support/killable-serving.ts';
import { openServing } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { createEngine } from '../../../engine/index.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { systemClock } from '../../../kernel/clock.ts';
import type { Batch } from './batch-schema.ts';

let server: KillableServing;

afterEach(() => server.dispose());

test('kill -9 in a batch: the next server goes on behind the parts that were scored, and every row is there once', async () => {
  server = await newKillableServing();
  const { folder } = server;
  const rows = 1_200_000;
  const engine = createEngine({ threads: 1, tempFolder: join(folder, 'engine') });
  const file = join(folder, 'input.parquet');
  await engine.writeParquet(file, { sql: `SELECT i AS id, (i % 10)::FLOAT AS a, 1.0 AS b FROM range(${rows}) t(i)` });
  const before = await openServing({ folder, background: false });
  await before.register('m', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await before.serving.declare(systemActor, 'e', { model: 'm' });
  const request = { source: { files: [file] }, keep: ['id'] };
  const { id } = await before.serving.batches.start(systemActor, { endpoint: 'e', request });
  await before.close();

  const url = await server.start();
  const done = async () => ((await (await fetch(`${url}/api/v1/batch-predictions/${id}`)).json()) as Batch).rows;
  while ((await done()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await server.kill();
  const parts = join(folder, 'predictions', 'batches', id);
  const scored = () => readdirSync(parts).filter((name) => /^part-[\d-]+\.parquet$/.test(name));
  const kept = scored().map((name) => ({ name, at: statSync(join(parts, name)).mtimeMs }));
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThan(5);

  // The dead server's lease is over by then.
  const after = await openServing({ folder, clock: { ...systemClock, now: () => Date.now() + 120_000 } });
  try {
    const look = () => after.serving.batches.find(id);
    await expect.poll(async () => (await look()).rows, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0);
    for (const { name, at } of kept.filter(() => scored().length > 0)) {
      expect(statSync(join(parts, name), { throwIfNoEntry: false })?.mtimeMs ?? at).toBe(at);
    }
    await expect.poll(async () => (await look()).endedAt, { timeout: 40_000 }).toBeTruthy();
    const batch = await look();
    expect(batch).toMatchObject({ state: 'succeeded', rows });
    const result = join(folder, 'result.parquet');
    const { writeFile } = await import('node:fs/promises');
    await writeFile(result, await after.serving.batches.open(batch.result!.file!.digest));
    const [sum] = await engine.query(
      `SELECT count(*)::DOUBLE AS n, count(DISTINCT id)::DOUBLE AS ids,
        bool_and(abs(probability_1 - 1 / (1 + exp(1 - id % 10))) < 1e-5) AS fits FROM read_parquet('${result}')`,
    );
    expect(sum).toEqual({ n: rows, ids: rows, fits: true });
  } finally {
    await after.close();
    await engine.close();
  }
}, 90_000);
