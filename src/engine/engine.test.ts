import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine, numbersOf, parquetScan, textsOf } from './index.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-engine-'));
  engine = createEngine({ tempFolder: join(folder, 'temp'), memoryLimit: '256MB' });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const everyType = `
  SELECT 1.5::DOUBLE AS d, 2.25::FLOAT AS f, 7::INTEGER AS i, 9007199254740993::BIGINT AS b, 12.34::DECIMAL(9,2) AS dec,
    true AS t, 'ünï' AS s, DATE '2001-01-02' AS day, TIMESTAMP '2001-01-02 03:04:05.678' AS at, [1, 2] AS list,
    TIMESTAMPTZ '2001-01-02 03:04:05+00' AS tz, 170141183460469231731687303715884105727::HUGEINT AS h, {'a': 1} AS st,
    'x'::ENUM('x', 'y') AS e, 18446744073709551615::UBIGINT AS ub
  UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`;

describe('results', () => {
  test('small results are rows of plain values', async () => {
    const [row, empty] = await engine.query(everyType);
    expect(row).toEqual({
      d: 1.5,
      f: 2.25,
      i: 7,
      b: 9007199254740993n,
      dec: 12.34,
      t: true,
      s: 'ünï',
      day: '2001-01-02',
      at: '2001-01-02T03:04:05.678Z',
      list: [1, 2],
      tz: '2001-01-02T03:04:05.000Z',
      h: 170141183460469231731687303715884105727n,
      st: { a: 1 },
      e: 'x',
      ub: 18446744073709551615n,
    });
    expect(new Set(Object.values(empty!))).toEqual(new Set([null]));
    expect(await engine.query('SELECT count(*) AS n FROM range($1) WHERE range % 2 = $2', [10, 0])).toEqual([{ n: 5 }]);
    expect(await engine.query('SELECT $1 || $2 AS s', ['a', "b'"])).toEqual([{ s: "ab'" }]);
    expect(await engine.query('SELECT range FROM range(5) LIMIT $1', [2])).toHaveLength(2);
  });

  test('columns are typed arrays with their nulls', async () => {
    const columns = await engine.columns(everyType);
    expect(columns.rows).toBe(2);
    for (const name of columns.names) expect([name, [...columns.column(name).nulls!]]).toEqual([name, [0, 1]]);
    expect(columns.column('d').values).toEqual(Float64Array.of(1.5, Number.NaN));
    expect(columns.column('dec').values).toEqual(Float64Array.of(12.34, Number.NaN));
    expect(columns.column('b').values).toEqual(BigInt64Array.of(9007199254740993n, 0n));
    expect(columns.column('at').values).toEqual(Float64Array.of(Date.UTC(2001, 0, 2, 3, 4, 5, 678), Number.NaN));
    expect(columns.column('day').values).toEqual(Float64Array.of(Date.UTC(2001, 0, 2), Number.NaN));
    expect(columns.column('t').values).toEqual(Uint8Array.of(1, 0));
    expect(columns.column('h').values[0]).toBe(2 ** 127);
    expect(columns.column('e').values).toEqual(['x', '']);
    expect(numbersOf(columns.column('b'))).toEqual(Float64Array.of(9007199254740992, Number.NaN));
    expect(textsOf(columns.column('s'))).toEqual(['ünï', null]);
    expect(() => columns.column('none')).toThrow("There is no column 'none'");
  });

  test('many chunks join with nulls in their places, and streaming gives the same', async () => {
    const sql = `SELECT range AS b, CASE WHEN range % 3 = 0 THEN NULL ELSE range / 2 END AS d,
      CASE WHEN range > 5000 AND range % 2 = 0 THEN NULL ELSE 'v' || range END AS s, range % 2 = 0 AS t FROM range(10000)`;
    const whole = await engine.columns(sql);
    expect(whole.rows).toBe(10000);
    let at = 0;
    for await (const chunk of engine.chunks(sql)) {
      for (let row = 0; row < chunk.rows; row += 97) {
        for (const name of whole.names) {
          expect(chunk.column(name).values[row]).toEqual(whole.column(name).values[at + row]);
          expect(chunk.column(name).nulls?.[row] ?? 0).toBe(whole.column(name).nulls?.[at + row] ?? 0);
        }
      }
      at += chunk.rows;
      expect(await engine.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
    }
    expect(at).toBe(10000);
    expect(whole.column('d').values[9999]).toBeNaN();
    expect(whole.column('d').values[9998]).toBe(4999);
    expect(whole.column('s').nulls?.[9998]).toBe(1);
    const none = await engine.columns('SELECT 1.5::DOUBLE AS a, 2::BIGINT AS b WHERE false');
    expect([none.rows, none.types, none.column('a').values.length]).toEqual([0, ['DOUBLE', 'BIGINT'], 0]);
  });

  test('a stream may be left early', async () => {
    for await (const chunk of engine.chunks('SELECT range FROM range(100000000)')) {
      expect(chunk.rows).toBeGreaterThan(0);
      break;
    }
  });
});

describe('limits', () => {
  const endless = 'SELECT count(*) FROM range(100000000) a, range(1000) b WHERE (a.range * b.range) % 7 = 3';

  test('time and cancellation end a query, also one that still waits for its turn', async () => {
    await expect(engine.query(endless, [], { timeoutMs: 100 })).rejects.toMatchObject({ code: 'timeout' });
    const controller = new AbortController();
    const running = [1, 2, 3].map(() => engine.columns(endless, [], { signal: controller.signal }));
    setTimeout(() => controller.abort(), 100);
    for (const ended of await Promise.allSettled(running)) {
      expect(ended).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } });
    }
    expect(await engine.query('SELECT 1 AS one', [], { timeoutMs: 5000 })).toEqual([{ one: 1 }]);
  });

  test('errors carry codes of the catalogue', async () => {
    await expect(engine.query('SELEC 1')).rejects.toMatchObject({ code: 'invalid_query' });
    await expect(engine.query('SELECT list(range) FROM range(100000000)')).rejects.toMatchObject({ code: 'too_large' });
  });
});

describe('writing', () => {
  test('columns come back from Parquet as they were written', async () => {
    const path = join(folder, 'a [b]*.parquet');
    const rows = 5000;
    const ids = BigInt64Array.from({ length: rows }, (_, row) => BigInt(row));
    const at = Float64Array.from({ length: rows }, (_, row) => Date.UTC(2001, 0, 1) + row);
    const written = await engine.writeParquet(path, {
      columns: [
        { name: 'id', type: 'BIGINT', values: ids },
        { name: 'x', type: 'DOUBLE', values: ids, nulls: Uint8Array.from({ length: rows }, (_, row) => row % 2) },
        { name: 's', type: 'VARCHAR', values: Array.from({ length: rows }, (_, row) => (row % 5 ? `s${row}` : null)) },
        { name: 'at', type: 'TIMESTAMP', values: at },
        { name: 'yes', type: 'BOOLEAN', values: Array.from({ length: rows }, (_, row) => row % 3 === 0) },
        { name: 'json', type: 'JSON', values: Array.from({ length: rows }, () => ({ a: [1] })) },
      ],
    });
    expect(written).toMatchObject({ path, rows });
    const back = await engine.columns(`SELECT * FROM ${parquetScan([path])}`);
    expect(back.column('id').values).toEqual(ids);
    expect(back.column('at').values).toEqual(at);
    expect([...back.column('x').values.slice(0, 4)]).toEqual([0, Number.NaN, 2, Number.NaN]);
    expect(textsOf(back.column('s')).slice(0, 2)).toEqual([null, 's1']);
    expect([...back.column('yes').values.slice(0, 4)]).toEqual([1, 0, 0, 1]);
    expect(back.column('json').values[0]).toBe('{"a":[1]}');
  });

  test('the same rows give the same bytes; a failed write leaves nothing', async () => {
    const sql = "SELECT range AS a, 'x' || range AS s FROM range(50000)";
    const one = await engine.writeParquet(join(folder, 'one.parquet'), { sql });
    const two = await engine.writeParquet(join(folder, 'two.parquet'), { sql });
    expect(one).toMatchObject({ rows: 50000, bytes: two.bytes });
    const before = await readdir(folder);
    const broken = "SELECT CASE WHEN range = 40000 THEN error('no') ELSE 1 END AS a FROM range(50000)";
    await expect(engine.writeParquet(join(folder, 'broken.parquet'), { sql: broken })).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual(before);
  });
});
