import type { WrittenSegment } from './compact.ts';
import { Compactor } from './compact-client.ts';
import { entryBytes } from './log-bytes.ts';
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
  /**
   * Bytes of rows in memory that are not written or being written, beyond which rows are dropped and counted; one request
   * that is larger is taken where nothing else waits.
   */
  maxBufferedBytes?: number;
  /** Rows of a write-ahead file before it becomes Parquet. */
  segmentRows?: number;
  /** Bytes of a write-ahead file before it becomes Parquet, however few its rows; it has one write more at the most. */
  segmentBytes?: number;
  /** Age of a write-ahead file at which it becomes Parquet, however few its rows. */
  segmentMs?: number;
  /** Bytes of rows kept in memory until they are Parquet; what is more is read from its file where it is asked for. */
  maxRecentBytes?: number;
}

const defaults = {
  flushMs: 50,
  maxBufferedBytes: 32 * 2 ** 20,
  segmentRows: 50_000,
  segmentBytes: 32 * 2 ** 20,
  segmentMs: 600_000,
  onChunks: () => {},
  maxRecentBytes: 16 * 2 ** 20,
} as const;
/** How long nothing is kept in memory after it was too much. */
const spillMs = 5000;
/** The part of what may be buffered that is written at once: what waits longer only grows. */
const urgentPart = 1 / 8;

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
  readonly #spare = new Map<LogTarget, OpenChunk>();
  #spillsUntil = 0;
  #pendingRows = 0;
  #pendingBytes = 0;
  #writing = { rows: 0, bytes: 0 };
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
    for (const file of await this.#files.left()) {
      const chunks = (await this.#options.sink.hasFile(file)) ? [] : await this.#files.read(file);
      if (chunks.length === 0) {
        await this.#files.remove(file);
        continue;
      }
      const recent = this.#recentOf(file, Number.NEGATIVE_INFINITY);
      for (const chunk of chunks) recent.add(chunk);
      if (this.#keptBytes > this.#options.maxRecentBytes) recent.spill();
    }
  }

  /** Rows that are not written yet. */
  get bufferedRows(): number {
    return this.#pendingRows + this.#writing.rows;
  }

  /** Takes an answered request; never waits, never throws. */
  add(entry: LogEntry): void {
    const { target } = entry;
    const bytes = entryBytes(entry);
    const waiting = this.#pendingBytes + this.#writing.bytes;
    if (waiting > 0 && waiting + bytes > this.#options.maxBufferedBytes) {
      this.droppedRows += entry.rows;
      return;
    }
    let open = this.#pending.get(target);
    if (!open) {
      open = this.#spare.get(target) ?? new OpenChunk(target, this.#lastRows.get(target) ?? 0);
      this.#spare.delete(target);
      this.#pending.set(target, open);
    }
    open.add(entry);
    this.#pendingRows += entry.rows;
    this.#pendingBytes += bytes;
    const isUrgent = this.#pendingBytes > this.#options.maxBufferedBytes * urgentPart;
    if (isUrgent && !this.#flushing) this.#flushSoon();
    else this.#timer ??= setTimeout(() => this.#flushSoon(), this.#options.flushMs);
  }

  #flushSoon(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.flush().catch(this.#options.onError);
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

  get #keptBytes(): number {
    return this.#recent.reduce((sum, recent) => sum + recent.keptBytes, 0);
  }

  #isFull({ rows, bytes, startedAt }: RecentRows): boolean {
    const { segmentRows, segmentBytes, segmentMs } = this.#options;
    return rows >= segmentRows || bytes >= segmentBytes || performance.now() - startedAt >= segmentMs;
  }

  async #write(): Promise<void> {
    const pending = this.#pending;
    const rows = this.#pendingRows;
    const bytes = this.#pendingBytes;
    this.#pending = new Map();
    this.#pendingRows = 0;
    this.#pendingBytes = 0;
    this.#writing = { rows, bytes };
    if (this.#keptBytes + bytes > this.#options.maxRecentBytes) this.#spillsUntil = performance.now() + spillMs;
    const spills = performance.now() < this.#spillsUntil;
    if (!spills) this.#spare.clear();
    try {
      for (const [target, open] of pending) this.#lastRows.set(target, open.rows);
      const chunks = Array.from(pending.values(), (open) => (spills ? open.view() : open.end()));
      this.#options.onChunks(chunks);
      const file = await this.#files.append(chunks);
      const recent = this.#recentOf(file, performance.now());
      if (spills) recent.spill();
      for (const chunk of chunks) recent.add(chunk);
      for (const [target, open] of spills ? pending : []) this.#keepSpare(target, open);
      // A file ends when it is full, also while an earlier one is compacted: the compactor reads it whole.
      if (this.#isFull(recent)) await this.#files.rotate();
    } catch (error) {
      this.droppedRows += rows;
      throw error;
    } finally {
      this.#writing = { rows: 0, bytes: 0 };
    }
  }

  #keepSpare(target: LogTarget, open: OpenChunk): void {
    let bytes = open.roomBytes;
    for (const spare of this.#spare.values()) bytes += spare.roomBytes;
    if (bytes > this.#options.maxBufferedBytes) return;
    open.clear();
    this.#spare.set(target, open);
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
