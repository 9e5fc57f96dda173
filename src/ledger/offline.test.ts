import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSpine } from '../../test/support/spine.ts';
import { connect } from '../database/connect.ts';
import { migrate } from '../database/migrate.ts';
import { systemActor } from '../kernel/actor.ts';
import { createAudit, loadLedgerKey, readHead, readPublicKey, verifyLedgerAt } from './index.ts';

let folder: string;
const file = (name: string) => join(folder, name);
const check = async () =>
  verifyLedgerAt(file('tidemill.db'), {
    publicKeys: [await readPublicKey(file('key.pem'))],
    trusted: await readHead(file('head.json')),
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-offline-'));
  const database = await connect(file('tidemill.db'));
  await migrate(database);
  const { ledger, background, clock } = createSpine(database);
  const key = await loadLedgerKey(file('key.pem'));
  const audit = createAudit({ database, clock, background, key, headFile: file('head.json') });
  for (let i = 0; i < 10; i++) {
    const subject = { kind: 'webhook', id: `w${i}` };
    await database.transaction((tx) =>
      ledger.append(tx, { type: 'webhook.deleted', actor: systemActor, subject, data: {} }),
    );
    await audit.seal();
  }
  await database.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a database file is checked without a server, with the keys made at the same time all being one', async () => {
  expect(await check()).toEqual({ ok: true, events: 10, checkpoints: 10, sealedTo: 10, problems: [] });
  const keys = await Promise.all(Array.from({ length: 5 }, () => loadLedgerKey(file('new/key.pem'))));
  expect(new Set(keys.map((key) => key.id)).size).toBe(1);
});

test('a file that was cut back with all its checkpoints is found by the checkpoint beside it', async () => {
  const database = new DatabaseSync(file('tidemill.db'));
  database.exec('delete from ledger_event where position > 8; delete from ledger_checkpoint where size > 8');
  database.close();
  expect((await check()).problems).toMatchObject([{ kind: 'truncated', position: 10 }]);
  const head = await readFile(file('head.json'), 'utf8');
  await writeFile(file('head.json'), head.slice(0, 20));
  await expect(check()).rejects.toMatchObject({ code: 'corrupt' });
  await writeFile(file('head.json'), head.replace('"size":10', '"size":8'));
  expect((await check()).problems).toMatchObject([{ kind: 'checkpoint-signature', position: 8 }]);
  await writeFile(file('key.pem'), 'not a key');
  await expect(check()).rejects.toMatchObject({ code: 'invalid_setting' });
  await expect(loadLedgerKey(file('key.pem'))).rejects.toMatchObject({ code: 'invalid_setting' });
});
