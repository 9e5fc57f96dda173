import { createHash } from 'node:crypto';
import type { Blobs } from '../../../blobs/index.ts';
import type { Database } from '../../../database/database.ts';
import type { Engine } from '../../../engine/index.ts';
import type { LogSource } from './log-chunk.ts';
import { chunkSource, type RowSource, segmentSources } from './log-sources.ts';
import type { PredictionLog } from './prediction-log.ts';
import { createSegmentStore, type Segment } from './segment-store.ts';

/**
 * How far a reader has come in the log of one endpoint: plain JSON. Rows of one write-ahead file and one set of columns keep
 * their order when the file becomes Parquet, so a place is a number of rows, and it holds in memory, after a restart, on
 * another replica, and in the segment made of the file.
 */
export interface LogCursor {
  /** Rows read, by file and columns; the time of creation too where the segment was seen and read to its end. */
  read: Record<string, { rows: number; createdAt?: number }>;
  /** Segments created before this and not in `read` have been read. */
  createdFrom: number;
  /** Write-ahead files older than this and not in `read` are left out. */
  filesFrom: string;
  /** All rows logged before this that could be seen have been read; ms UTC. */
  horizon: number;
  /** Rows that were seen only after later ones had been read. */
  lateRows: number;
}

/** What reading needs. */
export interface LogReaderDeps {
  database: Database;
  engine: Engine;
  blobs: Blobs;
  log: Pick<PredictionLog, 'recentFiles'>;
}

/** A stretch of rows nobody has read yet. */
export interface UnreadRows {
  source: RowSource;
  /** First row and the row behind the last. */
  from: number;
  to: number;
}

// A segment is committed within moments of its `createdAt`; clocks of replicas may differ by some minutes.
const slackMs = 600_000;
const mostPlaces = 2000;
const mostRowsAtOnce = 200_000;

/** A cursor before everything logged from `loggedFrom` on. */
export function newLogCursor(loggedFrom: number): LogCursor {
  return { read: {}, createdFrom: loggedFrom - slackMs, filesFrom: '', horizon: loggedFrom, lateRows: 0 };
}

/** Which rows of an endpoint a reader wants. */
export interface Wanted {
  endpoint: string;
  versions: readonly number[];
  /** Wall-clock time from which rows count. */
  loggedFrom: number;
  now: number;
}

/**
 * The rows behind a cursor, each exactly once, and the cursor behind them. Rows logged in the current millisecond wait for the
 * next call, so that rows are given in the order of their logging across calls; `isBehind` says that there is more.
 */
export async function rowsSince(
  deps: LogReaderDeps,
  before: LogCursor,
  wanted: Wanted,
): Promise<{ unread: UnreadRows[]; cursor: LogCursor; isBehind: boolean }> {
  const cursor: LogCursor = { ...before, read: { ...before.read } };
  // A clock that stands still (event time in tests) would hold its rows back for ever.
  const until = wanted.now > before.horizon ? wanted.now : Number.POSITIVE_INFINITY;
  // What is in memory first: a file that becomes Parquet meanwhile is known by name and not read twice.
  const recent = await deps.log.recentFiles();
  const inMemory = new Set(recent.map(({ file }) => file));
  const unread: UnreadRows[] = [];
  const isBehind = await readSegments(deps, { cursor, wanted, until, inMemory, unread });
  for (const { file, chunks } of recent) {
    const passed = new Map<string, number>();
    for (const chunk of chunks) {
      if (!isWanted(chunk.source, wanted)) continue;
      const key = placeKey(file, chunk.source);
      const start = passed.get(key) ?? 0;
      passed.set(key, start + chunk.rows);
      if (file < cursor.filesFrom && cursor.read[key] === undefined) continue;
      take({ cursor, key, until, unread }, chunkSource(chunk), start);
    }
  }
  cursor.horizon = Math.max(before.horizon, wanted.now);
  forget(cursor);
  return { unread, cursor, isBehind };
}

interface Reading {
  cursor: LogCursor;
  wanted: Wanted;
  until: number;
  inMemory: ReadonlySet<string>;
  unread: UnreadRows[];
}

async function readSegments(deps: LogReaderDeps, reading: Reading): Promise<boolean> {
  const { cursor, wanted, until, inMemory, unread } = reading;
  const { endpoint, versions, loggedFrom } = wanted;
  const store = createSegmentStore(deps.database.query);
  const segments = await store.segments({ endpoint, createdFrom: cursor.createdFrom });
  let rows = 0;
  let newest = cursor.createdFrom + slackMs;
  for (const segment of segments) {
    const { file, source, createdAt } = segment;
    if (inMemory.has(file) || !versions.includes(segment.version)) continue;
    const key = placeKey(file, source);
    const place = cursor.read[key];
    if (place?.createdAt !== undefined || (place === undefined && file < cursor.filesFrom)) continue;
    const had = place?.rows ?? 0;
    if (rows >= mostRowsAtOnce) return true;
    if (segment.loggedTo >= loggedFrom && had < segment.rows) {
      rows += segment.rows - had;
      const [read] = await segmentSources(deps, [segment], { features: [] });
      take({ cursor, key, until, unread }, read!, 0);
    } else cursor.read[key] = { rows: segment.rows };
    const now = cursor.read[key];
    if (now && now.rows >= segment.rows) now.createdAt = createdAt;
    newest = Math.max(newest, createdAt);
  }
  cursor.createdFrom = Math.max(cursor.createdFrom, newest - slackMs);
  return false;
}

interface Taking {
  cursor: LogCursor;
  key: string;
  until: number;
  unread: UnreadRows[];
}

/** Takes the unread rows of a source that begins at row `start` of its place, up to the first that is not old enough. */
function take({ cursor, key, until, unread }: Taking, source: RowSource, start: number): void {
  const had = cursor.read[key]?.rows ?? 0;
  // Behind a row that waits, all wait.
  if (had < start) return;
  const from = had - start;
  if (from >= source.rows) return;
  let to = from;
  while (to < source.rows && source.loggedAt[to]! < until) to++;
  if (to === from) return;
  cursor.read[key] = { rows: start + to };
  unread.push({ source, from, to });
}

function isWanted(source: LogSource, { endpoint, versions }: Wanted): boolean {
  return source.endpoint === endpoint && versions.includes(source.version);
}

const keys = new WeakMap<LogSource, string>();

/** The name of a place: file and columns, as files are parted into segments. */
export function placeKey(file: string, source: LogSource): string {
  let columns = keys.get(source);
  if (!columns) {
    const { variant, shadow, ...same } = source;
    columns = createHash('sha256').update(JSON.stringify(same)).digest('base64url').slice(0, 12);
    keys.set(source, columns);
  }
  return `${file}|${columns}`;
}

/** Forgets places that `createdFrom` and `filesFrom` stand for. */
function forget(cursor: LogCursor): void {
  for (const [key, { createdAt }] of Object.entries(cursor.read)) {
    if (createdAt !== undefined && createdAt < cursor.createdFrom) delete cursor.read[key];
  }
  const open = Object.keys(cursor.read).sort();
  // Lost with their replica's disk, or more than anybody has: better left out than counted twice.
  for (const key of open.slice(0, Math.max(0, open.length - mostPlaces))) {
    delete cursor.read[key];
    const file = key.slice(0, key.indexOf('|'));
    if (file >= cursor.filesFrom) cursor.filesFrom = `${file}~`;
  }
}

/** The rows a cursor stands behind, from the segments they are in by now: what was read to come to it. */
export async function* rowsUpTo(deps: LogReaderDeps, cursor: LogCursor, wanted: Wanted): AsyncGenerator<UnreadRows> {
  const { endpoint, versions, loggedFrom } = wanted;
  const recent = await deps.log.recentFiles();
  const inMemory = new Set(recent.map(({ file }) => file));
  const store = createSegmentStore(deps.database.query);
  for (const segment of await store.segments({ endpoint, loggedFrom })) {
    if (inMemory.has(segment.file) || !versions.includes(segment.version)) continue;
    const rows = rowsRead(cursor, segment);
    if (rows === 0) continue;
    const [source] = await segmentSources(deps, [segment], { features: [] });
    yield { source: source!, from: 0, to: Math.min(rows, source!.rows) };
  }
  for (const { file, chunks } of recent) {
    const passed = new Map<string, number>();
    for (const chunk of chunks) {
      if (!isWanted(chunk.source, wanted)) continue;
      const key = placeKey(file, chunk.source);
      const start = passed.get(key) ?? 0;
      passed.set(key, start + chunk.rows);
      const to = Math.min(chunk.rows, (cursor.read[key]?.rows ?? 0) - start);
      if (to > 0) yield { source: chunkSource(chunk), from: 0, to };
    }
  }
}

function rowsRead(cursor: LogCursor, segment: Segment): number {
  const place = cursor.read[placeKey(segment.file, segment.source)];
  if (place) return place.rows;
  return segment.createdAt < cursor.createdFrom ? segment.rows : 0;
}
