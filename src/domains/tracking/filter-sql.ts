import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { type Condition, columnTest, comparators, filterCondition, testOf } from '../../database/filter-sql.ts';
import { attributeKind, type Comparison, type Field, type Filter } from '../../kernel/filter/index.ts';
import type { Attribute } from './run-vocabulary.ts';

const columns: Record<Exclude<Attribute, 'artifacts'>, string> = {
  id: 'run.id',
  name: 'run.name',
  status: 'run.status',
  user: 'run.user_name',
  startedAt: 'run.started_at',
  endedAt: 'run.ended_at',
  parentRunId: 'run.parent_run_id',
  experimentId: 'run.experiment_id',
};

/** Where a run's files are: below its experiment's place, which is one of this server's unless it has its own. */
const artifacts = sql<string>`(select rtrim(coalesce(e.artifact_location, 'mlflow-artifacts:/' || e.id), '/')
  from experiment e where e.id = run.experiment_id) || '/' || run.id || '/artifacts'`;

/** An attribute as SQL over the table `run`. */
export function attributeOf(attribute: string): RawBuilder<string> {
  return attribute === 'artifacts' ? sql`(${artifacts})` : sql.ref(columns[attribute as keyof typeof columns]);
}

/** A filter as a condition over the table `run`; every key and value is bound, none becomes SQL text. */
export function toCondition(queries: Queries, filter: Filter): Condition {
  return filterCondition(filter, (comparison) => comparisonOf(queries, comparison));
}

function comparisonOf(queries: Queries, comparison: Comparison): Condition {
  const { field, operator } = comparison;
  if (field.kind === attributeKind) {
    if (field.key === 'artifacts') return testOf(queries, attributeOf(field.key), comparison);
    return columnTest(queries, columns[field.key as keyof typeof columns], comparison);
  }
  if (operator === 'is null') return sql<SqlBool>`not ${having(field, sql`1 = 1`)}`;
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

/** Whether the run has such a metric, parameter, tag or dataset, and the test over it holds. */
function having(field: Field, test: RawBuilder<unknown>): RawBuilder<SqlBool> {
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
