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

/** Rows of one write-ahead file that is not yet Parquet, kept in memory for readers. */
export class RecentRows {
  readonly file: string;
  readonly chunks: LogChunk[] = [];
  /** `performance.now()` of its first row; -Infinity where an earlier process wrote it. */
  readonly startedAt: number;
  rows = 0;
  readonly #spans = new Map<string, TimeSpan>();
  readonly #requests = new Map<string, LoggedRequest>();
  #indexedChunks = 0;

  constructor(file: string, startedAt: number) {
    this.file = file;
    this.startedAt = startedAt;
  }

  add(chunk: LogChunk): void {
    if (chunk.rows === 0) return;
    this.chunks.push(chunk);
    this.rows += chunk.rows;
    const { endpoint } = chunk.source;
    const span = spanOf(chunk.at);
    const before = this.#spans.get(endpoint);
    this.#spans.set(endpoint, before ? joinSpans(before, span) : span);
  }

  /** The event times of an endpoint's rows; undefined where it has none here. */
  span(endpoint: string): TimeSpan | undefined {
    return this.#spans.get(endpoint);
  }

  /** A request by its id; the index grows only when it is asked, because most rows are never asked for. */
  request(requestId: string): LoggedRequest | undefined {
    for (; this.#indexedChunks < this.chunks.length; this.#indexedChunks++)
      this.#index(this.chunks[this.#indexedChunks]!);
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
