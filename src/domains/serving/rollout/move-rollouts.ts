import { TidemillError } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { lookAtMetrics, type MetricsLook } from './measure-metrics.ts';
import { withMetrics } from './metric-verdict.ts';
import { assess, type Progress } from './rollout-case.ts';
import type { Finding, Judgement, RolloutPlan } from './rollout-schema.ts';
import { createRolloutStore, type StoredRollout } from './rollout-store.ts';
import { endRollout, moveRollout, promote } from './rollout-transitions.ts';
import { holdRollout } from './rollout-waits.ts';
import { type RolloutWatch, startMeasuring } from './rollout-watch.ts';

const shareOfTime = 0.05;
/** However slow a look is: what fails shall be taken back within seconds. */
const mostPauseMs = 5000;

/**
 * Judges every rollout under way and moves it on: to its next step, to promotion, or back. All state is in the database;
 * the watch only says when each may be looked at again, so that judging long logs leaves the thread to predictions.
 */
export async function moveRollouts(deps: ServingDeps, watch: RolloutWatch, signal: AbortSignal): Promise<void> {
  const { nextLooks } = watch;
  const underWay = await createRolloutStore(deps.database.query).underWay();
  if (underWay.length === 0) nextLooks.clear();
  for (const stored of underWay) {
    if (signal.aborted) return;
    const { id } = stored.rollout;
    const startedAt = performance.now();
    if (startedAt < (nextLooks.get(id) ?? 0)) continue;
    try {
      await moveOne(deps, watch, stored);
      const now = performance.now();
      nextLooks.set(id, now + Math.min(mostPauseMs, (now - startedAt) * (1 / shareOfTime - 1)));
    } catch (error) {
      // Somebody else moved it between our reading and writing: the next turn sees where it is.
      if (!(error instanceof TidemillError) || error.code !== 'conflict') deps.onError(error);
    }
  }
}

async function moveOne(deps: ServingDeps, watch: RolloutWatch, stored: StoredRollout): Promise<void> {
  const { rollout } = stored;
  const metrics = await lookAtMetrics(deps, stored);
  startMeasuring(deps, watch, { stored, due: metrics.due });
  const progress = withFindings(await assess(deps, stored), metrics);
  const { judgement } = progress;
  deps.counts.verdict(rollout.endpoint, judgement.verdict);
  if (changed(stored, progress)) await createRolloutStore(deps.database.query).setJudgement(rollout.id, judgement);
  if (judgement.verdict === 'fail') {
    const failed = judgement.findings.filter(
      ({ verdict, effect = 'critical' }) => verdict === 'fail' && effect === 'critical',
    );
    const reason = failed.map((finding) => `${finding.rule}: ${finding.message}`).join(' ');
    return endRollout(deps, stored, { state: 'rolled-back', reason, judgement });
  }
  const now = deps.clock.now();
  if (now - stored.createdAt > rollout.rules.maxMs) {
    const isOver = await timeIsUp(deps, stored, judgement);
    if (isOver) return;
  }
  if (rollout.state === 'paused') return;
  if (metrics.undecidable.length > 0) {
    const reason = metrics.undecidable.map(({ rule, message }) => `${rule}: ${message}`).join(' ');
    return holdRollout(deps, stored, { kind: 'metric', reason, judgement });
  }
  if (progress.stepDone && (await goOn(deps, stored, judgement))) return;
  const { maxMs = Number.POSITIVE_INFINITY } = untilOf(stored);
  if (now - stored.stepStartedAt > maxMs) await stepIsOver(deps, stored, judgement);
}

function untilOf({ rollout }: StoredRollout): Pick<RolloutPlan['step'], 'maxMs' | 'onInconclusive'> {
  const step = rollout.steps[rollout.step];
  return step === undefined || step.kind === 'pause' ? {} : step;
}

function withFindings(progress: Progress, { findings }: MetricsLook): Progress {
  const { judgement } = progress;
  if (findings.length === 0) return progress;
  const verdict = withMetrics(judgement.verdict, findings);
  return { ...progress, judgement: { ...judgement, verdict, findings: [...judgement.findings, ...findings] } };
}

/** The next step, or the promotion where there is none and the judge has passed it; gives whether it moved. */
async function goOn(deps: ServingDeps, stored: StoredRollout, judgement: Judgement): Promise<boolean> {
  const { step, steps } = stored.rollout;
  if (step < steps.length - 1) {
    const reason = `Step ${step + 1} of ${steps.length} has had all it asks for and no rule failed.`;
    await moveRollout(deps, stored, { to: step + 1, decision: 'advance', reason, judgement });
    return true;
  }
  if (judgement.verdict !== 'pass' && steps.length > 0) return false;
  const reason = steps.length === 0 ? 'All at once.' : 'All steps are done and the judge has passed it.';
  await promote(deps, stored, { reason, judgement });
  return true;
}

/** A judgement is stored when it says something new, not at every look. */
function changed({ rollout }: StoredRollout, { judgement }: Progress): boolean {
  const before = rollout.judgement;
  return (
    before?.verdict !== judgement.verdict ||
    before.step !== judgement.step ||
    before.candidateRows !== judgement.candidateRows ||
    before.candidateLabels !== judgement.candidateLabels ||
    metricsTold(before.findings) !== metricsTold(judgement.findings)
  );
}

function metricsTold(findings: readonly Finding[]): string {
  const ofMetrics = findings.filter((finding) => finding.rule.startsWith('metric:'));
  return ofMetrics.map(({ verdict, numbers }) => `${verdict} ${numbers['measured']}`).join();
}

/** A step that had its longest time without ending: a person decides, or what the plan says is done. */
async function stepIsOver(deps: ServingDeps, stored: StoredRollout, judgement: Judgement): Promise<void> {
  const { step, steps } = stored.rollout;
  const { maxMs, onInconclusive = 'hold' } = untilOf(stored);
  const reason = `Step ${step + 1} of ${steps.length} was not over within ${maxMs} ms; the verdict is '${judgement.verdict}'.`;
  if (onInconclusive === 'hold') return holdRollout(deps, stored, { kind: 'inconclusive', reason, judgement });
  if (onInconclusive === 'rollback') return endRollout(deps, stored, { state: 'rolled-back', reason, judgement });
  if (onInconclusive === 'promote' || step >= steps.length - 1) return promote(deps, stored, { reason, judgement });
  return moveRollout(deps, stored, { to: step + 1, decision: 'advance', reason, judgement });
}

async function timeIsUp(deps: ServingDeps, stored: StoredRollout, judgement: Judgement): Promise<boolean> {
  const { onInconclusive } = stored.rollout.rules;
  const reason = `The time of the rollout was up with the verdict '${judgement.verdict}'.`;
  if (onInconclusive === 'promote') await promote(deps, stored, { reason, judgement });
  if (onInconclusive === 'rollback') await endRollout(deps, stored, { state: 'rolled-back', reason, judgement });
  return onInconclusive !== 'wait';
}
