import { TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { assess, type Progress } from './rollout-case.ts';
import { createRolloutStore, type StoredRollout } from './rollout-store.ts';
import { endRollout, moveRollout, promote } from './rollout-transitions.ts';

const shareOfTime = 0.05;

/**
 * Judges every rollout under way and moves it on: to its next step, to promotion, or back. All state is in the database;
 * `nextLooks` only says when each may be looked at again, so that judging long logs leaves the thread to predictions.
 */
export async function moveRollouts(
  deps: ServingDeps,
  nextLooks: Map<string, number>,
  signal: AbortSignal,
): Promise<void> {
  const underWay = await createRolloutStore(deps.database.query).underWay();
  if (underWay.length === 0) nextLooks.clear();
  for (const stored of underWay) {
    if (signal.aborted) return;
    const { id } = stored.rollout;
    const startedAt = performance.now();
    if (startedAt < (nextLooks.get(id) ?? 0)) continue;
    try {
      await moveOne(deps, stored);
      nextLooks.set(id, startedAt + (performance.now() - startedAt) / shareOfTime);
    } catch (error) {
      // Somebody else moved it between our reading and writing: the next turn sees where it is.
      if (!(error instanceof TidemillError) || error.code !== 'conflict') deps.onError(error);
    }
  }
}

async function moveOne(deps: ServingDeps, stored: StoredRollout): Promise<void> {
  const { rollout } = stored;
  const progress = await assess(deps, stored);
  const { judgement } = progress;
  if (changed(stored, progress)) await createRolloutStore(deps.database.query).setJudgement(rollout.id, judgement);
  if (judgement.verdict === 'fail') {
    const failed = judgement.findings.filter((finding) => finding.verdict === 'fail');
    const reason = failed.map((finding) => `${finding.rule}: ${finding.message}`).join(' ');
    return endRollout(deps, stored, { state: 'rolled-back', reason, judgement });
  }
  if (deps.clock.now() - stored.createdAt > rollout.rules.maxMs) return timeIsUp(deps, stored, progress);
  if (rollout.state === 'paused' || !progress.stepDone) return;
  if (rollout.step < rollout.steps.length - 1) {
    const reason = `Step ${rollout.step + 1} of ${rollout.steps.length} has had all it asks for and no rule failed.`;
    return moveRollout(deps, stored, { to: rollout.step + 1, decision: 'advance', reason, judgement });
  }
  if (judgement.verdict === 'pass' || rollout.steps.length === 0) {
    const reason = rollout.steps.length === 0 ? 'All at once.' : 'All steps are done and the judge has passed it.';
    return promote(deps, stored, { reason, judgement });
  }
}

/** A judgement is stored when it says something new, not at every look. */
function changed({ rollout }: StoredRollout, { judgement }: Progress): boolean {
  const before = rollout.judgement;
  return (
    before?.verdict !== judgement.verdict ||
    before.step !== judgement.step ||
    before.candidateRows !== judgement.candidateRows ||
    before.candidateLabels !== judgement.candidateLabels
  );
}

async function timeIsUp(deps: ServingDeps, stored: StoredRollout, { judgement }: Progress): Promise<void> {
  const { onInconclusive } = stored.rollout.rules;
  const reason = `The time of the rollout was up with the verdict '${judgement.verdict}'.`;
  if (onInconclusive === 'promote') return promote(deps, stored, { reason, judgement });
  if (onInconclusive === 'rollback') return endRollout(deps, stored, { state: 'rolled-back', reason, judgement });
}
