import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngine, type Engine, parquetScan } from '../../engine/index.ts';
import { Expectation, type ExpectationInput } from './expectation-schema.ts';
import { type Judgement, judgeRows, type RowsToJudge } from './judge-rows.ts';
import { splitRows } from './split-rows.ts';

let folder: string;
let engine: Engine;
let rows: RowsToJudge;
const now = Date.UTC(2001, 0, 10);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-judge-'));
  engine = createEngine({ tempFolder: join(folder, 'temp') });
  rows = await table(`SELECT * FROM (VALUES
    (1, 'AA', 10.5::DOUBLE, '3',   TIMESTAMP '2001-01-01', true),
    (2, 'UA', NULL, 'x',   TIMESTAMP '2001-01-02', false),
    (2, NULL, -4.0, '4.5', TIMESTAMP '2001-01-09', true),
    (4, 'ZZ', 'nan'::DOUBLE, NULL, NULL, NULL),
    (5, 'AA', 99.0, '12',  TIMESTAMP '2001-01-03', true)) t(id, carrier, delay, txt, "at", ok)`);
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

let files = 0;
async function table(sql: string): Promise<RowsToJudge> {
  const path = join(folder, `t${files++}.parquet`);
  await engine.writeParquet(path, { sql });
  const described = await engine.query(`DESCRIBE SELECT * FROM ${parquetScan([path])}`);
  const columns = described.map((row) => ({ name: String(row['column_name']), type: String(row['column_type']) }));
  return { paths: [path], columns, now };
}

async function judge(...inputs: ExpectationInput[]): Promise<Judgement> {
  return judgeRows(
    engine,
    rows,
    inputs.map((input) => Expectation.parse(input)),
  );
}

describe('what each rule finds', () => {
  const cases: [ExpectationInput, number, number][] = [
    [{ type: 'not_null', column: 'carrier' }, 5, 1],
    [{ type: 'unique', column: 'id' }, 5, 2],
    [{ type: 'unique', column: 'txt' }, 4, 0],
    [{ type: 'compound_unique', columns: ['id', 'carrier'] }, 4, 0],
    [{ type: 'compound_unique', columns: ['carrier', 'ok'] }, 3, 2],
    [{ type: 'type', column: 'txt', is: 'integer' }, 4, 2],
    [{ type: 'type', column: 'txt', is: 'number' }, 4, 1],
    [{ type: 'type', column: 'id', is: 'integer' }, 5, 0],
    [{ type: 'type', column: 'delay', is: 'integer' }, 4, 2],
    [{ type: 'type', column: 'at', is: 'timestamp' }, 4, 0],
    [{ type: 'type', column: 'ok', is: 'text' }, 4, 4],
    [{ type: 'between', column: 'delay', min: 0, max: 50 }, 4, 3],
    [{ type: 'between', column: 'delay', min: -10 }, 4, 1],
    [{ type: 'between', column: 'at', max: '2001-01-05' }, 4, 1],
    [{ type: 'between', column: 'txt', min: 0, max: 4 }, 4, 3],
    [{ type: 'in_set', column: 'carrier', values: ['AA', 'UA'] }, 4, 1],
    [{ type: 'in_set', column: 'id', values: [1, 2] }, 5, 2],
    [{ type: 'in_set', column: 'ok', values: [true] }, 4, 1],
    [{ type: 'regex', column: 'carrier', pattern: '^[A-U]{2}$' }, 4, 1],
    [{ type: 'length', column: 'txt', min: 2 }, 4, 2],
    [{ type: 'sql', expression: 'delay < 50 OR id = 5 -- all but NaN' }, 4, 1],
  ];
  test.each(cases)('%j', async (input, checked, failed) => {
    const { checks } = await judge(input);
    expect(checks[0]).toMatchObject({ checkedRows: checked, failedRows: failed, passed: failed === 0 });
  });

  const tableCases: [ExpectationInput, boolean, unknown][] = [
    [{ type: 'row_count', min: 5, max: 5 }, true, 5],
    [{ type: 'row_count', max: 4 }, false, 5],
    [{ type: 'mean_between', column: 'id', min: 2.8, max: 2.8 }, true, 2.8],
    [{ type: 'quantile_between', column: 'id', quantile: 0.5, min: 3 }, false, 2],
    [{ type: 'freshness', column: 'at', maxAgeMs: 86_400_000 }, true, '2001-01-09T00:00:00.000Z'],
    [{ type: 'freshness', column: 'at', maxAgeMs: 86_399_999 }, false, '2001-01-09T00:00:00.000Z'],
  ];
  test.each(tableCases)('%j', async (input, passed, observed) => {
    const { checks, refusing } = await judge(input);
    expect(checks[0]).toMatchObject({ passed, observed });
    expect(refusing).toHaveLength(passed ? 0 : 1);
  });

  test('a rule about a missing or unfit column is broken, not an error', async () => {
    const { checks, refusing } = await judge(
      { type: 'not_null', column: 'none' },
      { type: 'mean_between', column: 'carrier', min: 0, severity: 'warn' },
    );
    expect(checks.map((check) => check.message)).toEqual([
      "There is no column 'none'.",
      'The column "carrier" is VARCHAR, not a number.',
    ]);
    expect(refusing.map((check) => check.rule)).toEqual(['not_null:none']);
  });

  test("SQL that cannot run is the user's mistake", async () => {
    for (const expression of [
      'nothing > 3',
      'max(id) > 3',
      "carrier + 'x'",
      '1) OR (true',
      '(SELECT 1 FROM data) = 1',
    ]) {
      await expect(judge({ type: 'sql', expression })).rejects.toMatchObject({ code: 'invalid_query' });
    }
    await expect(judge({ type: 'regex', column: 'carrier', pattern: '(' })).rejects.toMatchObject({
      code: 'invalid_query',
    });
  });
});

describe('what follows', () => {
  test('mostly tolerates a share of the values that are not null', async () => {
    const rule = { type: 'in_set' as const, column: 'carrier', values: ['AA', 'UA'] };
    expect((await judge({ ...rule, mostly: 0.75 })).checks[0]!.passed).toBe(true);
    expect((await judge({ ...rule, mostly: 0.76 })).checks[0]!.passed).toBe(false);
    expect((await judge({ ...rule, mostly: 0.75 })).quarantining).toEqual([]);
  });

  test('rows of error rules go apart with every rule they break, warnings too', async () => {
    const expectations = [
      { type: 'unique', column: 'id', id: 'key' },
      { type: 'between', column: 'delay', min: 0 },
      { type: 'not_null', column: 'carrier', severity: 'warn' },
      { type: 'sql', expression: "txt <> 'x'", id: 'no-x' },
    ].map((input) => Expectation.parse(input));
    const judgement = await judgeRows(engine, rows, expectations);
    const split = await splitRows(engine, { ...rows, expectations, folder }, judgement);
    expect([split.valid.rows, split.quarantine.rows]).toEqual([2, 3]);
    const quarantined = await engine.query(`SELECT id, _row, _rules FROM ${parquetScan([split.quarantine.path])}`);
    expect(quarantined).toEqual([
      { id: 2, _row: 2, _rules: ['key', 'no-x'] },
      { id: 2, _row: 3, _rules: ['key', 'between:delay', 'not_null:carrier'] },
      { id: 4, _row: 4, _rules: ['between:delay'] },
    ]);
    const valid = await engine.query(`SELECT id FROM ${parquetScan([split.valid.path])}`);
    expect(valid).toEqual([{ id: 1 }, { id: 5 }]);
  });

  test('examples show distinct values', async () => {
    const { checks } = await judge({ type: 'in_set', column: 'carrier', values: ['UA'] });
    expect(checks[0]!.examples).toEqual(['AA', 'ZZ']);
  });
});
