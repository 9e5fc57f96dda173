import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../test/support/databases.ts';
import { describeBackground } from './background.contract.ts';
import { isTaken, type Queries } from './database.ts';
import { describeLeases } from './lease.contract.ts';

type ProbeTables = { probe: { id: string; n: number | bigint | null; x: number | null; parent: string | null } };

/** What every database keeps: transactions, locks, violations, numbers. */
export function describeDatabase(backend: (typeof backends)[number]): void {
  describe(`the database on ${backend.name}`, () => {
    let opened: TestDatabase;
    const database = () => opened.database;
    const probes = (queries: Queries = opened.database.query) => queries.withTables<ProbeTables>();
    const put = (id: string, more: Partial<ProbeTables['probe']> = {}, queries?: Queries) =>
      probes(queries)
        .insertInto('probe')
        .values({ id, n: null, x: null, parent: null, ...more })
        .execute();
    const ids = async (queries?: Queries) =>
      (await probes(queries).selectFrom('probe').select('id').orderBy('id').execute()).map((row) => row.id);
    const one = (id: string) => probes().selectFrom('probe').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

    beforeAll(async () => {
      opened = await backend.open();
      await sql`create table probe (id text primary key, n bigint, x double precision, parent text references probe (id))`.execute(
        opened.database.query,
      );
    });
    afterAll(() => opened.dispose());
    beforeEach(async () => {
      await sql`delete from probe where parent is not null`.execute(database().query);
      await sql`delete from probe`.execute(database().query);
    });

    describe('a transaction', () => {
      test('commits all or nothing', async () => {
        expect(
          await database().transaction(async (tx) => {
            await put('a', {}, tx);
            await put('b', {}, tx);
            return 'value';
          }),
        ).toBe('value');
        const failing = database().transaction(async (tx) => {
          await put('c', {}, tx);
          throw new Error('no');
        });
        await expect(failing).rejects.toThrow('no');
        expect(await ids()).toEqual(['a', 'b']);
      });

      test('sees its own writes, also through the database; others see them once it has committed', async () => {
        let outside: Promise<string[]> | undefined;
        const elsewhere = new Promise<void>((begin) => setImmediate(begin)).then(() => {
          outside = ids();
        });
        await database().transaction(async (tx) => {
          await put('a', {}, tx);
          expect(await ids(tx)).toEqual(['a']);
          expect(await ids()).toEqual(['a']);
          await elsewhere;
          // PGlite has one connection, so that a read elsewhere waits for the transaction instead of seeing the past.
          if (backend.name !== 'pglite') expect(await outside).toEqual([]);
        });
        expect(await ids()).toEqual(['a']);
      });

      test('that is called inside another joins it', async () => {
        await database().transaction(async (tx) => {
          await put('outer', {}, tx);
          await database().transaction((inner) => put('inner', {}, inner));
        });
        expect(await ids()).toEqual(['inner', 'outer']);
        const undone = database().transaction(async () => {
          await database().transaction((inner) => put('lost', {}, inner));
          throw new Error('later');
        });
        await expect(undone).rejects.toThrow('later');
        expect(await ids()).toEqual(['inner', 'outer']);
      });

      test('is undone when a part that joined it failed, even where that error was swallowed', async () => {
        const swallowing = database().transaction(async (tx) => {
          await put('a', {}, tx);
          await database()
            .transaction(async () => {
              throw new Error('inner');
            })
            .catch(() => {});
        });
        await expect(swallowing).rejects.toMatchObject({ code: 'internal' });
        expect(await ids()).toEqual([]);
      });

      test('tells those who wait for its commit, once, after it; none when it is undone', async () => {
        const heard: string[] = [];
        await database().transaction(async (tx) => {
          database().afterCommit(() => heard.push('outer'));
          await database().transaction(async () => database().afterCommit(() => heard.push('inner')));
          await put('a', {}, tx);
          expect(heard).toEqual([]);
        });
        expect(heard).toEqual(['outer', 'inner']);
        await database()
          .transaction(async () => {
            database().afterCommit(() => heard.push('never'));
            throw new Error('no');
          })
          .catch(() => {});
        database().afterCommit(() => heard.push('at once'));
        expect(heard).toEqual(['outer', 'inner', 'at once']);
      });

      test('stands when somebody who hears of its commit throws', async () => {
        await database().transaction(async (tx) => {
          await put('a', {}, tx);
          database().afterCommit(() => {
            throw new Error('a bad hearer');
          });
        });
        expect(await ids()).toEqual(['a']);
      });

      test('does not reach into work that was left running and goes on after it', async () => {
        let begin: () => void = () => {};
        let left: Promise<unknown> | undefined;
        await database().transaction(async () => {
          const begun = new Promise<void>((done) => {
            begin = done;
          });
          left = begun.then(() => database().transaction((tx) => put('later', {}, tx)));
        });
        begin();
        await left;
        expect(await ids()).toEqual(['later']);
      });

      test('many at once all commit', async () => {
        await Promise.all(
          Array.from({ length: 20 }, (_, i) =>
            database().transaction(async (tx) => {
              await put(`t${String(i).padStart(2, '0')}`, {}, tx);
              await ids(tx);
            }),
          ),
        );
        expect(await ids()).toHaveLength(20);
      });

      test('that takes a lock has it alone until its end', async () => {
        await put('counter', { n: 0 });
        await Promise.all(
          Array.from({ length: 12 }, () =>
            database().transaction(async (tx) => {
              await database().lock(tx, 'counter');
              const { n } = await probes(tx).selectFrom('probe').select('n').executeTakeFirstOrThrow();
              await new Promise(setImmediate);
              await probes(tx)
                .updateTable('probe')
                .set({ n: Number(n) + 1 })
                .execute();
            }),
          ),
        );
        expect((await one('counter')).n).toBe(12);
      });
    });

    test('a key that is taken is already_exists, and doing nothing about it is possible', async () => {
      await put('a');
      const again = await put('a').catch((error: unknown) => error);
      expect(again).toMatchObject({ code: 'already_exists' });
      expect(isTaken(again)).toBe(true);
      await database().transaction(async (tx) => {
        const row = { id: 'a', n: 1, x: null, parent: null };
        const { numInsertedOrUpdatedRows } = await probes(tx)
          .insertInto('probe')
          .values(row)
          .onConflict((conflict) => conflict.column('id').doNothing())
          .executeTakeFirst();
        expect(numInsertedOrUpdatedRows).toBe(0n);
        await put('b', {}, tx);
      });
      expect(await ids()).toEqual(['a', 'b']);
    });

    test('a row that others refer to is in_use, and so is a reference to nothing', async () => {
      await put('parent');
      await put('child', { parent: 'parent' });
      await expect(probes().deleteFrom('probe').where('id', '=', 'parent').execute()).rejects.toMatchObject({
        code: 'in_use',
      });
      await expect(put('orphan', { parent: 'nobody' })).rejects.toMatchObject({ code: 'in_use' });
    });

    test('numbers come back as they were', async () => {
      const numbers = { n: [0, -1, 1_767_225_600_000, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER] };
      for (const n of numbers.n) {
        await put(`n${n}`, { n });
        expect((await one(`n${n}`)).n).toBe(n);
      }
      for (const x of [0.1, -1e300, 5e-324, 2 ** 60, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
        await put(`x${x}`, { x });
        expect((await one(`x${x}`)).x).toBe(x);
      }
      await put('bigint', { n: 7n });
      expect((await one('bigint')).n).toBe(7);
      await put('true', { n: true as never });
      expect((await one('true')).n).toBe(1);
    });

    test('numbers that would be changed in silence are refused', async () => {
      await expect(put('nan', { x: Number.NaN })).rejects.toMatchObject({ code: 'invalid_input' });
      await expect(put('big', { n: 2n ** 53n + 1n })).rejects.toMatchObject({ code: 'invalid_input' });
      expect(await ids()).toEqual([]);
    });

    test('text comes back as it was', async () => {
      for (const id of ['', "it's", 'ünï', '日本語', '😀', '%_\\', 'x'.repeat(100_000)]) {
        await put(id);
        expect((await one(id)).id).toBe(id);
      }
    });

    describeLeases(database);
    describeBackground(database);
  });
}
