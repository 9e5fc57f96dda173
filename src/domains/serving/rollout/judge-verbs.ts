import { notFound } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import type { Curves } from './curve-schema.ts';
import { createCurveStore } from './judge-store.ts';
import { type ReplayRequest, replayDecision } from './replay.ts';
import type { DecisionReplay } from './replay-schema.ts';
import { createRolloutStore } from './rollout-store.ts';

/** What may be asked of the judge. */
export interface JudgeVerbs {
  /** The judge's curves over a rollout's whole life, at most 500 points. */
  curves(rolloutId: string): Promise<Curves>;
  /** Makes a decision again from what it was made on. */
  replayDecision(request: ReplayRequest): Promise<DecisionReplay>;
}

/** Makes the verbs of the judge. */
export function judgeVerbs(deps: ServingDeps): JudgeVerbs {
  const { query } = deps.database;
  return {
    async curves(rolloutId) {
      const found = (await createRolloutStore(query).find(rolloutId)) ?? notFound('rollout', rolloutId);
      const { alpha } = found.rollout.rules;
      const points = await createCurveStore(query).points(rolloutId);
      return { rolloutId, alpha, failsAt: -Math.log(alpha), points };
    },
    replayDecision: (request) => replayDecision(deps, request),
  };
}
