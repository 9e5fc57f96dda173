import type { Queries } from '../../database/database.ts';
import { systemActor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { Ledger } from '../../ledger/index.ts';
import { decideAlert } from './alert-rule.ts';
import { createAlertStore } from './alert-store.ts';
import { createRunStore } from './run-store.ts';
import type { Alert, Monitor, MonitorRunSummary, MonitorValue } from './schema.ts';

const worstListed = 5;

/** Opens, continues or resolves a monitor's alert by its latest verdicts, in the transaction that wrote them. */
export async function moveAlert(
  tx: Queries,
  { ledger, clock }: { ledger: Ledger; clock: Clock },
  monitor: Monitor,
): Promise<void> {
  const alerts = createAlertStore(tx);
  const rule = monitor.spec.alert;
  const latest = await createRunStore(tx).judged(monitor.id, Math.max(rule.consecutive, rule.resolveAfter) + 1);
  const newest = latest[0];
  if (!newest) return;
  const judged = ofOneVersion(latest);
  const open = await openAlertOf(tx, { ledger, clock }, { monitor, newest });
  const lastResolvedAt = await alerts.lastResolvedAt(monitor.id);
  const { move, breaches } = decideAlert(rule, { judged, open, lastResolvedAt });
  if (move === 'open') {
    const alert = makeAlert(monitor, newest, { now: clock.now(), breaches });
    const first = judged[breaches - 1];
    if (first) alert.windowFromAt = first.windowFromAt;
    if (await alerts.open(alert)) await ledger.append(tx, { ...eventOf(alert, newest), type: 'alert.opened' });
  } else if (move === 'continue' && open && newest.id !== open.lastRunId) {
    const further = newest.windowToAt > open.windowToAt ? 1 : 0;
    await alerts.update({ ...open, ...seenIn(newest), breaches: open.breaches + further, lastRunId: newest.id });
  } else if (move === 'resolve' && open) {
    await resolveAlert(tx, { ledger, clock }, { alert: open, run: newest });
  }
}

/** The newest verdicts as far as they are about the version that answers now: another model starts afresh. */
function ofOneVersion(runs: readonly MonitorRunSummary[]): MonitorRunSummary[] {
  const other = runs.findIndex((run) => run.version !== runs[0]!.version || run.model !== runs[0]!.model);
  return other === -1 ? [...runs] : runs.slice(0, other);
}

/** The monitor's open alert; one about a version that another has replaced since is ended instead. */
async function openAlertOf(
  tx: Queries,
  parts: { ledger: Ledger; clock: Clock },
  { monitor, newest }: { monitor: Monitor; newest: MonitorRunSummary },
): Promise<Alert | undefined> {
  const open = await createAlertStore(tx).openOf(dedupeKey(monitor));
  const isReplaced = open && newest.windowToAt > open.windowToAt && newest.version !== open.version;
  if (!isReplaced) return open;
  await resolveAlert(tx, parts, { alert: open, run: undefined });
  return undefined;
}

/** Ends an open alert: by a good window, because another version answers now, or because its monitor went away. */
export async function resolveAlert(
  tx: Queries,
  { ledger, clock }: { ledger: Ledger; clock: Clock },
  { alert, run }: { alert: Alert; run: MonitorRunSummary | undefined },
): Promise<void> {
  const resolved: Alert = { ...alert, status: 'resolved', resolvedAt: clock.now(), resolvedByRunId: run?.id ?? null };
  if (!(await createAlertStore(tx).resolve(resolved, run?.windowToAt ?? alert.windowToAt))) return;
  const { subject, actor, data } = eventOf(resolved, run);
  const now = { runId: run?.id ?? alert.lastRunId, openedByRunId: alert.openedByRunId };
  await ledger.append(tx, { type: 'alert.resolved', subject, actor, data: { ...data, ...now } });
}

/** One open alert a monitor. */
export function dedupeKey(monitor: Pick<Monitor, 'id'>): string {
  return `monitor:${monitor.id}`;
}

function makeAlert(
  monitor: Monitor,
  run: MonitorRunSummary,
  { now, breaches }: { now: number; breaches: number },
): Alert {
  return {
    id: newId(now),
    monitorId: monitor.id,
    monitor: monitor.name,
    endpoint: monitor.spec.endpoint,
    kind: monitor.spec.kind,
    dedupeKey: dedupeKey(monitor),
    severity: monitor.spec.alert.severity,
    status: 'open',
    openedAt: now,
    windowFromAt: run.windowFromAt,
    breaches,
    openedByRunId: run.id,
    lastRunId: run.id,
    acknowledgedAt: null,
    acknowledgedBy: null,
    note: null,
    resolvedAt: null,
    resolvedByRunId: null,
    ...seenIn(run),
  };
}

function seenIn(run: MonitorRunSummary) {
  const worst = worstOf(run.values);
  return {
    model: run.model,
    version: run.version,
    windowToAt: run.windowToAt,
    pressure: run.pressure ?? 1,
    worst,
    summary: summarise(run, worst),
  };
}

/** The breached values, furthest beyond their threshold first. */
function worstOf(values: readonly MonitorValue[]): MonitorValue[] {
  const beyond = ({ value, threshold, pValue }: MonitorValue) =>
    pValue !== null ? (threshold ?? 0) / Math.max(pValue, 1e-300) : Math.abs((value ?? 0) / (threshold || 1) - 1);
  return values
    .filter((value) => value.breached)
    .sort((a, b) => beyond(b) - beyond(a))
    .slice(0, worstListed);
}

function summarise(run: MonitorRunSummary, worst: readonly MonitorValue[]): string {
  const window = `${isoTime(run.windowFromAt)} to ${isoTime(run.windowToAt)}`;
  const numbers = worst.map(({ series, method, value, threshold, pValue }) => {
    const seen = pValue === null ? `${round(value)}` : `p = ${round(pValue)}`;
    return `${series} ${method} ${seen} (limit ${round(threshold)})`;
  });
  return `${run.kind} on ${run.endpoint}, ${run.model} version ${run.version}, ${window}: ${numbers.join('; ')}`;
}

function round(value: number | null): string {
  return value === null ? 'infinite' : String(Number(value.toPrecision(4)));
}

function eventOf(alert: Alert, run: MonitorRunSummary | undefined) {
  const { monitor, endpoint, kind, severity, model, version, windowFromAt, windowToAt, breaches, pressure } = alert;
  const { summary, worst } = alert;
  const numbers = { windowFromAt, windowToAt, breaches, pressure, summary, worst, runId: run?.id ?? alert.lastRunId };
  return {
    actor: systemActor,
    subject: { kind: 'alert', id: alert.id, name: alert.monitor },
    data: { monitor, endpoint, kind, severity, dedupeKey: alert.dedupeKey, model, version, ...numbers },
  };
}
