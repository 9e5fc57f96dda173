import { type RawBuilder, sql } from 'kysely';
import { attributeKind, isNumeric, type OrderTerm } from '../../kernel/filter/index.ts';
import { attributeOf } from './filter-sql.ts';

/** A part of a sort key: a rank or a value of a term, or the number of the run that ends every key. */
export type KeyPart = string | number;

/** One column of an order: sorted first to last by `rank` (there, NaN, missing), then by value. */
export interface SortColumn {
  /** Absent where nothing is ever missing: a plain column lets an index give the order. */
  rank?: RawBuilder<number>;
  value: RawBuilder<unknown>;
  descending: boolean;
  numeric: boolean;
}

const neverMissing = new Set(['id', 'name', 'status', 'user', 'startedAt', 'experimentId', 'artifacts']);

/** The types of a sort key's parts, for its page token. */
export function sortKeyTypes(order: readonly OrderTerm[]): ('string' | 'number')[] {
  return [...order.flatMap(() => ['number', 'string'] as const), 'number'];
}

/** A term of an order over the table `run`. */
export function sortColumn({ field, descending }: OrderTerm): SortColumn {
  if (field.kind === attributeKind) {
    const column = attributeOf(field.key);
    const numeric = isNumeric(field);
    if (neverMissing.has(field.key)) return { value: column, descending, numeric };
    const rank = sql<number>`case when ${column} is null then 2 else 0 end`;
    return { rank, value: sql`coalesce(${column}, ${numeric ? sql.lit(0) : sql.lit('')})`, descending, numeric };
  }
  if (field.kind === 'metric') {
    const of = (what: RawBuilder<unknown>) => sql`(select ${what} from metric_latest o where o.run_number = run.number
      and o.key_id = (select k.id from metric_key k where k.key = ${field.key}))`;
    const rank = sql<number>`coalesce(${of(sql.ref('o.is_nan'))}, 2)`;
    return { rank, value: sql`coalesce(${of(sql.ref('o.value'))}, 0.0)`, descending, numeric: true };
  }
  const table = sql.table(field.kind === 'param' ? 'run_param' : 'run_tag');
  const value = sql`(select o.value from ${table} o where o.run_id = run.id and o.key = ${field.key})`;
  const rank = sql<number>`case when ${value} is null then 2 else 0 end`;
  return { rank, value: sql`coalesce(${value}, '')`, descending, numeric: false };
}

/** Rows that come after a sort key: later in the first column, or equal there and later in the rest. */
export function afterKey(sort: readonly SortColumn[], key: readonly KeyPart[], number: string): RawBuilder<boolean> {
  const later = ({ value, descending }: SortColumn) => sql`${value} ${descending ? sql`<` : sql`>`} `;
  const at = (i: number): KeyPart => (sort[i]!.numeric ? Number(key[i * 2 + 1]) : String(key[i * 2 + 1]));
  let rest = sql<boolean>`${sql.ref(number)} < ${key.at(-1)}`;
  for (let i = sort.length - 1; i >= 0; i--) {
    const column = sort[i]!;
    rest = sql<boolean>`(${later(column)}${at(i)} or (${column.value} = ${at(i)} and ${rest}))`;
    const rank = Number(key[i * 2]);
    if (column.rank) rest = sql<boolean>`(${column.rank} > ${rank} or (${column.rank} = ${rank} and ${rest}))`;
  }
  const first = sort[0];
  if (!first || first.rank) return rest;
  // Said twice, so that an index begins where the page does.
  return sql<boolean>`(${first.value} ${first.descending ? sql`<=` : sql`>=`} ${at(0)} and ${rest})`;
}
