import type { Predictor } from '../../../domains/serving/index.ts';
import { newId } from '../../../kernel/ids.ts';
import { checkId } from '../../../kernel/request-id.ts';
import { traced } from '../../../kernel/trace.ts';
import type { AnyCall } from './calls.ts';
import type { InferMessage, InferResponseMessage } from './messages.ts';
import { readMessage } from './read-message.ts';
import { writeMessage } from './write-message.ts';

/** Answers one request for inference, of a call of its own or of a stream. */
export async function inferMessage(
  serving: Predictor,
  message: InferMessage,
  { call, caller }: { call: AnyCall; caller: string },
): Promise<InferResponseMessage> {
  const model = message.model_name ?? '';
  serving.checkRoom({ endpoint: model, protocol: 'oip-grpc' });
  const request = readMessage(message);
  const id = request.id ?? newId();
  const said = (name: string) => call.metadata.get(name)[0]?.toString();
  const inferred = await serving.infer({
    endpoint: model,
    version: message.model_version || undefined,
    // An id that cannot name a prediction is still echoed; the log has one of its own.
    requestId: checkId(id, false),
    inputs: request.inputs,
    outputs: request.outputs?.map(({ name }) => name),
    timeoutMs: patience(call, request.timeoutMs),
    priority: request.priority,
    variant: said('x-tidemill-variant'),
    header: said,
    isGone: () => call.cancelled,
    caller,
    protocol: 'oip-grpc',
    trace: call.trace,
  });
  return traced(call.trace, 'tidemill.write', () => writeMessage(inferred, { ...request, model, id }));
}

/** The shorter of the call's deadline and what the request says. */
function patience(call: AnyCall, timeoutMs: number | undefined): number | undefined {
  const deadline = Number(call.getDeadline());
  if (!Number.isFinite(deadline)) return timeoutMs;
  return Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, Math.max(0, deadline - Date.now()));
}
