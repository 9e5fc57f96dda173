import type { Database } from '../../database/database.ts';
import { createAlertStore } from './alert-store.ts';
import type { DriftAt } from './faces.ts';
import { createRunStore } from './run-store.ts';
import type { MonitorRunSummary } from './schema.ts';

/** Windows looked through to find each monitor's at a moment. */
const searched = 500;

/** What each monitor of an endpoint said of an event time: the window that holds it, else the last one before it. */
export async function findDriftAt(database: Database, endpoint: string, at: number): Promise<DriftAt> {
  const runs = await createRunStore(database.query).list({ endpoint, toAt: at + 1, limit: searched });
  const chosen = new Map<string, MonitorRunSummary>();
  for (const run of runs.items) {
    const known = chosen.get(run.monitorId);
    // Newest window first, so the first that was seen is the nearest; the version that led its window speaks for it.
    if (!known || (known.windowToAt === run.windowToAt && run.leads && !known.leads)) chosen.set(run.monitorId, run);
  }
  const alerts = await createAlertStore(database.query).openAround(endpoint, at);
  return { endpoint, at, runs: [...chosen.values()], alerts };
}
