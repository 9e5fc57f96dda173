import type { Span, Trace, TraceState } from '../../domains/traces/index.ts';
import { isoTime } from '../../kernel/clock.ts';
import { type Rooted, traceArtifactUriOf } from './artifact-locations.ts';
import { presentAssessment } from './present-assessment.ts';
import { presentSpan } from './present-span.ts';
import { traceKeys } from './trace-keys.ts';
import { writeDuration } from './trace-times.ts';

const states = { unspecified: 'STATE_UNSPECIFIED', in_progress: 'IN_PROGRESS', ok: 'OK', error: 'ERROR' } as const;

/** How a trace stands, by the name that clients send. */
export function readState(name: string | undefined): TraceState {
  const found = (Object.keys(states) as TraceState[]).find((state) => states[state] === name);
  return found ?? 'unspecified';
}

/** A trace without its spans, as the third version of the API has it. */
export function presentTraceInfo(trace: Trace, experiment: Rooted) {
  const { clientRequestId, requestPreview, responsePreview, durationMs } = trace;
  return {
    trace_id: trace.id,
    ...(clientRequestId !== null && { client_request_id: clientRequestId }),
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: trace.experimentId } },
    ...(requestPreview !== null && { request_preview: requestPreview }),
    ...(responsePreview !== null && { response_preview: responsePreview }),
    request_time: isoTime(trace.requestedAt),
    ...(durationMs !== null && { execution_duration: writeDuration(durationMs) }),
    state: states[trace.state],
    trace_metadata: trace.metadata,
    tags: tagsOf(trace, experiment),
    ...(trace.assessments.length > 0 && { assessments: trace.assessments.map(presentAssessment) }),
  };
}

/** A trace with its spans. */
export function presentTrace(trace: Trace, experiment: Rooted, spans: readonly Span[]) {
  return {
    trace_info: presentTraceInfo(trace, experiment),
    spans: spans.map((span) => presentSpan(trace.id, span)),
  };
}

/** A trace as the second version of the API has it. */
export function presentOlderTrace(trace: Trace, experiment: Rooted) {
  const pairsOf = (pairs: Record<string, string>) => Object.entries(pairs).map(([key, value]) => ({ key, value }));
  return {
    request_id: trace.id,
    experiment_id: trace.experimentId,
    timestamp_ms: trace.requestedAt,
    execution_time_ms: trace.durationMs ?? 0,
    status: trace.state === 'unspecified' ? 'TRACE_STATUS_UNSPECIFIED' : states[trace.state],
    request_metadata: pairsOf(trace.metadata),
    tags: pairsOf(tagsOf(trace, experiment)),
  };
}

/** The tags, with those that the server writes itself. */
function tagsOf(trace: Trace, experiment: Rooted): Record<string, string> {
  return {
    ...trace.tags,
    ...(trace.name !== null && { [traceKeys.name]: trace.name }),
    [traceKeys.files]: traceArtifactUriOf(experiment, trace.id),
    ...(trace.spans > 0 && { [traceKeys.spansLocation]: traceKeys.spansHere }),
  };
}
