import { verify } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../test/support/databases.ts';
import { createSpine } from '../../test/support/spine.ts';
import type { Queries } from '../database/database.ts';
import { systemActor } from '../kernel/actor.ts';
import { createManualClock } from '../kernel/clock.ts';
import { type Audit, createAudit } from './audit.ts';
import type { Checkpoint } from './checkpoint-store.ts';
import { type Hash, leafHash, verifyConsistency, verifyInclusion } from './merkle.ts';
import { checkpointText, type LedgerKey, loadLedgerKey, signCheckpoint } from './signing.ts';
import { createEventStore, eventDigest } from './store.ts';
import type { LedgerTables } from './tables.ts';
import { type LedgerVerdict, verifyLedger } from './verify.ts';

const events = 780;
const undone = new Error('undone');

/** How the ledger is sealed, proved and checked, on every database. */
export function describeAudit(backend: (typeof backends)[number]): void {
  describe(`the audit on ${backend.name}`, () => {
    let opened: TestDatabase;
    let folder: string;
    let key: LedgerKey;
    let audit: Audit;
    const sealed: Checkpoint[] = [];
    const clock = createManualClock(Date.UTC(2026, 2, 1));
    const hash = (hex: string): Hash => Buffer.from(hex, 'hex');

    beforeAll(async () => {
      opened = await backend.open();
      folder = await mkdtemp(join(tmpdir(), 'tidemill-audit-'));
      key = await loadLedgerKey(join(folder, 'secrets', 'ledger-key.pem'));
      const { database } = opened;
      const { ledger, background } = createSpine(database, clock);
      audit = createAudit({ database, clock, background, key, headFile: join(folder, 'head.json') });
      expect(await audit.seal()).toBeUndefined();
      for (const size of [1, 2, 3, 255, 256, 257, 600, 700, 768, events]) {
        const from = sealed.at(-1)?.size ?? 0;
        await database.transaction(async (tx) => {
          for (let i = from + 1; i <= size; i++) {
            clock.advance(1_000);
            const subject = { kind: 'webhook', id: `w${i % 10}`, name: `hook ${i % 10}` };
            const actor = { ...systemActor, id: i % 2 ? 'odd' : 'even' };
            if (i % 3) await ledger.append(tx, { type: 'webhook.deleted', actor, subject, data: {} });
            else
              await ledger.append(tx, {
                type: 'token.revoked',
                actor,
                subject,
                data: { name: `t${i}`, reason: 'deleted' },
              });
          }
        });
        sealed.push((await audit.seal())!);
      }
    }, 120_000);
    afterAll(async () => {
      await opened.dispose();
      await rm(folder, { recursive: true, force: true });
    });

    test('a sound ledger verifies, with every checkpoint', async () => {
      expect(await audit.verify()).toEqual({ ok: true, events, checkpoints: 10, sealedTo: events, problems: [] });
      expect(await audit.checkpoint()).toEqual(sealed.at(-1));
      expect(await audit.seal()).toEqual(sealed.at(-1));
    });

    test('checkpoints are signed so that anybody with the public key can check them', async () => {
      for (const checkpoint of sealed) {
        const text = Buffer.from(checkpointText(checkpoint));
        expect(verify('sha256', text, key.publicKey, Buffer.from(checkpoint.signature, 'base64'))).toBe(true);
      }
      expect((await stat(join(folder, 'secrets', 'ledger-key.pem'))).mode & 0o777).toBe(0o600);
      expect((await loadLedgerKey(join(folder, 'secrets', 'ledger-key.pem'))).id).toBe(key.id);
    });

    test('every proof of inclusion leads to the signed root', async () => {
      for (const position of [1, 2, 3, 255, 256, 257, 512, 513, 768, 769, 779, 780]) {
        const { index, leaf, path, checkpoint, event, digest } = await audit.proof(position);
        expect(event.position).toBe(position);
        expect(leaf).toBe(leafHash(hash(digest)).toString('hex'));
        const proof = { index, size: checkpoint.size, leaf: hash(leaf), path: path.map(hash) };
        expect(verifyInclusion(proof, hash(checkpoint.root))).toBe(true);
      }
      await expect(audit.proof(781)).rejects.toMatchObject({ code: 'not_found' });
    });

    test('every proof of consistency leads from an old root to the new one', async () => {
      for (const old of sealed) {
        const { path, checkpoint } = await audit.consistency(old.size);
        const proof = { oldSize: old.size, size: checkpoint.size, path: path.map(hash) };
        expect(verifyConsistency(proof, hash(old.root), hash(checkpoint.root))).toBe(true);
      }
      await expect(audit.consistency(781)).rejects.toMatchObject({ code: 'invalid_input' });
    });

    test('lists pages newest first, and finds by type, subject, actor and time', async () => {
      const first = await audit.list({}, { limit: 300 });
      const second = await audit.list({}, { limit: 500, pageToken: first.nextPageToken });
      const positions = [...first.items, ...second.items].map((event) => event.position);
      expect(positions).toEqual(Array.from({ length: events }, (_, i) => events - i));
      expect(second.nextPageToken).toBeUndefined();
      const count = async (filter: Parameters<Audit['list']>[0]) =>
        (await audit.list(filter, { limit: 1000 })).items.length;
      expect(await count({ types: ['token.*'] })).toBe(260);
      expect(await count({ types: ['token.revoked', 'webhook.*'] })).toBe(780);
      expect(await count({ subjectKind: 'webhook', subjectId: 'w3' })).toBe(78);
      expect(await count({ subjectKind: 'webhook', subjectName: 'hook 3', actor: 'even' })).toBe(0);
      expect(await count({ actor: 'odd' })).toBe(390);
      const start = Date.UTC(2026, 2, 1);
      expect(await count({ from: start + 5_000, to: start + 8_000 })).toBe(3);
      expect((await audit.list({ oldestFirst: true }, { limit: 2 })).items.map((e) => e.position)).toEqual([1, 2]);
      await expect(audit.list({ types: ['nonsense.*'] }, { limit: 1 })).rejects.toMatchObject({
        code: 'invalid_input',
      });
      await expect(audit.list({ subjectId: 'w3' }, { limit: 1 })).rejects.toMatchObject({ code: 'invalid_input' });
      await expect(audit.list({}, { limit: 1, pageToken: 'x' })).rejects.toMatchObject({ code: 'invalid_page_token' });
    });

    describe('finds tampering:', () => {
      type Tables = ReturnType<typeof tablesOf>;
      const tablesOf = (tx: Queries) => tx.withTables<LedgerTables>();
      /** The verdict over rows that were tampered with; the tampering is undone. */
      async function verdictAfter(
        tamper: (db: Tables, tx: Queries) => Promise<unknown>,
        trusted?: Checkpoint,
      ): Promise<LedgerVerdict> {
        let verdict: LedgerVerdict | undefined;
        await opened.database
          .transaction(async (tx) => {
            await tamper(tablesOf(tx), tx);
            verdict = await verifyLedger({ database: opened.database, publicKeys: [key.publicKey], trusted });
            throw undone;
          })
          .catch((error) => expect(error).toBe(undone));
        expect(verdict!.ok).toBe(false);
        return verdict!;
      }
      const kinds = (verdict: LedgerVerdict) => [...new Set(verdict.problems.map((problem) => problem.kind))].sort();
      /** Gives a row the digest its content now has, as a thorough forger would. */
      async function redigest(tx: Queries, position: number) {
        const event = (await createEventStore(tx).at(position))!;
        const digest = eventDigest(event);
        await tablesOf(tx).updateTable('ledger_event').set({ digest }).where('position', '=', position).execute();
      }

      const edits = {
        id: 'forged',
        type: 'webhook.created',
        at: 5,
        actor_id: 'nobody',
        actor_kind: 'user',
        actor_name: 'Eve',
        subject_kind: 'token',
        subject_id: 'x',
        subject_name: null,
        data: '{"forged":true}',
        digest: '0'.repeat(64),
      };
      test.each(Object.entries(edits))('an edited %s', async (column, value) => {
        const verdict = await verdictAfter((db) =>
          db
            .updateTable('ledger_event')
            .set({ [column]: value })
            .where('position', '=', 300)
            .execute(),
        );
        expect(verdict.problems[0]).toMatchObject({ kind: 'event-changed', position: 300 });
      });

      test('an edit with its digest made to fit', async () => {
        const verdict = await verdictAfter(async (db, tx) => {
          await db.updateTable('ledger_event').set({ actor_name: 'Eve' }).where('position', '=', 700).execute();
          await redigest(tx, 700);
        });
        expect(kinds(verdict)).toEqual(['checkpoint-root', 'subtree']);
        expect(verdict.problems[0]).toMatchObject({ kind: 'checkpoint-root', position: 700 });
        expect(verdict.sealedTo).toBe(600);
      });

      test('data rewritten in other words of the same meaning', async () => {
        const verdict = await verdictAfter((db) =>
          db.updateTable('ledger_event').set({ data: '{ }' }).where('position', '=', 1).execute(),
        );
        expect(kinds(verdict)).toEqual(['event-changed']);
      });

      test('data that is no longer JSON', async () => {
        const verdict = await verdictAfter((db) =>
          db.updateTable('ledger_event').set({ data: '{' }).where('position', '=', 1).execute(),
        );
        expect(kinds(verdict)).toEqual(['event-changed']);
      });

      test('a deleted event', async () => {
        const verdict = await verdictAfter((db) => db.deleteFrom('ledger_event').where('position', '=', 400).execute());
        expect(verdict.problems[0]).toMatchObject({ kind: 'event-missing', position: 400 });
        expect(verdict.sealedTo).toBe(257);
      });

      test('a deleted event with the later ones moved up and their digests made to fit', async () => {
        const verdict = await verdictAfter(async (db, tx) => {
          await db.deleteFrom('ledger_event').where('position', '=', 770).execute();
          for (let position = 771; position <= events; position++) {
            const moved = { position: position - 1 };
            await db.updateTable('ledger_event').set(moved).where('position', '=', position).execute();
            await redigest(tx, position - 1);
          }
        });
        expect(verdict.problems).toMatchObject([{ kind: 'truncated', position: events }]);
      });

      test('two events that changed places', async () => {
        const verdict = await verdictAfter(async (db, tx) => {
          for (const [from, to] of [
            [10, 0],
            [11, 10],
            [0, 11],
          ] as const) {
            await db.updateTable('ledger_event').set({ position: to }).where('position', '=', from).execute();
          }
          await redigest(tx, 10);
          await redigest(tx, 11);
        });
        expect(verdict.problems[0]).toMatchObject({ kind: 'checkpoint-root', position: 255 });
      });

      test('the end cut off', async () => {
        const verdict = await verdictAfter((db) => db.deleteFrom('ledger_event').where('position', '>', 760).execute());
        expect(kinds(verdict)).toContain('truncated');
        expect(verdict.sealedTo).toBe(700);
      });

      test('the end cut off with its checkpoints and subtrees, when a checkpoint was kept elsewhere', async () => {
        const cut = async (db: Tables) => {
          await db.deleteFrom('ledger_event').where('position', '>', 700).execute();
          await db.deleteFrom('ledger_checkpoint').where('size', '>', 700).execute();
          await db.deleteFrom('ledger_subtree').where('number', '=', 2).execute();
        };
        const head = JSON.parse(await readFile(join(folder, 'head.json'), 'utf8')) as Checkpoint;
        expect(head).toEqual(sealed.at(-1));
        const verdict = await verdictAfter(cut, head);
        expect(verdict.problems).toMatchObject([{ kind: 'truncated', position: events }]);
      });

      test('a history rewritten and sealed anew with the stolen key, when a checkpoint was kept elsewhere', async () => {
        const verdict = await verdictAfter(async (db, tx) => {
          await db.updateTable('ledger_event').set({ actor_name: 'Eve' }).where('position', '=', 700).execute();
          await redigest(tx, 700);
          await db.deleteFrom('ledger_subtree').execute();
          await db.deleteFrom('ledger_checkpoint').execute();
          await audit.seal();
        }, sealed[8]);
        expect(verdict.problems).toMatchObject([{ kind: 'checkpoint-root', position: 768 }]);
        await writeFile(join(folder, 'head.json'), JSON.stringify(sealed.at(-1)));
      });

      test('an event put in at the end of what is sealed', async () => {
        const verdict = await verdictAfter(async (db, tx) => {
          await db
            .updateTable('ledger_event')
            .set({ position: events + 1 })
            .where('position', '=', events)
            .execute();
          const copy = { ...(await createEventStore(tx).at(events + 1))!, position: events, id: 'put in' };
          await createEventStore(tx).insert(copy);
          await redigest(tx, events + 1);
        });
        expect(verdict.problems).toMatchObject([{ kind: 'checkpoint-root', position: events }]);
      });

      test.each([
        ['root', { root: 'a'.repeat(64) }],
        ['time', { at: 1 }],
        ['signature', { signature: 'AAAA' }],
        ['key', { key_id: 'f'.repeat(16) }],
        ['size', { size: 650 }],
      ])('a checkpoint with an edited %s', async (_what, edit) => {
        const verdict = await verdictAfter((db) =>
          db.updateTable('ledger_checkpoint').set(edit).where('size', '=', 600).execute(),
        );
        expect(kinds(verdict)).toEqual(['checkpoint-signature']);
      });

      test('a checkpoint signed with another key', async () => {
        const other = await loadLedgerKey(join(folder, 'other.pem'));
        const { keyId, ...forged } = signCheckpoint(other, { size: 600, root: sealed[6]!.root, at: 7 });
        const verdict = await verdictAfter((db) =>
          db
            .updateTable('ledger_checkpoint')
            .set({ ...forged, key_id: keyId })
            .where('size', '=', 600)
            .execute(),
        );
        expect(verdict.problems).toMatchObject([{ kind: 'checkpoint-signature', position: 600 }]);
      });

      test('a forged subtree', async () => {
        const verdict = await verdictAfter((db) =>
          db
            .updateTable('ledger_subtree')
            .set({ hash: 'b'.repeat(64) })
            .where('level', '=', 9)
            .execute(),
        );
        expect(verdict.problems).toMatchObject([{ kind: 'subtree', position: 512 }]);
      });

      test('and after all that the ledger is still sound', async () => {
        expect(await audit.verify()).toMatchObject({ ok: true, problems: [] });
      });
    });
  });
}
