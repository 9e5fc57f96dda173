import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { type Blobs, createLocalBlobs } from '../blobs/index.ts';
import { type Background, createBackground } from '../database/background.ts';
import { connect } from '../database/connect.ts';
import type { Database } from '../database/database.ts';
import { lockHome } from '../database/home-lock.ts';
import { freeLeases } from '../database/lease.ts';
import { migrate } from '../database/migrate.ts';
import { createEngine, type Engine } from '../engine/index.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { fail, messageOf } from '../kernel/errors.ts';
import type { SecretBox } from '../kernel/secret-box.ts';
import { type Audit, createAudit, createLedger, type Ledger, loadLedgerKey } from '../ledger/index.ts';
import type { Settings } from '../settings.ts';
import { openSecretBox } from './secret-key.ts';

/** What every domain stands on. */
export interface Foundations {
  settings: Settings;
  clock: Clock;
  log: Logger;
  database: Database;
  background: Background;
  ledger: Ledger;
  audit: Audit;
  blobs: Blobs;
  engine: Engine;
  /** Seals secrets that must be read again, such as webhooks' keys. */
  secrets: SecretBox;
  close(): Promise<void>;
}

/** The SQLite file of a home folder. */
export const databaseFile = (home: string) => join(home, 'tidemill.db');

/** Opens a home folder: lock, database, ledger, objects and engine. Fails with `home_locked` when another server has it. */
export async function openFoundations(
  settings: Settings,
  log: Logger,
  clock: Clock = systemClock,
): Promise<Foundations> {
  const { home } = settings;
  await makeHome(home);
  const lock = await lockHome(home);
  try {
    const database = await connect(settings.database || databaseFile(home));
    await migrate(database);
    // The lock of the home folder is also the lock of the SQLite file in it; PostgreSQL is shared with other replicas.
    if (!settings.database) await freeLeases(database);
    const onError = (task: string, error: unknown) => log.error({ err: error, task }, 'a background task failed');
    const background = createBackground({ database, clock, onError });
    const ledger = createLedger({ database, clock, background });
    const key = await loadLedgerKey(join(home, 'secrets', 'ledger-key.pem'));
    const audit = createAudit({
      database,
      clock,
      background,
      key,
      headFile: join(home, 'secrets', 'ledger-head.json'),
    });
    const secrets = await openSecretBox(settings.secretKeyFile || join(home, 'secrets', 'secret-key'));
    // The lock says that no other process is writing: what lies in staging was cut off.
    const blobs = await createLocalBlobs(home, { staleAfterMs: 0 });
    const engine = createEngine({ memoryLimit: settings.engineMemory, tempFolder: join(home, 'work', 'engine') });
    const close = async () => {
      await engine.close();
      await database.close();
      await lock.release();
    };
    return { settings, clock, log, database, background, ledger, audit, blobs, engine, secrets, close };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function makeHome(home: string): Promise<void> {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await access(home, constants.W_OK | constants.X_OK);
  } catch (error) {
    const cure = 'Let this user write there, or use another --home.';
    const message = `The home folder ${home} cannot be written (${messageOf(error)}). ${cure}`;
    fail('invalid_setting', message, { field: 'home', value: home, cure, cause: error });
  }
}
