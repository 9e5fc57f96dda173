import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backends } from '../../../test/support/databases.ts';
import { testSecrets as secrets } from '../../../test/support/secrets.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { connect } from '../../database/connect.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createNotify } from './index.ts';
import { describeNotify } from './notify.contract.ts';

for (const backend of backends) describeNotify(backend);

test('a delivery that was under way at kill -9 is sent again, under the same id, by the next process', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-notify-'));
  const ids: unknown[] = [];
  let answer: (response: ServerResponse) => void = () => {};
  const receiver = createServer((request, response) => {
    ids.push(request.headers['x-tidemill-delivery']);
    request.resume();
    answer(response);
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const path = join(folder, 'tidemill.db');
  const sender = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../../test/support/webhook-sender.ts'), path, url],
    {
      stdio: 'inherit',
    },
  );
  await expect.poll(() => ids.length, { timeout: 20_000 }).toBe(1);
  sender.kill('SIGKILL');
  await once(sender, 'exit');

  answer = (response) => response.end();
  const database = await connect(path);
  // A minute later both the dead process's lease and its claim have ended.
  const clock = createManualClock(Date.now() + 60_000);
  const { ledger, background } = createSpine(database, clock);
  const notify = createNotify({ database, ledger, background, clock, secrets, allowPrivateAddresses: true });
  expect((await notify.deliveries({ name: 'hook' }, { limit: 9 })).items).toMatchObject([
    { state: 'pending', attempts: 1, status: null },
  ]);
  background.start();
  const state = async () => (await notify.deliveries({ name: 'hook' }, { limit: 9 })).items[0]!.state;
  await expect.poll(state, { timeout: 20_000 }).toBe('delivered');
  await background.stop();
  await database.close();
  expect(ids).toEqual([ids[0], ids[0]]);
  receiver.closeAllConnections();
  receiver.close();
  await rm(folder, { recursive: true, force: true });
});
