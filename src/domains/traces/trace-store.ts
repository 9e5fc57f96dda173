import { type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { Trace, TraceState } from './schema.ts';
import type { TraceTables } from './tables.ts';

/** A trace's own row, in the words of the domain. */
export type TraceRow = Pick<
  Trace,
  | 'id'
  | 'experimentId'
  | 'name'
  | 'requestedAt'
  | 'durationMs'
  | 'state'
  | 'clientRequestId'
  | 'requestPreview'
  | 'responsePreview'
  | 'spans'
> & { isDescribed: boolean };

/** What belongs to a trace by keys: its tags, metadata and links. */
export type Belongings = Pick<Trace, 'tags' | 'metadata' | 'runIds' | 'prompts'>;

const chunk = 500;

/** All SQL of traces' own rows, their tags, metadata and links. */
export function createTraceStore(queries: Queries) {
  const db = queries.withTables<TraceTables>();
  return {
    async find(id: string): Promise<TraceRow | undefined> {
      const row = await db.selectFrom('trace').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toTraceRow(row);
    },
    async findMany(ids: readonly string[]): Promise<TraceRow[]> {
      if (ids.length === 0) return [];
      const rows = await db
        .selectFrom('trace')
        .selectAll()
        .where('id', 'in', [...ids])
        .execute();
      return rows.map(toTraceRow);
    },
    /** Writes the row of a trace, in place of what was there. */
    async put(trace: TraceRow): Promise<void> {
      const { id, ...columns } = toColumns(trace);
      await db
        .insertInto('trace')
        .values({ id, ...columns })
        .onConflict((conflict) => conflict.column('id').doUpdateSet(columns))
        .execute();
    },
    setName: async (id: string, name: string | null) => {
      await db.updateTable('trace').set({ name }).where('id', '=', id).execute();
    },
    putPairs: (what: 'tag' | 'metadata', id: string, pairs: { values: Record<string, string>; replace: boolean }) =>
      putPairs(db, { what, id, ...pairs }),
    async deleteTag(id: string, key: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('trace_tag')
        .where('trace_id', '=', id)
        .where('key', '=', key)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    },
    async link(kind: 'run' | 'prompt', links: readonly { traceId: string; target: string }[]): Promise<void> {
      if (links.length === 0) return;
      await db
        .insertInto('trace_link')
        .values(links.map(({ traceId, target }) => ({ trace_id: traceId, kind, target })))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    belongings: (ids: readonly string[]) => belongingsOf(db, ids),
    /** The ids of an experiment's traces to delete, the oldest first. */
    toDelete: (which: Doomed, most: number) => toDelete(db, which, most),
    async delete(ids: readonly string[]): Promise<number> {
      const { numDeletedRows } = await db
        .deleteFrom('trace')
        .where('id', 'in', ['', ...ids])
        .executeTakeFirst();
      return Number(numDeletedRows);
    },
  };
}

/** Which traces of an experiment are to go. */
export interface Doomed {
  experimentId: string;
  ids?: readonly string[] | undefined;
  upTo?: number | undefined;
}

async function toDelete(db: Db, { experimentId, ids, upTo }: Doomed, most: number): Promise<string[]> {
  let query = db.selectFrom('trace').select('id').where('experiment_id', '=', experimentId);
  if (ids) query = query.where('id', 'in', ['', ...ids]);
  if (upTo !== undefined) query = query.where('requested_at', '<=', upTo);
  const rows = await query.orderBy('requested_at').orderBy('id').limit(most).execute();
  return rows.map(({ id }) => id);
}

type Db = ReturnType<typeof openTables>;
function openTables(queries: Queries) {
  return queries.withTables<TraceTables>();
}

async function putPairs(
  db: Db,
  {
    what,
    id,
    values,
    replace,
  }: { what: 'tag' | 'metadata'; id: string; values: Record<string, string>; replace: boolean },
): Promise<void> {
  const rows = Object.entries(values).map(([key, value]) => ({ trace_id: id, key, value }));
  for (let from = 0; from < rows.length; from += chunk) {
    await db
      .insertInto(`trace_${what}`)
      .values(rows.slice(from, from + chunk))
      .onConflict((conflict) => {
        const taken = conflict.columns(['trace_id', 'key']);
        return replace ? taken.doUpdateSet({ value: sql`excluded.value` }) : taken.doNothing();
      })
      .execute();
  }
}

async function belongingsOf(db: Db, ids: readonly string[]): Promise<Map<string, Belongings>> {
  const found = new Map<string, Belongings>(ids.map((id) => [id, { tags: {}, metadata: {}, runIds: [], prompts: [] }]));
  if (ids.length === 0) return found;
  for (const what of ['tag', 'metadata'] as const) {
    const rows = await db
      .selectFrom(`trace_${what}`)
      .selectAll()
      .where('trace_id', 'in', [...ids])
      .orderBy('key')
      .execute();
    for (const { trace_id, key, value } of rows)
      found.get(trace_id)![what === 'tag' ? 'tags' : 'metadata'][key] = value;
  }
  const links = await db
    .selectFrom('trace_link')
    .selectAll()
    .where('trace_id', 'in', [...ids])
    .orderBy('target')
    .execute();
  for (const { trace_id, kind, target } of links)
    found.get(trace_id)![kind === 'run' ? 'runIds' : 'prompts'].push(target);
  return found;
}

/** A row in the words of the domain. */
export function toTraceRow(row: Selectable<TraceTables['trace']>): TraceRow {
  return {
    id: row.id,
    experimentId: row.experiment_id,
    name: row.name,
    requestedAt: row.requested_at,
    durationMs: row.duration_ms,
    state: row.state as TraceState,
    clientRequestId: row.client_request_id,
    requestPreview: row.request_preview,
    responsePreview: row.response_preview,
    spans: row.spans,
    isDescribed: row.is_described === 1,
  };
}

function toColumns(trace: TraceRow): TraceTables['trace'] {
  return {
    id: trace.id,
    experiment_id: trace.experimentId,
    name: trace.name,
    requested_at: trace.requestedAt,
    duration_ms: trace.durationMs,
    state: trace.state,
    client_request_id: trace.clientRequestId,
    request_preview: trace.requestPreview,
    response_preview: trace.responsePreview,
    is_described: trace.isDescribed ? 1 : 0,
    spans: trace.spans,
  };
}
