import type { Background } from '../../database/background.ts';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Purging, Tracking } from '../tracking/index.ts';

/** What folders work with. */
export interface FoldersDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  background: Background;
  tracking: Tracking;
  purging: Purging;
}
