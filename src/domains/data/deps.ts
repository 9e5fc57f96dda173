import type { Blobs } from '../../blobs/index.ts';
import type { Database } from '../../database/database.ts';
import type { Engine } from '../../engine/index.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { DatasetUsage } from './data.ts';
import type { Staging } from './staging.ts';

/** What the verbs of data work with. */
export interface DataDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  engine: Engine;
  blobs: Blobs;
  staging: Staging;
  /** Folders that local files may be read from. */
  allowedRoots: readonly string[];
  usages: DatasetUsage[];
}
