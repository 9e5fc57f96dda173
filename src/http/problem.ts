import { type ErrorKind, TidemillError } from '../kernel/errors.ts';
import { stringifyJson } from '../kernel/json.ts';
import { Reply } from './route.ts';

/** The HTTP status of each kind of error. */
export const statusOfKind: Record<ErrorKind, number> = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  gone: 410,
  too_large: 413,
  limited: 429,
  unavailable: 503,
  timeout: 504,
  unsupported: 501,
  internal: 500,
};

/** The HTTP status of an error. */
export function statusOf(error: TidemillError): number {
  return statusOfKind[error.kind];
}

/** An error as `application/problem+json` (RFC 9457), with our code, details and the request's id. */
export function toProblem(error: TidemillError, requestId: string, traceId?: string): Reply {
  const status = statusOf(error);
  const { retryAfterSeconds, ...details } = error.details as { retryAfterSeconds?: number };
  const body = stringifyJson({
    type: `https://tidemill.dev/errors/${error.code}`,
    title: error.code,
    status,
    detail: error.message,
    code: error.code,
    requestId,
    ...(traceId !== undefined && { traceId }),
    ...details,
  });
  const headers: Record<string, string> = { 'content-type': 'application/problem+json' };
  if (error.kind === 'limited' || error.kind === 'unavailable') headers['retry-after'] = String(retryAfterSeconds ?? 1);
  if (error.kind === 'unauthenticated') headers['www-authenticate'] = 'Bearer realm="tidemill"';
  return new Reply(body, status, headers);
}

/** Whatever was thrown as our error: faults of ours become `internal` without telling what is inside. */
export function toOurError(thrown: unknown): TidemillError {
  if (thrown instanceof TidemillError) return thrown;
  const { statusCode, code, message } = thrown as { statusCode?: number; code?: string; message?: string };
  if (statusCode === 413 || code === 'FST_ERR_CTP_BODY_TOO_LARGE') {
    return new TidemillError('too_large', 'The body is larger than this server takes.', { cause: thrown });
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new TidemillError('invalid_input', message ?? 'The request is malformed.', { cause: thrown });
  }
  return new TidemillError('internal', 'Something went wrong inside; the log has it under the request id.', {
    cause: thrown,
  });
}
