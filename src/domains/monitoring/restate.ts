import { systemActor } from '../../kernel/actor.ts';
import { type Evaluating, evaluateWindow } from './evaluate.ts';
import { moveAlert } from './move-alert.ts';
import { createRunStore } from './run-store.ts';
import type { MonitorRunSummary } from './schema.ts';
import { createMonitorStore, createWatermarkStore, type MonitorState, type Watermark } from './store.ts';

/** Windows looked at for late labels in one go. */
const windowsATurn = 500;

/** Evaluates windows again whose labels have grown enough since; earlier revisions stay. Gives how many it wrote. */
export async function restate(parts: Evaluating, monitor: MonitorState, mark: Watermark): Promise<number> {
  const { spec } = monitor;
  if (spec.kind !== 'performance') return 0;
  const received = await createWatermarkStore(parts.database.query).feedback(spec.endpoint);
  if (received <= monitor.restated) return 0;
  const page = await createRunStore(parts.database.query).list({
    monitor: monitor.name,
    fromAt: mark.maxAt - spec.restate.forMs,
    limit: windowsATurn,
  });
  const runs = page.items.filter((run) => run.monitorId === monitor.id);
  let written = 0;
  if (runs.length > 0) {
    for (const window of await findGrown(parts, monitor, runs)) written += await restateWindow(parts, monitor, window);
  }
  await createMonitorStore(parts.database.query).setRestated(monitor.id, received);
  return written;
}

/** The windows' runs that may have enough more labels now: by counts alone, so that no row is read in vain. */
async function findGrown(
  parts: Evaluating,
  monitor: MonitorState,
  runs: MonitorRunSummary[],
): Promise<MonitorRunSummary[][]> {
  const { endpoint, restate } = monitor.spec;
  const windows = windowsOf(runs);
  const ranges = windows.map(([run]) => ({ from: run!.windowFromAt, to: run!.windowToAt }));
  const counts = await parts.log.countLabels(endpoint, ranges);
  return windows.filter((window, i) => {
    const now = counts[i]!;
    const labels = window.reduce((sum, run) => sum + run.labels, 0);
    const rows = window.reduce((sum, run) => sum + run.rows, 0);
    return now > labels && (now >= labels * (1 + restate.growth) || now >= rows);
  });
}

function windowsOf(runs: MonitorRunSummary[]): MonitorRunSummary[][] {
  const windows = Object.groupBy(runs, (run) => `${run.windowFromAt} ${run.windowToAt}`);
  // Oldest first, so that alerts move as they would have.
  return Object.values(windows)
    .map((group) => group ?? [])
    .sort((a, b) => a[0]!.windowToAt - b[0]!.windowToAt);
}

async function restateWindow(parts: Evaluating, monitor: MonitorState, before: MonitorRunSummary[]): Promise<number> {
  const { windowFromAt: fromAt, windowToAt: toAt } = before[0]!;
  const now = await evaluateWindow(parts, monitor, { fromAt, toAt });
  return parts.database.transaction(async (tx) => {
    let written = 0;
    for (const old of before) {
      const found = now.find((run) => run.model === old.model && run.version === old.version);
      if (!found || found.labels <= old.labels) continue;
      const run = { ...found, revision: old.revision + 1, leads: old.leads };
      if (!(await createRunStore(tx).insert(run, old))) continue;
      written++;
      if (old.status !== 'insufficient-data') await appendRestated(parts, tx, { run, old });
    }
    if (written > 0) await moveAlert(tx, parts, monitor);
    return written;
  });
}

async function appendRestated(
  { ledger }: Evaluating,
  tx: Parameters<Evaluating['ledger']['append']>[0],
  { run, old }: { run: MonitorRunSummary; old: MonitorRunSummary },
): Promise<void> {
  const { monitor, endpoint, model, version, windowFromAt, windowToAt, revision, labels, values } = run;
  await ledger.append(tx, {
    type: 'monitor-run.restated',
    actor: systemActor,
    subject: { kind: 'monitor', id: run.monitorId, name: monitor },
    data: {
      monitor,
      endpoint,
      model,
      version,
      windowFromAt,
      windowToAt,
      revision,
      labels,
      labelsBefore: old.labels,
      values,
      before: old.values,
    },
  });
}
