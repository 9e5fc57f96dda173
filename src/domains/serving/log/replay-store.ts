import type { Selectable } from 'kysely';
import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../../kernel/page.ts';
import type { ServingTables } from '../tables.ts';
import { type Replay, type ReplayReport, type ReplayRequest, replayRequestSchema } from './replay-schema.ts';

/** A replay as it is stored. Times are ms UTC. */
export interface StoredReplay {
  id: string;
  endpoint: string;
  request: ReplayRequest;
  actor: Actor;
  state: Replay['state'];
  rows: number;
  report: ReplayReport | null;
  error: { code: string; message: string } | null;
  createdAt: number;
  updatedAt: number;
  endedAt: number | null;
}

/** What may change of a replay. */
export type ReplayChange = { updatedAt: number } & Partial<
  Pick<StoredReplay, 'state' | 'rows' | 'report' | 'error' | 'endedAt'>
>;

const open: Replay['state'][] = ['waiting', 'running'];

/** All SQL of replays. */
export function createReplayStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async insert(replay: StoredReplay): Promise<void> {
      await db.insertInto('prediction_replay').values(rowOf(replay)).execute();
    },

    async find(id: string): Promise<StoredReplay | undefined> {
      const row = await db.selectFrom('prediction_replay').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toStored(row);
    },

    /** The oldest that has not ended. */
    async next(): Promise<StoredReplay | undefined> {
      const query = db.selectFrom('prediction_replay').selectAll().where('state', 'in', open).orderBy('id').limit(1);
      const row = await query.executeTakeFirst();
      return row && toStored(row);
    },

    async page({ limit, pageToken, endpoint }: PageRequest & { endpoint?: string | undefined }): Promise<Page<Replay>> {
      const before = pageToken === undefined ? undefined : decodePageToken(pageToken, ['string'])[0];
      const rows = await db
        .selectFrom('prediction_replay')
        .selectAll()
        .$if(endpoint !== undefined, (q) => q.where('endpoint', '=', endpoint!))
        .$if(before !== undefined, (q) => q.where('id', '<', before as string))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      return toPage(
        rows.map((row) => toReplay(toStored(row))),
        limit,
        (replay) => [replay.id],
      );
    },

    /** Changes one that has not ended; gives whether it had not. */
    async update(id: string, change: ReplayChange): Promise<boolean> {
      const { report, error, endedAt, updatedAt, ...plain } = change;
      const updated = await db
        .updateTable('prediction_replay')
        .set({
          ...plain,
          ...(endedAt !== undefined && { ended_at: endedAt }),
          ...(report !== undefined && { result: JSON.stringify(report) }),
          ...(error !== undefined && { error: JSON.stringify(error) }),
          updated_at: updatedAt,
        })
        .where('id', '=', id)
        .where('state', 'in', open)
        .executeTakeFirst();
      return Number(updated.numUpdatedRows) > 0;
    },
  };
}

/** As users see it. */
export function toReplay({ id, endpoint, state, rows, request, ...more }: StoredReplay): Replay {
  return {
    ...{ id, endpoint, state, rows, request },
    ...(more.report && { report: more.report }),
    ...(more.error && { error: more.error }),
    createdAt: isoTime(more.createdAt),
    updatedAt: isoTime(more.updatedAt),
    ...(more.endedAt !== null && { endedAt: isoTime(more.endedAt) }),
  };
}

function rowOf(replay: StoredReplay): ServingTables['prediction_replay'] {
  const { id, endpoint, state, rows, report, error } = replay;
  return {
    ...{ id, endpoint, state, rows },
    request: JSON.stringify(replay.request),
    actor: JSON.stringify(replay.actor),
    result: report && JSON.stringify(report),
    error: error && JSON.stringify(error),
    created_at: replay.createdAt,
    updated_at: replay.updatedAt,
    ended_at: replay.endedAt,
  };
}

function toStored(row: Selectable<ServingTables['prediction_replay']>): StoredReplay {
  return {
    id: row.id,
    endpoint: row.endpoint,
    request: replayRequestSchema.parse(JSON.parse(row.request)),
    actor: JSON.parse(row.actor) as Actor,
    state: row.state as Replay['state'],
    rows: row.rows,
    report: row.result === null ? null : (JSON.parse(row.result) as ReplayReport),
    error: row.error === null ? null : (JSON.parse(row.error) as StoredReplay['error']),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
  };
}
