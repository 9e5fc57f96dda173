import type { Queries } from '../../database/database.ts';
import type { AliasMove, Stage, StageChange } from './schema.ts';
import type { RegistryTables } from './tables.ts';

type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<RegistryTables>();
}

/** Who decided what, when and why. */
export interface Decision {
  at: number;
  actorId: string;
  actorName: string;
  reason: string;
  bypassed: boolean;
  verdictId: string | null;
}

/** All SQL of aliases, stages and their histories. Writers hold the lock of the model. */
export function createPromotionStore(queries: Queries) {
  const db = open(queries);
  return {
    alias: (modelId: string, alias: string) => aliasOf(db, modelId, alias),
    /** Points an alias to a version (null removes it) and adds to its history. */
    moveAlias: (
      at: { modelId: string; alias: string },
      move: { from: number | null; to: number | null },
      decision: Decision,
    ) => moveAlias(db, { ...at, ...move }, decision),
    changeStage: (versionId: string, change: { from: Stage; to: Stage }, decision: Decision) =>
      changeStage(db, { versionId, ...change }, decision),
    aliasMoves: (modelId: string, rows: HistoryRows & { alias?: string | undefined }) => aliasMoves(db, modelId, rows),
    stageChanges: (modelId: string, rows: HistoryRows & { version?: number | undefined }) =>
      stageChanges(db, modelId, rows),
    stageAt: (modelId: string, stage: Stage, at: number) => stageAt(db, { modelId, stage, at }),
    aliasAt: (modelId: string, alias: string, at: number) => aliasAt(db, { modelId, alias, at }),
  };
}

/** A page of a history, newest first, after (time, name, sequence) of the last row before. */
export interface HistoryRows {
  after?: readonly [at: number, of: string | number, sequence: number] | undefined;
  limit: number;
}

async function aliasOf(db: Db, modelId: string, alias: string): Promise<number | null> {
  const row = await db
    .selectFrom('model_alias')
    .select('version')
    .where('model_id', '=', modelId)
    .where('alias', '=', alias)
    .executeTakeFirst();
  return row?.version ?? null;
}

function toColumns({ at, actorId, actorName, reason, bypassed, verdictId }: Decision) {
  return { at, actor_id: actorId, actor_name: actorName, reason, bypassed: bypassed ? 1 : 0, verdict_id: verdictId };
}

function toDecision(row: ReturnType<typeof toColumns>): Decision {
  return {
    at: row.at,
    actorId: row.actor_id,
    actorName: row.actor_name,
    reason: row.reason,
    bypassed: row.bypassed === 1,
    verdictId: row.verdict_id,
  };
}

async function moveAlias(
  db: Db,
  { modelId, alias, from, to }: { modelId: string; alias: string; from: number | null; to: number | null },
  decision: Decision,
): Promise<void> {
  if (to === null) {
    await db.deleteFrom('model_alias').where('model_id', '=', modelId).where('alias', '=', alias).execute();
  } else {
    await db
      .insertInto('model_alias')
      .values({ model_id: modelId, alias, version: to, updated_at: decision.at })
      .onConflict((conflict) =>
        conflict.columns(['model_id', 'alias']).doUpdateSet({ version: to, updated_at: decision.at }),
      )
      .execute();
  }
  const last = await db
    .selectFrom('model_alias_move')
    .select((e) => e.fn.max('sequence').as('sequence'))
    .where('model_id', '=', modelId)
    .where('alias', '=', alias)
    .executeTakeFirst();
  await db
    .insertInto('model_alias_move')
    .values({
      model_id: modelId,
      alias,
      sequence: Number(last?.sequence ?? 0) + 1,
      from_version: from,
      to_version: to,
      ...toColumns(decision),
    })
    .execute();
}

async function changeStage(
  db: Db,
  { versionId, from, to }: { versionId: string; from: Stage; to: Stage },
  decision: Decision,
): Promise<void> {
  await db
    .updateTable('model_version')
    .set({ stage: to, updated_at: decision.at })
    .where('id', '=', versionId)
    .execute();
  const last = await db
    .selectFrom('model_stage_change')
    .select((e) => e.fn.max('sequence').as('sequence'))
    .where('version_id', '=', versionId)
    .executeTakeFirst();
  await db
    .insertInto('model_stage_change')
    .values({
      version_id: versionId,
      sequence: Number(last?.sequence ?? 0) + 1,
      from_stage: from,
      to_stage: to,
      ...toColumns(decision),
    })
    .execute();
}

async function aliasMoves(
  db: Db,
  modelId: string,
  { alias, after, limit }: HistoryRows & { alias?: string | undefined },
): Promise<AliasMove[]> {
  const rows = await db
    .selectFrom('model_alias_move as a')
    .innerJoin('model as m', 'm.id', 'a.model_id')
    .selectAll('a')
    .select('m.name')
    .where('a.model_id', '=', modelId)
    .$if(alias !== undefined, (q) => q.where('a.alias', '=', alias!))
    .$if(after !== undefined, (q) =>
      q.where((e) =>
        e(e.refTuple('a.at', 'a.alias', 'a.sequence'), '<', e.tuple(after![0], String(after![1]), after![2])),
      ),
    )
    .orderBy('a.at', 'desc')
    .orderBy('a.alias', 'desc')
    .orderBy('a.sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    model: row.name,
    alias: row.alias,
    sequence: row.sequence,
    from: row.from_version,
    to: row.to_version,
    ...toDecision(row),
  }));
}

async function stageChanges(
  db: Db,
  modelId: string,
  { version, after, limit }: HistoryRows & { version?: number | undefined },
): Promise<StageChange[]> {
  const rows = await db
    .selectFrom('model_stage_change as s')
    .innerJoin('model_version as v', 'v.id', 's.version_id')
    .innerJoin('model as m', 'm.id', 'v.model_id')
    .selectAll('s')
    .select(['m.name', 'v.number'])
    .where('v.model_id', '=', modelId)
    .$if(version !== undefined, (q) => q.where('v.number', '=', version!))
    .$if(after !== undefined, (q) =>
      q.where((e) =>
        e(e.refTuple('s.at', 'v.number', 's.sequence'), '<', e.tuple(after![0], Number(after![1]), after![2])),
      ),
    )
    .orderBy('s.at', 'desc')
    .orderBy('v.number', 'desc')
    .orderBy('s.sequence', 'desc')
    .limit(limit)
    .execute();
  return rows.map((row) => ({
    model: row.name,
    version: row.number,
    sequence: row.sequence,
    from: row.from_stage as Stage,
    to: row.to_stage as Stage,
    ...toDecision(row),
  }));
}

/** The last move at or before a moment, in the order of moves: the clock may have stepped back between two. */
async function aliasAt(
  db: Db,
  { modelId, alias, at }: { modelId: string; alias: string; at: number },
): Promise<number | null> {
  const row = await db
    .selectFrom('model_alias_move')
    .select('to_version')
    .where('model_id', '=', modelId)
    .where('alias', '=', alias)
    .where('at', '<=', at)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.to_version ?? null;
}

/** The versions whose last change at or before a moment led to a stage, newest first. */
async function stageAt(
  db: Db,
  { modelId, stage, at }: { modelId: string; stage: Stage; at: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('model_version as v')
    .select('v.number')
    .where('v.model_id', '=', modelId)
    .where('v.created_at', '<=', at)
    .where((e) => e.or([e('v.deleted_at', 'is', null), e('v.deleted_at', '>', at)]))
    .where((e) => {
      const last = e
        .selectFrom('model_stage_change as s')
        .select('s.to_stage')
        .whereRef('s.version_id', '=', 'v.id')
        .where('s.at', '<=', at)
        .orderBy('s.sequence', 'desc')
        .limit(1);
      return e(e.fn.coalesce(last, e.val('none')), '=', stage);
    })
    .orderBy('v.number', 'desc')
    .execute();
  return rows.map((row) => row.number);
}
