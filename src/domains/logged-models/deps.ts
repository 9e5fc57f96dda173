import type { Database, Queries } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Tracking } from '../tracking/index.ts';
import type { ModelRow } from './model-store.ts';
import { createLoggedModelStore } from './store.ts';

/** What logged models work with. */
export interface LoggedModelDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  tracking: Tracking;
}

/** A logged model by id, deleted ones too, or `not_found`. */
export async function modelOf(queries: Queries, id: string): Promise<ModelRow> {
  return (await createLoggedModelStore(queries).models.find(id)) ?? notFound('logged model', id);
}
