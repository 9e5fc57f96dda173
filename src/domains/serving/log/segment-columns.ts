import { bitsOf, type FlatColumn, type PlainValues, plainTexts } from '../../../engine/index.ts';
import type { LogChunk } from './log-chunk.ts';

/** Rows `from` … `to` of a chunk. */
interface Span {
  chunk: LogChunk;
  from: number;
  to: number;
}

/** The columns of a Parquet segment over chunks that have the same features and outputs; NaN is written as null. */
export function segmentColumns(chunks: readonly LogChunk[]): FlatColumn[] {
  const { endpoint, model, version, features, outputs, entity } = chunks[0]!.source;
  const column = (name: string, type: FlatColumn['type'], write: (spans: readonly Span[]) => PlainValues) => ({
    name,
    type,
    values: (from: number, to: number) => write(spansOf(chunks, from, to)),
  });
  const number = (name: string, pick: (chunk: LogChunk) => Float64Array) =>
    column(name, 'double', (spans) => doubles(spans, { pick, stride: 1, offset: 0 }));
  const integer = (name: string, pick: (chunk: LogChunk) => Float64Array) =>
    column(name, 'integer', (spans) => ({ bytes: bytesOf(Int32Array.from(numbersOf(spans, pick))) }));
  const time = (name: string, pick: (chunk: LogChunk) => Float64Array) =>
    column(name, 'timestamp', (spans) => ({ bytes: bytesOf(microseconds(numbersOf(spans, pick))) }));
  const text = (name: string, of: (chunk: LogChunk) => string) => column(name, 'text', (spans) => repeated(spans, of));
  const spread = (kind: string, names: readonly string[], pick: (chunk: LogChunk) => Float64Array) =>
    names.map((name, offset) =>
      column(`${kind}.${name}`, 'double', (spans) => doubles(spans, { pick, stride: names.length, offset })),
    );
  const spreadTexts = (kind: string, names: readonly string[], pick: (chunk: LogChunk) => (string | null)[]) =>
    names.map((name, offset) =>
      column(`${kind}.${name}`, 'text', (spans) => texts(spans, { pick, stride: names.length, offset })),
    );
  return [
    column('prediction_id', 'text', (spans) => ids(spans, true)),
    column('request_id', 'text', (spans) => ids(spans, false)),
    integer('row', (chunk) => chunk.rowIndex),
    time('at', (chunk) => chunk.at),
    time('logged_at', (chunk) => chunk.loggedAt),
    text('endpoint', () => endpoint),
    text('model', () => model),
    column('version', 'integer', (spans) => ({ bytes: bytesOf(new Int32Array(rowsOf(spans)).fill(version)) })),
    text('variant', (chunk) => chunk.source.variant),
    column('shadow', 'boolean', (spans) => ({ bytes: shadows(spans) })),
    number('propensity', (chunk) => chunk.propensity),
    number('latency_ms', (chunk) => chunk.latencyMs),
    integer('code', (chunk) => chunk.code),
    ...(entity === undefined
      ? []
      : [
          column('entity', 'text', (spans) =>
            texts(spans, { pick: ({ entities }) => entities ?? [], stride: 1, offset: 0 }),
          ),
        ]),
    ...spread('feature', features.numbers, (chunk) => chunk.numbers),
    ...spreadTexts('feature', features.strings, (chunk) => chunk.strings),
    ...spread('output', outputs.numbers, (chunk) => chunk.outputNumbers),
    ...spreadTexts('output', outputs.strings, (chunk) => chunk.outputStrings),
  ];
}

/** Which rows of which chunks are the rows `from` … `to` of all. */
function spansOf(chunks: readonly LogChunk[], from: number, to: number): Span[] {
  const spans: Span[] = [];
  let start = 0;
  for (const chunk of chunks) {
    const span = { chunk, from: Math.max(0, from - start), to: Math.min(chunk.rows, to - start) };
    if (span.from < span.to) spans.push(span);
    start += chunk.rows;
  }
  return spans;
}

function rowsOf(spans: readonly Span[]): number {
  return spans.reduce((sum, { from, to }) => sum + to - from, 0);
}

function bytesOf(values: Float64Array | Int32Array | Uint32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

function numbersOf(spans: readonly Span[], pick: (chunk: LogChunk) => Float64Array): Float64Array {
  const values = new Float64Array(rowsOf(spans));
  let at = 0;
  for (const { chunk, from, to } of spans) {
    values.set(pick(chunk).subarray(from, to), at);
    at += to - from;
  }
  return values;
}

/** 64-bit whole microseconds as pairs of 32 bits: a bigint a value would cost more than all else of it. */
function microseconds(ms: Float64Array): Uint32Array {
  const pairs = new Uint32Array(2 * ms.length);
  for (let row = 0; row < ms.length; row++) {
    const micros = Math.round(ms[row]! * 1000);
    pairs[2 * row] = micros;
    pairs[2 * row + 1] = Math.floor(micros / 2 ** 32);
  }
  return pairs;
}

interface Strided<T> {
  pick(chunk: LogChunk): T;
  stride: number;
  offset: number;
}

function doubles(spans: readonly Span[], { pick, stride, offset }: Strided<Float64Array>): PlainValues {
  const rows = rowsOf(spans);
  const values = new Float64Array(rows);
  let nulls: Uint8Array | undefined;
  let row = 0;
  let kept = 0;
  for (const { chunk, from, to } of spans) {
    const part = pick(chunk);
    for (let at = from * stride + offset, end = to * stride; at < end; at += stride, row++) {
      const value = part[at]!;
      if (Number.isNaN(value)) {
        nulls ??= new Uint8Array(rows);
        nulls[row] = 1;
      } else values[kept++] = value;
    }
  }
  return { bytes: bytesOf(values.subarray(0, kept)), nulls };
}

function texts(spans: readonly Span[], { pick, stride, offset }: Strided<(string | null)[]>): PlainValues {
  const values: (string | null)[] = [];
  for (const { chunk, from, to } of spans) {
    const part = pick(chunk);
    for (let row = from; row < to; row++) values.push(part[row * stride + offset] ?? null);
  }
  return plainTexts(values);
}

/** One text for all rows of a chunk. */
function repeated(spans: readonly Span[], of: (chunk: LogChunk) => string): PlainValues {
  const parts = spans.map(({ chunk, from, to }) => {
    const { bytes: one } = plainTexts([of(chunk)]);
    return Buffer.alloc(one.length * (to - from), one);
  });
  return { bytes: Buffer.concat(parts) };
}

function shadows(spans: readonly Span[]): Uint8Array {
  const flags = new Uint8Array(rowsOf(spans));
  let at = 0;
  for (const { chunk, from, to } of spans) {
    flags.fill(chunk.source.shadow ? 1 : 0, at, at + to - from);
    at += to - from;
  }
  return bitsOf(flags.length, (row) => flags[row] === 1);
}

/** Ids of requests, or of predictions (`<request>.<row>`), from bytes to bytes. */
function ids(spans: readonly Span[], isOfRow: boolean): PlainValues {
  let length = 0;
  for (const { chunk, from, to } of spans) {
    for (let row = from; row < to; row++) length += 4 + chunk.idLength[row]! + (isOfRow ? mostDigits : 0);
  }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const { chunk, from, to } of spans) {
    for (let row = from; row < to; row++) {
      const start = at;
      const first = chunk.idFrom[row]!;
      const idBytes = chunk.idLength[row]!;
      bytes.set(chunk.ids.subarray(first, first + idBytes), at + 4);
      at += 4 + idBytes;
      if (isOfRow) at = writeRow(bytes, at, chunk.rowIndex[row]!);
      bytes.writeUInt32LE(at - start - 4, start);
    }
  }
  return { bytes: bytes.subarray(0, at) };
}

const mostDigits = 11;

/** Writes `.<row>` and gives the place behind it. */
function writeRow(bytes: Buffer, at: number, row: number): number {
  bytes[at] = 46;
  if (row < 10) {
    bytes[at + 1] = 48 + row;
    return at + 2;
  }
  return at + 1 + bytes.write(String(row), at + 1, 'latin1');
}
