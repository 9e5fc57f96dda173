import type { TraceSpan } from '../../../kernel/trace.ts';

/** A request of a run, as tracing sees it. */
interface TracedRequest {
  trace?: TraceSpan | undefined;
  /** `performance.now()` when it began to wait. */
  queuedAt: number;
}

/** A merged run in the traces of its requests. */
export interface TracedRun {
  /** The run itself; calls to other servers are steps of it. */
  span: TraceSpan;
  end(error?: unknown): void;
}

/**
 * Tells the traces of a run's requests that they have waited and that it begins. The run is a step of the first one kept,
 * linked to all; each other has a step of its own that is linked to the run.
 */
export function traceRun(requests: readonly TracedRequest[], rows: number, startedAt: number): TracedRun | undefined {
  const kept: TraceSpan[] = [];
  for (const { trace, queuedAt } of requests) {
    if (!trace?.isKept) continue;
    trace.child('tidemill.queue', { startedAt: queuedAt }).end({ at: startedAt });
    kept.push(trace);
  }
  // A trace that is not kept still goes on at other servers.
  const first = kept[0] ?? requests.find(({ trace }) => trace)?.trace;
  if (!first) return undefined;
  const attributes = { 'tidemill.batch.requests': requests.length, 'tidemill.batch.rows': rows };
  const span = first.child('tidemill.batch', { startedAt, attributes, links: kept.slice(1) });
  const others = kept
    .slice(1)
    .map((trace) => trace.child('tidemill.compute', { startedAt, attributes, links: [span] }));
  return {
    span,
    end(error) {
      for (const one of [span, ...others]) one.end(error === undefined ? {} : { error });
    },
  };
}
