import { sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { SpanStatus } from './schema.ts';
import { attributeText, readContent, type Span, writeContent } from './span.ts';
import type { TraceTables } from './tables.ts';

const chunk = 500;
/** What is kept of an attribute for searching. */
const searchedLength = 2000;

/** What a trace's spans tell together; times in microseconds. */
export interface SpanTotals {
  spans: number;
  startedUs: number | null;
  endedUs: number | null;
}

/** All SQL of spans. */
export function createSpanStore(queries: Queries) {
  const db = queries.withTables<TraceTables>();
  return {
    put: (traceId: string, spans: readonly Span[]) => putSpans(queries, traceId, spans),
    async totals(traceId: string): Promise<SpanTotals> {
      const row = await db
        .selectFrom('span')
        .select(({ fn }) => [
          fn.countAll<number>().as('spans'),
          fn.min<number | null>('started_us').as('startedUs'),
          fn.max<number | null>('ended_us').as('endedUs'),
        ])
        .where('trace_id', '=', traceId)
        .executeTakeFirstOrThrow();
      const { startedUs, endedUs } = row;
      return {
        spans: Number(row.spans),
        startedUs: startedUs === null ? null : Number(startedUs),
        endedUs: endedUs === null ? null : Number(endedUs),
      };
    },
    async root(traceId: string): Promise<{ name: string; status: SpanStatus } | undefined> {
      const row = await db
        .selectFrom('span')
        .select(['name', 'status'])
        .where('trace_id', '=', traceId)
        .where('parent_id', 'is', null)
        .where('ended_us', 'is not', null)
        .orderBy('started_us')
        .executeTakeFirst();
      return row && { name: row.name, status: row.status as SpanStatus };
    },
    /** The spans of traces, roots first, then by start. */
    async of(traceIds: readonly string[]): Promise<Map<string, Span[]>> {
      const found = new Map<string, Span[]>(traceIds.map((id) => [id, []]));
      if (traceIds.length === 0) return found;
      const rows = await db
        .selectFrom('span')
        .selectAll()
        .where('trace_id', 'in', [...traceIds])
        .orderBy('started_us')
        .orderBy('id')
        .execute();
      for (const row of rows) {
        const { id, name, type } = row;
        const parts = { id, parentId: row.parent_id, name, type, status: row.status as SpanStatus };
        found.get(row.trace_id)!.push({ ...parts, ...readContent(row.content) });
      }
      for (const spans of found.values())
        spans.sort((a, b) => Number(a.parentId !== null) - Number(b.parentId !== null));
      return found;
    },
  };
}

/** Writes spans in place of those of the same id; one that ended is not opened again by a late report of its start. */
async function putSpans(queries: Queries, traceId: string, spans: readonly Span[]): Promise<void> {
  const db = queries.withTables<TraceTables>();
  const ended = await db
    .selectFrom('span')
    .select('id')
    .where('trace_id', '=', traceId)
    .where('ended_us', 'is not', null)
    .execute();
  const closed = new Set(ended.map(({ id }) => id));
  const latest = new Map<string, Span>();
  for (const span of spans) {
    const isLate = span.endNs === null && (closed.has(span.id) || latest.get(span.id)?.endNs != null);
    if (!isLate) latest.set(span.id, span);
  }
  const rows = [...latest.values()].map((span) => ({
    trace_id: traceId,
    id: span.id,
    parent_id: span.parentId,
    name: span.name,
    type: span.type,
    status: span.status,
    started_us: Number(span.startNs / 1000n),
    ended_us: span.endNs === null ? null : Number(span.endNs / 1000n),
    content: writeContent(span),
  }));
  for (let from = 0; from < rows.length; from += chunk) {
    const part = rows.slice(from, from + chunk);
    const columns = ['parent_id', 'name', 'type', 'status', 'started_us', 'ended_us', 'content'] as const;
    await db
      .insertInto('span')
      .values(part)
      .onConflict((conflict) =>
        conflict
          .columns(['trace_id', 'id'])
          .doUpdateSet(Object.fromEntries(columns.map((name) => [name, sql.ref(`excluded.${name}`)]))),
      )
      .execute();
  }
  await putAttributes(queries, traceId, [...latest.values()]);
}

async function putAttributes(queries: Queries, traceId: string, spans: readonly Span[]): Promise<void> {
  const db = queries.withTables<TraceTables>();
  const rows = spans.flatMap((span) =>
    Object.entries(span.attributes).map(([key, value]) => ({
      trace_id: traceId,
      key: key.slice(0, searchedLength),
      span_id: span.id,
      value: attributeText(value).slice(0, searchedLength).toWellFormed(),
    })),
  );
  for (let from = 0; from < rows.length; from += chunk) {
    await db
      .insertInto('span_attribute')
      .values(rows.slice(from, from + chunk))
      .onConflict((conflict) =>
        conflict.columns(['trace_id', 'key', 'span_id']).doUpdateSet({ value: sql`excluded.value` }),
      )
      .execute();
  }
}
