import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import { EndpointSpec, type Routing } from './schema.ts';
import type { ServingTables } from './tables.ts';

/** An endpoint as it is stored. */
export interface StoredEndpoint {
  name: string;
  spec: EndpointSpec;
  routing: Routing;
  rolloutId: string | null;
  /** The experiment under way; it and a rollout exclude each other. */
  experimentId: string | null;
  createdAt: number;
  updatedAt: number;
}

/** All SQL of endpoints. */
export function createEndpointStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async find(name: string): Promise<StoredEndpoint | undefined> {
      const row = await db.selectFrom('endpoint').selectAll().where('name', '=', name).executeTakeFirst();
      return row && toEndpoint(row);
    },

    async all(): Promise<StoredEndpoint[]> {
      return (await db.selectFrom('endpoint').selectAll().orderBy('name').execute()).map(toEndpoint);
    },

    async page({ limit, pageToken }: PageRequest): Promise<Page<StoredEndpoint>> {
      const after = pageToken === undefined ? undefined : decodePageToken(pageToken, ['string'])[0];
      const rows = await db
        .selectFrom('endpoint')
        .selectAll()
        .$if(after !== undefined, (q) => q.where('name', '>', after as string))
        .orderBy('name')
        .limit(limit + 1)
        .execute();
      return toPage(rows.map(toEndpoint), limit, (endpoint) => [endpoint.name]);
    },

    /** Names and revisions: what tells a process that its routing is out of date. */
    async revisions(): Promise<{ name: string; revision: number; updatedAt: number }[]> {
      const rows = await db.selectFrom('endpoint').select(['name', 'revision', 'updated_at']).execute();
      return rows.map((row) => ({ name: row.name, revision: row.revision, updatedAt: row.updated_at }));
    },

    /** Gives whether it was new. */
    async insert(endpoint: StoredEndpoint): Promise<boolean> {
      const result = await db
        .insertInto('endpoint')
        .values({ name: endpoint.name, created_at: endpoint.createdAt, ...columnsOf(endpoint) })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst();
      return Number(result.numInsertedOrUpdatedRows ?? 0) > 0;
    },

    /** Replaces spec, routing and rollout, provided the endpoint is still at `revision`; gives whether it was. */
    async update(endpoint: StoredEndpoint, revision: number): Promise<boolean> {
      const result = await db
        .updateTable('endpoint')
        .set(columnsOf(endpoint))
        .where('name', '=', endpoint.name)
        .where('revision', '=', revision)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },

    async remove(name: string): Promise<boolean> {
      const result = await db.deleteFrom('endpoint').where('name', '=', name).executeTakeFirst();
      return Number(result.numDeletedRows) > 0;
    },
  };
}

function columnsOf({ spec, routing, rolloutId, experimentId, updatedAt }: StoredEndpoint) {
  return {
    spec: JSON.stringify(spec),
    routing: JSON.stringify(routing),
    revision: routing.revision,
    rollout_id: rolloutId,
    experiment_id: experimentId,
    updated_at: updatedAt,
  };
}

function toEndpoint(row: Selectable<ServingTables['endpoint']>): StoredEndpoint {
  return {
    name: row.name,
    spec: EndpointSpec.parse(JSON.parse(row.spec)),
    routing: JSON.parse(row.routing) as Routing,
    rolloutId: row.rollout_id,
    experimentId: row.experiment_id,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
