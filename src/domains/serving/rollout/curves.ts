import type { ServingDeps } from '../deps.ts';
import type { CurvePoint } from './curve-schema.ts';
import type { ArmState } from './judge-state.ts';
import { createCurveStore, type JudgeRecord } from './judge-store.ts';
import type { Judgement } from './judgement-schema.ts';
import { sketchQuantile } from './latency-sketch.ts';

/** Points a rollout's curves have at most. */
export const mostPoints = 500;

/** What was said at a look. */
export interface Drawn {
  rolloutId: string;
  judgement: Judgement;
}

/**
 * Adds a point to the curves where the last is long enough ago, or where the verdict is against the candidate. When there are
 * too many, every second goes and the next come half as often: a rollout of any length has one curve of bounded size.
 */
export async function drawCurve(deps: ServingDeps, record: JudgeRecord, drawn: Drawn): Promise<void> {
  const { rolloutId, judgement } = drawn;
  const { curve } = record.cursor;
  if (judgement.verdict !== 'fail' && record.judgedAt - curve.lastAt < curve.spacingMs) return;
  const store = createCurveStore(deps.database.query);
  await store.addPoint(rolloutId, pointOf(record, judgement));
  curve.lastAt = record.judgedAt;
  curve.points++;
  if (curve.points < mostPoints) return;
  curve.points = await store.thinCurve(rolloutId);
  curve.spacingMs *= 2;
}

/** A look as a point of the curves. */
export function pointOf({ look, state }: JudgeRecord, judgement: Judgement): CurvePoint {
  const numberOf = (rule: string, name: string) =>
    judgement.findings.find((finding) => finding.rule === rule)?.numbers[name] ?? null;
  const { matches, candidateLoss, championLoss } = state.quality;
  const logE: Record<string, number> = {};
  for (const { rule, numbers } of judgement.findings) {
    const { maxLogE } = numbers;
    if (typeof maxLogE === 'number') logE[rule] = Number(maxLogE.toFixed(4));
  }
  const lossOf = (sum: number) => (matches === 0 ? null : sum / matches);
  return {
    at: judgement.at,
    step: judgement.step,
    look,
    verdict: judgement.verdict,
    labels: state.quality.candidateLabels,
    candidate: armOf(state.candidate, lossOf(candidateLoss)),
    champion: armOf(state.champion, lossOf(championLoss)),
    psi: numberOf('shift', 'psi'),
    disagreement: numberOf('disagreement', 'disagreement'),
    score: judgement.comparison?.score ?? null,
    logE,
  };
}

function armOf(
  { requests, rows, errors, invalid, latencies }: ArmState,
  meanLoss: number | null,
): CurvePoint['candidate'] {
  const share = (count: number) => (requests === 0 ? null : count / requests);
  const quantile = (q: number) => (latencies.n === 0 ? null : Number(sketchQuantile(latencies, q).toPrecision(4)));
  return {
    requests,
    rows,
    errorRate: share(errors),
    invalidRate: share(invalid),
    p50Ms: quantile(0.5),
    p95Ms: quantile(0.95),
    p99Ms: quantile(0.99),
    meanLoss,
  };
}
