import { Reply } from '../../http/route.ts';
import type { ErrorKind, TidemillError } from '../../kernel/errors.ts';

/** An error as both transports say it. */
export interface WireError {
  /** HTTP status. */
  status: number;
  /** Status of gRPC. */
  code: number;
  message: string;
  retryAfterSeconds: number | undefined;
}

/** HTTP status and gRPC status of each kind of error. */
const table: Record<ErrorKind, readonly [status: number, code: number]> = {
  invalid: [400, 3],
  too_large: [413, 3],
  unauthenticated: [401, 16],
  forbidden: [403, 7],
  not_found: [404, 5],
  gone: [410, 5],
  conflict: [409, 9],
  limited: [429, 8],
  internal: [500, 13],
  unsupported: [501, 12],
  unavailable: [503, 14],
  timeout: [504, 4],
};
const clientGone = [499, 1] as const;

/** Words an error for the protocol; an unknown model is worded as clients look for it. */
export function toWireError(error: TidemillError): WireError {
  const [status, code] = error.code === 'cancelled' ? clientGone : table[error.kind];
  const { field, value, retryAfterSeconds } = error.details as Record<string, unknown>;
  const unknown = error.code === 'not_found' && (field === 'endpoint' || field === 'version');
  const message = unknown ? `Request for unknown model: '${String(value)}' is not found` : error.message;
  const waits = error.kind === 'limited' || error.kind === 'unavailable';
  return { status, code, message, retryAfterSeconds: waits ? Number(retryAfterSeconds ?? 1) : undefined };
}

/** An error as `{"error": …}` with its HTTP status. */
export function toReply(error: TidemillError): Reply {
  const { status, message, retryAfterSeconds } = toWireError(error);
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(retryAfterSeconds);
  return new Reply(JSON.stringify({ error: message }), status, headers);
}
