import { type Actor, may } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import type { ModelVersion } from '../registry/index.ts';
import { endApproval, isOpen, tellOf, whyOver } from './approval-state.ts';
import type { StoredApproval } from './approval-store.ts';
import type { GovernanceDeps } from './deps.ts';
import { gatesFor } from './gates.ts';
import { currentOf, gatherEvidence } from './gather-evidence.ts';
import type { Approvals, Promotion } from './governance.ts';
import type { Approval, Gate } from './schema.ts';
import { createGovernanceStore } from './store.ts';
import { castVote } from './vote.ts';

/** Makes the verbs of approvals. */
export function createApprovals(deps: GovernanceDeps): Approvals {
  const store = createGovernanceStore(deps.database.query).approvals;
  return {
    request: (actor, promotion) => requestApprovals(deps, actor, promotion),
    vote: (actor, id, vote) => castVote(deps, actor, { id, ...vote }),
    withdraw: (actor, id, reason = '') => withdraw(deps, actor, { id, reason }),
    get: (id) => approvalOf(deps, id),
    async list({ limit, pageToken, ...filter }) {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const page = toPage(await store.list({ ...filter, after, limit: limit + 1 }), limit, (one) => [one.id]);
      return { ...page, items: page.items.map(shown) };
    },
  };
}

/** A request as others see it. */
export function shown({ versionId: _, ...approval }: StoredApproval): Approval {
  return approval;
}

/** A request by id, or `not_found`. */
export async function approvalOf({ database }: GovernanceDeps, id: string): Promise<Approval> {
  const found = await createGovernanceStore(database.query).approvals.find(id);
  return found ? shown(found) : notFound('approval', id);
}

async function requestApprovals(
  deps: GovernanceDeps,
  actor: Actor,
  { model, version: number, target, reason = '' }: Promotion & { reason?: string | undefined },
): Promise<Approval[]> {
  const version = await deps.registry.versions.get(model, number);
  const gates = (await gatesFor(deps, { model, target })).filter((gate) => gate.spec.approvals);
  if (gates.length === 0) {
    fail('conflict', `No gate of '${model}' demands approvals for '${target.name}'.`, { field: 'target' });
  }
  const current = await currentOf(deps, version, target);
  const { digest } = await gatherEvidence(deps, { version, target, current });
  const requests: Approval[] = [];
  for (const gate of gates) {
    const asked = { gate, version, target, evidenceDigest: digest, reason };
    requests.push(shown(await requestApproval(deps, actor, asked)));
  }
  return requests;
}

interface Asked {
  gate: Gate;
  version: ModelVersion;
  target: Promotion['target'];
  evidenceDigest: string;
  reason: string;
}

/** Gives the open request while it holds; else ends it and makes a new one. */
async function requestApproval(deps: GovernanceDeps, actor: Actor, asked: Asked): Promise<StoredApproval> {
  const { gate, version, target, evidenceDigest, reason } = asked;
  const { required, expiresAfterMs } = gate.spec.approvals!;
  return deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `approvals:${version.id}`);
    const store = createGovernanceStore(tx).approvals;
    const now = deps.clock.now();
    const open = await store.findOpen({ gate: gate.name, versionId: version.id, target });
    const over = open && whyOver(open, asked, now);
    if (open && !over) return open;
    if (open && over) await endApproval(deps, actor, { id: open.id, ...over });
    const approval: StoredApproval = {
      id: newId(now),
      gate: gate.name,
      gateDigest: gate.digest,
      versionId: version.id,
      model: version.model,
      version: version.number,
      target,
      artifactDigest: version.digest,
      evidenceDigest,
      status: 'pending',
      reason: reason.slice(0, 2_000),
      required,
      votes: [],
      requestedBy: { id: actor.id, name: actor.name },
      requestedAt: now,
      expiresAt: expiresAfterMs === undefined ? null : now + expiresAfterMs,
      updatedAt: now,
    };
    await store.insert(approval);
    await tellOf(deps, actor, { tx, type: 'approval.requested', approval });
    return approval;
  });
}

async function withdraw(
  deps: GovernanceDeps,
  actor: Actor,
  { id, reason }: { id: string; reason: string },
): Promise<Approval> {
  const approval = await approvalOf(deps, id);
  if (approval.requestedBy.id !== actor.id && !may(actor, 'gates.write')) {
    fail('forbidden', 'Only who made the request, or who may write gates, withdraws it.', { field: 'id' });
  }
  if (!isOpen(approval)) fail('conflict', `The request is ${approval.status} already.`, { field: 'id', value: id });
  await endApproval(deps, actor, { id, status: 'withdrawn', reason });
  return approvalOf(deps, id);
}
