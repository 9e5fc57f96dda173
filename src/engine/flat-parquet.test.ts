import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createEngine, type Engine } from './engine.ts';
import { bitsOf, type FlatColumn, plainTexts, writeFlatParquet } from './flat-parquet.ts';
import { parquetScan } from './sql-text.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-flat-'));
  engine = createEngine({ threads: 1 });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

const bytesOf = (values: Float64Array | Int32Array | BigInt64Array) => new Uint8Array(values.buffer);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const isNull = (row: number) => row % 1000 === 7;

/** A column of each type over the row's number, with nulls among doubles and texts. */
const columns: FlatColumn[] = [
  {
    name: 'd',
    type: 'double',
    values: (from, to) => ({
      bytes: bytesOf(
        Float64Array.from(
          range(from, to).filter((row) => !isNull(row)),
          (row) => row / 2,
        ),
      ),
      nulls: Uint8Array.from(range(from, to), (row) => (isNull(row) ? 1 : 0)),
    }),
  },
  { name: 'i', type: 'integer', values: (from, to) => ({ bytes: bytesOf(Int32Array.from(range(from, to))) }) },
  {
    name: 't',
    type: 'timestamp',
    values: (from, to) => ({ bytes: bytesOf(BigInt64Array.from(range(from, to), (row) => BigInt(row) * 1_000_000n)) }),
  },
  { name: 'b', type: 'boolean', values: (from, to) => ({ bytes: bitsOf(to - from, (row) => (from + row) % 3 === 0) }) },
  {
    name: 's ä',
    type: 'text',
    values: (from, to) => plainTexts(range(from, to).map((row) => (isNull(row) ? null : `ö${row}`))),
  },
];

test.for([1, 9, 70_000])('%i rows come back through SQL as they were written', async (rows) => {
  const path = join(folder, `${rows}.parquet`);
  expect(await writeFlatParquet(path, rows, columns)).toMatchObject({ path, rows });
  const sql = `SELECT count(*) AS n, sum(d) AS d, count(d) AS nd, sum(i)::DOUBLE AS i, max(t) AS t, sum(b::INT)::DOUBLE AS b,
    count("s ä") AS ns, max("s ä") AS s, min("s ä") AS s0 FROM ${parquetScan([path])}`;
  const read = await engine.columns(sql);
  const value = (name: string) => read.column(name).values[0];
  const all = range(0, rows);
  const kept = all.filter((row) => !isNull(row));
  const sum = (values: number[]) => values.reduce((total, one) => total + one, 0);
  const texts = kept.map((row) => `ö${row}`).sort();
  expect([Number(value('n')), Number(value('nd')), Number(value('ns'))]).toEqual([rows, kept.length, kept.length]);
  expect([value('d'), value('i'), value('b')]).toEqual([sum(kept) / 2, sum(all), Math.ceil(rows / 3)]);
  expect([value('s0'), value('s')]).toEqual([texts[0], texts.at(-1)]);
  const types = await engine.columns(`DESCRIBE SELECT * FROM ${parquetScan([path])}`);
  const names = ['DOUBLE', 'INTEGER', 'TIMESTAMP', 'BOOLEAN', 'VARCHAR'];
  expect(types.column('column_type').values).toEqual(names);
  expect(Number(value('t'))).toBe((rows - 1) * 1000);
});
