import type { WrittenSegment } from './compact.ts';
import { Compactor } from './compact-client.ts';
import type { LogChunk } from './log-chunk.ts';
import type { LogEntry, LogTarget } from './log-entry.ts';
import { OpenChunk } from './open-chunk.ts';
import { joinSpans, type LoggedRequest, RecentRows, type TimeSpan } from './recent-rows.ts';
import { createWriteAhead, type WriteAhead } from './write-ahead.ts';

/** What the log does with compacted segments: store the files and their rows in one commit. */
export interface SegmentSink {
  hasFile(file: string): Promise<boolean>;
  keep(file: string, segments: readonly WrittenSegment[]): Promise<void>;
}

/** Settings of the log; the defaults suit a server. */
export interface LogOptions {
  folder: string;
  sink: SegmentSink;
  onError(error: unknown): void;
  /** Hears of chunks as they are written, whether or not the disk takes them. */
  onChunks?(chunks: readonly LogChunk[]): void;
  /** Longest time between an answer and its being on disk. */
  flushMs?: number;
  /** Rows in memory, unwritten, beyond which rows are dropped and counted. */
  maxBufferedRows?: number;
  /** Rows of a write-ahead file before it becomes Parquet. */
  segmentRows?: number;
  /** Age of a write-ahead file at which it becomes Parquet, however few its rows. */
  segmentMs?: number;
  /** Rows that are kept in memory until they are Parquet; what is more is read from its file where it is asked for. */
  maxRecentRows?: number;
}

const defaults = {
  flushMs: 50,
  maxBufferedRows: 100_000,
  segmentRows: 50_000,
  segmentMs: 600_000,
  onChunks: () => {},
  maxRecentRows: 60_000,
} as const;
/** How long nothing is kept in memory after it was too much. */
const spillMs = 5000;

/**
 * The prediction log: `add` only copies; a timer writes what has gathered to a write-ahead file and syncs it; full files
 * become Parquet in a worker thread. After a crash the files are read again: everything up to the last sync is there.
 */
export class PredictionLog {
  droppedRows = 0;
  readonly #options: Required<LogOptions>;
  readonly #files: WriteAhead;
  readonly #compactor = new Compactor();
  #pending = new Map<LogTarget, OpenChunk>();
  readonly #lastRows = new WeakMap<LogTarget, number>();
  /** Written chunks whose memory is free for other rows. */
  readonly #spare = new WeakMap<LogTarget, OpenChunk>();
  #spillsUntil = 0;
  #pendingRows = 0;
  #recent: RecentRows[] = [];
  #flushing: Promise<void> | undefined;
  #compacting: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: LogOptions) {
    this.#options = { ...defaults, ...options };
    this.#files = createWriteAhead(options.folder);
  }

  /** Reads what an earlier process left. */
  async open(): Promise<void> {
    for (const { file, chunks } of await this.#files.recover()) {
      if (chunks.length === 0 || (await this.#options.sink.hasFile(file))) await this.#files.remove(file);
      else for (const chunk of chunks) this.#recentOf(file, Number.NEGATIVE_INFINITY).add(chunk);
    }
  }

  /** Rows waiting to be written. */
  get bufferedRows(): number {
    return this.#pendingRows;
  }

  /** Takes an answered request; never waits, never throws. */
  add(entry: LogEntry): void {
    if (this.#pendingRows + entry.rows > this.#options.maxBufferedRows) {
      this.droppedRows += entry.rows;
      return;
    }
    const { target } = entry;
    let open = this.#pending.get(target);
    if (!open) {
      open = this.#spare.get(target) ?? new OpenChunk(target, this.#lastRows.get(target) ?? 0);
      this.#spare.delete(target);
      this.#pending.set(target, open);
    }
    open.add(entry);
    this.#pendingRows += entry.rows;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.flush().catch(this.#options.onError);
    }, this.#options.flushMs);
  }

  /** Writes all that was added before the call; what cannot be written is dropped and counted. */
  async flush(): Promise<void> {
    while (this.#flushing) await this.#flushing;
    if (this.#pending.size === 0) return;
    this.#flushing = this.#write().finally(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
    if (this.#recent.some((recent) => this.#isFull(recent))) void this.compact().catch(this.#options.onError);
  }

  /**
   * The first and last event time of an endpoint's rows that are not in Parquet yet, and the files `recent` tells of;
   * undefined where there are none.
   */
  async recentSpan(endpoint: string): Promise<{ files: string[]; span: TimeSpan | undefined }> {
    await this.flush();
    const spans = this.#recent.map((recent) => recent.span(endpoint)).filter((span) => span !== undefined);
    const span = spans.length === 0 ? undefined : spans.reduce(joinSpans);
    return { files: this.#recent.map((recent) => recent.file), span };
  }

  /**
   * Chunks that are not in Parquet yet, all that was added before the call included, and the files they are in: segments
   * made of those files meanwhile hold the same rows.
   */
  async recent(): Promise<{ files: Set<string>; chunks: LogChunk[] }> {
    const files = await this.recentFiles();
    return { files: new Set(files.map(({ file }) => file)), chunks: files.flatMap(({ chunks }) => chunks) };
  }

  /** The files that are not in Parquet yet with their chunks in order, all that was added before the call included. */
  async recentFiles(): Promise<{ file: string; chunks: LogChunk[] }[]> {
    await this.flush();
    return Promise.all(this.#recent.map(async (recent) => ({ file: recent.file, chunks: await recent.chunks() })));
  }

  /** Makes all that was added before the call known to `recentRequest`. */
  async indexRecent(): Promise<void> {
    await this.flush();
    await Promise.all(this.#recent.map((recent) => recent.index()));
  }

  /** A request that is not in Parquet yet; `indexRecent` first. */
  recentRequest(requestId: string): LoggedRequest | undefined {
    for (const recent of this.#recent) {
      const found = recent.request(requestId);
      if (found) return found;
    }
    return undefined;
  }

  /** Turns all write-ahead files into Parquet segments. */
  async compact(): Promise<void> {
    this.#compacting ??= this.#compactAll().finally(() => {
      this.#compacting = undefined;
    });
    await this.#compacting;
  }

  /** Writes what is left; the files are taken up again by the next process. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.flush();
    await this.#compacting?.catch(() => {});
    await this.#compactor.close();
    await this.#files.close();
  }

  #isFull({ rows, startedAt }: RecentRows): boolean {
    const { segmentRows, segmentMs } = this.#options;
    return rows >= segmentRows || performance.now() - startedAt >= segmentMs;
  }

  async #write(): Promise<void> {
    const pending = this.#pending;
    const rows = this.#pendingRows;
    this.#pending = new Map();
    this.#pendingRows = 0;
    const kept = this.#recent.reduce((sum, recent) => sum + recent.keptRows, 0);
    if (kept + rows > this.#options.maxRecentRows) this.#spillsUntil = performance.now() + spillMs;
    const spills = performance.now() < this.#spillsUntil;
    try {
      for (const [target, open] of pending) this.#lastRows.set(target, open.rows);
      const chunks = Array.from(pending.values(), (open) => (spills ? open.view() : open.end()));
      this.#options.onChunks(chunks);
      const file = await this.#files.append(chunks);
      const recent = this.#recentOf(file, performance.now());
      if (spills) recent.spill();
      for (const chunk of chunks) recent.add(chunk);
      for (const [target, open] of spills ? pending : []) {
        open.clear();
        this.#spare.set(target, open);
      }
      // A file ends when it is full, also while an earlier one is compacted: the compactor reads it whole.
      if (this.#isFull(recent)) await this.#files.rotate();
    } catch (error) {
      this.droppedRows += rows;
      throw error;
    }
  }

  #recentOf(file: string, startedAt: number): RecentRows {
    let recent = this.#recent.find((one) => one.file === file);
    if (!recent) {
      recent = new RecentRows(file, startedAt, this.#files.read);
      this.#recent.push(recent);
    }
    return recent;
  }

  async #compactAll(): Promise<void> {
    await this.flush();
    while (this.#flushing) await this.#flushing;
    const files = this.#recent.map((recent) => recent.file);
    this.#flushing = this.#files.rotate().then(() => {
      this.#flushing = undefined;
    });
    await this.#flushing;
    for (const file of files) {
      if (!(await this.#options.sink.hasFile(file))) {
        const segments = await this.#compactor.run(this.#files.path(file), this.#options.folder, file);
        await this.#options.sink.keep(file, segments);
      }
      const recent = this.#recent.find((one) => one.file === file);
      this.#recent = this.#recent.filter((one) => one !== recent);
      await recent?.released();
      await this.#files.remove(file);
    }
  }
}
