import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import {
  type Condition,
  columnTest,
  comparators,
  filterCondition,
  pairTest,
  testOf,
} from '../../database/filter-sql.ts';
import { fail } from '../../kernel/errors.ts';
import { attributeKind, type Comparison, type Filter } from '../../kernel/filter/index.ts';
import { traceStates } from './schema.ts';
import type { Attribute } from './vocabulary.ts';

const columns: Partial<Record<string, string>> = {
  id: 'trace.id',
  experimentId: 'trace.experiment_id',
  name: 'trace.name',
  state: 'trace.state',
  requestedAt: 'trace.requested_at',
  durationMs: 'trace.duration_ms',
  clientRequestId: 'trace.client_request_id',
};

/** The column of the table `trace` that holds an attribute, where one does. */
export function columnOf(attribute: Attribute): string | undefined {
  return columns[attribute];
}

/** A filter as a condition over the table `trace`. Tests of spans that stand side by side under AND are of one span. */
export function traceCondition(queries: Queries, filter: Filter): Condition {
  const read = (comparison: Comparison) => comparisonOf(queries, comparison);
  if (filter.kind === 'not') return sql<SqlBool>`not (${traceCondition(queries, filter.part)})`;
  if (filter.kind === 'comparison') return filterCondition(filter, read);
  const ofSpan = filter.kind === 'and' ? filter.parts.filter(isSpanTest) : [];
  const rest = filter.parts.filter((part) => !ofSpan.includes(part as Comparison));
  const parts = rest.map((part) => sql`(${traceCondition(queries, part)})`);
  if (ofSpan.length > 0) parts.push(someSpan(ofSpan.map((test) => spanTest(queries, test))));
  return sql<SqlBool>`(${sql.join(parts, filter.kind === 'and' ? sql` and ` : sql` or `)})`;
}

function isSpanTest(filter: Filter): filter is Comparison {
  return filter.kind === 'comparison' && filter.field.kind === 'span' && filter.operator !== 'is null';
}

function comparisonOf(queries: Queries, comparison: Comparison): Condition {
  const { kind } = comparison.field;
  const of = 'trace.id';
  if (kind === 'tag') return pairTest(queries, { table: 'trace_tag', owner: 'trace_id', of }, comparison);
  if (kind === 'metadata') return pairTest(queries, { table: 'trace_metadata', owner: 'trace_id', of }, comparison);
  if (kind === 'span') return spanComparison(queries, comparison);
  if (kind !== attributeKind) return assessmentTest(queries, comparison);
  return attributeTest(queries, comparison);
}

function attributeTest(queries: Queries, comparison: Comparison): Condition {
  const { key } = comparison.field;
  if (key === 'state') return columnTest(queries, 'trace.state', withStates(comparison));
  if (key === 'runId' || key === 'prompt') return linkTest(queries, comparison);
  if (key === 'text') return spanComparison(queries, { ...comparison, field: { ...comparison.field, key: 'content' } });
  const column = columns[key];
  if (column !== undefined) return columnTest(queries, column, comparison);
  const end = sql<string>`cast(trace.requested_at + coalesce(trace.duration_ms, 0) as double precision)`;
  return comparison.operator === 'is null' ? sql<SqlBool>`1 = 0` : testOf(queries, end, comparison);
}

/** States are compared by name in any case, so that `OK` is `ok`. */
function withStates(comparison: Comparison): Comparison {
  const { operator, value } = comparison;
  if (operator !== '=' && operator !== '!=' && operator !== 'in') {
    return { ...comparison, value: typeof value === 'string' ? value.toLowerCase() : value };
  }
  const stateOf = (given: unknown) => {
    const name = String(given)
      .toLowerCase()
      .replace(/^(trace_status|state)_/, '');
    if ((traceStates as readonly string[]).includes(name)) return name;
    return fail(
      'invalid_query',
      `'${name.slice(0, 80)}' is no state of a trace; there are ${traceStates.join(', ')}.`,
      {
        field: 'filter',
      },
    );
  };
  return { ...comparison, value: Array.isArray(value) ? value.map(stateOf) : stateOf(value) };
}

function linkTest(queries: Queries, comparison: Comparison): RawBuilder<SqlBool> {
  const kind = comparison.field.key === 'runId' ? 'run' : 'prompt';
  const isNull = comparison.operator === 'is null';
  const test = isNull ? sql<SqlBool>`1 = 1` : testOf(queries, sql.ref<string>('link.target'), comparison);
  const has = sql<SqlBool>`exists (select 1 from trace_link as link
    where link.trace_id = trace.id and link.kind = ${kind} and ${test})`;
  return isNull ? sql<SqlBool>`not ${has}` : has;
}

function someSpan(tests: readonly RawBuilder<SqlBool>[]): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (select 1 from span where span.trace_id = trace.id and ${sql.join(tests, sql` and `)})`;
}

function spanComparison(queries: Queries, comparison: Comparison): RawBuilder<SqlBool> {
  if (comparison.operator !== 'is null') return someSpan([spanTest(queries, comparison)]);
  const anything: Comparison = { ...comparison, operator: 'like', value: '%' };
  return sql<SqlBool>`not ${someSpan([spanTest(queries, anything)])}`;
}

function spanTest(queries: Queries, comparison: Comparison): RawBuilder<SqlBool> {
  const { key } = comparison.field;
  if (key === 'content' && comparison.operator === 'rlike') {
    fail('invalid_query', 'The whole text of spans is not searched with RLIKE; use LIKE.', { field: 'filter' });
  }
  if (key === 'name' || key === 'type' || key === 'status' || key === 'content') {
    const test = key === 'status' ? lowered(comparison) : comparison;
    return testOf(queries, sql.ref<string>(`span.${key}`), test);
  }
  if (key.startsWith('attributes.') && key.length > 'attributes.'.length) {
    const name = key.slice('attributes.'.length);
    const test = testOf(queries, sql.ref<string>('attribute.value'), comparison);
    return sql<SqlBool>`exists (select 1 from span_attribute as attribute where attribute.trace_id = span.trace_id
      and attribute.span_id = span.id and attribute.key = ${name} and ${test})`;
  }
  const known = 'name, type, status, content, attributes.<name>';
  return fail('invalid_query', `A span has no '${key.slice(0, 80)}'; there are ${known}.`, { field: 'filter' });
}

function lowered(comparison: Comparison): Comparison {
  const lower = (value: unknown) => String(value).toLowerCase();
  const { value } = comparison;
  return { ...comparison, value: Array.isArray(value) ? value.map(lower) : lower(value) };
}

/** Feedback and expectations by their value, issues by their name; only what is not overridden. */
function assessmentTest(queries: Queries, comparison: Comparison): RawBuilder<SqlBool> {
  const { kind, key } = comparison.field;
  const isNull = comparison.operator === 'is null';
  const column = sql.ref<string>(kind === 'issue' ? 'a.name' : 'a.text');
  const test = isNull
    ? sql<SqlBool>`1 = 1`
    : typeof comparison.value === 'number'
      ? numberTest(comparison)
      : testOf(queries, column, comparison);
  const name = kind === 'issue' ? sql`` : sql`and a.name = ${key}`;
  const has = sql<SqlBool>`exists (select 1 from assessment as a where a.trace_id = trace.id and a.kind = ${kind}
    and a.is_valid = 1 ${name} and ${test})`;
  return isNull ? sql<SqlBool>`not ${has}` : has;
}

/** What is no number differs from every number and has no other relation to any. */
function numberTest({ operator, value }: Comparison): RawBuilder<SqlBool> {
  const test = sql<SqlBool>`a.number ${comparators[operator as keyof typeof comparators]} ${value}`;
  return operator === '!='
    ? sql<SqlBool>`(a.number is null or ${test})`
    : sql<SqlBool>`(a.number is not null and ${test})`;
}
