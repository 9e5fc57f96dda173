import { statusOf } from '../../http/problem.ts';
import { Reply } from '../../http/route.ts';
import { type ErrorKind, TidemillError } from '../../kernel/errors.ts';

const json = { 'content-type': 'application/json' };

const codes: Record<ErrorKind, string> = {
  invalid: 'BAD_REQUEST',
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  not_found: 'RESOURCE_DOES_NOT_EXIST',
  conflict: 'ABORTED',
  gone: 'RESOURCE_DOES_NOT_EXIST',
  too_large: 'BAD_REQUEST',
  limited: 'RESOURCE_EXHAUSTED',
  unavailable: 'TEMPORARILY_UNAVAILABLE',
  timeout: 'DEADLINE_EXCEEDED',
  unsupported: 'NOT_IMPLEMENTED',
  internal: 'INTERNAL_ERROR',
};

/** An error as MLflow's scoring server words it: `{"error_code", "message"}`; a deadline is plain text. */
export function toMlflowReply(error: TidemillError): Reply {
  if (error.kind === 'timeout') return new Reply('Request processing time exceeded limit', 504, json);
  const body = JSON.stringify({ error_code: codes[error.kind], message: error.message });
  return new Reply(body, statusFor(error), { ...json, ...waitOf(error) });
}

/** An error as KServe's V1 and TensorFlow Serving word it: `{"error"}`. */
export function toV1Reply(error: TidemillError): Reply {
  const { field, value } = error.details;
  const isUnknown = error.code === 'not_found' && (field === 'endpoint' || field === 'version');
  const message = isUnknown ? `Model with name ${String(value)} does not exist.` : error.message;
  return new Reply(JSON.stringify({ error: message }), statusFor(error), { ...json, ...waitOf(error) });
}

function statusFor(error: TidemillError): number {
  return error.code === 'cancelled' ? 499 : statusOf(error);
}

function waitOf(error: TidemillError): Record<string, string> {
  const { retryAfterSeconds } = error.details as { retryAfterSeconds?: number };
  const waits = error.kind === 'limited' || error.kind === 'unavailable';
  return waits ? { 'retry-after': String(retryAfterSeconds ?? 1) } : {};
}

/** A mistake in the form of an input, in the words of MLflow's scoring server. */
export function invalidInput(message: string): never {
  throw new TidemillError('invalid_input', `Invalid input. ${message}`, { field: 'body' });
}
