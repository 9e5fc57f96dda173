import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ColumnToWrite, ConstantColumn, Engine } from '../../../engine/index.ts';
import { decodeChunks, type LogChunk, type LogSource, predictionIdOf } from './log-chunk.ts';

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
export async function compactFile(
  engine: Engine,
  file: string,
  target: { folder: string; name: string },
): Promise<WrittenSegment[]> {
  await mkdir(target.folder, { recursive: true });
  const { chunks } = decodeChunks(await readFile(file));
  const segments: WrittenSegment[] = [];
  for (const group of groupChunks(chunks)) {
    const path = join(target.folder, `${target.name}.${segments.length}.parquet`);
    segments.push(await writeSegment(engine, path, group));
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

async function writeSegment(engine: Engine, path: string, chunks: readonly LogChunk[]): Promise<WrittenSegment> {
  const { source } = chunks[0]!;
  const ids = chunks.flatMap((chunk) => chunk.requestIds.map((_, row) => predictionIdOf(chunk, row)));
  const written = await engine.writeParquet(path, { columns: columnsOf(chunks, ids) });
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
  let firstId = ids[0]!;
  let lastId = firstId;
  for (const id of ids) {
    if (id < firstId) firstId = id;
    if (id > lastId) lastId = id;
  }
  const { endpoint, model, version } = source;
  const times = { fromAt, toAt, loggedFrom, loggedTo, firstId, lastId };
  return { path, endpoint, model, version, ...times, rows: written.rows, bytes: written.bytes, source };
}

function columnsOf(chunks: readonly LogChunk[], ids: string[]): (ColumnToWrite | ConstantColumn)[] {
  const { endpoint, model, version, features, outputs } = chunks[0]!.source;
  const each = (pick: (chunk: LogChunk) => Float64Array) =>
    numberColumn('', chunks.map(pick), { rows: ids.length, at: 0, stride: 1 }).values;
  const requestIds = chunks.flatMap((chunk) => chunk.requestIds);
  return [
    { name: 'prediction_id', type: 'VARCHAR', values: ids },
    { name: 'request_id', type: 'VARCHAR', values: requestIds },
    { name: 'row', type: 'INTEGER', values: each((chunk) => chunk.rowIndex) },
    { name: 'at', type: 'TIMESTAMP', values: each((chunk) => chunk.at) },
    { name: 'logged_at', type: 'TIMESTAMP', values: each((chunk) => chunk.loggedAt) },
    { name: 'endpoint', type: 'VARCHAR', value: endpoint },
    { name: 'model', type: 'VARCHAR', value: model },
    { name: 'version', type: 'INTEGER', value: version },
    ofChunks(chunks, { name: 'variant', type: 'VARCHAR', pick: (chunk) => chunk.source.variant }),
    ofChunks(chunks, { name: 'shadow', type: 'BOOLEAN', pick: (chunk) => chunk.source.shadow }),
    { name: 'propensity', type: 'DOUBLE', values: each((chunk) => chunk.propensity) },
    { name: 'latency_ms', type: 'DOUBLE', values: each((chunk) => chunk.latencyMs) },
    { name: 'code', type: 'INTEGER', values: each((chunk) => chunk.code) },
    ...spread(
      'feature',
      features.numbers,
      chunks.map((chunk) => chunk.numbers),
    ),
    ...spread(
      'feature',
      features.strings,
      chunks.map((chunk) => chunk.strings),
    ),
    ...spread(
      'output',
      outputs.numbers,
      chunks.map((chunk) => chunk.outputNumbers),
    ),
    ...spread(
      'output',
      outputs.strings,
      chunks.map((chunk) => chunk.outputStrings),
    ),
  ];
}

/** A column whose value each chunk has for all its rows: one value where all chunks agree, as most do. */
function ofChunks<T extends string | boolean>(
  chunks: readonly LogChunk[],
  column: Pick<ConstantColumn, 'name' | 'type'> & { pick(chunk: LogChunk): T },
): ColumnToWrite | ConstantColumn {
  const { name, type, pick } = column;
  const value = pick(chunks[0]!);
  if (chunks.every((chunk) => pick(chunk) === value)) return { name, type, value };
  return { name, type, values: chunks.flatMap((chunk) => new Array<T>(chunk.rows).fill(pick(chunk))) };
}

/** Columns out of row-major parts, NaN written as null. */
function spread(
  kind: 'feature' | 'output',
  names: readonly string[],
  parts: readonly (Float64Array | (string | null)[])[],
): ColumnToWrite[] {
  const rows = parts.reduce((sum, part) => sum + part.length, 0) / Math.max(1, names.length);
  return names.map((column, at) => {
    const name = `${kind}.${column}`;
    if (!Array.isArray(parts[0]))
      return numberColumn(name, parts as Float64Array[], { rows, at, stride: names.length });
    const values: (string | null)[] = [];
    for (const part of parts as (string | null)[][]) {
      for (let i = at; i < part.length; i += names.length) values.push(part[i]!);
    }
    return { name, type: 'VARCHAR', values };
  });
}

function numberColumn(
  name: string,
  parts: readonly Float64Array[],
  { rows, at, stride }: { rows: number; at: number; stride: number },
): ColumnToWrite {
  const values = new Float64Array(rows);
  let nulls: Uint8Array | undefined;
  let to = 0;
  for (const part of parts) {
    for (let i = at; i < part.length; i += stride, to++) {
      const value = part[i]!;
      values[to] = value;
      if (Number.isNaN(value)) {
        nulls ??= new Uint8Array(rows);
        nulls[to] = 1;
      }
    }
  }
  return { name, type: 'DOUBLE', values, ...(nulls && { nulls }) };
}
