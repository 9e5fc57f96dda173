import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine, type SandboxLimits } from './index.ts';

let folder: string;
let engine: Engine;
let run: (sql: string, limits?: SandboxLimits) => ReturnType<Engine['sandbox']>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill sandbox [1]-'));
  engine = createEngine({ tempFolder: join(folder, 'temp') });
  const rows = "SELECT range AS a, range % 7 AS b, 'x' || range AS s FROM range(100000)";
  await engine.writeParquet(join(folder, 'own.parquet'), { sql: rows });
  await engine.writeParquet(join(folder, 'other.parquet'), { sql: 'SELECT 42 AS secret' });
  run = (sql, limits = {}) =>
    engine.sandbox({ tables: { own: [join(folder, 'own.parquet')] }, sql, limits: { timeoutMs: 20_000, ...limits } });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('what a user may ask', () => {
  const allowed: [string, unknown][] = [
    ['SELECT count(*) FROM own', 100000n],
    ['select max(a) from OWN;', 99999n],
    ['WITH t AS (SELECT a FROM own WHERE b = 3) SELECT count(*) FROM t -- done', 14286n],
    ['FROM own SELECT sum(b)', 299995],
    ['SELECT count(*) FROM own JOIN (VALUES (1), (2)) v(b) USING (b)', 28572n],
    ['SELECT count(*) FROM own x WHERE a IN (SELECT y.b FROM own y WHERE y.b < 3)', 3n],
    ['WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) FROM t', 15],
    ["SELECT max(regexp_extract(s, '(\\d+)', 1)::BIGINT) FROM own", 99999n],
    ['SELECT count(*) FROM range(10)', 10n],
    ['SELECT sum(d) FROM (SELECT a - lag(a) OVER (ORDER BY a) AS d FROM own)', 99999],
  ];
  test.each(allowed)('%s', async (sql, answer) => {
    const columns = await run(sql);
    expect(columns.list[0]!.values[0]).toBe(answer);
  });

  test('its rows can go to a Parquet file', async () => {
    const path = join(folder, 'result.parquet');
    const query = { tables: { own: [join(folder, 'own.parquet')] }, sql: 'SELECT * FROM own WHERE b = 1; -- ok' };
    expect(await engine.sandboxToParquet(query, path)).toMatchObject({ rows: 14286 });
    await rm(path);
  });
});

describe('what is refused', () => {
  const attacks = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT content FROM read_blob('/proc/self/environ')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_parquet('other.parquet')",
    "SELECT * FROM parquet_metadata('other.parquet')",
    "SELECT * FROM 'http://127.0.0.1:1/x.parquet'",
    "SELECT * FROM read_csv('https://example.com/x.csv')",
    "SELECT * FROM read_csv('s3://bucket/x.csv')",
    "ATTACH '/tmp/x.db'",
    "ATTACH ':memory:' AS m",
    "COPY (SELECT 1) TO '/tmp/tidemill-attack.csv'",
    "COPY own TO '/tmp/tidemill-attack.csv'",
    "EXPORT DATABASE '/tmp/tidemill-attack'",
    'INSTALL httpfs',
    'LOAD httpfs',
    'PRAGMA database_list',
    'PRAGMA enable_profiling',
    'SET threads = 1',
    'SET enable_external_access = true',
    'RESET lock_configuration',
    'SET VARIABLE x = 1',
    "SELECT getenv('HOME')",
    "SELECT current_setting('temp_directory')",
    'SELECT * FROM duckdb_settings()',
    'SELECT * FROM duckdb_views',
    'SELECT * FROM information_schema.tables',
    'SELECT * FROM pg_catalog.pg_class',
    'SELECT * FROM sqlite_master',
    "SELECT * FROM query('SELECT * FROM duckdb_settings()')",
    "SELECT * FROM query_table('own')",
    "SELECT * FROM json_execute_serialized_sql('{}')",
    'SELECT 1; SELECT 2',
    "SELECT 1; COPY (SELECT 1) TO '/tmp/tidemill-attack.csv'",
    "SELECT 1) TO '/tmp/tidemill-attack.csv' --",
    'CREATE TABLE t AS SELECT 1',
    'DROP VIEW own',
    'INSERT INTO own VALUES (1, 2, 3)',
    'DELETE FROM own',
    'CALL pragma_version()',
    'CHECKPOINT',
    'EXPLAIN ANALYZE SELECT 1',
    'DESCRIBE own',
    'SUMMARIZE own',
    'SHOW TABLES',
    "SELECT write_log('x')",
    'SELECT * FROM nothing',
    'SELECT $1',
    'SELEC 1',
    '',
    '-- only a comment',
  ];
  test.each(attacks)('%s', async (sql) => {
    await expect(run(sql)).rejects.toMatchObject({ code: 'invalid_query' });
  });

  test('the other file is refused by its path too', async () => {
    const other = join(folder, 'other.parquet');
    for (const sql of [`SELECT * FROM '${other}'`, `SELECT * FROM read_parquet('${other}')`]) {
      await expect(run(sql)).rejects.toMatchObject({ code: 'invalid_query' });
    }
  });

  test('nothing is left on disk', async () => {
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('tidemill-attack'))).toEqual([]);
    expect(await readdir(join(folder, 'temp'))).toEqual([]);
  });
});

describe('expressions', () => {
  test('one over columns passes', async () => {
    for (const good of ['a > 3', 'a IS NULL OR b IN (1, 2) -- fine', "regexp_matches(s, '^x') AND a::DOUBLE < 1"]) {
      await engine.checkExpression(good);
    }
  });

  test.each([
    'true) AS x, (SELECT 1',
    '1) FROM (VALUES (1)) t(x) WHERE (true',
    '1) UNION SELECT (2',
    '1) ORDER BY (1',
    '1) WHERE (true',
    '1), (2',
    '1) OR (true',
    '1 AS x',
    '1; SELECT 2',
    "(SELECT content FROM read_text('/etc/passwd')) = ''",
    'EXISTS (SELECT 1 FROM own)',
    "current_setting('temp_directory') = ''",
    "getenv('HOME') = ''",
    '$1 = 2',
    '',
    '1 +',
  ])('refused: %s', async (bad) => {
    await expect(engine.checkExpression(bad)).rejects.toMatchObject({ code: 'invalid_query' });
  });
});

describe('limits', () => {
  test('memory', async () => {
    const greedy = 'SELECT list(s) AS l FROM own, range(200)';
    await expect(run(greedy, { memoryBytes: 64 * 2 ** 20, spillBytes: 0 })).rejects.toMatchObject({
      code: 'too_large',
    });
  });

  test('time', async () => {
    const slow = 'SELECT count(*) FROM own x, own y WHERE (x.a * y.a) % 7 = 3';
    await expect(run(slow, { timeoutMs: 200 })).rejects.toMatchObject({ code: 'timeout' });
    await expect(run(slow, { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('rows', async () => {
    await expect(run('SELECT * FROM own', { maxRows: 10_000 })).rejects.toMatchObject({ code: 'too_large' });
  });
});
