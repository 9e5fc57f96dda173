import type { Kysely, Selectable } from 'kysely';
import type { Queries } from '../../../database/database.ts';
import type { ServingTables } from '../tables.ts';
import type { WrittenSegment } from './compact.ts';
import type { LogSource } from './log-chunk.ts';

/** A Parquet segment of the prediction log. */
export interface Segment extends Omit<WrittenSegment, 'path'> {
  id: string;
  /** The write-ahead file it was made of. */
  file: string;
  digest: string;
  createdAt: number;
}

/** All SQL of the prediction log's segments. */
export function createSegmentStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async insertSegments(segments: readonly Segment[]): Promise<void> {
      for (const segment of segments) {
        await db
          .insertInto('prediction_segment')
          .values(segmentRow(segment))
          .onConflict((conflict) => conflict.column('id').doNothing())
          .execute();
      }
    },

    segments: (filter: SegmentFilter) => segmentsOf(db, filter),

    span: (endpoint: string, without: readonly string[]) => spanOf(db, endpoint, without),

    newest: (filter: NewestFilter) => newestSegments(db, filter),

    /** Whether a write-ahead file is in Parquet already. */
    async hasFile(file: string): Promise<boolean> {
      const query = db.selectFrom('prediction_segment').select('id').where('file', '=', file);
      return (await query.executeTakeFirst()) !== undefined;
    },

    async segmentsBefore(endpoint: string, before: number): Promise<Segment[]> {
      const query = db.selectFrom('prediction_segment').selectAll().where('endpoint', '=', endpoint);
      return (await query.where('logged_to', '<', before).orderBy('id').limit(100).execute()).map(toSegment);
    },

    /** The endpoints that have segments. */
    async endpoints(): Promise<string[]> {
      const rows = await db.selectFrom('prediction_segment').select('endpoint').distinct().execute();
      return rows.map((row) => row.endpoint);
    },

    oldestOver: (endpoint: string, maxBytes: number) => oldestOver(db, endpoint, maxBytes),

    /** Whether a segment has this content. */
    async hasDigest(digest: string): Promise<boolean> {
      const query = db.selectFrom('prediction_segment').select('id').where('digest', '=', digest);
      return (await query.executeTakeFirst()) !== undefined;
    },

    async removeSegment(id: string): Promise<void> {
      await db.deleteFrom('prediction_segment').where('id', '=', id).execute();
    },
  };
}

/** Up to a hundred of the oldest segments of an endpoint, so many that the others have `maxBytes` together. */
async function oldestOver(db: Kysely<ServingTables>, endpoint: string, maxBytes: number): Promise<Segment[]> {
  const all = db.selectFrom('prediction_segment').where('endpoint', '=', endpoint);
  const total = await all.select((e) => e.fn.sum('bytes').as('bytes')).executeTakeFirst();
  let over = Number(total?.bytes ?? 0) - maxBytes;
  if (over <= 0) return [];
  const oldest = await all.selectAll().orderBy('logged_to').orderBy('id').limit(100).execute();
  const gone: Segment[] = [];
  for (const row of oldest) {
    if (over <= 0) break;
    gone.push(toSegment(row));
    over -= row.bytes;
  }
  return gone;
}

/** Which segments to give, the one with the newest row first. */
export interface NewestFilter {
  endpoint: string;
  from?: number;
  to?: number;
  version?: number;
  /** What an id of theirs begins with. */
  idPrefix?: string;
  /** The last segment that was given before. */
  after?: Segment;
  limit: number;
}

async function newestSegments(db: Kysely<ServingTables>, filter: NewestFilter): Promise<Segment[]> {
  const { endpoint, from, to, version, idPrefix, after, limit } = filter;
  const rows = await db
    .selectFrom('prediction_segment')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .$if(from !== undefined, (q) => q.where('to_at', '>=', from!))
    .$if(to !== undefined, (q) => q.where('from_at', '<', to!))
    .$if(version !== undefined, (q) => q.where('version', '=', version!))
    .$if(idPrefix !== undefined, (q) => q.where('last_id', '>=', idPrefix!).where('first_id', '<', `${idPrefix}\u007f`))
    .$if(after !== undefined, (q) =>
      q.where((e) =>
        e.or([e('to_at', '<', after!.toAt), e.and([e('to_at', '=', after!.toAt), e('id', '<', after!.id)])]),
      ),
    )
    .orderBy('to_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(toSegment);
}

/** The first and last event time of an endpoint's segments, but for those made of some write-ahead files. */
async function spanOf(
  db: Kysely<ServingTables>,
  endpoint: string,
  without: readonly string[],
): Promise<{ minAt: number; maxAt: number } | undefined> {
  const row = await db
    .selectFrom('prediction_segment')
    .select((e) => [e.fn.min('from_at').as('min'), e.fn.max('to_at').as('max')])
    .where('endpoint', '=', endpoint)
    .$if(without.length > 0, (q) => q.where('file', 'not in', [...without]))
    .executeTakeFirst();
  return row?.min == null || row.max == null ? undefined : { minAt: Number(row.min), maxAt: Number(row.max) };
}

function segmentRow(segment: Segment): ServingTables['prediction_segment'] {
  return {
    id: segment.id,
    file: segment.file,
    digest: segment.digest,
    endpoint: segment.endpoint,
    model: segment.model,
    version: segment.version,
    from_at: segment.fromAt,
    to_at: segment.toAt,
    logged_from: segment.loggedFrom,
    logged_to: segment.loggedTo,
    first_id: segment.firstId,
    last_id: segment.lastId,
    rows: segment.rows,
    bytes: segment.bytes,
    source: JSON.stringify(segment.source),
    created_at: segment.createdAt,
  };
}

function toSegment(row: Selectable<ServingTables['prediction_segment']>): Segment {
  return {
    id: row.id,
    file: row.file,
    digest: row.digest,
    endpoint: row.endpoint,
    model: row.model,
    version: row.version,
    fromAt: row.from_at,
    toAt: row.to_at,
    loggedFrom: row.logged_from,
    loggedTo: row.logged_to,
    firstId: row.first_id,
    lastId: row.last_id,
    rows: row.rows,
    bytes: row.bytes,
    source: JSON.parse(row.source) as LogSource,
    createdAt: row.created_at,
  };
}

/** Which segments to read. */
export interface SegmentFilter {
  endpoint?: string;
  from?: number;
  to?: number;
  loggedFrom?: number;
  version?: number;
  createdFrom?: number;
  ids?: { first: string; last: string };
}

async function segmentsOf(db: Kysely<ServingTables>, filter: SegmentFilter): Promise<Segment[]> {
  const { endpoint, from, to, loggedFrom, version, createdFrom, ids } = filter;
  const rows = await db
    .selectFrom('prediction_segment')
    .selectAll()
    .$if(endpoint !== undefined, (q) => q.where('endpoint', '=', endpoint!))
    .$if(from !== undefined, (q) => q.where('to_at', '>=', from!))
    .$if(to !== undefined, (q) => q.where('from_at', '<', to!))
    .$if(loggedFrom !== undefined, (q) => q.where('logged_to', '>=', loggedFrom!))
    .$if(version !== undefined, (q) => q.where('version', '=', version!))
    .$if(createdFrom !== undefined, (q) => q.where('created_at', '>=', createdFrom!))
    .$if(ids !== undefined, (q) => q.where('last_id', '>=', ids!.first).where('first_id', '<=', ids!.last))
    .orderBy('id')
    .execute();
  return rows.map(toSegment);
}
