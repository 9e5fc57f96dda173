import type { Selectable } from 'kysely';
import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { isoTime } from '../../../kernel/clock.ts';
import { newId } from '../../../kernel/ids.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../../kernel/page.ts';
import type { ServingTables } from '../tables.ts';
import { createJudgeStore } from './judge-store.ts';
import type { RolloutMetric } from './metric-schema.ts';
import type { Judgement, Rollout, RolloutDecision, Waiting } from './rollout-schema.ts';

/** A rollout as it is stored: as users see it, with the actor it acts for. */
export interface StoredRollout {
  rollout: Rollout;
  actor: Actor;
  createdAt: number;
  stepStartedAt: number;
  coolDownMs: number;
  candidateAlias: string | null;
}

/** Which rollouts to list, newest first. */
export interface RolloutFilter extends PageRequest {
  endpoint?: string | undefined;
  state?: Rollout['state'] | undefined;
}

/** What pages of a list hold: neither judgements nor metrics, which may be long. */
const listed = [
  ...(['id', 'endpoint', 'model', 'candidate', 'champion', 'state', 'step', 'steps', 'step_started_at'] as const),
  ...(['rules', 'reason', 'actor', 'created_at', 'ended_at', 'strategy', 'waiting', 'start_reason'] as const),
  ...(['candidate_alias', 'skipped_analysis', 'cool_down_ms'] as const),
];

/** All SQL of rollouts. */
export function createRolloutStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async insert(stored: StoredRollout): Promise<void> {
      await db
        .insertInto('rollout')
        .values({ id: stored.rollout.id, created_at: stored.createdAt, ...columnsOf(stored) })
        .execute();
    },

    async find(id: string): Promise<StoredRollout | undefined> {
      const row = await db.selectFrom('rollout').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toRollout(row);
    },

    async underWay(): Promise<StoredRollout[]> {
      const query = db.selectFrom('rollout').selectAll().where('state', 'in', ['running', 'paused']).orderBy('id');
      return (await query.execute()).map(toRollout);
    },

    async page({ limit, pageToken, endpoint, state }: RolloutFilter): Promise<Page<StoredRollout>> {
      const before = pageToken === undefined ? undefined : decodePageToken(pageToken, ['string'])[0];
      const rows = await db
        .selectFrom('rollout')
        .select(listed)
        .$if(endpoint !== undefined, (q) => q.where('endpoint', '=', endpoint!))
        .$if(state !== undefined, (q) => q.where('state', '=', state!))
        .$if(before !== undefined, (q) => q.where('id', '<', before as string))
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const stored = rows.map((row) => toRollout({ ...row, metrics: null, judgement: null }));
      return toPage(stored, limit, (stored) => [stored.rollout.id]);
    },

    /** Replaces a rollout that is still in the state and step it was read in; gives whether it was. */
    async update(stored: StoredRollout, was: { state: string; step: number }): Promise<boolean> {
      const result = await db
        .updateTable('rollout')
        .set(columnsOf(stored))
        .where('id', '=', stored.rollout.id)
        .where('state', '=', was.state)
        .where('step', '=', was.step)
        .executeTakeFirst();
      return Number(result.numUpdatedRows) > 0;
    },

    async setJudgement(id: string, judgement: Judgement): Promise<void> {
      const update = db.updateTable('rollout').set({ judgement: JSON.stringify(judgement) });
      await update.where('id', '=', id).where('ended_at', 'is', null).execute();
    },
  };
}

/** The last rollout of a version at an endpoint that was rolled back. */
export async function lastRolledBack(
  queries: Queries,
  { endpoint, candidate }: Pick<Rollout, 'endpoint' | 'candidate'>,
): Promise<StoredRollout | undefined> {
  const row = await queries
    .withTables<ServingTables>()
    .selectFrom('rollout')
    .selectAll()
    .where('endpoint', '=', endpoint)
    .where('candidate', '=', candidate)
    .where('state', '=', 'rolled-back')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRollout(row);
}

/** All SQL of the decisions of rollouts. */
export function createDecisionStore(queries: Queries) {
  const db = queries.withTables<ServingTables>();
  return {
    async decide(decision: Omit<RolloutDecision, 'id' | 'at'> & { at: number }): Promise<void> {
      const id = newId();
      const { judgement, rolloutId } = decision;
      await db
        .insertInto('rollout_decision')
        .values({
          id,
          rollout_id: rolloutId,
          at: decision.at,
          step: decision.step,
          decision: decision.decision,
          reason: decision.reason,
          judgement: judgement ? JSON.stringify(judgement) : null,
        })
        .execute();
      if (judgement?.look === undefined) return;
      await createJudgeStore(queries).keepEvidence(id, { rolloutId, look: judgement.look });
    },

    async find(id: string): Promise<RolloutDecision | undefined> {
      const row = await db.selectFrom('rollout_decision').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toDecision(row);
    },

    async decisions(rolloutId: string): Promise<RolloutDecision[]> {
      const rows = await db
        .selectFrom('rollout_decision')
        .selectAll()
        .where('rollout_id', '=', rolloutId)
        .orderBy('id')
        .limit(1000)
        .execute();
      return rows.map(toDecision);
    },
  };
}

function toDecision(row: Selectable<ServingTables['rollout_decision']>): RolloutDecision {
  return {
    id: row.id,
    rolloutId: row.rollout_id,
    at: isoTime(row.at),
    step: row.step,
    decision: row.decision as RolloutDecision['decision'],
    reason: row.reason,
    ...(row.judgement && { judgement: JSON.parse(row.judgement) as Judgement }),
  };
}

function columnsOf({ rollout, actor, stepStartedAt, coolDownMs, candidateAlias }: StoredRollout) {
  return {
    strategy: rollout.strategy,
    metrics: rollout.metrics?.length ? JSON.stringify(rollout.metrics) : null,
    waiting: rollout.waitingFor ? JSON.stringify(rollout.waitingFor) : null,
    start_reason: rollout.startReason ?? null,
    candidate_alias: candidateAlias,
    skipped_analysis: rollout.skippedAnalysis ? 1 : 0,
    cool_down_ms: coolDownMs,
    endpoint: rollout.endpoint,
    model: rollout.model,
    candidate: rollout.candidate,
    champion: rollout.champion,
    state: rollout.state,
    step: rollout.step,
    steps: JSON.stringify(rollout.steps),
    step_started_at: stepStartedAt,
    rules: JSON.stringify(rollout.rules),
    judgement: rollout.judgement ? JSON.stringify(rollout.judgement) : null,
    reason: rollout.reason ?? null,
    actor: JSON.stringify(actor),
    ended_at: rollout.endedAt ? Date.parse(rollout.endedAt) : null,
  };
}

function toRollout(row: Selectable<ServingTables['rollout']>): StoredRollout {
  const actor = JSON.parse(row.actor) as Actor;
  return {
    actor,
    createdAt: row.created_at,
    stepStartedAt: row.step_started_at,
    coolDownMs: row.cool_down_ms ?? 0,
    candidateAlias: row.candidate_alias,
    rollout: {
      id: row.id,
      endpoint: row.endpoint,
      model: row.model,
      candidate: row.candidate,
      champion: row.champion,
      state: row.state as Rollout['state'],
      strategy: row.strategy ?? 'steps',
      step: row.step,
      steps: JSON.parse(row.steps) as Rollout['steps'],
      stepStartedAt: isoTime(row.step_started_at),
      rules: JSON.parse(row.rules) as Rollout['rules'],
      ...(row.metrics && { metrics: JSON.parse(row.metrics) as RolloutMetric[] }),
      ...(row.waiting && { waitingFor: JSON.parse(row.waiting) as Waiting }),
      ...(row.judgement && { judgement: JSON.parse(row.judgement) as Judgement }),
      ...(row.reason && { reason: row.reason }),
      ...(row.start_reason && { startReason: row.start_reason }),
      ...(row.skipped_analysis && { skippedAnalysis: true }),
      startedBy: actor.name,
      createdAt: isoTime(row.created_at),
      ...(row.ended_at && { endedAt: isoTime(row.ended_at) }),
    },
  };
}
