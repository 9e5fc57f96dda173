import { type Selectable, sql } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { nameForList, runPrepared } from '../../database/prepared.ts';
import type { Experiment, Lifecycle } from './schema.ts';
import type { TrackingTables } from './tables.ts';

/** Which experiments to read, by name. */
export interface ExperimentRows {
  lifecycle: Lifecycle | 'all';
  under?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** So many ids go into one query. */
const idsAtOnce = 1000;

type ExperimentRow = Selectable<TrackingTables['experiment']>;
type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<TrackingTables>();
}

/** All SQL of experiments. */
export function createExperimentStore(queries: Queries) {
  const db = open(queries);
  return {
    insert: (experiment: Omit<Experiment, 'tags'>) => insertExperiment(db, experiment),
    find: (which: string) => findExperiment(db, which),
    /** As `find`, without what costs a second query. */
    state: async (which: string): Promise<Pick<ExperimentRow, 'id' | 'name' | 'lifecycle'> | undefined> =>
      findRow(db, which),
    byIds: (ids: readonly string[]) => experimentsByIds(db, ids),
    byName: (name: string) => experimentByName(db, name),
    list: (rows: ExperimentRows) => listExperiments(db, rows),
    update: (id: string, change: Partial<ExperimentRow>) => updateExperiment(db, id, change),
    setTags: (id: string, tags: Record<string, string>) => setTags(db, id, tags),
    deleteTag: (id: string, key: string) => deleteTag(db, id, key),
    deleteRuns: (id: string, at: number) => moveRuns(db, id, { from: 'active', to: 'deleted', at }),
    restoreRuns: (id: string, at: number) => moveRuns(db, id, { from: 'deleted', to: 'active', at }),
  };
}

/** Gives whether the name was free. */
async function insertExperiment(db: Db, experiment: Omit<Experiment, 'tags'>): Promise<boolean> {
  const result = await db
    .insertInto('experiment')
    .values({
      id: experiment.id,
      name: experiment.name,
      description: experiment.description,
      lifecycle: experiment.lifecycle,
      artifact_location: experiment.artifactLocation,
      created_at: experiment.createdAt,
      updated_at: experiment.updatedAt,
      deleted_at: null,
    })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

async function findExperiment(db: Db, which: string): Promise<(Experiment & { deletedAt: number | null }) | undefined> {
  const row = await findRow(db, which);
  if (!row) return undefined;
  const [experiment] = await withTags(db, [row]);
  return { ...experiment!, deletedAt: row.deleted_at };
}

/** An id goes before a name. */
async function findRow(db: Db, which: string): Promise<ExperimentRow | undefined> {
  const build = () =>
    db
      .selectFrom('experiment')
      .selectAll()
      .where((e) => e.or([e('id', '=', ''), e('name', '=', '')]));
  const rows = await runPrepared(db as unknown as Queries, { name: 'experiment', build }, [which, which]);
  return rows.find((one) => one.id === which) ?? rows[0];
}

async function experimentsByIds(db: Db, ids: readonly string[]): Promise<Experiment[]> {
  const found: ExperimentRow[] = [];
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const some = ids.slice(at, at + idsAtOnce);
    const build = () => db.selectFrom('experiment').selectAll().where('id', 'in', some);
    found.push(
      ...(await runPrepared(db as unknown as Queries, { name: nameForList('experiments', some.length), build }, some)),
    );
  }
  return withTags(db, found);
}

async function experimentByName(db: Db, name: string): Promise<Experiment | undefined> {
  const rows = await db.selectFrom('experiment').selectAll().where('name', '=', name).execute();
  return (await withTags(db, rows))[0];
}

async function listExperiments(db: Db, { lifecycle, under, after, limit }: ExperimentRows): Promise<Experiment[]> {
  const rows = await db
    .selectFrom('experiment')
    .selectAll()
    .$if(lifecycle !== 'all', (q) => q.where('lifecycle', '=', lifecycle))
    .$if(under !== undefined, (q) => {
      const prefix = `${under}/`;
      return q.where(sql<boolean>`substr(name, 1, length(${prefix})) = ${prefix}`);
    })
    .$if(after !== undefined, (q) => q.where('name', '>', after!))
    .orderBy('name')
    .limit(limit)
    .execute();
  return withTags(db, rows);
}

/** Rows as the experiments they are, with their tags. */
export async function withTags(db: Db, rows: ExperimentRow[]): Promise<Experiment[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const tags = new Map<string, Record<string, string>>(ids.map((id) => [id, {}]));
  for (let at = 0; at < ids.length; at += idsAtOnce) {
    const some = ids.slice(at, at + idsAtOnce);
    const build = () => db.selectFrom('experiment_tag').selectAll().where('experiment_id', 'in', some);
    const name = nameForList('experiment-tags', some.length);
    const pairs = await runPrepared(db as unknown as Queries, { name, build }, some);
    for (const pair of pairs) tags.get(pair.experiment_id)![pair.key] = pair.value;
  }
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    description: row.description,
    lifecycle: row.lifecycle as Lifecycle,
    artifactLocation: row.artifact_location,
    tags: tags.get(row.id)!,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }));
}

async function updateExperiment(db: Db, id: string, change: Partial<ExperimentRow>): Promise<void> {
  await db.updateTable('experiment').set(change).where('id', '=', id).execute();
}

async function setTags(db: Db, id: string, tags: Record<string, string>): Promise<void> {
  const values = Object.entries(tags).map(([key, value]) => ({ experiment_id: id, key, value }));
  if (values.length === 0) return;
  await db
    .insertInto('experiment_tag')
    .values(values)
    .onConflict((conflict) =>
      conflict.columns(['experiment_id', 'key']).doUpdateSet((e) => ({ value: e.ref('excluded.value') })),
    )
    .execute();
}

async function deleteTag(db: Db, id: string, key: string): Promise<boolean> {
  const result = await db
    .deleteFrom('experiment_tag')
    .where('experiment_id', '=', id)
    .where('key', '=', key)
    .executeTakeFirst();
  return result.numDeletedRows > 0n;
}

/** Deletes the active runs of an experiment, or brings back those deleted with it at that moment; gives how many. */
async function moveRuns(
  db: Db,
  id: string,
  { from, to, at }: { from: Lifecycle; to: Lifecycle; at: number },
): Promise<number> {
  const result = await db
    .updateTable('run')
    .set({ lifecycle: to, deleted_at: to === 'deleted' ? at : null })
    .where('experiment_id', '=', id)
    .where('lifecycle', '=', from)
    .$if(to === 'active', (q) => q.where('deleted_at', '=', at))
    .executeTakeFirst();
  return Number(result.numUpdatedRows);
}
