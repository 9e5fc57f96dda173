import type { Queries } from '../../database/database.ts';
import { openExperiment, type TracesDeps } from './deps.ts';
import type { SpanReport } from './span.ts';
import { createTracesStore } from './store.ts';
import type { TraceRow } from './trace-store.ts';

/** Where spans that arrive belong. */
export interface SpansPlace {
  experiment: string;
  runId?: string | undefined;
}

/**
 * Writes spans, in any order and as often as they come: a span is known by its trace and id. What they tell of a trace
 * counts until a client describes the trace as a whole.
 */
export async function recordSpans(deps: TracesDeps, place: SpansPlace, reports: readonly SpanReport[]): Promise<void> {
  const { id: experimentId } = await openExperiment(deps, place.experiment);
  if (place.runId !== undefined) await deps.tracking.runs.info(place.runId);
  // In one order everywhere, so that two exporters of the same traces cannot wait for each other.
  const sorted = [...reports].sort((a, b) => (a.traceId < b.traceId ? -1 : 1));
  await deps.database.transaction(async (tx) => {
    for (const report of sorted) {
      await deps.database.lock(tx, `trace:${report.traceId}`);
      await recordReport(tx, experimentId, report);
    }
    const { runId } = place;
    if (runId === undefined) return;
    const links = sorted.map(({ traceId }) => ({ traceId, target: runId }));
    await createTracesStore(tx).traces.link('run', links);
  });
}

async function recordReport(tx: Queries, experimentId: string, report: SpanReport): Promise<void> {
  const { traces, spans } = createTracesStore(tx);
  const { traceId } = report;
  const before = (await traces.find(traceId)) ?? newTrace(traceId, experimentId);
  // Spans refer to their trace, so its row comes first.
  if (before.spans === 0 && !before.isDescribed) await traces.put(before);
  await spans.put(traceId, report.spans);
  const totals = await spans.totals(traceId);
  const after: TraceRow = { ...before, spans: totals.spans };
  if (!before.isDescribed && totals.startedUs !== null) {
    after.requestedAt = Math.floor(totals.startedUs / 1000);
    after.durationMs =
      totals.endedUs === null ? null : Math.max(0, Math.floor(totals.endedUs / 1000) - after.requestedAt);
  }
  if (before.state === 'in_progress' || before.state === 'unspecified') {
    const root = await spans.root(traceId);
    if (root) after.state = root.status === 'error' ? 'error' : 'ok';
  }
  after.name ??= report.name ?? null;
  after.requestPreview ??= report.requestPreview ?? null;
  after.responsePreview ??= report.responsePreview ?? null;
  await traces.put(after);
  await traces.putPairs('tag', traceId, { values: report.tags, replace: false });
  await traces.putPairs('metadata', traceId, { values: report.metadata, replace: false });
}

function newTrace(id: string, experimentId: string): TraceRow {
  return {
    id,
    experimentId,
    name: null,
    requestedAt: 0,
    durationMs: null,
    state: 'in_progress',
    clientRequestId: null,
    requestPreview: null,
    responsePreview: null,
    spans: 0,
    isDescribed: false,
  };
}
