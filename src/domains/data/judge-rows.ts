import { type Columns, type Engine, literal, parquetScan, type SandboxLimits } from '../../engine/index.ts';
import { fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import { compileRules, type Rule } from './compile-rule.ts';
import { toCheck } from './describe-check.ts';
import type { CheckResult, Expectation } from './expectation-schema.ts';
import type { DatasetColumn } from './schema.ts';

/** Rows to judge: Parquet files, and what reading them may cost. */
export interface RowsToJudge {
  paths: readonly string[];
  columns: readonly DatasetColumn[];
  limits?: SandboxLimits;
  /** UTC milliseconds that `freshness` counts from. */
  now: number;
}

/** What the rules found. */
export interface Judgement {
  rows: number;
  checks: CheckResult[];
  /** Row rules that some row breaks, whether tolerated or not. */
  broken: (Rule & { kind: 'row' | 'unique' })[];
  /** Those of them that send their rows to quarantine. */
  quarantining: (Rule & { kind: 'row' | 'unique' })[];
  /** Rules about the whole table, severity `error`, that it breaks. */
  refusing: CheckResult[];
}

const mostExamples = 20;

/**
 * Judges rows by all rules in one pass: one aggregate query. Only what failed is looked at again, for examples and for
 * the rows of repeated values.
 */
export async function judgeRows(
  engine: Engine,
  rows: RowsToJudge,
  expectations: readonly Expectation[],
): Promise<Judgement> {
  for (const each of expectations) if (each.type === 'sql') await engine.checkExpression(each.expression);
  const rules = compileRules(expectations, rows.columns);
  const run = reader(engine, rows, expectations);
  const seen = await run(aggregateQuery(rules)).catch((error: unknown) => explain(error));
  const counts = (name: string) => (seen.names.includes(name) ? numberAt(seen, name) : null);
  const total = counts('n') ?? 0;
  const judged = rules.map((rule, i) => {
    const checked = counts(`c${i}`) ?? total;
    const failed = rule.kind === 'unique' ? checked - (counts(`v${i}`) ?? 0) : (counts(`v${i}`) ?? 0);
    return { rule, checked, failed, observed: rule.kind === 'table' ? counts(`v${i}`) : null };
  });
  const checks: CheckResult[] = [];
  for (const each of judged) {
    const { rule } = each;
    const isRowRule = rule.kind === 'row' || rule.kind === 'unique';
    if (rule.kind === 'unique' && each.failed > 0) {
      each.failed = numberAt(await run(`SELECT count(*) AS n FROM data WHERE ${rule.breaks}`), 'n')!;
    }
    const check = toCheck(rule, { ...each, rows: total, now: rows.now });
    if (isRowRule && each.failed > 0) check.examples = await examplesOf(run, rule);
    checks.push(check);
  }
  const isBroken = (rule: Rule, i: number) => (rule.kind === 'row' || rule.kind === 'unique') && judged[i]!.failed > 0;
  const broken = rules.filter(isBroken) as Judgement['broken'];
  const failedError = new Set(checks.filter((c) => !c.passed && c.severity === 'error').map((c) => c.rule));
  const quarantining = broken.filter((rule) => failedError.has(rule.id));
  const rowRules = new Set(broken.map((rule) => rule.id));
  const refusing = checks.filter((check) => failedError.has(check.rule) && !rowRules.has(check.rule));
  return { rows: total, checks, broken, quarantining, refusing };
}

type Run = (sql: string) => Promise<Columns>;

/** Rules with SQL of a user run in the sandbox; the others need no second DuckDB. */
export function reader(engine: Engine, rows: RowsToJudge, expectations: readonly Expectation[]): Run {
  const { paths, limits = {} } = rows;
  if (expectations.some((each) => each.type === 'sql')) {
    return (sql) => engine.sandbox({ tables: { data: paths }, sql, limits });
  }
  return (sql) => engine.columns(`WITH data AS (FROM ${parquetScan(paths)}) ${sql}`, [], limits);
}

function aggregateQuery(rules: readonly Rule[]): string {
  const parts = ['count(*) AS n'];
  for (const [i, rule] of rules.entries()) {
    if (rule.kind === 'impossible') continue;
    if (rule.kind === 'table') {
      parts.push(`${rule.observed} AS v${i}`);
      continue;
    }
    if (rule.counted !== 'count(*)') parts.push(`${rule.counted} AS c${i}`);
    parts.push(`${rule.kind === 'unique' ? rule.distinct : `count(*) FILTER (WHERE ${rule.breaks})`} AS v${i}`);
  }
  return `SELECT ${parts.join(',\n')} FROM data`;
}

function numberAt(columns: Columns, name: string): number | null {
  const column = columns.column(name);
  return column.nulls?.[0] ? null : Number(column.values[0]);
}

async function examplesOf(run: Run, rule: Judgement['broken'][number]): Promise<unknown[]> {
  if (rule.columns.length === 0 || rule.expectation.type === 'not_null') return [];
  const text = rule.columns.map((name) => `CAST("${name.replaceAll('"', '""')}" AS VARCHAR)`);
  const value = text.length === 1 ? text[0] : `concat_ws(${literal(', ')}, ${text.join(', ')})`;
  const sql = `SELECT DISTINCT ${value} AS v FROM (SELECT * FROM data WHERE ${rule.breaks} LIMIT 10000) ORDER BY 1 LIMIT ${mostExamples}`;
  return [...((await run(sql)).column('v').values as string[])];
}

/** A rule whose SQL cannot run on these rows is the user's mistake, and says so. */
function explain(error: unknown): never {
  if (error instanceof TidemillError && error.code === 'invalid_query') {
    return fail('invalid_query', `An expectation cannot be judged: ${messageOf(error)}`, {
      field: 'expectations',
      cure: 'Correct the expression, pattern or bound the message names.',
      cause: error,
    });
  }
  throw error;
}
