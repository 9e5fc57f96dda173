import type { Background } from '../../database/background.ts';
import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
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
  /** Removes deleted models of experiments for good; without it there are none. */
  purgeModels?: (
    actor: Actor,
    which: PurgedModels,
  ) => Promise<{ models: number; artifacts: number; artifactBytes: number }>;
}

/** Which deleted models: of experiments, deleted before a moment. */
export interface PurgedModels {
  within: string[];
  deletedBefore: number;
  dryRun: boolean;
}
