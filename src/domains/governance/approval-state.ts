import type { Queries } from '../../database/database.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import type { EventType } from '../../ledger/index.ts';
import type { ApprovalState, ModelVersion, PromotionTarget } from '../registry/index.ts';
import type { StoredApproval } from './approval-store.ts';
import type { GovernanceDeps } from './deps.ts';
import type { ApprovalStatus, Gate } from './schema.ts';
import { createGovernanceStore } from './store.ts';

/** What an approval must still hold for when it is used. */
export interface ApprovalUse {
  gate: Gate;
  version: ModelVersion;
  target: PromotionTarget;
  evidenceDigest: string;
  /** Only looks: nothing is voided. */
  preview: boolean;
}

/** How many have approved; a reason says why they do not suffice. Undefined where the gate demands none. */
export async function approvalState(deps: GovernanceDeps, use: ApprovalUse): Promise<ApprovalState | undefined> {
  const { gate, version, target, preview } = use;
  const policy = gate.spec.approvals;
  if (!policy) return undefined;
  const state = { gate: gate.name, required: policy.required, granted: 0, requestId: null };
  const of = { gate: gate.name, versionId: version.id, target };
  const open = await createGovernanceStore(deps.database.query).approvals.findOpen(of);
  if (!open) return { ...state, reason: 'nobody has been asked' };
  const over = whyOver(open, use, deps.clock.now());
  if (over && !preview) await endApproval(deps, systemActor, { id: open.id, ...over });
  if (over) return { ...state, requestId: open.id, reason: over.reason };
  const granted = grantedOf(open);
  const reason = open.status === 'approved' ? null : `${granted} of ${policy.required} have approved`;
  return { ...state, granted, requestId: open.id, reason };
}

/** How many people have approved. */
export function grantedOf({ votes }: Pick<StoredApproval, 'votes'>): number {
  return votes.filter((vote) => vote.decision === 'approve').length;
}

/** Why an open request holds no longer: its time is over, or the artifact, the evidence or the gate is another one. */
export function whyOver(
  open: StoredApproval,
  { gate, version, evidenceDigest }: Pick<ApprovalUse, 'gate' | 'version' | 'evidenceDigest'>,
  now: number,
): { status: 'expired' | 'voided'; reason: string } | undefined {
  if (open.expiresAt !== null && now >= open.expiresAt) return { status: 'expired', reason: 'the request has expired' };
  const voided = (what: string) => ({ status: 'voided' as const, reason: `the ${what} changed since the request` });
  if (open.artifactDigest !== version.digest) return voided('artifact');
  if (open.gateDigest !== gate.digest) return voided('gate');
  if (open.evidenceDigest !== evidenceDigest) return voided('evidence');
  return undefined;
}

/** Ends an open request; one that others ended meanwhile stays as they left it. */
export async function endApproval(
  deps: GovernanceDeps,
  actor: Actor,
  { id, status, reason }: { id: string; status: Exclude<ApprovalStatus, 'pending' | 'approved'>; reason: string },
): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `approval:${id}`);
    const store = createGovernanceStore(tx).approvals;
    const approval = await store.find(id);
    if (!approval || !isOpen(approval)) return;
    await store.settle(id, { status, reason, at: deps.clock.now() });
    await tellOf(deps, actor, { tx, type: `approval.${status}`, approval: { ...approval, reason } });
  });
}

/** Whether a request may still be voted on or used. */
export function isOpen({ status }: Pick<StoredApproval, 'status'>): boolean {
  return status === 'pending' || status === 'approved';
}

/** Appends what happened to a request to the ledger. */
export async function tellOf(
  { ledger }: GovernanceDeps,
  actor: Actor,
  { tx, type, approval }: { tx: Queries; type: EventType & `approval.${string}`; approval: StoredApproval },
): Promise<void> {
  const { id, gate, model, version, target, artifactDigest, evidenceDigest, reason, required } = approval;
  const data = { gate, model, version, target, artifactDigest, evidenceDigest, reason, required };
  const subject = { kind: 'approval', id, name: `${model}/${version} → ${target.name}` };
  await ledger.append(tx, { type, actor, subject, data: { ...data, granted: grantedOf(approval) } });
}
