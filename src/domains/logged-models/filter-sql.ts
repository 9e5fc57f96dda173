import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { type Condition, columnTest, comparators, filterCondition, pairTest } from '../../database/filter-sql.ts';
import { attributeKind, type Comparison, type Filter } from '../../kernel/filter/index.ts';
import { modelColumns } from './vocabulary.ts';

/** A dataset that metrics were measured on; without a digest any version of it. */
export interface DatasetScope {
  name?: string | undefined;
  digest?: string | undefined;
}

const pairs = {
  param: { table: 'logged_model_param', owner: 'model_id', of: 'logged_model.id' },
  tag: { table: 'logged_model_tag', owner: 'model_id', of: 'logged_model.id' },
};

/** A filter as a condition over the table `logged_model`; with datasets, only metrics measured on one of them count. */
export function modelCondition(queries: Queries, filter: Filter, datasets: readonly DatasetScope[]): Condition {
  return filterCondition(filter, (comparison) => {
    const { kind, key } = comparison.field;
    if (kind === attributeKind) return columnTest(queries, modelColumns[key]!, comparison);
    if (kind !== 'metric') return pairTest(queries, pairs[kind as keyof typeof pairs], comparison);
    if (comparison.operator === 'is null') return sql<SqlBool>`not ${hasMetric(key, sql`1 = 1`, datasets)}`;
    return hasMetric(key, metricTest(comparison), datasets);
  });
}

/** Whether the model was measured on one of some datasets at all. */
export function measuredOn(datasets: readonly DatasetScope[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from logged_model_metric as p
    where p.model_id = logged_model.id and ${inDatasets(datasets)})`;
}

/** Whether a filter speaks of metrics. */
export function namesMetric(filter: Filter): boolean {
  if (filter.kind === 'comparison') return filter.field.kind === 'metric';
  return filter.kind === 'not' ? namesMetric(filter.part) : filter.parts.some(namesMetric);
}

/** The condition that a point `p` was measured on one of some datasets. */
export function inDatasets(datasets: readonly DatasetScope[]): RawBuilder<SqlBool> {
  if (datasets.length === 0) return sql<SqlBool>`1 = 1`;
  const each = datasets.map(({ name, digest }) => {
    const parts = [sql<SqlBool>`1 = 1`];
    if (name) parts.push(sql<SqlBool>`p.dataset_name = ${name}`);
    if (digest) parts.push(sql<SqlBool>`p.dataset_digest = ${digest}`);
    return sql`(${sql.join(parts, sql` and `)})`;
  });
  return sql<SqlBool>`(${sql.join(each, sql` or `)})`;
}

function hasMetric(key: string, test: RawBuilder<unknown>, datasets: readonly DatasetScope[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from logged_model_metric as p
    where p.model_id = logged_model.id and p.key = ${key} and ${test} and ${inDatasets(datasets)})`;
}

/** NaN differs from every number and has no other relation to any. */
function metricTest({ operator, value }: Comparison): RawBuilder<SqlBool> {
  if (operator === '!=') return sql<SqlBool>`(p.is_nan = 1 or p.value <> ${value})`;
  if (operator === 'in') return sql<SqlBool>`(p.is_nan = 0 and p.value in (${sql.join(value as readonly unknown[])}))`;
  return sql<SqlBool>`(p.is_nan = 0 and p.value ${comparators[operator as keyof typeof comparators]} ${value})`;
}
