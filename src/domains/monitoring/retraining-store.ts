import type { Insertable, Kysely, Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import type { RetrainingFilter } from './filters.ts';
import { type Retraining, type RetrainingPolicy, RetrainingSpec, type RetrainingStep } from './retraining-schema.ts';
import type { MonitoringTables } from './tables.ts';

type Tables = Kysely<MonitoringTables>;

/** A policy and the last time of its schedule that was acted on. */
export type PolicyState = RetrainingPolicy & { firedAt: number | null };

/** A retraining with the policy as it was when it was triggered. */
export type RetrainingState = Retraining & { spec: RetrainingSpec };

const ends = ['promoted', 'rejected', 'failed', 'skipped'];

/** All SQL of retraining policies. */
export function createPolicyStore(queries: Queries) {
  const db = queries.withTables<MonitoringTables>();
  return {
    /** Writes a new policy or a new document of one. */
    async save(policy: PolicyState): Promise<void> {
      const spec = JSON.stringify(policy.spec);
      const { id, name, createdAt, updatedAt, firedAt } = policy;
      await db
        .insertInto('monitoring_policy')
        .values({ id, name, spec, fired_at: firedAt, created_at: createdAt, updated_at: updatedAt })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ spec, updated_at: updatedAt }))
        .execute();
    },
    async delete(id: string): Promise<boolean> {
      const result = await db.deleteFrom('monitoring_policy').where('id', '=', id).executeTakeFirst();
      return result.numDeletedRows === 1n;
    },
    async byName(name: string): Promise<PolicyState | undefined> {
      const row = await db.selectFrom('monitoring_policy').selectAll().where('name', '=', name).executeTakeFirst();
      return row && toPolicy(row);
    },
    async all(): Promise<PolicyState[]> {
      const rows = await db.selectFrom('monitoring_policy').selectAll().orderBy('name').execute();
      return rows.map(toPolicy);
    },
    async list({ limit, pageToken }: PageRequest): Promise<Page<PolicyState>> {
      const [after] = pageToken ? (decodePageToken(pageToken, ['string']) as [string]) : [undefined];
      const rows = await db
        .selectFrom('monitoring_policy')
        .selectAll()
        .$if(after !== undefined, (q) => q.where('name', '>', after!))
        .orderBy('name')
        .limit(limit + 1)
        .execute();
      return toPage(rows.map(toPolicy), limit, (policy) => [policy.name]);
    },
    /** Marks a time of the schedule as acted on; false when another replica did. */
    async fire(policy: PolicyState, at: number): Promise<boolean> {
      const result = await db
        .updateTable('monitoring_policy')
        .set({ fired_at: at })
        .where('id', '=', policy.id)
        .where((where) => where.or([where('fired_at', 'is', null), where('fired_at', '<', at)]))
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
  };
}

/** All SQL of retrainings. */
export function createRetrainingStore(queries: Queries) {
  const db = queries.withTables<MonitoringTables>();
  return {
    /** Writes a new retraining; false when its trigger was acted on already. */
    async insert(retraining: RetrainingState): Promise<boolean> {
      const result = await db
        .insertInto('monitoring_retraining')
        .values(toRow(retraining))
        .onConflict((conflict) => conflict.columns(['policy_id', 'trigger_kind', 'trigger_id']).doNothing())
        .executeTakeFirst();
      return result.numInsertedOrUpdatedRows === 1n;
    },
    /** Moves a retraining on from the state it was read in; false when somebody else did. */
    async move(before: RetrainingState, after: RetrainingState): Promise<boolean> {
      const result = await db
        .updateTable('monitoring_retraining')
        .set(toRow(after))
        .where('id', '=', before.id)
        .where('state', '=', before.state)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    async get(id: string): Promise<RetrainingState | undefined> {
      const row = await db.selectFrom('monitoring_retraining').selectAll().where('id', '=', id).executeTakeFirst();
      return row && toRetraining(row);
    },
    /** Those under way, oldest first. */
    async open(limit: number): Promise<RetrainingState[]> {
      const rows = await db
        .selectFrom('monitoring_retraining')
        .selectAll()
        .where('ended', '=', 0)
        .orderBy('created_at')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(toRetraining);
    },
    since: (policyId: string, triggeredAfter: number) => triggeredSince(db, policyId, triggeredAfter),
    async last(policyId: string): Promise<RetrainingState | undefined> {
      const row = await db
        .selectFrom('monitoring_retraining')
        .selectAll()
        .where('policy_id', '=', policyId)
        .where('state', '!=', 'skipped')
        .orderBy('triggered_at', 'desc')
        .limit(1)
        .executeTakeFirst();
      return row && toRetraining(row);
    },
    /** The one before, of those that were not skipped. */
    before: (policyId: string, of: { triggeredAt: number; id: string }) => previous(db, policyId, of),
    list: (filter: RetrainingFilter) => listRetrainings(db, filter),
  };
}

async function previous(
  db: Tables,
  policyId: string,
  { triggeredAt, id }: { triggeredAt: number; id: string },
): Promise<RetrainingState | undefined> {
  const row = await db
    .selectFrom('monitoring_retraining')
    .selectAll()
    .where('policy_id', '=', policyId)
    .where('state', '!=', 'skipped')
    .where('triggered_at', '<=', triggeredAt)
    .where('id', '!=', id)
    .orderBy('triggered_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row && toRetraining(row);
}

/** How many of a policy were triggered after an event time and not skipped. */
async function triggeredSince(db: Tables, policyId: string, triggeredAfter: number): Promise<number> {
  const row = await db
    .selectFrom('monitoring_retraining')
    .select((e) => e.fn.countAll<number>().as('count'))
    .where('policy_id', '=', policyId)
    .where('state', '!=', 'skipped')
    .where('triggered_at', '>', triggeredAfter)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}

async function listRetrainings(db: Tables, filter: RetrainingFilter): Promise<Page<RetrainingState>> {
  const { limit, pageToken, policy, endpoint, state } = filter;
  const key = pageToken ? (decodePageToken(pageToken, ['number', 'string']) as [number, string]) : undefined;
  const rows = await db
    .selectFrom('monitoring_retraining')
    .selectAll()
    .$if(policy !== undefined, (q) => q.where('policy', '=', policy!))
    .$if(endpoint !== undefined, (q) => q.where('endpoint', '=', endpoint!))
    .$if(state !== undefined, (q) => q.where('state', '=', state!))
    .$if(key !== undefined, (q) =>
      q.where((where) => where(where.refTuple('created_at', 'id'), '<', where.tuple(key![0], key![1]))),
    )
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return toPage(rows.map(toRetraining), limit, (retraining) => [retraining.createdAt, retraining.id]);
}

function toPolicy(row: Selectable<MonitoringTables['monitoring_policy']>): PolicyState {
  const spec = RetrainingSpec.parse(JSON.parse(row.spec));
  return {
    id: row.id,
    name: row.name,
    spec,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    firedAt: row.fired_at,
  };
}

function toRow(retraining: RetrainingState): Insertable<MonitoringTables['monitoring_retraining']> {
  return {
    id: retraining.id,
    policy_id: retraining.policyId,
    policy: retraining.policy,
    spec: JSON.stringify(retraining.spec),
    endpoint: retraining.endpoint,
    model: retraining.model,
    trigger_kind: retraining.trigger.kind,
    trigger_id: retraining.trigger.id,
    triggered_at: retraining.triggeredAt,
    window_from_at: retraining.windowFromAt,
    window_to_at: retraining.windowToAt,
    state: retraining.state,
    ended: ends.includes(retraining.state) ? 1 : 0,
    reason: retraining.reason,
    pipeline_run_id: retraining.pipelineRunId,
    version: retraining.version,
    rollout_id: retraining.rolloutId,
    steps: JSON.stringify(retraining.steps),
    created_at: retraining.createdAt,
    updated_at: retraining.updatedAt,
  };
}

function toRetraining(row: Selectable<MonitoringTables['monitoring_retraining']>): RetrainingState {
  return {
    id: row.id,
    policyId: row.policy_id,
    policy: row.policy,
    spec: RetrainingSpec.parse(JSON.parse(row.spec)),
    endpoint: row.endpoint,
    model: row.model,
    trigger: { kind: row.trigger_kind as Retraining['trigger']['kind'], id: row.trigger_id },
    triggeredAt: row.triggered_at,
    windowFromAt: row.window_from_at,
    windowToAt: row.window_to_at,
    state: row.state as Retraining['state'],
    reason: row.reason,
    pipelineRunId: row.pipeline_run_id,
    version: row.version,
    rolloutId: row.rollout_id,
    steps: JSON.parse(row.steps) as RetrainingStep[],
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
