import { connect } from '../../src/database/connect.ts';
import { migrate } from '../../src/database/migrate.ts';
import { createNotify } from '../../src/domains/notify/index.ts';
import { systemActor as actor } from '../../src/kernel/actor.ts';
import { testSecrets as secrets } from './secrets.ts';
import { createSpine } from './spine.ts';

// A server's part in a process of its own, for the test that kills it: `node webhook-sender.ts <database> <receiver>`.
const [path, url] = process.argv.slice(2);
const database = await connect(path!);
await migrate(database);
const { ledger, background, clock } = createSpine(database);
const notify = createNotify({ database, ledger, background, clock, secrets, allowPrivateAddresses: true });
background.start();
await notify.declare(actor, 'hook', { url, events: ['token.revoked'] });
await database.transaction((tx) =>
  ledger.append(tx, {
    type: 'token.revoked',
    actor,
    subject: { kind: 'token', id: 'x' },
    data: { name: 'x', reason: 'deleted' },
  }),
);
