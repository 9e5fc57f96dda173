import { Reply } from '../../http/route.ts';
import { type ErrorKind, TidemillError } from '../../kernel/errors.ts';

/** The error codes of the protocol, each with its HTTP status; the clients retry 408, 429 and 5xx. */
export const statusOfCode = {
  INVALID_PARAMETER_VALUE: 400,
  BAD_REQUEST: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  CUSTOMER_UNAUTHORIZED: 401,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  NOT_FOUND: 404,
  ENDPOINT_NOT_FOUND: 404,
  ABORTED: 409,
  RESOURCE_CONFLICT: 409,
  ALREADY_EXISTS: 409,
  REQUEST_LIMIT_EXCEEDED: 429,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const;
/** An error code of the protocol. */
export type WireCode = keyof typeof statusOfCode;

/** Longer than any that holds a parameter's old and new value. */
const longestMessage = 20_000;

const codeOfKind: Record<ErrorKind, WireCode> = {
  invalid: 'INVALID_PARAMETER_VALUE',
  unauthenticated: 'UNAUTHENTICATED',
  forbidden: 'PERMISSION_DENIED',
  not_found: 'RESOURCE_DOES_NOT_EXIST',
  // A state that does not allow a write is the caller's mistake here; 409 would be a code clients do not know.
  conflict: 'INVALID_PARAMETER_VALUE',
  gone: 'RESOURCE_DOES_NOT_EXIST',
  too_large: 'INVALID_PARAMETER_VALUE',
  limited: 'REQUEST_LIMIT_EXCEEDED',
  unavailable: 'TEMPORARILY_UNAVAILABLE',
  timeout: 'DEADLINE_EXCEEDED',
  unsupported: 'NOT_IMPLEMENTED',
  internal: 'INTERNAL_ERROR',
};

/** An error with a code and a text that clients know. */
export class WireError extends TidemillError {
  readonly wireCode: WireCode;

  constructor(wireCode: WireCode, message: string, field?: string) {
    super(statusOfCode[wireCode] >= 500 ? 'unsupported' : 'invalid_input', message, field ? { field } : {});
    this.wireCode = wireCode;
  }
}

/** Throws an error with exactly this code and text. */
export function refuse(code: WireCode, message: string, field?: string): never {
  throw new WireError(code, message, field);
}

/** Which code an error has on the wire. */
export function wireCodeOf(error: TidemillError): WireCode {
  if (error instanceof WireError) return error.wireCode;
  return error.code === 'already_exists' ? 'RESOURCE_ALREADY_EXISTS' : codeOfKind[error.kind];
}

/** Any error as the protocol words it: `{"error_code": …, "message": …}`. */
export function toReply(error: TidemillError): Reply {
  const code = wireCodeOf(error);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  const status = error.kind === 'too_large' ? 413 : statusOfCode[code];
  const { retryAfterSeconds } = error.details as { retryAfterSeconds?: number };
  if (status === 429 || status === 503) headers['retry-after'] = String(retryAfterSeconds ?? 1);
  // Clients send a name and a password; browsers ask for them.
  if (status === 401) headers['www-authenticate'] = 'Basic realm="mlflow"';
  // Names and values are shown as they came, but not by the megabyte.
  const { message } = error;
  const shown = message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message;
  return new Reply(JSON.stringify({ error_code: code, message: shown.toWellFormed() }), status, headers);
}
