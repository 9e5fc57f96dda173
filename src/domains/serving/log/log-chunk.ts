import { crc32 } from 'node:zlib';

/** Columns of one kind of row: those that hold numbers and those that hold text. */
export interface LogColumns {
  numbers: string[];
  strings: string[];
}

/** What all rows of a chunk have in common. */
export interface LogSource {
  endpoint: string;
  model: string;
  version: number;
  variant: string;
  shadow: boolean;
  features: LogColumns;
  outputs: LogColumns;
  /** The output column that is the score. */
  score: string | null;
  /** Output columns of the class probabilities, in order of the classes. */
  probabilities: string[];
  /** Labels of the classes as text, where the model says them. */
  classes: string[] | null;
}

/** Logged rows of one source: typed columns, features and outputs row-major. Missing: NaN, null. */
export interface LogChunk {
  source: LogSource;
  rows: number;
  requestIds: string[];
  rowIndex: Float64Array;
  at: Float64Array;
  loggedAt: Float64Array;
  latencyMs: Float64Array;
  code: Float64Array;
  propensity: Float64Array;
  numbers: Float64Array;
  strings: (string | null)[];
  outputNumbers: Float64Array;
  outputStrings: (string | null)[];
}

const perRow = ['rowIndex', 'at', 'loggedAt', 'latencyMs', 'code', 'propensity'] as const;

/** An empty chunk for `rows` rows, its features and outputs missing until they are written. */
export function newChunk(source: LogSource, rows: number): LogChunk {
  const column = () => new Float64Array(rows);
  const { features, outputs } = source;
  return {
    source,
    rows,
    requestIds: [],
    rowIndex: column(),
    at: column(),
    loggedAt: column(),
    latencyMs: column(),
    code: column(),
    propensity: column(),
    numbers: new Float64Array(rows * features.numbers.length).fill(Number.NaN),
    strings: new Array(rows * features.strings.length).fill(null),
    outputNumbers: new Float64Array(rows * outputs.numbers.length).fill(Number.NaN),
    outputStrings: new Array(rows * outputs.strings.length).fill(null),
  };
}

/** The id of a row of a chunk: its request's id and its place in the request. */
export function predictionIdOf(chunk: LogChunk, row: number): string {
  return `${chunk.requestIds[row]}.${chunk.rowIndex[row]}`;
}

const magic = 0x31574d54;
const frameBytes = 16;

/**
 * A chunk as a frame of the write-ahead file: magic, length of the JSON header, length of the doubles, CRC-32 of both
 * (16 bytes, little-endian), the header, the doubles. The parts are views of the chunk's own memory, to be written in order.
 */
export function encodeChunk(chunk: LogChunk): Buffer[] {
  const { source, rows, requestIds, strings, outputStrings } = chunk;
  const header = Buffer.from(JSON.stringify({ source, rows, requestIds, strings, outputStrings }));
  const doubles = [...perRow.map((name) => chunk[name]), chunk.numbers, chunk.outputNumbers];
  const parts = doubles.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength));
  const frame = Buffer.alloc(frameBytes);
  frame.writeUInt32LE(magic, 0);
  frame.writeUInt32LE(header.length, 4);
  frame.writeUInt32LE(
    parts.reduce((sum, part) => sum + part.length, 0),
    8,
  );
  frame.writeUInt32LE(
    parts.reduce((crc, part) => crc32(part, crc), crc32(header)),
    12,
  );
  return [frame, header, ...parts];
}

/** Reads the chunks of a write-ahead file; what follows the last whole frame (a torn tail) is left out and measured. */
export function decodeChunks(file: Buffer): { chunks: LogChunk[]; tornBytes: number } {
  const chunks: LogChunk[] = [];
  let at = 0;
  while (at + frameBytes <= file.length && file.readUInt32LE(at) === magic) {
    const headerBytes = file.readUInt32LE(at + 4);
    const end = at + frameBytes + headerBytes + file.readUInt32LE(at + 8);
    if (end > file.length || crc32(file.subarray(at + frameBytes, end)) !== file.readUInt32LE(at + 12)) break;
    chunks.push(decodeChunk(file.subarray(at + frameBytes, end), headerBytes));
    at = end;
  }
  return { chunks, tornBytes: file.length - at };
}

type Header = Pick<LogChunk, 'source' | 'rows' | 'requestIds' | 'strings' | 'outputStrings'>;

function decodeChunk(body: Buffer, headerBytes: number): LogChunk {
  const header = JSON.parse(body.toString('utf8', 0, headerBytes)) as Header;
  const { rows, source } = header;
  let at = headerBytes;
  const column = (length: number): Float64Array => {
    const values = new Float64Array(length);
    // The file's bytes are not aligned to 8, so they are copied.
    Buffer.from(values.buffer).set(body.subarray(at, at + length * 8));
    at += length * 8;
    return values;
  };
  const [rowIndex, atColumn, loggedAt, latencyMs, code, propensity] = perRow.map(() => column(rows)) as Float64Array[];
  return {
    ...header,
    rowIndex: rowIndex!,
    at: atColumn!,
    loggedAt: loggedAt!,
    latencyMs: latencyMs!,
    code: code!,
    propensity: propensity!,
    numbers: column(rows * source.features.numbers.length),
    outputNumbers: column(rows * source.outputs.numbers.length),
  };
}
