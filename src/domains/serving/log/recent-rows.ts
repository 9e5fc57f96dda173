import { chunkBytes } from './log-bytes.ts';
import { type LogChunk, requestIdOf } from './log-chunk.ts';

/** Where a recent prediction request is: its event time, endpoint and number of rows. */
export interface LoggedRequest {
  at: number;
  endpoint: string;
  rows: number;
}

/** The first and the last of some event times. */
export interface TimeSpan {
  minAt: number;
  maxAt: number;
}

/** The span that covers both. */
export function joinSpans(a: TimeSpan, b: TimeSpan): TimeSpan {
  return { minAt: Math.min(a.minAt, b.minAt), maxAt: Math.max(a.maxAt, b.maxAt) };
}

/** Rows of one write-ahead file that is not yet Parquet: kept in memory for readers while they are few, else read again. */
export class RecentRows {
  readonly file: string;
  /** Undefined where they are only in the file. */
  #chunks: LogChunk[] | undefined = [];
  readonly #read: (file: string) => Promise<LogChunk[]>;
  readonly #readers = new Set<Promise<unknown>>();
  /** `performance.now()` of its first row; -Infinity where an earlier process wrote it. */
  readonly startedAt: number;
  rows = 0;
  /** About the size of the file, and of the memory where it is kept. */
  bytes = 0;
  readonly #spans = new Map<string, TimeSpan>();
  readonly #requests = new Map<string, LoggedRequest>();
  #indexedChunks = 0;

  constructor(file: string, startedAt: number, read: (file: string) => Promise<LogChunk[]>) {
    this.file = file;
    this.startedAt = startedAt;
    this.#read = read;
  }

  /** Bytes of its rows in memory. */
  get keptBytes(): number {
    return this.#chunks ? this.bytes : 0;
  }

  /** Lets the memory go; readers read the file. */
  spill(): void {
    this.#chunks = undefined;
  }

  /** The chunks in order, all that were added before the call. */
  async chunks(): Promise<LogChunk[]> {
    if (this.#chunks) return [...this.#chunks];
    const reading = this.#read(this.file);
    this.#readers.add(reading);
    try {
      return await reading;
    } finally {
      this.#readers.delete(reading);
    }
  }

  /** Waits for those who read the file. */
  async released(): Promise<void> {
    await Promise.allSettled(this.#readers);
  }

  add(chunk: LogChunk): void {
    if (chunk.rows === 0) return;
    this.#chunks?.push(chunk);
    this.rows += chunk.rows;
    this.bytes += chunkBytes(chunk);
    const { endpoint } = chunk.source;
    const span = spanOf(chunk.at);
    const before = this.#spans.get(endpoint);
    this.#spans.set(endpoint, before ? joinSpans(before, span) : span);
  }

  /** The event times of an endpoint's rows; undefined where it has none here. */
  span(endpoint: string): TimeSpan | undefined {
    return this.#spans.get(endpoint);
  }

  /** Indexes the requests by their ids, only when they are asked for: most rows never are. */
  async index(): Promise<void> {
    const chunks = await this.chunks();
    for (; this.#indexedChunks < chunks.length; this.#indexedChunks++) this.#index(chunks[this.#indexedChunks]!);
  }

  /** A request by its id, as far as it was indexed. */
  request(requestId: string): LoggedRequest | undefined {
    return this.#requests.get(requestId);
  }

  #index(chunk: LogChunk): void {
    const { source, rows, at, rowIndex, idFrom } = chunk;
    if (source.shadow) return;
    const { endpoint } = source;
    for (let row = 0; row < rows; row++) {
      // The last row of a request tells how many it has.
      if (row + 1 < rows && idFrom[row + 1] === idFrom[row]) continue;
      this.#requests.set(requestIdOf(chunk, row), { at: at[row]!, endpoint, rows: rowIndex[row]! + 1 });
    }
  }
}

function spanOf(times: Float64Array): TimeSpan {
  let minAt = Number.POSITIVE_INFINITY;
  let maxAt = Number.NEGATIVE_INFINITY;
  for (const at of times) {
    if (at < minAt) minAt = at;
    if (at > maxAt) maxAt = at;
  }
  return { minAt, maxAt };
}
