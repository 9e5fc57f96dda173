import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holders, holdNothing } from '../../src/app/garbage/holders.ts';
import { openSqlite } from '../support/databases.ts';
import { openServer } from '../support/in-process.ts';
import { seed } from '../support/seed.ts';

test('every table of the database is known to hold content, or not to', async () => {
  const { database, dispose } = await openSqlite();
  const { rows } = await sql<{ name: string }>`select name from sqlite_master where type = 'table'`.execute(
    database.query,
  );
  const isKnown = (name: string) =>
    name in holders ||
    holdNothing.some((start) => name === start || name.startsWith(start.endsWith('_') ? start : `${start}_`));
  expect(rows.map((row) => row.name).filter((name) => !isKnown(name))).toEqual([]);
  for (const [table, { key, columns }] of Object.entries(holders)) {
    await sql`select ${sql.join([...key, ...columns].map((name) => sql.ref(name)))} from ${sql.table(table)}`.execute(
      database.query,
    );
  }
  await dispose();
});

describe('garbage collection', () => {
  let server: Awaited<ReturnType<typeof openServer>>;
  beforeAll(async () => {
    server = await openServer({ allowPrivateAddresses: true }, { environment: process.env });
    await seed(server.call);
  });
  afterAll(() => server.close());

  const collect = async (options: object) => {
    const { status, body } = await server.call('POST', 'garbage', options);
    expect(status).toBe(200);
    return body;
  };
  const contents = async () =>
    (await readdir(join(server.home, 'objects'), { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );

  test('what nothing refers to goes once it is old enough; all the rest stays readable', async () => {
    const finished = async () =>
      (await server.call('GET', 'pipeline-runs?pipeline=p1')).body.items.map((run: { status: string }) => run.status);
    await expect.poll(finished, { timeout: 30_000 }).toEqual(['succeeded', 'succeeded']);
    const { body } = await server.call('POST', 'uploads', 'nobody wants this');
    expect(await collect({})).toMatchObject({ unused: 0 });
    expect(await collect({ dryRun: true, minAgeMs: 0 })).toMatchObject({
      dryRun: true,
      unusedBytes: expect.any(Number),
    });
    const before = await contents();
    expect(before.some((file) => body.digest.endsWith(file.name))).toBe(true);
    const done = await collect({ minAgeMs: 0 });
    expect(done.unused).toBeGreaterThan(0);
    expect((await contents()).some((file) => body.digest.endsWith(file.name))).toBe(false);

    for (const path of [
      'datasets/d1/versions/1/rows',
      'datasets/d1/versions/2/rows',
      'models/m1/versions/1',
      'endpoints/ep1',
      'pipeline-runs?pipeline=p1',
    ]) {
      expect((await server.call('GET', path)).status, path).toBe(200);
    }
    const { body: runs } = await server.call('POST', 'runs/search', { experiments: ['e1'] });
    const files = await Promise.all(
      runs.items.map((run: { id: string }) => server.call('GET', `runs/${run.id}/artifacts`)),
    );
    const holder = runs.items[files.findIndex(({ body: list }) => list.items.length > 0)];
    expect((await server.call('GET', `runs/${holder.id}/artifacts/a.txt`)).status).toBe(200);
    const again = await openServerOn(server);
    expect(again).toBe(200);
    expect(await collect({ minAgeMs: 0 })).toMatchObject({ unused: 0 });
  });

  test('purging a run frees its files, but not those whose content something else keeps', async () => {
    const { body: run } = await server.call('POST', 'runs', { experiment: 'e1' });
    const { body: other } = await server.call('POST', 'runs', { experiment: 'e1' });
    for (const id of [run.id, other.id]) await server.call('PUT', `runs/${id}/artifacts/both.txt`, 'held twice');
    await server.call('PUT', `runs/${run.id}/artifacts/own.txt`, 'held once only');
    expect((await server.call('POST', 'purge', { runs: [run.id] })).status).toBe(409);
    await server.call('DELETE', `runs/${run.id}`);
    expect((await server.call('POST', 'purge', { runs: [run.id] })).body).toMatchObject({ runs: 1, artifacts: 2 });
    expect(await collect({ minAgeMs: 0 })).toMatchObject({ unused: 1, unusedBytes: 14 });
    expect((await server.call('GET', `runs/${other.id}/artifacts/both.txt`)).status).toBe(200);
  });
});

/** Whether the endpoint answers: its model was not cleared away. */
async function openServerOn(server: Awaited<ReturnType<typeof openServer>>): Promise<number> {
  return (await server.call('POST', 'endpoints/ep1/predict', { rows: [{ a: 1, b: 2 }] })).status;
}
