import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, toPage } from '../../kernel/page.ts';
import type { AlertFilter } from './filters.ts';
import type { Alert } from './schema.ts';
import type { MonitoringTables } from './tables.ts';

type Tables = Kysely<MonitoringTables>;

/** All SQL of alerts. */
export function createAlertStore(queries: Queries) {
  const db = queries.withTables<MonitoringTables>();
  return {
    /** Opens an alert; false when one of its dedupe key is open already. */
    async open(alert: Alert): Promise<boolean> {
      const result = await db
        .insertInto('monitoring_alert')
        .values({ ...toRow(alert), resolved_window_at: null, open_key: alert.dedupeKey })
        .onConflict((conflict) => conflict.column('open_key').doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    /** Writes what further breaching windows said. */
    async update(alert: Alert): Promise<void> {
      await db.updateTable('monitoring_alert').set(toRow(alert)).where('id', '=', alert.id).execute();
    },
    /** Ends an alert at an event time; false when it had ended. */
    async resolve(alert: Alert, windowAt: number): Promise<boolean> {
      const result = await db
        .updateTable('monitoring_alert')
        .set({ ...toRow(alert), open_key: null, resolved_window_at: windowAt })
        .where('id', '=', alert.id)
        .where('status', '=', 'open')
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async acknowledge(id: string, by: { at: number; name: string; note: string | null }): Promise<boolean> {
      const result = await db
        .updateTable('monitoring_alert')
        .set({ acknowledged_at: by.at, acknowledged_by: by.name, note: by.note })
        .where('id', '=', id)
        .where('acknowledged_at', 'is', null)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async get(id: string): Promise<Alert | undefined> {
      const row = await db.selectFrom('monitoring_alert').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toAlert(row);
    },
    async openOf(dedupeKey: string): Promise<Alert | undefined> {
      const row = await db
        .selectFrom('monitoring_alert')
        .selectAll()
        .where('open_key', '=', dedupeKey)
        .executeTakeFirst();
      return row && toAlert(row);
    },
    /** The event time at which the monitor's last alert was resolved. */
    async lastResolvedAt(monitorId: string): Promise<number | undefined> {
      const row = await db
        .selectFrom('monitoring_alert')
        .select((e) => e.fn.max('resolved_window_at').as('last'))
        .where('monitor_id', '=', monitorId)
        .executeTakeFirst();
      return row?.last == null ? undefined : Number(row.last);
    },
    list: (filter: AlertFilter) => listAlerts(db, filter),
    openAround: (endpoint: string, at: number) => openAround(db, endpoint, at),
  };
}

async function listAlerts(db: Tables, filter: AlertFilter): Promise<Page<Alert>> {
  const { limit, pageToken, monitor, endpoint, status, severity } = filter;
  const key = pageToken ? (decodePageToken(pageToken, ['number', 'string']) as [number, string]) : undefined;
  const rows = await db
    .selectFrom('monitoring_alert')
    .selectAll()
    .$if(monitor !== undefined, (q) => q.where('monitor', '=', monitor!))
    .$if(endpoint !== undefined, (q) => q.where('endpoint', '=', endpoint!))
    .$if(status !== undefined, (q) => q.where('status', '=', status!))
    .$if(severity !== undefined, (q) => q.where('severity', '=', severity!))
    .$if(key !== undefined, (q) =>
      q.where((where) => where(where.refTuple('opened_at', 'id'), '<', where.tuple(key![0], key![1]))),
    )
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return toPage(rows.map(toAlert), limit, (alert) => [alert.openedAt, alert.id]);
}

/** Alerts of an endpoint that stood open at an event time: opened by a window that began before it, not resolved by then. */
async function openAround(db: Tables, endpoint: string, at: number): Promise<Alert[]> {
  const rows = await db
    .selectFrom('monitoring_alert')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('window_from_at', '<=', at)
    .where((where) => where.or([where('resolved_window_at', 'is', null), where('resolved_window_at', '>', at)]))
    .orderBy('opened_at', 'desc')
    .limit(100)
    .execute();
  return rows.map(toAlert);
}

function toRow(
  alert: Alert,
): Omit<Insertable<MonitoringTables['monitoring_alert']>, 'open_key' | 'resolved_window_at'> {
  return {
    id: alert.id,
    monitor_id: alert.monitorId,
    monitor: alert.monitor,
    endpoint: alert.endpoint,
    kind: alert.kind,
    dedupe_key: alert.dedupeKey,
    severity: alert.severity,
    status: alert.status,
    model: alert.model,
    version: alert.version,
    summary: alert.summary,
    opened_at: alert.openedAt,
    window_from_at: alert.windowFromAt,
    window_to_at: alert.windowToAt,
    breaches: alert.breaches,
    pressure: alert.pressure,
    worst: JSON.stringify(alert.worst),
    opened_by_run_id: alert.openedByRunId,
    last_run_id: alert.lastRunId,
    acknowledged_at: alert.acknowledgedAt,
    acknowledged_by: alert.acknowledgedBy,
    note: alert.note,
    resolved_at: alert.resolvedAt,
    resolved_by_run_id: alert.resolvedByRunId,
  };
}

function toAlert(row: Selectable<MonitoringTables['monitoring_alert']>): Alert {
  return {
    id: row.id,
    monitorId: row.monitor_id,
    monitor: row.monitor,
    endpoint: row.endpoint,
    kind: row.kind as Alert['kind'],
    dedupeKey: row.dedupe_key,
    severity: row.severity as Alert['severity'],
    status: row.status as Alert['status'],
    model: row.model,
    version: row.version,
    summary: row.summary,
    openedAt: row.opened_at,
    windowFromAt: row.window_from_at,
    windowToAt: row.window_to_at,
    breaches: row.breaches,
    pressure: row.pressure,
    worst: JSON.parse(row.worst) as Alert['worst'],
    openedByRunId: row.opened_by_run_id,
    lastRunId: row.last_run_id,
    acknowledgedAt: row.acknowledged_at,
    acknowledgedBy: row.acknowledged_by,
    note: row.note,
    resolvedAt: row.resolved_at,
    resolvedByRunId: row.resolved_by_run_id,
  };
}
