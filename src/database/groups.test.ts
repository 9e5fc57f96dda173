import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../test/support/databases.ts';
import type { Queries } from './database.ts';
import { createGroups, type Grouped } from './groups.ts';

let opened: TestDatabase;
let grouped: Grouped;

beforeAll(async () => {
  opened = await openSqlite();
  await sql`create table fact (name text primary key)`.execute(opened.database.query);
  grouped = createGroups(opened.database);
});
afterAll(() => opened.dispose());

const add = (name: string) => (tx: Queries) => sql`insert into fact values (${name})`.execute(tx);
const names = async () => {
  const { rows } = await sql<{ name: string }>`select name from fact order by name`.execute(opened.database.query);
  return rows.map(({ name }) => name);
};

test('work that comes at once is done in order, each with its own result', async () => {
  const seen = await Promise.all(
    Array.from({ length: 250 }, (_, i) =>
      grouped(async (tx) => {
        await add(`a${String(i).padStart(3, '0')}`)(tx);
        return i;
      }),
    ),
  );
  expect(seen).toEqual(Array.from({ length: 250 }, (_, i) => i));
  expect(await names()).toHaveLength(250);
});

test('work that fails is undone and takes no other along', async () => {
  const settled = await Promise.allSettled([
    grouped(add('b1')),
    grouped(async (tx) => {
      await add('b2')(tx);
      throw new Error('no');
    }),
    grouped(add('b1')),
    grouped(add('b3')),
  ]);
  expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect((await names()).filter((name) => name.startsWith('b'))).toEqual(['b1', 'b3']);
});

test('inside of a transaction work belongs to that one', async () => {
  const undone = opened.database.transaction(async () => {
    await grouped(add('c'));
    throw new Error('undo');
  });
  await expect(undone).rejects.toThrow('undo');
  expect(await names()).not.toContain('c');
});
