import type { ServingDeps } from '../deps.ts';
import { type Observed, observe } from '../log/observe.ts';
import { judge } from './judge.ts';
import type { JudgedRow } from './judge-case.ts';
import type { Judgement, RolloutStep } from './rollout-schema.ts';
import type { StoredRollout } from './rollout-store.ts';

/** What the judge said, and how far the current step has come. */
export interface Progress {
  judgement: Judgement;
  /** Whether the step has had all it asks for. */
  stepDone: boolean;
}

/** Reads both arms from the prediction log since the rollout began and judges them. */
export async function assess(deps: ServingDeps, stored: StoredRollout): Promise<Progress> {
  const { rollout, createdAt, stepStartedAt } = stored;
  const query = { endpoint: rollout.endpoint, loggedFrom: createdAt, includeShadow: true, features: [] };
  const rows = judgedRows(await observe(deps, query), rollout);
  const now = deps.clock.now();
  const judgement = judge({ rows, rules: rollout.rules, step: rollout.step, now });
  const step = rollout.steps[rollout.step];
  const inStep = rows.filter((row) => row.candidate && row.loggedAt >= stepStartedAt);
  const done = { rows: inStep.length, labels: inStep.filter((row) => !Number.isNaN(row.label)).length };
  return { judgement, stepDone: step === undefined || isDone(step, { ...done, ms: now - stepStartedAt }) };
}

function isDone(step: RolloutStep, had: { rows: number; labels: number; ms: number }): boolean {
  if (step.kind === 'pause') return step.durationMs !== undefined && had.ms >= step.durationMs;
  const { predictions = 0, labels = 0, bakeMs = 0 } = step;
  return had.rows >= predictions && had.labels >= labels && had.ms >= bakeMs;
}

/** Rows of the two arms, in the order they were logged, shadow rows behind the row they shadow. */
function judgedRows(observed: Observed, rollout: StoredRollout['rollout']): JudgedRow[] {
  const { observations: all, classesOf } = observed;
  const rows: JudgedRow[] = [];
  const outputs = Object.values(all.outputs).filter((column) => column.type === 'number');
  for (let i = 0; i < all.rows; i++) {
    const version = all.version[i]!;
    if (version !== rollout.candidate && version !== rollout.champion) continue;
    const answered = all.code[i]! < 400;
    const probabilities = all.probabilities.map((column) => column[i]!).filter((value) => !Number.isNaN(value));
    const classes = classesOf(version);
    const at = all.labelText[i] === null ? -1 : (classes?.indexOf(all.labelText[i]!) ?? -1);
    rows.push({
      predictionId: all.predictionId[i]!,
      candidate: version === rollout.candidate,
      shadow: all.shadow[i] === 1,
      loggedAt: all.loggedAt[i]!,
      propensity: all.propensity[i]!,
      latencyMs: all.latencyMs[i]!,
      code: all.code[i]!,
      nonFinite: answered && all.model[i] !== undefined && isNonFinite(outputs, i),
      score: probabilities.length > 2 ? Math.max(...probabilities) : all.score[i]!,
      ...(probabilities.length > 1 && { probabilities }),
      label: probabilities.length > 1 && at >= 0 ? at : all.label[i]!,
      labelledAt: all.labelRecordedAt[i]!,
    });
  }
  return rows.sort((a, b) => a.loggedAt - b.loggedAt || Number(a.shadow) - Number(b.shadow));
}

function isNonFinite(outputs: readonly { values: ArrayLike<number | string | null> }[], row: number): boolean {
  return outputs.some(({ values }) => !Number.isFinite(values[row]));
}
