import type { Metadata } from '@grpc/grpc-js';
import type { TraceSpan, Tracing } from '../../../kernel/trace.ts';

/** A call that may be traced. */
export interface TracedCall {
  trace?: TraceSpan | undefined;
}

const service = 'inference.GRPCInferenceService';
/** Statuses that are failures of the server: unknown, deadline exceeded, unimplemented, internal, unavailable, data loss. */
const serverFaults = new Set([2, 4, 12, 13, 14, 15]);

/** Begins the step of a trace in which a call is answered; its caller is told by `traceparent` in the metadata. */
export function beginTrace(tracing: Tracing, call: TracedCall & { metadata: Metadata }, method: string): void {
  const { metadata } = call;
  call.trace = tracing.serve(`${service}/${method}`, (header) => metadata.get(header)[0]?.toString(), {
    'rpc.system': 'grpc',
    'rpc.service': service,
    'rpc.method': method,
  });
}

/** Ends it with the status of gRPC. */
export function endTrace({ trace }: TracedCall, code: number): void {
  if (!trace) return;
  trace.set({ 'rpc.grpc.status_code': code });
  trace.end(serverFaults.has(code) ? { error: Object.assign(new Error(), { name: String(code) }) } : {});
}
