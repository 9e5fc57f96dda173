import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { newId } from '../../kernel/ids.ts';
import type { Ledger } from '../../ledger/index.ts';
import { evaluateDrift } from './evaluate-drift.ts';
import { evaluatePerformance } from './evaluate-performance.ts';
import { evaluateQuality } from './evaluate-quality.ts';
import { evaluateErrors, evaluateLatency } from './evaluate-service.ts';
import { type Evaluation, noVerdict } from './evaluation.ts';
import { moveAlert } from './move-alert.ts';
import type { ObservationSource } from './ports.ts';
import { maxRows, type References } from './references.ts';
import { createRunStore } from './run-store.ts';
import type { Monitor, MonitorRun, MonitorSpec } from './schema.ts';
import { createMonitorStore, createWatermarkStore, type MonitorState, type Watermark } from './store.ts';
import { byVersion, type WindowRows } from './window-rows.ts';
import { closedUntil, firstStart, rowWindow, timeWindow, type Window } from './windows.ts';

/** What evaluating needs. */
export interface Evaluating {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  log: ObservationSource;
  references: References;
}

/** Windows a monitor evaluates before others get their turn. */
const windowsATurn = 16;

/** How far an endpoint's event time has come, also by rows that retention has deleted since; nothing for an empty log. */
export async function readWatermark(parts: Evaluating, endpoint: string): Promise<Watermark | undefined> {
  const store = createWatermarkStore(parts.database.query);
  const before = await store.get(endpoint);
  const span = await parts.log.logSpan(endpoint);
  if (!span) return before;
  const minAt = Math.floor(Math.min(span.minAt, before?.minAt ?? span.minAt));
  const maxAt = Math.floor(Math.max(span.maxAt, before?.maxAt ?? span.maxAt));
  if (before?.minAt !== minAt || before.maxAt !== maxAt) await store.save(endpoint, { minAt, maxAt });
  return { minAt, maxAt };
}

/** Evaluates the windows that have closed, oldest first, a bounded number; `more` when others wait. */
export async function evaluateClosed(
  parts: Evaluating,
  monitor: MonitorState,
  mark: Watermark,
): Promise<{ runs: number; more: boolean }> {
  let state = monitor;
  let runs = 0;
  for (let turn = 0; turn < windowsATurn; turn++) {
    const window = await nextWindow(parts, state, mark);
    if (!window) return { runs, more: false };
    const made = await evaluateWindow(parts, state, window);
    const written = await record(parts, { monitor: state, window, made });
    if (!written) return { runs, more: true };
    runs += made.length;
    state = { ...state, nextAt: window.nextAt };
  }
  return { runs, more: true };
}

async function nextWindow(parts: Evaluating, monitor: MonitorState, mark: Watermark): Promise<Window | undefined> {
  const { spec } = monitor;
  const fromAt = monitor.nextAt ?? firstStart(spec, mark);
  if (spec.window.by === 'time') return timeWindow(spec, fromAt, mark);
  const to = closedUntil(spec, mark);
  if (to <= fromAt) return undefined;
  const { endpoint } = spec;
  const rows = await parts.log.observations({ endpoint, from: fromAt, to, features: [], labels: false });
  return rowWindow(rows.at, fromAt, spec.window.rows);
}

/** What a window came to, a run for each version that answered in it, the leading one first. */
export async function evaluateWindow(
  parts: Evaluating,
  monitor: Monitor,
  { fromAt, toAt }: Pick<Window, 'fromAt' | 'toAt'>,
): Promise<MonitorRun[]> {
  const { spec } = monitor;
  const reads = spec.kind === 'drift' || spec.kind === 'data-quality';
  const observations = await parts.log.observations({
    endpoint: spec.endpoint,
    from: fromAt,
    to: toAt,
    limit: maxRows,
    labels: spec.kind === 'performance',
    includeFailed: ['latency', 'errors', 'data-quality'].includes(spec.kind),
    ...(reads ? (spec.columns ? { features: spec.columns } : {}) : { features: [] }),
  });
  const runs: MonitorRun[] = [];
  for (const [place, rows] of byVersion(observations).entries()) {
    const started = performance.now();
    const found = await evaluateRows(parts, spec, { rows, toAt });
    runs.push({
      id: newId(parts.clock.now()),
      monitorId: monitor.id,
      monitor: monitor.name,
      endpoint: spec.endpoint,
      kind: spec.kind,
      model: rows.model,
      version: rows.version,
      windowFromAt: fromAt,
      windowToAt: toAt,
      revision: 1,
      latest: true,
      leads: place === 0,
      ...found,
      evaluatedAt: parts.clock.now(),
      durationMs: performance.now() - started,
    });
  }
  return runs;
}

async function evaluateRows(
  parts: Evaluating,
  spec: MonitorSpec,
  { rows, toAt }: { rows: WindowRows; toAt: number },
): Promise<Evaluation> {
  if (spec.kind === 'latency') return evaluateLatency(spec, rows);
  if (spec.kind === 'errors') return evaluateErrors(spec, rows);
  const { model, version } = rows;
  const reference = await parts.references.of(spec, { model, version, windowToAt: toAt });
  if (spec.kind === 'performance') return evaluatePerformance(spec, rows, reference);
  if (!reference) {
    const why = `${model} version ${version} has no stored reference profile; train it with Tidemill or pin a window as the reference`;
    return noVerdict('not-computable', why, rows.index.length);
  }
  return spec.kind === 'data-quality' ? evaluateQuality(spec, rows, reference) : evaluateDrift(spec, rows, reference);
}

/** Writes the window's runs, the monitor's new place and what follows for its alert in one transaction. */
async function record(
  parts: Evaluating,
  { monitor, window, made }: { monitor: MonitorState; window: Window; made: MonitorRun[] },
): Promise<boolean> {
  return parts.database.transaction(async (tx) => {
    if (!(await createMonitorStore(tx).advance(monitor, window.nextAt))) return false;
    const store = createRunStore(tx);
    for (const run of made) await store.insert(run);
    if (made.length > 0) await moveAlert(tx, parts, monitor);
    return true;
  });
}
