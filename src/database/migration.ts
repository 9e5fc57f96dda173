import type { Kysely } from 'kysely';

/** One step of the schema. `up` gets a query builder that knows no tables and must work on both databases. */
export interface Migration {
  name: string;
  // biome-ignore lint/suspicious/noExplicitAny: schema steps run before any table type exists
  up(db: Kysely<any>): Promise<void>;
}
