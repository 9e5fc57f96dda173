import type { Queries } from '../../database/database.ts';
import type { Trace } from './schema.ts';
import { createTracesStore } from './store.ts';
import type { TraceRow } from './trace-store.ts';

/** Traces by id, in the order of the ids; those that are not there are left out. */
export async function readTraces(queries: Queries, ids: readonly string[]): Promise<Trace[]> {
  const wanted = [...new Set(ids)];
  const found = new Map((await createTracesStore(queries).traces.findMany(wanted)).map((row) => [row.id, row]));
  return fillTraces(
    queries,
    wanted.flatMap((id) => found.get(id) ?? []),
  );
}

/** Adds to rows all that belongs to their traces but the spans. */
export async function fillTraces(queries: Queries, rows: readonly TraceRow[]): Promise<Trace[]> {
  const { traces, assessments } = createTracesStore(queries);
  const ids = rows.map(({ id }) => id);
  const [belongings, assessed] = [await traces.belongings(ids), await assessments.of(ids)];
  return rows.map(({ isDescribed: _, ...row }) => ({
    ...row,
    ...belongings.get(row.id)!,
    assessments: assessed.get(row.id)!,
  }));
}
