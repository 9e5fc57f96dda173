import { open } from 'node:fs/promises';
import { constants, zstdCompressSync } from 'node:zlib';
import { type ThriftStruct, type ThriftValue, writeThrift, writeVarint } from './thrift-compact.ts';
import { replaceFile, type WrittenParquet } from './write-parquet.ts';

/** What a column of a flat Parquet file holds; timestamps are UTC without a zone, in microseconds. */
export type FlatType = 'double' | 'integer' | 'timestamp' | 'boolean' | 'text';

/** Values of one column for some rows, as Parquet's PLAIN encoding has them: only those that are not null. */
export interface PlainValues {
  bytes: Uint8Array;
  /** One byte a row, 1 where it is null; none are unless given. */
  nulls?: Uint8Array | undefined;
}

/** A column that gives its values group by group, so that one group at a time is in memory. */
export interface FlatColumn {
  name: string;
  type: FlatType;
  values(from: number, to: number): PlainValues;
}

const groupRows = 65_536;
const magic = Buffer.from('PAR1');
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
const zstd = 6;
const physical: Record<FlatType, number> = { boolean: 0, integer: 1, timestamp: 2, double: 5, text: 6 };
const converted: Partial<Record<FlatType, number>> = { text: 0, timestamp: 10 };
const logical: Partial<Record<FlatType, ThriftStruct>> = {
  text: { 1: { struct: {} } },
  timestamp: { 8: { struct: { 1: { flag: false }, 2: { struct: { 2: { struct: {} } } } } } },
};

/**
 * Writes columns as a Parquet file (parquet-format 2: PLAIN pages, zstd level 1) without a database: a sixth of what loading
 * and copying them costs there. The file is there whole or not at all. Compresses in the calling thread, so give it one of
 * its own.
 */
export function writeFlatParquet(path: string, rows: number, columns: readonly FlatColumn[]): Promise<WrittenParquet> {
  return replaceFile(path, async (temporary) => {
    const file = await open(temporary, 'w');
    try {
      await file.writev([magic]);
      const groups: ThriftValue[] = [];
      let at = magic.length;
      for (let from = 0; from < rows; from += groupRows) {
        const group = pagesOf(columns, { from, to: Math.min(rows, from + groupRows), at });
        await file.writev(group.parts);
        at = group.end;
        groups.push({ struct: group.metadata });
      }
      const footer = writeThrift({
        1: { i32: 2 },
        2: { list: schemaOf(columns) },
        3: { i64: rows },
        4: { list: groups },
        6: { text: 'tidemill' },
      });
      const length = Buffer.alloc(4);
      length.writeUInt32LE(footer.length);
      await file.writev([footer, length, magic]);
    } finally {
      await file.close();
    }
    return rows;
  });
}

function schemaOf(columns: readonly FlatColumn[]): ThriftValue[] {
  const root: ThriftValue = { struct: { 4: { text: 'rows' }, 5: { i32: columns.length } } };
  const optional = { i32: 1 };
  const leaves = columns.map(({ name, type }): ThriftValue => {
    const kind = converted[type];
    const annotation = logical[type];
    return {
      struct: {
        1: { i32: physical[type] },
        3: optional,
        4: { text: name },
        6: kind === undefined ? undefined : { i32: kind },
        10: annotation && { struct: annotation },
      },
    };
  });
  return [root, ...leaves];
}

interface GroupPlace {
  from: number;
  to: number;
  /** Where it begins in the file. */
  at: number;
}

/** One page of each column, and what the footer says of them. */
function pagesOf(columns: readonly FlatColumn[], { from, to, at }: GroupPlace) {
  const parts: Buffer[] = [];
  const chunks: ThriftValue[] = [];
  let end = at;
  let total = 0;
  for (const column of columns) {
    const { header, body, plainBytes } = pageOf(column, from, to);
    const uncompressed = header.length + plainBytes;
    const metadata: ThriftStruct = {
      1: { i32: physical[column.type] },
      2: { list: [{ i32: 0 }, { i32: 3 }] },
      3: { list: [{ text: column.name }] },
      4: { i32: zstd },
      5: { i64: to - from },
      6: { i64: uncompressed },
      7: { i64: header.length + body.length },
      9: { i64: end },
    };
    chunks.push({ struct: { 2: { i64: end }, 3: { struct: metadata } } });
    parts.push(header, body);
    end += header.length + body.length;
    total += uncompressed;
  }
  const metadata: ThriftStruct = { 1: { list: chunks }, 2: { i64: total }, 3: { i64: to - from } };
  return { parts, metadata, end };
}

function pageOf(column: FlatColumn, from: number, to: number) {
  const rows = to - from;
  const { bytes, nulls } = column.values(from, to);
  const plain = Buffer.concat([levelsOf(rows, nulls), bytes]);
  const body = zstdCompressSync(plain, compression);
  const rle = { i32: 3 };
  const header = writeThrift({
    1: { i32: 0 },
    2: { i32: plain.length },
    3: { i32: body.length },
    5: { struct: { 1: { i32: rows }, 2: { i32: 0 }, 3: rle, 4: rle } },
  });
  return { header, body, plainBytes: plain.length };
}

/** Definition levels (1 is a value, 0 is null): one run where all are values, else a bit a row. */
function levelsOf(rows: number, nulls: Uint8Array | undefined): Buffer {
  const head: number[] = [];
  if (!nulls) {
    writeVarint(head, rows * 2);
    head.push(1);
    return withLength(Buffer.from(head));
  }
  const groups = Math.ceil(rows / 8);
  writeVarint(head, groups * 2 + 1);
  return withLength(Buffer.concat([Buffer.from(head), bitsOf(rows, (row) => !nulls[row])]));
}

function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** A bit a row, the first in the lowest place. */
export function bitsOf(rows: number, isSet: (row: number) => boolean): Buffer {
  const bits = Buffer.alloc(Math.ceil(rows / 8));
  for (let row = 0; row < rows; row++) if (isSet(row)) bits[row >> 3]! |= 1 << (row & 7);
  return bits;
}

/** Texts as PLAIN has them: a length of four bytes before each, nulls left out. */
export function plainTexts(texts: readonly (string | null)[]): PlainValues {
  let length = 0;
  let nulls: Uint8Array | undefined;
  for (let row = 0; row < texts.length; row++) {
    const text = texts[row]!;
    if (text === null) {
      nulls ??= new Uint8Array(texts.length);
      nulls[row] = 1;
    } else length += 4 + Buffer.byteLength(text);
  }
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const text of texts) {
    if (text === null) continue;
    const written = bytes.write(text, at + 4);
    bytes.writeUInt32LE(written, at);
    at += 4 + written;
  }
  return { bytes, nulls };
}
