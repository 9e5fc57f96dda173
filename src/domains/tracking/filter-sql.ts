import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { matchesPattern } from '../../database/pattern.ts';
import { type Attribute, type Comparison, type Field, type Filter, isNumeric } from './filter.ts';

type Condition = Expression<SqlBool>;

const columns: Record<Attribute, string> = {
  id: 'run.id',
  name: 'run.name',
  status: 'run.status',
  user: 'run.user_name',
  startedAt: 'run.started_at',
  endedAt: 'run.ended_at',
  parentRunId: 'run.parent_run_id',
  experimentId: 'run.experiment_id',
};

const comparators = { '=': sql`=`, '!=': sql`<>`, '<': sql`<`, '<=': sql`<=`, '>': sql`>`, '>=': sql`>=` };

/** The column of the table `run` that holds an attribute. */
export function columnOf(attribute: Attribute): string {
  return columns[attribute];
}

/** A filter as a condition over the table `run`; every key and value is bound, none becomes SQL text. */
export function toCondition(queries: Queries, filter: Filter): Condition {
  if (filter.kind === 'not') return sql<SqlBool>`not (${toCondition(queries, filter.part)})`;
  if (filter.kind === 'comparison') return comparisonOf(queries, filter);
  const parts = filter.parts.map((part) => sql`(${toCondition(queries, part)})`);
  return sql<SqlBool>`${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)}`;
}

function comparisonOf(queries: Queries, comparison: Comparison): Condition {
  const { field, operator } = comparison;
  if (operator === 'is null') {
    if (field.kind === 'attribute') return sql<SqlBool>`${sql.ref(columns[field.key])} is null`;
    return sql<SqlBool>`not ${having(field, sql`1 = 1`)}`;
  }
  if (field.kind === 'attribute') {
    const column = isNumeric(field)
      ? sql<string>`cast(${sql.ref(columns[field.key])} as double precision)`
      : sql.ref<string>(columns[field.key]);
    return sql<SqlBool>`(${column} is not null and ${testOf(queries, column, comparison)})`;
  }
  if (field.kind === 'metric') return having(field, metricTest(comparison));
  const column = sql.ref<string>(field.kind === 'dataset' ? `i.${field.key}` : 'i.value');
  return having(field, testOf(queries, column, comparison));
}

/** NaN differs from every number and has no other relation to any. */
function metricTest({ operator, value }: Comparison): RawBuilder<SqlBool> {
  const column = sql.ref<number>('i.value');
  if (operator === '!=') return sql<SqlBool>`(i.is_nan = 1 or ${column} <> ${value})`;
  if (operator === 'in')
    return sql<SqlBool>`(i.is_nan = 0 and ${column} in (${sql.join(value as readonly unknown[])}))`;
  return sql<SqlBool>`(i.is_nan = 0 and ${column} ${comparators[operator as keyof typeof comparators]} ${value})`;
}

function testOf(queries: Queries, column: RawBuilder<string>, { operator, value }: Comparison): RawBuilder<SqlBool> {
  if (operator === 'like' || operator === 'ilike') {
    return matchesPattern(queries, column, { pattern: String(value), ignoreCase: operator === 'ilike' });
  }
  if (operator === 'in') return sql<SqlBool>`${column} in (${sql.join(value as readonly unknown[])})`;
  return sql<SqlBool>`${column} ${comparators[operator as keyof typeof comparators]} ${value}`;
}

/** Whether the run has such a metric, parameter, tag or dataset, and the test over it holds. */
function having(field: Exclude<Field, { kind: 'attribute' }>, test: RawBuilder<unknown>): RawBuilder<SqlBool> {
  if (field.kind === 'metric') {
    return sql<SqlBool>`exists (select 1 from metric_latest i where i.run_number = run.number
      and i.key_id = (select k.id from metric_key k where k.key = ${field.key}) and ${test})`;
  }
  if (field.kind === 'dataset') {
    return sql<SqlBool>`exists (select 1 from run_input i where i.run_id = run.id and ${test})`;
  }
  const table = sql.table(field.kind === 'param' ? 'run_param' : 'run_tag');
  return sql<SqlBool>`exists (select 1 from ${table} i where i.run_id = run.id and i.key = ${field.key} and ${test})`;
}
