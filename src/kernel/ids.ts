import { randomBytes, randomFillSync } from 'node:crypto';

let lastMs = 0;
let sequence = 0;

// A call for random bytes costs more than all else of an id, and as much for thousands of bytes as for eight.
const pool = Buffer.alloc(4096);
let poolAt = pool.length;

/** Where the next `bytes` random bytes begin in the pool; none are given twice. */
function takeRandom(bytes: number): number {
  if (poolAt + bytes > pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const from = poolAt;
  poolAt += bytes;
  return from;
}

/**
 * A UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, then a 12-bit counter seeded at random each millisecond (method 1),
 * so that ids made by one process sort in the order they were made, also when the clock steps back.
 */
export function newId(now: number = Date.now()): string {
  const ms = Math.floor(now);
  if (ms > lastMs) {
    lastMs = ms;
    sequence = pool.readUInt16BE(takeRandom(2)) & 0x07ff;
  } else if (++sequence > 0xfff) {
    lastMs++;
    sequence = 0;
  }
  const time = lastMs.toString(16).padStart(12, '0');
  const from = takeRandom(8);
  pool[from] = (pool[from]! & 0x3f) | 0x80;
  const rest = pool.toString('hex', from, from + 8);
  const head = `${time.slice(0, 8)}-${time.slice(8)}-7${sequence.toString(16).padStart(3, '0')}`;
  return `${head}-${rest.slice(0, 4)}-${rest.slice(4)}`;
}

/** A tracking run's id: 32 lower-case hex digits, as MLflow clients expect, sortable by time like `newId`. */
export function newRunId(now?: number): string {
  return newId(now).replaceAll('-', '');
}

/** A secret of `bytes` random bytes, URL-safe. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}
