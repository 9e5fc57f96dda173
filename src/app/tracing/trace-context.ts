import { createTraceState, type SpanContext, TraceFlags } from '@opentelemetry/api';

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const none = /^0+$/;
const longestState = 512;

/** Where a request comes from by its `traceparent` and `tracestate` (W3C Trace Context level 1); undefined where they say nothing usable. */
export function readTraceContext(parent: string | undefined, state: string | undefined): SpanContext | undefined {
  const [, version, traceId, spanId, flags, more] = pattern.exec(parent?.trim() ?? '') ?? [];
  if (!traceId || !spanId || version === 'ff' || none.test(traceId) || none.test(spanId)) return undefined;
  // The first version has nothing behind its flags; later ones may.
  if (version === '00' && more !== undefined) return undefined;
  const traceFlags = Number.parseInt(flags!, 16) & TraceFlags.SAMPLED;
  const context: SpanContext = { traceId, spanId, traceFlags, isRemote: true };
  if (state && state.length <= longestState) context.traceState = createTraceState(state);
  return context;
}

/** The headers by which a trace goes on elsewhere. */
export function writeTraceContext({ traceId, spanId, traceFlags, traceState }: SpanContext): Record<string, string> {
  const traceparent = `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')}`;
  const tracestate = traceState?.serialize();
  return tracestate ? { traceparent, tracestate } : { traceparent };
}
