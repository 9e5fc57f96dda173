import type { Selectable } from 'kysely';
import type { Queries } from '../../database/database.ts';
import type { PromotionTarget } from '../registry/index.ts';
import type { Approval, ApprovalStatus, ApprovalVote } from './schema.ts';
import type { GovernanceTables } from './tables.ts';

type Db = ReturnType<typeof open>;

function open(queries: Queries) {
  return queries.withTables<GovernanceTables>();
}

/** An approval as stored: it also names the version by id, which a renamed model keeps. */
export interface StoredApproval extends Approval {
  versionId: string;
}

/** Which requests to read, newest first. */
export interface ApprovalRows {
  status?: ApprovalStatus | undefined;
  model?: string | undefined;
  gate?: string | undefined;
  versionId?: string | undefined;
  after?: string | undefined;
  limit: number;
}

/** All SQL of approval requests and votes. Writers hold the lock of the version's approvals. */
export function createApprovalStore(queries: Queries) {
  const db = open(queries);
  return {
    insert: (approval: StoredApproval) => insertApproval(db, approval),
    find: async (id: string) => (await filled(db, await select(db).where('id', '=', id).execute()))[0],
    /** The open request (pending or approved) of a gate for a promotion. */
    findOpen: (of: { gate: string; versionId: string; target: PromotionTarget }) => findOpen(db, of),
    list: (rows: ApprovalRows) => listApprovals(db, rows),
    settle: (id: string, change: { status: ApprovalStatus; reason: string; at: number }) => settle(db, id, change),
    /** Gives whether the actor had not voted yet. */
    vote: (id: string, vote: ApprovalVote) => addVote(db, id, vote),
  };
}

function select(db: Db) {
  return db.selectFrom('approval').selectAll();
}

async function insertApproval(db: Db, approval: StoredApproval): Promise<void> {
  await db
    .insertInto('approval')
    .values({
      id: approval.id,
      gate: approval.gate,
      gate_digest: approval.gateDigest,
      version_id: approval.versionId,
      model: approval.model,
      version: approval.version,
      target_kind: approval.target.kind,
      target_name: approval.target.name,
      artifact_digest: approval.artifactDigest,
      evidence_digest: approval.evidenceDigest,
      status: approval.status,
      reason: approval.reason,
      required: approval.required,
      requested_by: approval.requestedBy.id,
      requested_by_name: approval.requestedBy.name,
      requested_at: approval.requestedAt,
      expires_at: approval.expiresAt,
      updated_at: approval.updatedAt,
    })
    .execute();
}

async function findOpen(
  db: Db,
  { gate, versionId, target }: { gate: string; versionId: string; target: PromotionTarget },
): Promise<StoredApproval | undefined> {
  const rows = await select(db)
    .where('version_id', '=', versionId)
    .where('gate', '=', gate)
    .where('target_kind', '=', target.kind)
    .where('target_name', '=', target.name)
    .where('status', 'in', ['pending', 'approved'])
    .orderBy('id', 'desc')
    .limit(1)
    .execute();
  return (await filled(db, rows))[0];
}

async function listApprovals(db: Db, rows: ApprovalRows): Promise<StoredApproval[]> {
  const found = await select(db)
    .$if(rows.status !== undefined, (q) => q.where('status', '=', rows.status!))
    .$if(rows.model !== undefined, (q) => q.where('model', '=', rows.model!))
    .$if(rows.gate !== undefined, (q) => q.where('gate', '=', rows.gate!))
    .$if(rows.versionId !== undefined, (q) => q.where('version_id', '=', rows.versionId!))
    .$if(rows.after !== undefined, (q) => q.where('id', '<', rows.after!))
    .orderBy('id', 'desc')
    .limit(rows.limit)
    .execute();
  return filled(db, found);
}

async function filled(db: Db, rows: Selectable<GovernanceTables['approval']>[]): Promise<StoredApproval[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const votes = await db
    .selectFrom('approval_vote')
    .selectAll()
    .where('approval_id', 'in', ids)
    .orderBy('at')
    .orderBy('actor_id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    gate: row.gate,
    gateDigest: row.gate_digest,
    versionId: row.version_id,
    model: row.model,
    version: row.version,
    target: { kind: row.target_kind, name: row.target_name } as PromotionTarget,
    artifactDigest: row.artifact_digest,
    evidenceDigest: row.evidence_digest,
    status: row.status as ApprovalStatus,
    reason: row.reason,
    required: row.required,
    votes: votes
      .filter((vote) => vote.approval_id === row.id)
      .map((vote) => ({
        actorId: vote.actor_id,
        actorName: vote.actor_name,
        decision: vote.decision as ApprovalVote['decision'],
        reason: vote.reason,
        at: vote.at,
      })),
    requestedBy: { id: row.requested_by, name: row.requested_by_name },
    requestedAt: row.requested_at,
    expiresAt: row.expires_at,
    updatedAt: row.updated_at,
  }));
}

async function settle(
  db: Db,
  id: string,
  { status, reason, at }: { status: ApprovalStatus; reason: string; at: number },
): Promise<void> {
  await db.updateTable('approval').set({ status, reason, updated_at: at }).where('id', '=', id).execute();
}

async function addVote(db: Db, id: string, vote: ApprovalVote): Promise<boolean> {
  const result = await db
    .insertInto('approval_vote')
    .values({
      approval_id: id,
      actor_id: vote.actorId,
      actor_name: vote.actorName,
      decision: vote.decision,
      reason: vote.reason,
      at: vote.at,
    })
    .onConflict((conflict) => conflict.columns(['approval_id', 'actor_id']).doNothing())
    .executeTakeFirst();
  return (result.numInsertedOrUpdatedRows ?? 0n) > 0n;
}
