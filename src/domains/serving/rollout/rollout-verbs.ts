import type { Actor } from '../../../kernel/actor.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Page } from '../../../kernel/page.ts';
import type { ServingDeps } from '../deps.ts';
import { type JudgeVerbs, judgeVerbs } from './judge-verbs.ts';
import type { Measurement } from './metric-schema.ts';
import { createMeasurementStore, type MeasurementQuery } from './metric-store.ts';
import type { Rollout, RolloutDecision, RolloutSpec } from './rollout-schema.ts';
import { createDecisionStore, createRolloutStore, type RolloutFilter } from './rollout-store.ts';
import {
  abortRollout,
  confirmRollout,
  continueRollout,
  pauseRollout,
  promoteRollout,
  showRollout,
} from './rollouts.ts';
import { startRollout } from './start-rollout.ts';

type Verb = (actor: Actor, id: string, reason?: string) => Promise<Rollout>;

/** What may be done with rollouts. */
export interface RolloutVerbs extends JudgeVerbs {
  /** Fails with `conflict` while another rollout of the endpoint is under way, or its version was rolled back lately. */
  startRollout(actor: Actor, endpoint: string, spec: RolloutSpec): Promise<Rollout>;
  rollout(id: string): Promise<Rollout>;
  /** Newest first, without judgements and metrics. */
  rollouts(filter: RolloutFilter): Promise<Page<Rollout>>;
  decisions(rolloutId: string): Promise<RolloutDecision[]>;
  /** The newest measurements of the metrics of a rollout, oldest first. */
  measurements(query: MeasurementQuery): Promise<Measurement[]>;
  /** Goes on after a pause. */
  confirmRollout: Verb;
  pauseRollout: Verb;
  /** Goes on in the step it was paused or held in. */
  resumeRollout: Verb;
  abortRollout: Verb;
  /** Gives the candidate all traffic now, the judge notwithstanding; the registry's gate still decides. */
  promoteRollout: Verb;
}

/** Makes the verbs of rollouts. */
export function rolloutVerbs(deps: ServingDeps): RolloutVerbs {
  const { query } = deps.database;
  const rollouts = () => createRolloutStore(query);
  return {
    ...judgeVerbs(deps),
    startRollout: (actor, endpoint, spec) => startRollout(deps, actor, { endpoint, spec }),
    rollout: (id) => showRollout(deps, id),
    async rollouts(filter) {
      const page = await rollouts().page(filter);
      return { ...page, items: page.items.map((stored) => stored.rollout) };
    },
    decisions: (rolloutId) => createDecisionStore(query).decisions(rolloutId),
    async measurements(asked) {
      if (!(await rollouts().find(asked.rolloutId))) notFound('rollout', asked.rolloutId);
      return createMeasurementStore(query).measurements(asked);
    },
    confirmRollout: (actor, id, reason) => confirmRollout(deps, actor, { id, reason }),
    pauseRollout: (actor, id, reason) => pauseRollout(deps, actor, { id, reason }),
    resumeRollout: (actor, id, reason) => continueRollout(deps, actor, { id, reason }),
    abortRollout: (actor, id, reason) => abortRollout(deps, actor, { id, reason }),
    promoteRollout: (actor, id, reason) => promoteRollout(deps, actor, { id, reason }),
  };
}
