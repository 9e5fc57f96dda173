/** What sort of failure a code is; every protocol maps kinds to its own wire in one table. */
export type ErrorKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'too_large'
  | 'limited'
  | 'unavailable'
  | 'timeout'
  | 'unsupported'
  | 'internal';

/** Every error code a user can meet, with its kind and one sentence of meaning; `docs/errors.md` is written from it. */
export const errorCatalogue = {
  invalid_input: { kind: 'invalid', meaning: 'A field of the request is missing or has a wrong value.' },
  invalid_json: { kind: 'invalid', meaning: 'The body is not JSON.' },
  invalid_page_token: { kind: 'invalid', meaning: 'The page token was not given by this server for this list.' },
  invalid_setting: { kind: 'invalid', meaning: 'A setting is unknown or has a wrong value.' },
  invalid_config: { kind: 'invalid', meaning: 'A project file has an error; the message names file and line.' },
  invalid_name: { kind: 'invalid', meaning: 'A name has characters or a length that names may not have.' },
  invalid_path: { kind: 'invalid', meaning: 'A path leaves the folder it must stay in.' },
  invalid_data: { kind: 'invalid', meaning: 'A data file cannot be read; the message names file, line and cure.' },
  invalid_query: { kind: 'invalid', meaning: 'A SQL query or filter is wrong or does what a sandboxed query may not.' },
  invalid_model: { kind: 'invalid', meaning: 'A model file is not one that can be served safely.' },
  invalid_pipeline: { kind: 'invalid', meaning: 'A pipeline document does not describe a runnable graph.' },
  invalid_policy: { kind: 'invalid', meaning: 'A gate policy does not compile or names unknown evidence.' },
  unauthenticated: { kind: 'unauthenticated', meaning: 'The request carries no valid token.' },
  forbidden: { kind: 'forbidden', meaning: 'The token does not grant the permission this route needs.' },
  forbidden_host: {
    kind: 'forbidden',
    meaning: 'The Host or Origin header names a site this server does not answer for.',
  },
  forbidden_address: { kind: 'forbidden', meaning: 'An outbound address is in a private range and not allowed.' },
  not_found: { kind: 'not_found', meaning: 'The thing the request names does not exist.' },
  already_exists: { kind: 'conflict', meaning: 'A thing of that name exists.' },
  conflict: { kind: 'conflict', meaning: 'The thing changed meanwhile, or its state does not allow this.' },
  stale_plan: { kind: 'conflict', meaning: 'The project changed since the plan was made; plan again.' },
  in_use: { kind: 'conflict', meaning: 'Other things refer to this one.' },
  home_locked: { kind: 'conflict', meaning: 'Another server is using this home folder.' },
  gate_failed: { kind: 'conflict', meaning: 'A gate refused the promotion; the verdict names each rule.' },
  approval_missing: { kind: 'conflict', meaning: 'The approvals a gate demands are not given, or are void.' },
  gone: { kind: 'gone', meaning: 'The thing existed and was deleted for good.' },
  too_large: { kind: 'too_large', meaning: 'The body, file or value is over a limit; the message names it.' },
  limited: { kind: 'limited', meaning: 'Too many requests, or a queue is full; retry later.' },
  unavailable: { kind: 'unavailable', meaning: 'A part of the server is not ready or is stopping; retry later.' },
  disk_full: { kind: 'unavailable', meaning: 'The disk is full; nothing was written.' },
  port_taken: { kind: 'conflict', meaning: 'Another program listens on that port.' },
  timeout: { kind: 'timeout', meaning: 'The work did not finish in its time.' },
  cancelled: { kind: 'conflict', meaning: 'The work was cancelled.' },
  unsupported: { kind: 'unsupported', meaning: 'This server does not do that.' },
  model_failed: { kind: 'internal', meaning: 'A model failed on inputs that fit its signature.' },
  row_refused: { kind: 'invalid', meaning: "An endpoint's own code refused the rows it was given." },
  corrupt: { kind: 'internal', meaning: 'Stored bytes do not match their digest, or the ledger was tampered with.' },
  internal: { kind: 'internal', meaning: 'A fault of the platform; the log has the details under the request id.' },
} as const satisfies Record<string, { kind: ErrorKind; meaning: string }>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue;

/** Which field, with which value, failed, and what to do about it. */
export interface ErrorDetails {
  field?: string;
  value?: unknown;
  cure?: string;
  [key: string]: unknown;
}

/** The one error class of the platform: a code, a message for people, and details for programs. */
export class TidemillError extends Error {
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { cause?: unknown } = {}) {
    const { cause, ...rest } = details;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'TidemillError';
    this.code = code;
    this.details = rest;
  }

  get kind(): ErrorKind {
    return errorCatalogue[this.code].kind;
  }
}

/** Throws a `TidemillError`; usable as an expression (`value ?? fail(...)`). */
export function fail(code: ErrorCode, message: string, details: ErrorDetails & { cause?: unknown } = {}): never {
  throw new TidemillError(code, message, details);
}

/** Throws `not_found` for a thing of a kind, named as the user named it. */
export function notFound(what: string, name: string): never {
  return fail('not_found', `There is no ${what} '${name}'.`, { field: what, value: name });
}

/** The message of whatever was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
