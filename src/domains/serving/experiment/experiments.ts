import type { Actor } from '../../../kernel/actor.ts';
import { notFound } from '../../../kernel/errors.ts';
import type { Page } from '../../../kernel/page.ts';
import type { ServingDeps } from '../deps.ts';
import type { EndpointExperiment } from './experiment-schema.ts';
import { createExperimentStore, type ExperimentFilter } from './experiment-store.ts';
import { toView } from './experiment-view.ts';
import { experimentTask, lookAt, lookAtExperiments } from './look.ts';
import type { ExperimentReport } from './report-schema.ts';
import { freezeExperiment, type StopExperiment, startExperiment, stopExperiment } from './start-stop.ts';

/** Experiments among the variants of endpoints: A/B tests, bandits, and challengers in the champion's shadow. */
export interface EndpointExperiments {
  /** Fails with `conflict` while a rollout or another experiment of the endpoint is under way. */
  start(actor: Actor, endpoint: string, spec: unknown): Promise<EndpointExperiment>;
  find(id: string): Promise<EndpointExperiment>;
  list(filter: ExperimentFilter): Promise<Page<EndpointExperiment>>;
  /** What it says now, or said at its end. */
  report(id: string): Promise<ExperimentReport>;
  /** Ends it; an arm may be given the alias, if the registry's gate agrees. */
  stop(actor: Actor, stop: StopExperiment): Promise<EndpointExperiment>;
  /** Lets a bandit keep its shares, or follow the rewards again. */
  freeze(actor: Actor, id: string, frozen: boolean): Promise<EndpointExperiment>;
}

/** Makes experiments over serving; their background task is added at once. */
export function createEndpointExperiments(deps: ServingDeps): EndpointExperiments {
  const { background, judgeMs = 500 } = deps;
  const nextLooks = new Map<string, number>();
  background.add({
    name: experimentTask,
    everyMs: judgeMs,
    run: ({ signal }) => lookAtExperiments(deps, nextLooks, signal),
  });
  const store = () => createExperimentStore(deps.database.query);
  const find = async (id: string) => (await store().find(id)) ?? notFound('endpoint experiment', id);
  return {
    start: (actor, endpoint, spec) => startExperiment(deps, actor, { endpoint, spec }),
    find: async (id) => toView(await find(id)),
    async list(filter) {
      const page = await store().page(filter);
      return { ...page, items: page.items.map(toView) };
    },
    async report(id) {
      const stored = await find(id);
      if (stored.endedAt !== undefined && stored.report) return stored.report;
      return (await lookAt(deps, stored)).report;
    },
    stop: (actor, stop) => stopExperiment(deps, actor, stop),
    freeze: (actor, id, frozen) => freezeExperiment(deps, actor, { id, frozen }),
  };
}
