import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { PipelineTables } from './tables.ts';

/** A row of a table of pipelines. */
export type Row<T extends keyof PipelineTables> = Selectable<PipelineTables[T]>;

/** Documents, fire times, triggers and code: all SQL of pipelines but that of runs and their steps. */
export function createPipelineStore(queries: Queries) {
  const db = queries.withTables<PipelineTables>();
  return { ...documents(db), ...starts(db), ...triggerStates(db), ...bundles(db) };
}

type Db = ReturnType<typeof dbOf>;
const dbOf = (queries: Queries) => queries.withTables<PipelineTables>();

function documents(db: Db) {
  return {
    async pipeline(
      name: string,
    ): Promise<{ name: string; version: string; declaredAt: number; spec: string } | undefined> {
      const row = await currentDocuments(db).where('pipeline.name', '=', name).executeTakeFirst();
      return row && { name: row.name, version: row.version, declaredAt: row.declared_at, spec: row.spec };
    },

    async pipelines(page?: { after?: string; limit: number }) {
      const rows = await currentDocuments(db)
        .$if(page?.after !== undefined, (query) => query.where('pipeline.name', '>', page!.after!))
        .$if(page !== undefined, (query) => query.limit(page!.limit))
        .orderBy('pipeline.name')
        .execute();
      return rows.map((row) => ({ name: row.name, version: row.version, declaredAt: row.declared_at, spec: row.spec }));
    },

    /** What is declared now, without the documents themselves. */
    versions: () =>
      db
        .selectFrom('pipeline')
        .select(['name', 'version', 'declared_at'])
        .where('deleted', '=', 0)
        .orderBy('name')
        .execute(),

    async putPipeline(pipeline: { name: string; version: string; spec: string; at: number }): Promise<void> {
      const { name, version, spec, at } = pipeline;
      await db
        .insertInto('pipeline_version')
        .values({ digest: version, spec, created_at: at })
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .execute();
      await db
        .insertInto('pipeline')
        .values({ name, version, declared_at: at, deleted: 0 })
        .onConflict((conflict) => conflict.column('name').doUpdateSet({ version, declared_at: at, deleted: 0 }))
        .execute();
    },

    async removePipeline(name: string): Promise<void> {
      await db.updateTable('pipeline').set({ deleted: 1 }).where('name', '=', name).execute();
    },

    async specOf(version: string): Promise<string | undefined> {
      const row = await db
        .selectFrom('pipeline_version')
        .select('spec')
        .where('digest', '=', version)
        .executeTakeFirst();
      return row?.spec;
    },
  };
}

function currentDocuments(db: Db) {
  return db
    .selectFrom('pipeline')
    .innerJoin('pipeline_version', 'pipeline_version.digest', 'pipeline.version')
    .select(['pipeline.name', 'pipeline.version', 'pipeline.declared_at', 'pipeline_version.spec'])
    .where('pipeline.deleted', '=', 0);
}

function starts(db: Db) {
  return {
    /** Records a fire time; false when another replica had recorded it before. */
    async claimFire(fire: { schedule: string; fireAt: number; state: string; at: number }): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('pipeline_fire')
        .values({
          schedule: fire.schedule,
          fire_at: fire.fireAt,
          state: fire.state,
          run_id: null,
          recorded_at: fire.at,
        })
        .onConflict((conflict) => conflict.columns(['schedule', 'fire_at']).doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },

    async noteFire(fire: { schedule: string; fireAt: number; state: string; runId?: string }): Promise<void> {
      await db
        .updateTable('pipeline_fire')
        .set({ state: fire.state, run_id: fire.runId ?? null })
        .where('schedule', '=', fire.schedule)
        .where('fire_at', '=', fire.fireAt)
        .execute();
    },

    async lastFire(schedule: string): Promise<number | undefined> {
      const row = await db
        .selectFrom('pipeline_fire')
        .select((e) => e.fn.max('fire_at').as('last'))
        .where('schedule', '=', schedule)
        .executeTakeFirst();
      return row?.last === null || row?.last === undefined ? undefined : Number(row.last);
    },

    fires: (schedule: string, limit: number) =>
      db
        .selectFrom('pipeline_fire')
        .selectAll()
        .where('schedule', '=', schedule)
        .orderBy('fire_at', 'desc')
        .limit(limit)
        .execute(),
  };
}

function triggerStates(db: Db) {
  return {
    trigger: (pipeline: string, name: string) =>
      db
        .selectFrom('pipeline_trigger')
        .selectAll()
        .where('pipeline', '=', pipeline)
        .where('name', '=', name)
        .executeTakeFirst(),

    async putTrigger(row: Row<'pipeline_trigger'>): Promise<void> {
      await db
        .insertInto('pipeline_trigger')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['pipeline', 'name'])
            .doUpdateSet({ last_at: row.last_at, due_at: row.due_at, event: row.event }),
        )
        .execute();
    },

    /** Takes a trigger that is due out of the queue; false when another replica took it or it was put off. */
    async takeTrigger(row: Row<'pipeline_trigger'>, at: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('pipeline_trigger')
        .set({ due_at: null, event: null, last_at: at })
        .where('pipeline', '=', row.pipeline)
        .where('name', '=', row.name)
        .where('due_at', '=', row.due_at)
        .executeTakeFirst();
      return numUpdatedRows === 1n;
    },

    dueTriggers: () =>
      db.selectFrom('pipeline_trigger').selectAll().where('due_at', 'is not', null).orderBy('due_at').execute(),
  };
}

function bundles(db: Db) {
  return {
    /** Stores a manifest; false when it is there already. */
    async putBundle(bundle: Row<'code_bundle'>): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('code_bundle')
        .values(bundle)
        .onConflict((conflict) => conflict.column('digest').doNothing())
        .executeTakeFirst();
      return numInsertedOrUpdatedRows === 1n;
    },

    bundle: (digest: string) =>
      db.selectFrom('code_bundle').selectAll().where('digest', '=', digest).executeTakeFirst(),
  };
}
