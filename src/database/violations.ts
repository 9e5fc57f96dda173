import { fail, messageOf, TidemillError } from '../kernel/errors.ts';

const sqliteUnique = new Set([1555, 2067, 2579]);
const sqliteForeignKey = 787;
const sqliteFull = 13;
const sqliteBusy = new Set([5, 6]);
const postgresAway = /^(08...|57P0[1-3]|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN)$/;

/** Turns what `node:sqlite` throws into our errors: unique, foreign key, full disk, lock; others pass unchanged. */
export function fromSqliteError(error: unknown): unknown {
  const code = (error as { errcode?: number }).errcode;
  if (code === undefined) return error;
  if (sqliteUnique.has(code)) return uniqueViolation(error);
  if (code === sqliteForeignKey) return foreignKeyViolation(error);
  if ((code & 0xff) === sqliteFull) return new TidemillError('disk_full', 'The disk is full.', { cause: error });
  if (sqliteBusy.has(code & 0xff)) {
    return new TidemillError('unavailable', 'The database is locked by another process.', { cause: error });
  }
  return error;
}

/** The same for PostgreSQL and PGlite, by SQLSTATE. */
export function fromPostgresError(error: unknown): unknown {
  const code = (error as { code?: string }).code;
  if (code === '23505') return uniqueViolation(error);
  if (code === '23503') return foreignKeyViolation(error);
  if (code === '53100') return new TidemillError('disk_full', "The database's disk is full.", { cause: error });
  if (code === '22003' || code === '22021' || code === '22P02') {
    return new TidemillError('invalid_input', `A value cannot be stored: ${messageOf(error)}.`, { cause: error });
  }
  if (code !== undefined && postgresAway.test(code)) {
    return new TidemillError('unavailable', 'The database cannot be reached.', { cause: error });
  }
  return error;
}

/** Whether PostgreSQL asks for the whole transaction to be tried again. */
export function isRetryable(error: unknown): boolean {
  const code = (error as { code?: string }).code;
  return code === '40001' || code === '40P01';
}

function uniqueViolation(cause: unknown) {
  return new TidemillError('already_exists', `A row of that key exists (${messageOf(cause)}).`, { cause });
}

function foreignKeyViolation(cause: unknown) {
  return new TidemillError('in_use', `Another row refers to this one, or one it names is gone (${messageOf(cause)}).`, {
    cause,
  });
}

/**
 * Refuses values that a column would silently change: NaN, which SQLite stores as NULL (keep it as a flag beside the
 * number), and integers beyond 2^53, which come back rounded (keep them as text).
 */
export function checkParameter(value: unknown): void {
  if (Number.isNaN(value)) fail('invalid_input', 'NaN cannot be stored as a number.', { value: 'NaN' });
  if (typeof value === 'bigint' && !Number.isSafeInteger(Number(value))) {
    fail('invalid_input', `The integer ${value} is beyond 2^53 and would be rounded.`, { value: String(value) });
  }
}
