import type { Kysely, Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import { type Monitor, MonitorSpec } from './schema.ts';
import type { MonitoringTables } from './tables.ts';

/** How far an endpoint's log has been read. */
export interface Watermark {
  minAt: number;
  maxAt: number;
}

/** A monitor, the place its next window starts at, and the feedback it has taken in. */
export type MonitorState = Monitor & { nextAt: number | null; restated: number };

/** All SQL of monitors: their documents and how far they have come. */
export function createMonitorStore(queries: Queries) {
  const db = queries.withTables<MonitoringTables>();
  return {
    async insert(monitor: Monitor): Promise<boolean> {
      const { id, name, spec, createdAt, updatedAt } = monitor;
      const row = { id, name, endpoint: spec.endpoint, spec: JSON.stringify(spec), next_at: null, restated: 0 };
      const result = await db
        .insertInto('monitoring_monitor')
        .values({ ...row, created_at: createdAt, updated_at: updatedAt })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    async update(monitor: MonitorState): Promise<void> {
      const { id, spec, updatedAt, nextAt } = monitor;
      await db
        .updateTable('monitoring_monitor')
        .set({ spec: JSON.stringify(spec), endpoint: spec.endpoint, updated_at: updatedAt, next_at: nextAt })
        .where('id', '=', id)
        .execute();
    },
    async delete(id: string): Promise<boolean> {
      const [result] = await db.deleteFrom('monitoring_monitor').where('id', '=', id).execute();
      return result?.numDeletedRows === 1n;
    },
    async byName(name: string): Promise<MonitorState | undefined> {
      const row = await db.selectFrom('monitoring_monitor').selectAll().where('name', '=', name).executeTakeFirst();
      return row && toMonitor(row);
    },
    async all(): Promise<MonitorState[]> {
      const rows = await db.selectFrom('monitoring_monitor').selectAll().orderBy('name').execute();
      return rows.map(toMonitor);
    },
    list: (page: PageRequest) => listMonitors(db, page),
    async setRestated(id: string, position: number): Promise<void> {
      await db.updateTable('monitoring_monitor').set({ restated: position }).where('id', '=', id).execute();
    },
    /** Moves the place of the next window on; false when another replica did, or the monitor changed or went. */
    async advance(monitor: MonitorState, nextAt: number): Promise<boolean> {
      const result = await db
        .updateTable('monitoring_monitor')
        .set({ next_at: nextAt })
        .where('id', '=', monitor.id)
        .where('updated_at', '=', monitor.updatedAt)
        .where((where) =>
          monitor.nextAt === null ? where('next_at', 'is', null) : where('next_at', '=', monitor.nextAt),
        )
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

async function listMonitors(
  db: Kysely<MonitoringTables>,
  { limit, pageToken }: PageRequest,
): Promise<Page<MonitorState>> {
  const [after] = pageToken ? (decodePageToken(pageToken, ['string']) as [string]) : [undefined];
  const rows = await db
    .selectFrom('monitoring_monitor')
    .selectAll()
    .$if(after !== undefined, (q) => q.where('name', '>', after!))
    .orderBy('name')
    .limit(limit + 1)
    .execute();
  return toPage(rows.map(toMonitor), limit, (monitor) => [monitor.name]);
}

/** All SQL of watermarks: how far each endpoint's log has been read. */
export function createWatermarkStore(queries: Queries) {
  const db = queries.withTables<MonitoringTables>();
  return {
    async get(endpoint: string): Promise<Watermark | undefined> {
      const row = await db
        .selectFrom('monitoring_watermark')
        .selectAll()
        .where('endpoint', '=', endpoint)
        .executeTakeFirst();
      return row && { minAt: row.min_at, maxAt: row.max_at };
    },
    /** The ledger position of the newest feedback on the endpoint, 0 before any. */
    async feedback(endpoint: string): Promise<number> {
      const row = await db
        .selectFrom('monitoring_feedback')
        .select('received')
        .where('endpoint', '=', endpoint)
        .executeTakeFirst();
      return row?.received ?? 0;
    },
    async saveFeedback(endpoint: string, received: number): Promise<void> {
      await db
        .insertInto('monitoring_feedback')
        .values({ endpoint, received })
        .onConflict((conflict) => conflict.column('endpoint').doUpdateSet({ received }))
        .execute();
    },
    async save(endpoint: string, mark: Watermark): Promise<void> {
      const values = { min_at: mark.minAt, max_at: mark.maxAt };
      await db
        .insertInto('monitoring_watermark')
        .values({ endpoint, ...values })
        .onConflict((conflict) => conflict.column('endpoint').doUpdateSet(values))
        .execute();
    },
  };
}

function toMonitor(row: Selectable<MonitoringTables['monitoring_monitor']>): MonitorState {
  const spec = MonitorSpec.parse(JSON.parse(row.spec));
  return {
    id: row.id,
    name: row.name,
    spec,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    nextAt: row.next_at,
    restated: row.restated,
  };
}
