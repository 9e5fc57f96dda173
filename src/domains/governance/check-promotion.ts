import type { Actor } from '../../kernel/actor.ts';
import { newId } from '../../kernel/ids.ts';
import type { ApprovalState, PromotionRequest, Verdict } from '../registry/index.ts';
import { approvalState } from './approval-state.ts';
import type { GovernanceDeps } from './deps.ts';
import { evaluateGate } from './evaluate-gate.ts';
import { gatesFor } from './gates.ts';
import { type Gathered, gatherEvidence } from './gather-evidence.ts';
import type { Gate, GateVerdict } from './schema.ts';
import { createGovernanceStore } from './store.ts';

/** Judges a promotion by every gate that guards it, and keeps the verdict with all it saw. */
export async function checkPromotion(deps: GovernanceDeps, request: PromotionRequest): Promise<Verdict> {
  const { model, version, target, current, preview = false } = request;
  const gates = await gatesFor(deps, { model, target });
  if (gates.length === 0) return { id: null, outcome: 'unguarded', rules: [], approvals: [], evidenceDigest: null };
  const gathered = await gatherEvidence(deps, { version, target, current });
  const now = deps.clock.now();
  const results = gates.map((gate) => evaluateGate(gate.spec, gathered.evidence, { name: gate.name, now }));
  const rules = results.flatMap((result) => result.rules);
  const approvals: ApprovalState[] = [];
  for (const gate of gates) {
    const state = await approvalState(deps, { gate, version, target, evidenceDigest: gathered.digest, preview });
    if (state) approvals.push(state);
  }
  const outcome = results.some((result) => !result.passed)
    ? 'failed'
    : approvals.some((state) => state.reason !== null)
      ? 'approval-missing'
      : 'passed';
  const said = { outcome, rules, approvals } as const;
  const id = preview ? null : await keepVerdict(deps, request, { gates, gathered, said });
  return { id, ...said, evidenceDigest: gathered.digest };
}

interface Said {
  gates: Gate[];
  gathered: Gathered;
  said: Pick<GateVerdict, 'outcome' | 'rules' | 'approvals'>;
}

async function keepVerdict(
  { database, ledger, clock }: GovernanceDeps,
  { model, version, target, actor }: PromotionRequest & { actor: Actor },
  { gates, gathered, said }: Said,
): Promise<string> {
  const now = clock.now();
  const id = newId(now);
  const about = {
    model,
    version: version.number,
    artifactDigest: version.digest,
    target,
    outcome: said.outcome,
    gates: gates.map(({ name, digest }) => ({ name, digest })),
    evidenceDigest: gathered.digest,
  };
  await database.transaction(async (tx) => {
    const verdict = {
      ...about,
      ...said,
      id,
      evidence: gathered.evidence,
      at: now,
      actorId: actor.id,
      actorName: actor.name,
    };
    await createGovernanceStore(tx).addVerdict({ ...verdict, versionId: version.id });
    const failed = said.rules
      .filter((rule) => rule.outcome !== 'passed')
      .map(({ gate, rule, reason }) => ({ gate, rule, reason }));
    const subject = { kind: 'model-version', id: version.id, name: `${model}/${version.number}` };
    await ledger.append(tx, { type: 'gate.evaluated', actor, subject, data: { verdictId: id, ...about, failed } });
  });
  return id;
}
