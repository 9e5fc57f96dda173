import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fail } from '../kernel/errors.ts';
import { type LedgerVerdict, readHead, readPublicKey, verifyLedgerAt } from '../ledger/index.ts';
import type { Settings } from '../settings.ts';
import { databaseFile } from './foundations.ts';

/**
 * Checks every event of a home folder's ledger against its signed checkpoints; nothing has to run. `head` is a copy of
 * `secrets/ledger-head.json` kept elsewhere: with it, a home folder that was put back as a whole shows, too.
 */
export async function verifyHome(settings: Settings, head?: string): Promise<LedgerVerdict> {
  const { home, database } = settings;
  const file = databaseFile(home);
  if (!database && !existsSync(file)) {
    const cure = 'Name the home folder of a server with --home.';
    fail('not_found', `There is no database at ${file}. ${cure}`, { field: 'home', value: home, cure });
  }
  const secrets = join(home, 'secrets');
  const publicKeys = [await readPublicKey(join(secrets, 'ledger-key.pem'))];
  if (head !== undefined && !existsSync(head)) fail('not_found', `There is no file ${head}.`, { field: 'head' });
  const trusted = await readHead(head ?? join(secrets, 'ledger-head.json'));
  return verifyLedgerAt(database || file, { publicKeys, trusted });
}
