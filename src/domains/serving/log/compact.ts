import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFlatParquet } from '../../../engine/index.ts';
import { type LogChunk, type LogSource, predictionIdOf, requestIdOf } from './log-chunk.ts';
import { decodeChunks } from './log-frames.ts';
import { segmentColumns } from './segment-columns.ts';

/** A Parquet file of logged rows: one endpoint, model and version, any variants. */
export interface WrittenSegment {
  path: string;
  endpoint: string;
  model: string;
  version: number;
  fromAt: number;
  toAt: number;
  loggedFrom: number;
  loggedTo: number;
  firstId: string;
  lastId: string;
  rows: number;
  bytes: number;
  source: LogSource;
}

/** Turns a write-ahead file into Parquet segments in `folder`; names follow from the file's, so that it may be done again. */
export async function compactFile(file: string, target: { folder: string; name: string }): Promise<WrittenSegment[]> {
  await mkdir(target.folder, { recursive: true });
  const { chunks } = decodeChunks(await readFile(file));
  const segments: WrittenSegment[] = [];
  for (const group of groupChunks(chunks)) {
    const path = join(target.folder, `${target.name}.${segments.length}.parquet`);
    segments.push(await writeSegment(path, group));
  }
  return segments;
}

/** Chunks whose rows have the same columns, and so fit one file. */
function groupChunks(chunks: readonly LogChunk[]): LogChunk[][] {
  const groups = new Map<string, LogChunk[]>();
  for (const chunk of chunks) {
    const { variant, shadow, ...same } = chunk.source;
    const key = JSON.stringify(same);
    const group = groups.get(key);
    if (group) group.push(chunk);
    else groups.set(key, [chunk]);
  }
  return [...groups.values()];
}

async function writeSegment(path: string, chunks: readonly LogChunk[]): Promise<WrittenSegment> {
  const { source } = chunks[0]!;
  let rows = 0;
  for (const chunk of chunks) rows += chunk.rows;
  const written = await writeFlatParquet(path, rows, segmentColumns(chunks));
  const range = (pick: (chunk: LogChunk) => Float64Array) => {
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const chunk of chunks) {
      for (const value of pick(chunk)) {
        if (value < low) low = value;
        if (value > high) high = value;
      }
    }
    return [low, high] as const;
  };
  const [fromAt, toAt] = range((chunk) => chunk.at);
  const [loggedFrom, loggedTo] = range((chunk) => chunk.loggedAt);
  const { endpoint, model, version } = source;
  const times = { fromAt, toAt, loggedFrom, loggedTo };
  const base = { path, endpoint, model, version, source };
  return { ...base, ...times, ...idRange(chunks), rows, bytes: written.bytes };
}

/** The first and the last prediction id as text; ids are compared once a request, then row by row in two of them. */
function idRange(chunks: readonly LogChunk[]): { firstId: string; lastId: string } {
  let first: { prefix: string; ids: string[] } | undefined;
  let last: { prefix: string; ids: string[] } | undefined;
  for (const chunk of chunks) {
    for (let row = 0, to = 0; row < chunk.rows; row = to) {
      const prefix = `${requestIdOf(chunk, row)}.`;
      for (to = row + 1; to < chunk.rows && chunk.idFrom[to] === chunk.idFrom[row]; ) to++;
      const ids = () => Array.from({ length: to - row }, (_, i) => predictionIdOf(chunk, row + i)).sort();
      if (!first || prefix < first.prefix) first = { prefix, ids: ids() };
      if (!last || prefix >= last.prefix) last = { prefix, ids: ids() };
    }
  }
  return { firstId: first!.ids[0]!, lastId: last!.ids.at(-1)! };
}
