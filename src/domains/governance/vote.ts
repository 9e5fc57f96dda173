import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import type { ModelVersion } from '../registry/index.ts';
import { endApproval, grantedOf, isOpen, tellOf, whyOver } from './approval-state.ts';
import type { StoredApproval } from './approval-store.ts';
import type { GovernanceDeps } from './deps.ts';
import { currentOf, gatherEvidence } from './gather-evidence.ts';
import type { Approval, ApprovalPolicy, Gate } from './schema.ts';
import { createGovernanceStore } from './store.ts';

interface Vote {
  id: string;
  decision: 'approve' | 'reject';
  reason?: string | undefined;
}

/** Votes on a request, after making sure that it still is about what it was made for and that the actor may. */
export async function castVote(deps: GovernanceDeps, actor: Actor, vote: Vote): Promise<Approval> {
  const { approval, gate, version, digest } = await subjectOf(deps, vote.id);
  const over = whyOver(approval, { gate, version, evidenceDigest: digest }, deps.clock.now());
  if (over) {
    await endApproval(deps, actor, { id: approval.id, ...over });
    fail('conflict', `The request holds no longer: ${over.reason}. Request approval again.`, { field: 'id' });
  }
  await refuseVoter(deps, actor, { approval, version, policy: gate.spec.approvals! });
  return deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `approval:${approval.id}`);
    const store = createGovernanceStore(tx).approvals;
    if ((await store.find(vote.id))?.status !== 'pending') {
      fail('conflict', 'The request was decided meanwhile.', { field: 'id', value: vote.id });
    }
    const now = deps.clock.now();
    const { decision, reason = '' } = vote;
    const cast = { actorId: actor.id, actorName: actor.name, decision, reason: reason.slice(0, 2_000), at: now };
    if (!(await store.vote(vote.id, cast))) {
      fail('conflict', 'You have voted on this request already.', { field: 'id', value: vote.id });
    }
    const after = (await store.find(vote.id))!;
    const isDone = grantedOf(after) >= after.required;
    const status = decision === 'reject' ? 'rejected' : isDone ? 'approved' : 'pending';
    await store.settle(vote.id, { status, reason: decision === 'reject' ? cast.reason : after.reason, at: now });
    const type = decision === 'reject' ? ('approval.rejected' as const) : ('approval.granted' as const);
    await tellOf(deps, actor, { tx, type, approval: { ...after, reason: cast.reason } });
    const { versionId: _, ...shown } = (await store.find(vote.id))!;
    return shown;
  });
}

async function subjectOf(deps: GovernanceDeps, id: string) {
  const store = createGovernanceStore(deps.database.query);
  const approval = (await store.approvals.find(id)) ?? notFound('approval', id);
  if (approval.status !== 'pending' || !isOpen(approval)) {
    fail('conflict', `The request is ${approval.status} already.`, { field: 'id', value: id });
  }
  const gate = await store.gate(approval.gate);
  if (!gate?.spec.approvals) return fail('conflict', `The gate '${approval.gate}' demands no approvals any more.`);
  const version = await deps.registry.versions.byId(approval.versionId);
  const { target } = approval;
  const current = await currentOf(deps, version, target);
  const { digest } = await gatherEvidence(deps, { version, target, current });
  return { approval, gate: gate as Gate, version, digest };
}

/** Four eyes: people only, not who asked, not who trained where the gate says so, and only whom the gate names. */
async function refuseVoter(
  { rolesOf }: GovernanceDeps,
  actor: Actor,
  { approval, version, policy }: { approval: StoredApproval; version: ModelVersion; policy: ApprovalPolicy },
): Promise<void> {
  const refuse = (why: string) =>
    fail('forbidden', `${actor.name} may not vote on this request: ${why}.`, { field: 'id' });
  if (actor.kind === 'system' || actor.kind === 'step') refuse('only people approve');
  if (actor.id === approval.requestedBy.id && !policy.requesterMayApprove) refuse('who asks does not approve');
  if (actor.id === version.createdBy && !policy.trainerMayApprove)
    refuse('who registered the version does not approve');
  const { actors, roles } = policy.from;
  if (actors.length + roles.length === 0) return;
  if (actors.includes(actor.id) || actors.includes(actor.name)) return;
  const held = roles.length > 0 && rolesOf ? await rolesOf(actor) : [];
  if (!roles.some((role) => held.includes(role))) refuse('the gate names others');
}
