import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { ObservationQuery, Observations } from './observations.ts';
import type { Rollout, RolloutDecision, RolloutSpec } from './rollout-schema.ts';
import type { Endpoint, EndpointSpec, EndpointStats, Feedback, FeedbackResult, LoggedPrediction } from './schema.ts';

/** Serving: endpoints that answer, their rollouts, the log of what they answered, and the truth that came later. */
export interface Serving {
  declare(actor: Actor, name: string, spec: unknown): Promise<Endpoint>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: EndpointSpec }[]>;
  endpoint(name: string): Promise<Endpoint>;
  endpoints(request: PageRequest): Promise<Page<Endpoint>>;
  /** Traffic over the last minutes, as this process saw it. */
  stats(name: string): EndpointStats;
  startRollout(actor: Actor, endpoint: string, spec: RolloutSpec): Promise<Rollout>;
  rollout(id: string): Promise<Rollout>;
  rollouts(request: PageRequest & { endpoint?: string; state?: Rollout['state'] }): Promise<Page<Rollout>>;
  decisions(rolloutId: string): Promise<RolloutDecision[]>;
  /** Goes on after a pause. */
  confirmRollout(actor: Actor, id: string): Promise<Rollout>;
  abortRollout(actor: Actor, id: string, reason?: string): Promise<Rollout>;
  /** Gives the candidate all traffic now, the judge notwithstanding; the registry's gate still decides. */
  promoteRollout(actor: Actor, id: string): Promise<Rollout>;
  /** Logged predictions as typed columns. */
  observations(query: ObservationQuery): Promise<Observations>;
  /** One logged prediction by its id; `not_found` where it is not in the log. */
  prediction(id: string): Promise<LoggedPrediction>;
  feedback(actor: Actor, items: readonly Feedback[]): Promise<FeedbackResult>;
  /** Writes logged rows that have labels as a dataset version. */
  exportLabelled(actor: Actor, request: ExportLabelled): Promise<{ dataset: string; versionId: string; rows: number }>;
}

/** What to export: predictions of a time range that have labels. */
export interface ExportLabelled {
  endpoint: string;
  from?: number;
  to?: number;
  dataset: string;
  /** Feature columns; all unless said. */
  columns?: readonly string[];
  /** Name of the label's column; `label` unless said. */
  labelColumn?: string;
}
