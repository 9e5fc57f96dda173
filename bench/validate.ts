import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Expectation, type ExpectationInput } from '../src/domains/data/expectation-schema.ts';
import { judgeRows } from '../src/domains/data/judge-rows.ts';
import { describeColumns } from '../src/domains/data/row-hash.ts';
import { createEngine, type Engine, parquetScan } from '../src/engine/index.ts';
import type { BenchResult } from './result.ts';

const rows = 1_000_000;

/** One million rows of 21 columns: an id, 14 numbers, 5 categories, a time; the same on every run. */
const table = `SELECT range AS id,
  ${Array.from({ length: 14 }, (_, i) => `((hash(range * 31 + ${i}) % 1000003) / 1000003.0 * ${i + 1})::DOUBLE AS n${i}`).join(',\n  ')},
  ${Array.from({ length: 5 }, (_, i) => `'c' || (hash(range * 17 + ${i}) % ${4 + i * 3}) AS k${i}`).join(',\n  ')},
  TIMESTAMP '2001-01-01' + INTERVAL (range % 86400) SECOND AS at FROM range(${rows})`;

/** 42 rules: on every column one or two, and four on the whole table. */
function rules(): ExpectationInput[] {
  const list: ExpectationInput[] = [
    { type: 'row_count', min: rows, max: rows },
    { type: 'unique', column: 'id' },
    { type: 'not_null', column: 'id' },
    { type: 'freshness', column: 'at', maxAgeMs: 1e15 },
    { type: 'between', column: 'at', min: '2001-01-01', max: '2001-01-03' },
    { type: 'compound_unique', columns: ['id', 'k0'] },
    { type: 'mean_between', column: 'n1', min: 0.9, max: 1.1 },
    { type: 'quantile_between', column: 'n2', quantile: 0.5, min: 1.4, max: 1.6 },
    { type: 'type', column: 'n3', is: 'number' },
  ];
  for (let i = 0; i < 14; i++) list.push({ type: 'between', column: `n${i}`, min: 0, max: i + 1 });
  for (let i = 0; i < 7; i++) list.push({ type: 'not_null', column: `n${i}` });
  for (let i = 0; i < 5; i++) {
    list.push({ type: 'in_set', column: `k${i}`, values: Array.from({ length: 4 + i * 3 }, (_, at) => `c${at}`) });
  }
  for (let i = 0; i < 4; i++) list.push({ type: 'length', column: `k${i}`, min: 2, max: 3 });
  for (let i = 0; i < 3; i++) list.push({ type: 'regex', column: `k${i}`, pattern: '^c[0-9]+$' });
  return list;
}

/** The same questions as a person would write them: one aggregate, nothing around it. */
function byHand(path: string): string {
  const parts = [
    'count(*)',
    'count(DISTINCT id)',
    'count(*) - count(id)',
    'max("at")',
    `count_if("at" < '2001-01-01' OR "at" > '2001-01-03')`,
    'count(DISTINCT (id, k0))',
    'avg(n1)',
    'quantile_cont(n2, 0.5)',
    'count(n3)',
  ];
  for (let i = 0; i < 14; i++) parts.push(`count_if(n${i} < 0 OR n${i} > ${i + 1})`);
  for (let i = 0; i < 7; i++) parts.push(`count(*) - count(n${i})`);
  for (let i = 0; i < 5; i++) {
    const values = Array.from({ length: 4 + i * 3 }, (_, at) => `'c${at}'`).join(', ');
    parts.push(`count_if(k${i} NOT IN (${values}))`);
  }
  for (let i = 0; i < 4; i++) parts.push(`count_if(length(k${i}) < 2 OR length(k${i}) > 3)`);
  for (let i = 0; i < 3; i++) parts.push(`count_if(NOT regexp_matches(k${i}, '^c[0-9]+$'))`);
  return `SELECT ${parts.join(', ')} FROM ${parquetScan([path])}`;
}

/** Median seconds of each piece of work; they take turns, so that a busy moment of the machine burdens all alike. */
async function medians(works: (() => Promise<unknown>)[], runs = 5): Promise<number[]> {
  const times = works.map((): number[] => []);
  for (let run = 0; run < runs; run++) {
    for (const [i, work] of works.entries()) {
      const from = performance.now();
      await work();
      times[i]!.push((performance.now() - from) / 1000);
    }
  }
  return times.map((list) => list.sort((a, b) => a - b)[runs >> 1]!);
}

/** 42 expectations on 1,000,000 rows x 21 columns, against one aggregate SQL written by hand; medians of five runs in turn. */
export default async function validate(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-bench-'));
  const engine = createEngine({ tempFolder: join(folder, 'temp'), threads: 2, memoryLimit: '2GB' });
  try {
    return await measure(engine, join(folder, 'rows.parquet'));
  } finally {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(engine: Engine, path: string): Promise<BenchResult> {
  await engine.writeParquet(path, { sql: table });
  const columns = await describeColumns(engine, [path]);
  const expectations = rules().map((rule) => Expectation.parse(rule));
  const subject = { paths: [path], columns, now: Date.UTC(2001, 0, 2) };
  const { checks } = await judgeRows(engine, subject, expectations);
  const failed = checks.filter((check) => !check.passed);
  if (failed.length > 0)
    throw new Error(`The rules do not fit the data: ${failed.map((c) => `${c.rule} ${c.message}`)}`);
  const sandboxed = [...expectations.slice(1), Expectation.parse({ type: 'sql', expression: 'n1 >= 0 AND n2 <= 3' })];
  const [bare, judged, withSql] = (await medians([
    () => engine.query(byHand(path)),
    () => judgeRows(engine, subject, expectations),
    () => judgeRows(engine, subject, sandboxed),
  ])) as [number, number, number];
  const ratio = (value: number) => `${(value / bare).toFixed(2)}x the bare SQL`;
  return {
    name: 'validate',
    figures: [
      {
        label: `${expectations.length} expectations, ${rows} x ${columns.length}`,
        value: judged,
        unit: 's',
        goal: '<= 1.5 s',
        ratio: ratio(judged),
      },
      {
        label: 'the same with one rule of custom SQL, sandboxed',
        value: withSql,
        unit: 's',
        goal: '<= 1.5 s',
        ratio: ratio(withSql),
      },
      { label: 'one aggregate SQL written by hand', value: bare, unit: 's' },
    ],
  };
}

if (import.meta.main) {
  for (const { label, value, unit, goal = '', ratio = '' } of (await validate()).figures) {
    console.log(`${label}: ${value.toFixed(3)} ${unit} ${goal && `(goal ${goal})`} ${ratio}`.trim());
  }
}
