import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../test/support/databases.ts';
import { createSpine, type Spine } from '../../test/support/spine.ts';
import { systemActor } from '../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../kernel/clock.ts';
import { TidemillError } from '../kernel/errors.ts';
import type { LedgerEvent } from './event.ts';
import type { LedgerTables } from './tables.ts';

/** What the ledger and its readers keep, on every database. */
export function describeLedger(backend: (typeof backends)[number]): void {
  describe(`the ledger on ${backend.name}`, () => {
    let opened: TestDatabase;
    let spine: Spine;
    let clock: ManualClock;
    const db = () => opened.database.query.withTables<LedgerTables>();
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());
    beforeEach(async () => {
      for (const table of ['ledger_event', 'ledger_cursor', 'ledger_retry'] as const) {
        await db().deleteFrom(table).execute();
      }
      await opened.database.query.withTables<{ lease: { name: string } }>().deleteFrom('lease').execute();
      clock = createManualClock(Date.UTC(2026, 0, 1));
      spine = createSpine(opened.database, clock);
    });

    const append = (name: string, ledger = spine.ledger) =>
      opened.database.transaction((tx) =>
        ledger.append(tx, {
          type: 'webhook.deleted',
          actor: systemActor,
          subject: { kind: 'webhook', id: name, name },
          data: {},
        }),
      );
    const until = (check: () => boolean | Promise<boolean>) =>
      expect.poll(check, { timeout: 15_000, interval: 10 }).toBe(true);

    test('positions have no gap in the order of commits, also from transactions at the same time', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, i) => append(`w${i}`)));
      const events = await spine.ledger.read({ limit: 100 });
      expect(events.map((event) => event.position)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
      expect(new Set(events.map((event) => event.subject.id)).size).toBe(20);
    });

    test('a transaction that fails leaves neither its event nor a gap, and nobody hears of it', async () => {
      const heard: string[] = [];
      const stop = spine.ledger.listen((event) => heard.push(event.subject.id));
      await append('first');
      await expect(
        opened.database.transaction(async (tx) => {
          await spine.ledger.append(tx, {
            type: 'webhook.deleted',
            actor: systemActor,
            subject: { kind: 'webhook', id: 'lost' },
            data: {},
          });
          throw new Error('undone');
        }),
      ).rejects.toThrow('undone');
      await append('second');
      stop();
      await append('unheard');
      expect(heard).toEqual(['first', 'second']);
      const events = await spine.ledger.read({ limit: 9 });
      expect(events.map((e) => [e.position, e.subject.id])).toEqual([
        [1, 'first'],
        [2, 'second'],
        [3, 'unheard'],
      ]);
    });

    test('it is appended to inside a transaction only, with data of the declared shape', async () => {
      const event = {
        type: 'token.revoked',
        actor: systemActor,
        subject: { kind: 'token', id: '1' },
        data: { reason: 7 },
      } as const;
      await expect(spine.ledger.append(opened.database.query, event as never)).rejects.toMatchObject({
        code: 'internal',
      });
      await expect(opened.database.transaction((tx) => spine.ledger.append(tx, event as never))).rejects.toThrow();
      expect(await spine.ledger.read({ limit: 1 })).toEqual([]);
    });

    test('a listener that throws does not undo the commit it hears of', async () => {
      const stop = spine.ledger.listen(() => {
        throw new Error('a bad listener');
      });
      await append('kept');
      stop();
      expect(await spine.ledger.read({ limit: 9 })).toHaveLength(1);
    });

    describe('a reader', () => {
      const collect = (into: LedgerEvent[]) => async (event: LedgerEvent) => {
        into.push(event);
      };

      test('from the beginning gets every event once, in order, also over a restart', async () => {
        const seen: LedgerEvent[] = [];
        const reader = { name: 'r', types: 'all', from: 'beginning', handle: collect(seen) } as const;
        for (let i = 0; i < 130; i++) await append(`w${i}`);
        spine.ledger.addReader(reader);
        spine.background.start();
        await until(() => seen.length >= 130);
        await spine.background.stop();
        await append('while down');
        const again = createSpine(opened.database, clock);
        again.ledger.addReader(reader);
        again.background.start();
        await until(() => seen.length >= 131);
        await append('live', again.ledger);
        await until(() => seen.length >= 132);
        await again.background.stop();
        expect(seen.map((event) => event.position)).toEqual(Array.from({ length: 132 }, (_, i) => i + 1));
      });

      test('from the end misses nothing that comes after its first turn, also in an empty ledger', async () => {
        const seen: LedgerEvent[] = [];
        spine.ledger.addReader({ name: 'end', types: 'all', handle: collect(seen) });
        spine.background.start();
        await until(async () => (await db().selectFrom('ledger_cursor').selectAll().execute()).length === 1);
        await spine.background.stop();
        await append('first ever');
        const again = createSpine(opened.database, clock);
        again.ledger.addReader({ name: 'end', types: 'all', handle: collect(seen) });
        again.background.start();
        await until(() => seen.length > 0);
        await again.background.stop();
        expect(seen.map((event) => event.subject.id)).toEqual(['first ever']);
      });

      test('is told of its types only, and keeps up past the others', async () => {
        const seen: LedgerEvent[] = [];
        spine.ledger.addReader({ name: 'few', types: ['token.revoked'], from: 'beginning', handle: collect(seen) });
        for (let i = 0; i < 5; i++) await append(`w${i}`);
        spine.background.start();
        await until(async () => (await spine.ledger.readers())[0]?.position === 5);
        await spine.background.stop();
        expect(seen).toEqual([]);
        expect(await spine.ledger.readers()).toEqual([{ name: 'few', position: 5, behind: 0, failing: 0 }]);
      });

      test('that throws at one event handles the others, and that one again later and later', async () => {
        const [seen, tries]: [string[], number[]] = [[], []];
        let broken = true;
        spine.ledger.addReader({
          name: 'poisoned',
          types: 'all',
          from: 'beginning',
          async handle(event) {
            if (event.subject.id === 'poison') {
              tries.push(clock.now());
              if (broken) throw new Error('cannot digest');
            }
            seen.push(event.subject.id);
          },
        });
        for (const name of ['a', 'poison', 'b']) await append(name);
        spine.background.start();
        await until(() => seen.includes('b'));
        await until(async () => (await spine.ledger.readers())[0]?.failing === 1);
        const start = clock.now();
        expect(await spine.ledger.readers()).toMatchObject([
          {
            position: 3,
            behind: 0,
            lastError: { position: 2, attempts: 1, message: 'cannot digest', nextAt: start + 1_000 },
          },
        ]);
        clock.set(start + 1_000);
        spine.background.wake('reader:poisoned');
        await until(() => tries.length === 2);
        await until(async () => (await spine.ledger.readers())[0]?.lastError?.attempts === 2);
        expect((await spine.ledger.readers())[0]?.lastError?.nextAt).toBe(start + 3_000);
        broken = false;
        clock.set(start + 3_000);
        spine.background.wake('reader:poisoned');
        await until(() => seen.includes('poison'));
        await until(async () => (await spine.ledger.readers())[0]?.failing === 0);
        await spine.background.stop();
        // Outside of the transaction what was handled beside the poison may be done again.
        expect([...new Set(seen)]).toEqual(['a', 'b', 'poison']);
        expect(tries).toEqual([start, start + 1_000, start + 3_000]);
        expect(spine.errors.map(String)).toEqual(['Error: cannot digest', 'Error: cannot digest']);
      });

      test('that finds the database away stays at the event instead of setting it aside', async () => {
        const seen: string[] = [];
        let away = true;
        spine.ledger.addReader({
          name: 'waiting',
          types: 'all',
          from: 'beginning',
          async handle(event) {
            if (away) throw new TidemillError('disk_full', 'The disk is full.');
            seen.push(event.subject.id);
          },
        });
        for (const name of ['a', 'b']) await append(name);
        spine.background.start();
        await until(() => spine.errors.length > 0);
        expect(await spine.ledger.readers()).toMatchObject([{ position: 0, behind: 2, failing: 0 }]);
        away = false;
        spine.background.wake('reader:waiting');
        await until(() => seen.length === 2);
        await spine.background.stop();
        expect(seen).toEqual(['a', 'b']);
      });

      test('writes through its transaction exactly once, with two runners and a handler that fails after writing', async () => {
        const failedOnce = new Set<number>();
        const reader = {
          name: 'exact',
          types: 'all',
          from: 'beginning',
          async handle(event: LedgerEvent, tx: Parameters<Spine['ledger']['append']>[0]) {
            const mark = { size: event.position, root: 'x', at: 0, key_id: '', signature: '' };
            await tx.withTables<LedgerTables>().insertInto('ledger_checkpoint').values(mark).execute();
            if (event.position % 7 === 0 && !failedOnce.has(event.position)) {
              failedOnce.add(event.position);
              throw new Error('after writing');
            }
          },
        } as const;
        for (let i = 0; i < 30; i++) await append(`w${i}`);
        const other = createSpine(opened.database, clock);
        for (const { ledger, background } of [spine, other]) {
          ledger.addReader(reader);
          background.start();
        }
        const marks = () => db().selectFrom('ledger_checkpoint').select('size').orderBy('size').execute();
        await until(async () => (await spine.ledger.readers())[0]?.position === 30);
        clock.advance(5_000);
        for (const { background } of [spine, other]) background.wake('reader:exact');
        await until(async () => (await marks()).length === 30);
        await Promise.all([spine.background.stop(), other.background.stop()]);
        expect((await marks()).map((mark) => mark.size)).toEqual(Array.from({ length: 30 }, (_, i) => i + 1));
        await db().deleteFrom('ledger_checkpoint').execute();
      });
    });
  });
}
