import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { createEngine, type Engine } from '../../engine/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createData, type Data, type IngestRequest } from './index.ts';

type Source = NonNullable<IngestRequest['source']>;

let folder: string;
let database: TestDatabase;
let engine: Engine;
let data: Data;
let parquet: Buffer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-broken-'));
  await mkdir(join(folder, 'in'));
  database = await openSqlite();
  const { ledger } = createSpine(database.database);
  engine = createEngine({ tempFolder: join(folder, 'temp') });
  const blobs = await createLocalBlobs(join(folder, 'home'));
  const parts = { database: database.database, ledger, clock: systemClock, engine, blobs };
  data = await createData({ ...parts, allowedRoots: [join(folder, 'in')], stagingFolder: join(folder, 'staging') });
  const path = join(folder, 'good.parquet');
  await engine.writeParquet(path, { sql: 'SELECT range AS a, range * 2 AS b FROM range(1000)' });
  parquet = await readFile(path);
});
afterAll(async () => {
  await engine.close();
  await database.dispose();
  await rm(folder, { recursive: true, force: true });
});
afterEach(async () => {
  expect((await data.list({ limit: 10, nameContains: 'broken' })).items).toEqual([]);
  expect(await readdir(join(folder, 'staging'))).toEqual([]);
  await rm(join(folder, 'in'), { recursive: true });
  await mkdir(join(folder, 'in'));
});

async function put(files: Record<string, string | Buffer>): Promise<void> {
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, 'in', name), content);
}

async function ingest(files: Record<string, string | Buffer>, options: Partial<Source> = {}, dataset = 'broken') {
  await put(files);
  const source = { files: Object.keys(files), ...options };
  return data.ingest(systemActor, { dataset, source });
}

interface Case {
  files: Record<string, string | Buffer>;
  options?: Partial<Source>;
  says: string[];
  line?: number;
}

const many = (line: string) => Array.from({ length: 30_000 }, (_, i) => line.replace('#', String(i))).join('');

const broken: Record<string, Case> = {
  'no bytes': { files: { 'a.csv': '' }, says: ['a.csv', 'empty (0 bytes)'] },
  'white space only': { files: { 'a.csv': ' \n\n' }, says: ['a.csv', 'white space only'] },
  'a header alone': { files: { 'a.csv': 'x,y\n' }, says: ['a.csv', 'no row'] },
  'a line too short': {
    files: { 'a.csv': 'x,y\n1,2\n3\n4,5\n' },
    says: ['a.csv, line 3', '1 fields instead of 2'],
    line: 3,
  },
  'a line too long': {
    files: { 'a.csv': 'x,y\n1,2\n3,4,5\n' },
    says: ['a.csv, line 3', '3 fields instead of 2'],
    line: 3,
  },
  'a short line far down': { files: { 'a.csv': `x,y\n${many('#,1\n')}7\n1,2\n` }, says: ['line 30002'], line: 30002 },
  'a quote that stays open': { files: { 'a.csv': 'x,y\n1,"2\n3,4\n' }, says: ['a.csv', 'quote'] },
  'a value of another type': {
    files: { 'a.csv': `x,y\n${many('#,1\n')}1,two\n` },
    options: { types: { y: 'BIGINT' } },
    says: ['a.csv, line 30002', "Column 'y' is BIGINT, but the value is 'two'", 'csv.nullText'],
    line: 30002,
  },
  'a type for no column': {
    files: { 'a.csv': 'x\n1\n' },
    options: { types: { z: 'BIGINT' } },
    says: ["'z'", 'no column'],
  },
  'a column twice': { files: { 'a.csv': 'x,y,X\n1,2,3\n' }, says: ["'X' is there twice"], line: 1 },
  'a column without name': { files: { 'a.csv': 'x,,y\n1,2,3\n' }, says: ['Column 2 has no name'], line: 1 },
  'another encoding': { files: { 'a.csv': Buffer.from('x\ncaf\xe9\n', 'latin1') }, says: ['not UTF-8', 'latin-1'] },
  'UTF-16': {
    files: { 'a.csv': Buffer.from('\ufeffx,y\n1,2\n', 'utf16le') },
    says: ['UTF-16', 'csv.encoding'],
    line: 1,
  },
  'not text': { files: { 'a.csv': Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]) }, says: ['zero bytes'] },
  gzip: { files: { 'a.csv': Buffer.from('1f8b0800', 'hex') }, says: ['compressed'] },
  'other columns in one file of several': {
    files: { 'a.csv': 'x,y\n1,2\n', 'b.csv': 'x,z\n1,2\n' },
    says: ['b.csv, line 1', 'missing y', 'extra z', 'unionByName'],
    line: 1,
  },
  'two formats': {
    files: { 'a.csv': 'x\n1\n', 'b.ndjson': '{"x":1}\n' },
    says: ['b.ndjson', 'ndjson', 'a.csv is csv'],
  },
  'a line that is not JSON': {
    files: { 'a.ndjson': '{"x":1}\n{"x":\n{"x":3}\n' },
    says: ['a.ndjson, line 2'],
    line: 2,
  },
  'NDJSON with a byte order mark': { files: { 'a.ndjson': '\ufeff{"x":1}\n' }, says: ['byte order mark'], line: 1 },
  'broken JSON': { files: { 'a.json': '[{"x":1},' }, says: ['a.json', 'not JSON'] },
  'CSV called Parquet': { files: { 'a.parquet': 'x,y\n1,2\n' }, says: ['a.parquet', 'does not begin with PAR1'] },
};

describe('broken files are refused with file, line and cure', () => {
  test.each(Object.entries(broken))('%s', async (_name, { files, options, says, line }) => {
    const error = await ingest(files, options).then(
      () => undefined,
      (thrown: Error & { code: string; details: { line?: number } }) => thrown,
    );
    expect(['invalid_data', 'invalid_input']).toContain(error?.code);
    for (const part of says) expect(error!.message).toContain(part);
    if (line !== undefined) expect(error!.details.line).toBe(line);
  });

  test('Parquet that was cut off, anywhere', async () => {
    for (const bytes of [0, 4, 11, 100, parquet.length - 1]) {
      const files = { 'cut.parquet': parquet.subarray(0, bytes) };
      await expect(ingest(files)).rejects.toMatchObject({ code: 'invalid_data', details: { file: 'cut.parquet' } });
    }
  });

  test('Parquet with rotten bytes inside', async () => {
    const rotten = Buffer.from(parquet);
    rotten.fill(0xff, 20, 1500);
    await expect(ingest({ 'rotten.parquet': rotten })).rejects.toMatchObject({ code: 'invalid_data' });
    const noFooter = Buffer.from(parquet);
    noFooter.fill(0xff, parquet.length - 200, parquet.length - 8);
    await expect(ingest({ 'rotten.parquet': noFooter })).rejects.toMatchObject({ code: 'invalid_data' });
  });

  test('Parquet files of different columns', async () => {
    await engine.writeParquet(join(folder, 'other.parquet'), { sql: "SELECT 1 AS a, 'x' AS c" });
    const files = { 'a.parquet': parquet, 'b.parquet': await readFile(join(folder, 'other.parquet')) };
    await expect(ingest(files)).rejects.toThrow('b.parquet: Its columns differ from those of a.parquet');
    const { version } = await ingest(files, { unionByName: true }, 'union');
    expect([version.rows, version.columns.map((column) => column.name)]).toEqual([1001, ['a', 'b', 'c']]);
  });
});

describe('files that are only unusual are read', () => {
  const unusual: Record<string, Case & { rows: unknown[] }> = {
    'a byte order mark': { files: { 'a.csv': '\ufeffx,y\n1,2\n' }, says: [], rows: [{ x: 1, y: 2 }] },
    'CRLF line ends': { files: { 'a.csv': 'x,y\r\n1,b\r\n' }, says: [], rows: [{ x: 1, y: 'b' }] },
    'no line end at the end': { files: { 'a.csv': 'x,y\n1,b' }, says: [], rows: [{ x: 1, y: 'b' }] },
    semicolons: { files: { 'a.csv': 'x;"y, z"\n1;2\n' }, says: [], rows: [{ x: 1, 'y, z': 2 }] },
    tabs: { files: { 'a.tsv': 'x\ty\n1\t2\n' }, says: [], rows: [{ x: 1, y: 2 }] },
    'quotes and line ends in fields': {
      files: { 'a.csv': 'x,y\n"a ""b""","c\nd"\n' },
      says: [],
      rows: [{ x: 'a "b"', y: 'c\nd' }],
    },
    'latin-1': {
      files: { 'a.csv': Buffer.from('x\ncaf\xe9\n', 'latin1') },
      options: { csv: { encoding: 'latin-1' } },
      says: [],
      rows: [{ x: 'café' }],
    },
    'texts that mean null': {
      files: { 'a.csv': 'x,y\n1,NA\n-,3\n' },
      options: { csv: { nullText: ['NA', '-'] } },
      says: [],
      rows: [
        { x: 1, y: null },
        { x: null, y: 3 },
      ],
    },
    'no header': {
      files: { 'a.csv': '1,2\n3,4\n' },
      options: { csv: { header: false } },
      says: [],
      rows: [
        { column0: 1, column1: 2 },
        { column0: 3, column1: 4 },
      ],
    },
    'a type found only in the second file': {
      files: { 'a.csv': 'x\n1\n', 'b.csv': 'x\n2.5\n' },
      says: [],
      rows: [{ x: 1 }, { x: 2.5 }],
    },
    'columns in another order': {
      files: { 'a.csv': 'x,y\n1,2\n', 'b.csv': 'y,x\n4,3\n' },
      says: [],
      rows: [
        { x: 1, y: 2 },
        { x: 3, y: 4 },
      ],
    },
    'JSON of varying fields': {
      files: { 'a.ndjson': '{"x":1}\n{"x":2,"y":{"z":[1]}}\n' },
      says: [],
      rows: [
        { x: 1, y: null },
        { x: 2, y: { z: [1] } },
      ],
    },
    'a JSON list': { files: { 'a.json': '[{"x":1},{"x":2}]' }, says: [], rows: [{ x: 1 }, { x: 2 }] },
    'names that are SQL': {
      files: { 'a.csv': 'n,h,b,v,data,"a ""q"" b",select\n1,2,3,4,5,6,7\n' },
      says: [],
      rows: [{ n: 1, h: 2, b: 3, v: 4, data: 5, 'a "q" b': 6, select: 7 }],
    },
  };
  test.each(Object.entries(unusual))('%s', async (name, { files, options, rows }) => {
    const dataset = name.replace(/[^a-z]+/gi, '-').slice(0, 40);
    await ingest(files, options, dataset);
    expect((await data.rows(dataset, { limit: 10 })).items).toEqual(rows);
  });
});
