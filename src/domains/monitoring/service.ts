import type { Background } from '../../database/background.ts';
import type { Database } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Ledger, LedgerEvent } from '../../ledger/index.ts';
import { createAlerts } from './alerts.ts';
import { findDriftAt } from './drift-at.ts';
import { type Evaluating, readWatermark } from './evaluate.ts';
import type { Monitoring } from './faces.ts';
import { createMonitors, evaluateMonitor } from './monitors.ts';
import type { ReferenceSource } from './ports.ts';
import { createReferences } from './references.ts';
import type { Machine } from './retraining-machine.ts';
import { triggerByAlert } from './retraining-triggers.ts';
import { advanceRetrainings, createRetrainings } from './retrainings.ts';
import { createMonitorStore, createWatermarkStore, type Watermark } from './store.ts';

/** What monitoring is made of. */
export interface MonitoringParts extends Machine {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  background: Background;
  references: ReferenceSource;
  /** The pause between two looks at the log when nothing is waiting; 2 seconds unless said. */
  everyMs?: number;
}

/** Makes monitoring: its readers of the ledger and its background tasks start with those. */
export function createMonitoring(parts: MonitoringParts): Monitoring {
  const { database, ledger, clock, background, serving, everyMs = 2_000 } = parts;
  const references = createReferences(parts.references, serving);
  const evaluating: Evaluating = { database, ledger, clock, log: serving, references };
  background.add({ name: 'monitoring', everyMs, run: ({ signal }) => evaluateAll(evaluating, signal) });
  background.add({ name: 'retrainings', everyMs, run: () => advanceRetrainings(parts) });
  addReaders(parts);
  return {
    monitors: createMonitors(evaluating),
    alerts: createAlerts(parts),
    retrainings: createRetrainings(parts),
    driftAt: (endpoint, at) => findDriftAt(database, endpoint, at),
  };
}

/** One turn over all monitors; one that errs does not hold up the others. */
async function evaluateAll(parts: Evaluating, signal: AbortSignal): Promise<boolean> {
  let more = false;
  let failed: unknown;
  const marks = new Map<string, Promise<Watermark | undefined>>();
  for (const monitor of await createMonitorStore(parts.database.query).all()) {
    if (signal.aborted) return false;
    try {
      const { endpoint } = monitor.spec;
      const mark = marks.get(endpoint) ?? readWatermark(parts, endpoint);
      marks.set(endpoint, mark);
      more = (await evaluateMonitor(parts, monitor, await mark)).more || more;
    } catch (error) {
      failed ??= error;
    }
  }
  if (failed) throw failed;
  return more;
}

function addReaders(parts: MonitoringParts): void {
  const { ledger, database, background } = parts;
  const then = (task: string) => database.afterCommit(() => background.wake(task));
  ledger.addReader({
    name: 'monitoring-labels',
    types: ['feedback.received'],
    async handle(event, tx) {
      const { endpoints } = event.data as { endpoints: string[] };
      for (const endpoint of endpoints) await createWatermarkStore(tx).saveFeedback(endpoint, event.position);
      then('monitoring');
    },
  });
  ledger.addReader({
    name: 'retraining-triggers',
    types: ['alert.opened'],
    async handle(event: LedgerEvent, tx) {
      await triggerByAlert(parts, event, tx);
      then('retrainings');
    },
  });
  ledger.addReader({
    name: 'retraining-progress',
    types: ['pipeline-run.finished', 'rollout.promoted', 'rollout.rolled-back', 'rollout.aborted'],
    // The machine asks pipelines and serving themselves; the event only says when.
    handle: async () => then('retrainings'),
  });
}
