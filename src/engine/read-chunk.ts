import type { DuckDBDataChunk, DuckDBResult, DuckDBVector } from '@duckdb/node-api';
import { joinParts, kindOf, toColumns } from './build-columns.ts';
import type { Column, Columns } from './columns.ts';

type Numbers =
  | Float64Array
  | Float32Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint32Array
  | Uint16Array
  | Uint8Array;

/** The parts of a vector this module reads past its public face: the typed array and the validity bits. */
interface RawVector {
  items?: Numbers | BigInt64Array | BigUint64Array;
  validity?: { data: BigUint64Array | null; offset: number };
}

/** The names and types of a result's columns. */
export interface ResultShape {
  names: string[];
  types: string[];
}

/** What columns a result has. */
export function shapeOf(result: DuckDBResult): ResultShape {
  return { names: result.deduplicatedColumnNames(), types: result.columnTypes().map(String) };
}

/** Copies a chunk out of DuckDB's memory into columns. */
export function readChunk(chunk: DuckDBDataChunk, shape: ResultShape): Columns {
  const rows = chunk.rowCount;
  const list = shape.names.map((name, i) =>
    readVector(chunk.getColumnVector(i), { name, type: shape.types[i]! }, rows),
  );
  return toColumns(list, rows);
}

/** Joins chunks (none: columns without rows) into one result. */
export function joinChunks(chunks: Columns[], shape: ResultShape): Columns {
  const rows = chunks.reduce((sum, chunk) => sum + chunk.rows, 0);
  const list = shape.names.map((name, i) =>
    chunks.length === 0
      ? emptyColumn(name, shape.types[i]!)
      : joinParts(
          chunks.map((chunk) => chunk.list[i]!),
          rows,
        ),
  );
  return toColumns(list, rows);
}

function emptyColumn(name: string, type: string): Column {
  const kind = kindOf(type);
  if (kind === 'bigint') return { name, type, kind, values: new BigInt64Array(0) };
  if (kind === 'boolean') return { name, type, kind, values: new Uint8Array(0) };
  if (kind === 'text') return { name, type, kind, values: [] };
  if (kind === 'other') return { name, type, kind, values: [] };
  return { name, type, kind, values: new Float64Array(0) };
}

function readVector(vector: DuckDBVector, head: { name: string; type: string }, rows: number): Column {
  const raw = vector as unknown as RawVector;
  const nulls = readNulls(vector, raw, rows);
  const base = { ...head, ...(nulls && { nulls }) };
  const kind = kindOf(head.type);
  switch (kind) {
    case 'bigint': {
      const values = (raw.items as BigInt64Array).slice(0, rows);
      if (nulls) for (let row = 0; row < rows; row++) if (nulls[row]) values[row] = 0n;
      return { ...base, kind, values };
    }
    case 'boolean':
      return { ...base, kind, values: Uint8Array.from({ length: rows }, (_, row) => (vector.getItem(row) ? 1 : 0)) };
    case 'text':
      return { ...base, kind, values: Array.from({ length: rows }, (_, row) => String(vector.getItem(row) ?? '')) };
    case 'number':
      return { ...base, kind, values: readNumbers(vector, raw, nulls) };
    case 'time':
      return { ...base, kind, values: readTimes(raw, head.type, nulls) };
    default:
      return { ...base, kind, values: Array.from({ length: rows }, (_, row) => vector.getItem(row)) };
  }
}

function readNulls(vector: DuckDBVector, raw: RawVector, rows: number): Uint8Array | undefined {
  if (raw.validity && raw.validity.data === null) return undefined;
  let nulls: Uint8Array | undefined;
  const bits =
    raw.validity?.data && raw.validity.offset === 0
      ? new Uint8Array(raw.validity.data.buffer, raw.validity.data.byteOffset)
      : undefined;
  for (let row = 0; row < rows; row++) {
    const isNull = bits ? ((bits[row >> 3]! >> (row & 7)) & 1) === 0 : vector.getItem(row) === null;
    if (!isNull) continue;
    nulls ??= new Uint8Array(rows);
    nulls[row] = 1;
  }
  return nulls;
}

function readNumbers(vector: DuckDBVector, raw: RawVector, nulls: Uint8Array | undefined): Float64Array {
  const rows = vector.itemCount;
  const values = new Float64Array(rows);
  if (raw.items && !(raw.items instanceof BigUint64Array) && !(raw.items instanceof BigInt64Array)) {
    values.set(raw.items.length === rows ? raw.items : raw.items.subarray(0, rows));
  } else {
    for (let row = 0; row < rows; row++) values[row] = toNumber(vector.getItem(row));
  }
  if (nulls) for (let row = 0; row < rows; row++) if (nulls[row]) values[row] = Number.NaN;
  return values;
}

/** A number of a bigint or of a DECIMAL, whose value object knows its own scale. */
function toNumber(value: unknown): number {
  if (value !== null && typeof value === 'object' && 'toDouble' in value) return (value.toDouble as () => number)();
  return value === null ? Number.NaN : Number(value);
}

const perMillisecond: Record<string, number> = { TIMESTAMP_S: 0.001, TIMESTAMP_MS: 1, TIMESTAMP_NS: 1e6 };

function readTimes(raw: RawVector, type: string, nulls: Uint8Array | undefined): Float64Array {
  const items = raw.items!;
  const values = new Float64Array(items.length);
  const dayMs = 86_400_000;
  const divisor = perMillisecond[type] ?? 1000;
  for (let row = 0; row < values.length; row++) {
    if (nulls?.[row]) values[row] = Number.NaN;
    else values[row] = type === 'DATE' ? Number(items[row]) * dayMs : Number(items[row]) / divisor;
  }
  return values;
}
