import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Registry } from '../registry/index.ts';
import type { Tracking } from '../tracking/index.ts';
import type { DatasetFacts, EvidenceSource, RolesOf } from './governance.ts';

/** What governance works with. */
export interface GovernanceDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  registry: Registry;
  tracking: Tracking;
  /** Facts of other domains; read at each evaluation, so that `app.ts` may add to it later. */
  sources?: readonly EvidenceSource[];
  datasetFacts?: DatasetFacts;
  /** Without it nobody holds a role, and a gate that names roles gets no approvals from them. */
  rolesOf?: RolesOf;
}
