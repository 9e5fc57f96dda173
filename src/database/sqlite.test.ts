import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { createDatabase, type Database, type Queries } from './database.ts';
import { migrate } from './migrate.ts';
import { sqliteDialect } from './sqlite.ts';

type Tables = { thing: { id: number; text: string; more?: string } };

let folder: string;
let path: string;
let database: Database;
const things = (queries: Queries = database.query) => queries.withTables<Tables>();
const put = (id: number, text = 'x', queries?: Queries) =>
  things(queries).insertInto('thing').values({ id, text }).execute();
const count = async () => (await things().selectFrom('thing').select('id').execute()).length;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-sqlite-'));
  path = join(folder, 'test.db');
  database = await connect(path);
  await sql`create table thing (id integer primary key, text text not null)`.execute(database.query);
});
afterEach(async () => {
  await database.close().catch(() => {});
  await rm(folder, { recursive: true, force: true });
});

describe('SQLite', () => {
  test('is opened with a write-ahead log, foreign keys and one file', async () => {
    const pragma = async (name: string) =>
      Object.values((await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(database.query)).rows[0]!)[0];
    expect(await pragma('journal_mode')).toBe('wal');
    expect(await pragma('foreign_keys')).toBe(1);
    await expect(connect(':memory:')).rejects.toMatchObject({ code: 'invalid_setting' });
  });

  test('cached statements follow the schema', async () => {
    const all = () => things().selectFrom('thing').selectAll().execute();
    await put(1);
    expect(await all()).toEqual([{ id: 1, text: 'x' }]);
    await sql`alter table thing add column more text default 'new'`.execute(database.query);
    expect(await all()).toEqual([{ id: 1, text: 'x', more: 'new' }]);
    await put(2);
    await sql`drop table thing`.execute(database.query);
    await expect(all()).rejects.toThrow('no such table');
    await sql`create table thing (text text, id integer primary key)`.execute(database.query);
    await put(3);
    expect(await all()).toEqual([{ text: 'x', id: 3 }]);
  });

  test('more statements than are cached still run', async () => {
    for (let i = 0; i < 1_200; i++) await sql.raw(`insert into thing values (${i}, 't')`).execute(database.query);
    expect(await count()).toBe(1_200);
  });

  test('reads do not wait for an open transaction; writes do', async () => {
    const order: string[] = [];
    let inside: () => void = () => {};
    let end: () => void = () => {};
    const isInside = new Promise<void>((resolve) => {
      inside = resolve;
    });
    const mayEnd = new Promise<void>((resolve) => {
      end = resolve;
    });
    const open = database.transaction(async (tx) => {
      await put(1, 'x', tx);
      inside();
      await mayEnd;
      order.push('transaction');
    });
    await isInside;
    const write = put(2).then(() => order.push('write'));
    expect(await count()).toBe(0);
    order.push('read');
    end();
    await Promise.all([open, write]);
    expect(order).toEqual(['read', 'transaction', 'write']);
    expect(await count()).toBe(2);
  });

  test('a stream gives every row, and reads meanwhile see what was written since', async () => {
    for (let i = 0; i < 300; i++) await put(i);
    let seen = 0;
    for await (const _row of things().selectFrom('thing').selectAll().stream()) {
      if (seen++ === 10) await put(1_000);
      if (seen > 11) expect(await count()).toBe(301);
    }
    expect(seen).toBe(300);
    for await (const _row of things().selectFrom('thing').selectAll().stream()) break;
    await database.transaction(async (tx) => {
      await put(2_000, 'x', tx);
      let inside = 0;
      for await (const _row of things(tx).selectFrom('thing').selectAll().stream()) inside++;
      expect(inside).toBe(302);
    });
  });

  test('a full disk undoes the transaction, and nothing of it is kept by going on after the error', async () => {
    const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(database.query);
    await sql.raw(`pragma max_page_count = ${rows[0]!.page_count + 20}`).execute(database.query);
    const stubborn = database.transaction(async (tx) => {
      await put(1, 'x', tx);
      await expect(put(2, 'x'.repeat(1_000_000), tx)).rejects.toMatchObject({ code: 'disk_full' });
      await put(3, 'x', tx);
    });
    await expect(stubborn)
      .rejects.toMatchObject({ code: expect.stringMatching(/^(conflict|disk_full)$/) })
      .catch(async () => {
        // Where SQLite undid the statement alone, the rest is one transaction as ever.
        expect(await count()).toBe(2);
      });
    await put(4);
    expect([1, 3]).toContain(await count());
  });

  test('a commit that fails does not undo the transaction that comes after it', async () => {
    await sql`create table child (id integer primary key references thing (id) deferrable initially deferred)`.execute(
      database.query,
    );
    const dangling = database.transaction((tx) => sql`insert into child values (7)`.execute(tx));
    const next = database.transaction(async (tx) => {
      await put(1, 'x', tx);
      await new Promise(setImmediate);
      await put(2, 'x', tx);
    });
    await expect(dangling).rejects.toMatchObject({ code: 'in_use' });
    await next;
    expect(await count()).toBe(2);
  });

  test('a write waits for another process that writes, without stopping this one', async () => {
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const writes = Promise.all([put(1), database.transaction((tx) => put(2, 'x', tx)), put(3)]);
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(await count()).toBe(0);
    }
    other.exec('commit');
    other.close();
    await writes;
    expect(await count()).toBe(3);
  });

  test('a lock that another process keeps is unavailable, not a fault', async () => {
    const other = new DatabaseSync(path);
    other.exec('begin immediate');
    const hasty = createDatabase('sqlite', sqliteDialect(path, 100));
    await expect(put(1, 'x', hasty.query)).rejects.toMatchObject({ code: 'unavailable' });
    await expect(hasty.transaction((tx) => put(1, 'x', tx))).rejects.toMatchObject({ code: 'unavailable' });
    other.exec('commit');
    other.close();
    await put(1, 'x', hasty.query);
    await hasty.close();
    expect(await count()).toBe(1);
  });
});

describe('migrations', () => {
  const step = (name: string, fails = false) => ({
    name,
    up: async (db: Queries) => {
      await sql.raw(`create table ${name} (id integer)`).execute(db);
      if (fails) throw new Error('half way');
    },
  });

  test('run once, in order, however many processes start', async () => {
    const others = await Promise.all([connect(path), connect(path)]);
    const ran = await Promise.all([database, ...others].map((one) => migrate(one)));
    expect(ran.flat().length).toBe(new Set(ran.flat()).size);
    expect(ran.flat().length).toBeGreaterThan(5);
    expect(await migrate(database)).toEqual([]);
    for (const other of others) await other.close();
  });

  test('that fail leave nothing of their step, and go on from there', async () => {
    await expect(migrate(database, [step('one'), step('two', true)])).rejects.toThrow('half way');
    expect(await migrate(database, [step('one'), step('two'), step('three')])).toEqual(['two', 'three']);
  });

  test('refuse a database of a newer program', async () => {
    await migrate(database, [step('one'), step('two')]);
    await expect(migrate(database, [step('one')])).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('newer Tidemill (step two)'),
    });
  });
});
