import { crc32 } from 'node:zlib';
import { type LogChunk, newChunk, perRow, writeId } from './log-chunk.ts';

const magic = 0x32574d54;
/** Of files whose ids are text in the header. */
const firstMagic = 0x31574d54;
const frameBytes = 16;

type Header = Pick<LogChunk, 'source' | 'rows' | 'strings' | 'outputStrings' | 'entities'> & { idBytes: number };

/**
 * A chunk as a frame of the write-ahead file: magic, length of the JSON header, length of the columns, CRC-32 of both
 * (16 bytes, little-endian), the header, the columns. The parts are views of the chunk's own memory, to be written in order.
 */
export function encodeChunk(chunk: LogChunk): Buffer[] {
  const { source, rows, idFrom, idLength, strings, outputStrings, entities } = chunk;
  const idBytes = rows === 0 ? 0 : idFrom[rows - 1]! + idLength[rows - 1]!;
  const header = Buffer.from(
    JSON.stringify({ source, rows, idBytes, strings, outputStrings, ...(entities && { entities }) } satisfies Header),
  );
  const columns = [...perRow.map((name) => chunk[name]), chunk.numbers, chunk.outputNumbers, idFrom, idLength];
  const parts = columns.map((column) => Buffer.from(column.buffer, column.byteOffset, column.byteLength));
  parts.push(chunk.ids.subarray(0, idBytes));
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
  while (at + frameBytes <= file.length) {
    const form = file.readUInt32LE(at);
    if (form !== magic && form !== firstMagic) break;
    const headerBytes = file.readUInt32LE(at + 4);
    const end = at + frameBytes + headerBytes + file.readUInt32LE(at + 8);
    if (end > file.length || crc32(file.subarray(at + frameBytes, end)) !== file.readUInt32LE(at + 12)) break;
    chunks.push(decodeChunk(file.subarray(at + frameBytes, end), headerBytes));
    at = end;
  }
  return { chunks, tornBytes: file.length - at };
}

function decodeChunk(body: Buffer, headerBytes: number): LogChunk {
  const header = JSON.parse(body.toString('utf8', 0, headerBytes)) as Header & { requestIds?: string[] };
  const { rows, source, strings, outputStrings, entities, requestIds } = header;
  const chunk: LogChunk = { ...newChunk(source, 0), rows, strings, outputStrings, ...(entities && { entities }) };
  let at = headerBytes;
  // The file's bytes are not aligned to a column's elements, so they are copied.
  const take = <T extends Float64Array | Uint32Array | Uint16Array | Buffer>(column: T): T => {
    new Uint8Array(column.buffer, column.byteOffset).set(body.subarray(at, at + column.byteLength));
    at += column.byteLength;
    return column;
  };
  for (const name of perRow) chunk[name] = take(new Float64Array(rows));
  chunk.numbers = take(new Float64Array(rows * source.features.numbers.length));
  chunk.outputNumbers = take(new Float64Array(rows * source.outputs.numbers.length));
  chunk.idFrom = requestIds ? new Uint32Array(rows) : take(new Uint32Array(rows));
  chunk.idLength = requestIds ? new Uint16Array(rows) : take(new Uint16Array(rows));
  if (requestIds) for (let row = 0; row < rows; row++) writeId(chunk, requestIds[row]!, { row, rows: 1 });
  else chunk.ids = take(Buffer.allocUnsafeSlow(header.idBytes));
  return chunk;
}
