import { sql } from 'kysely';
import type { Queries } from '../../database/database.ts';

/** What runs log under keys. */
export type ColumnKind = 'metrics' | 'params' | 'tags';

/** A key that runs logged, and how many of the runs looked at have it. */
export interface RunColumn {
  key: string;
  runs: number;
}

/** Which runs to look at: the newest active ones, of one experiment or of all. */
export interface RecentRuns {
  experimentId?: string | undefined;
  newest: number;
}

/** All SQL that tells what runs have logged. */
export function createRunColumnStore(queries: Queries) {
  return {
    async runs(recent: RecentRuns): Promise<number> {
      const { rows } = await sql<{ runs: number }>`select count(*) as runs from (${recentRuns(recent)}) r`.execute(
        queries,
      );
      return Number(rows[0]?.runs ?? 0);
    },
    /** The most frequent keys whose name contains a text, in any case. */
    async top(kind: ColumnKind, recent: RecentRuns, { contains, limit }: { contains: string; limit: number }) {
      const counts = kind === 'metrics' ? metricCounts(recent, contains) : pairCounts(kind, recent, contains);
      const top = sql<RunColumn>`select key, runs from (${counts}) f order by runs desc, key limit ${sql.lit(limit)}`;
      const { rows } = await top.execute(queries);
      return rows.map(({ key, runs }) => ({ key, runs: Number(runs) }));
    },
  };
}

function recentRuns({ experimentId, newest }: RecentRuns) {
  const ofExperiment = experimentId === undefined ? sql`` : sql`and experiment_id = ${experimentId}`;
  return sql`select id, number from run where lifecycle = 'active' ${ofExperiment}
    order by started_at desc, id desc limit ${sql.lit(newest)}`;
}

function matching(column: string, contains: string) {
  if (contains === '') return sql``;
  const like = `%${contains.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql`where lower(${sql.ref(column)}) like ${like} escape '\\'`;
}

function metricCounts(recent: RecentRuns, contains: string) {
  return sql`select k.key as key, c.runs as runs from (
      select l.key_id, count(*) as runs from (${recentRuns(recent)}) r
      join metric_latest l on l.run_number = r.number group by l.key_id
    ) c join metric_key k on k.id = c.key_id ${matching('k.key', contains)}`;
}

function pairCounts(kind: 'params' | 'tags', recent: RecentRuns, contains: string) {
  const table = sql.table(kind === 'params' ? 'run_param' : 'run_tag');
  return sql`select p.key as key, count(*) as runs from (${recentRuns(recent)}) r
    join ${table} p on p.run_id = r.id ${matching('p.key', contains)} group by p.key`;
}
