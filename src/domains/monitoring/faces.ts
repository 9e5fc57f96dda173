import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { AlertFilter, PointFilter, RetrainingFilter, RunFilter } from './filters.ts';
import type { Retraining, RetrainingPolicy } from './retraining-schema.ts';
import type { Alert, Monitor, MonitorPoint, MonitorRun, MonitorRunSummary } from './schema.ts';

/** What a project needs to plan and apply documents of one kind. */
export interface Declarations<T> {
  /** Creates or updates; nothing happens, and no event is written, when the document is the same. */
  declare(actor: Actor, name: string, spec: unknown): Promise<T>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: unknown }[]>;
}

/** Monitors and what they found. */
export interface Monitors extends Declarations<Monitor> {
  get(name: string): Promise<Monitor>;
  list(page: PageRequest): Promise<Page<Monitor>>;
  /** Evaluates every window that has closed and every one whose labels grew; gives how many runs that made. */
  evaluate(name: string): Promise<number>;
  runs(filter: RunFilter): Promise<Page<MonitorRunSummary>>;
  run(id: string): Promise<MonitorRun>;
  points(filter: PointFilter): Promise<Page<MonitorPoint>>;
}

/** Alerts and what people said to them. */
export interface Alerts {
  get(id: string): Promise<Alert>;
  list(filter: AlertFilter): Promise<Page<Alert>>;
  acknowledge(actor: Actor, id: string, note?: string): Promise<Alert>;
}

/** Retraining policies and the retrainings they started. */
export interface Retrainings extends Declarations<RetrainingPolicy> {
  policy(name: string): Promise<RetrainingPolicy>;
  policies(page: PageRequest): Promise<Page<RetrainingPolicy>>;
  get(id: string): Promise<Retraining>;
  list(filter: RetrainingFilter): Promise<Page<Retraining>>;
  /** Starts a retraining by hand, under the policy's limits. */
  trigger(actor: Actor, policy: string): Promise<Retraining>;
}

/** What the monitors of an endpoint said about a moment: the latest windows that hold or precede it, and alerts open then. */
export interface DriftAt {
  endpoint: string;
  at: number;
  runs: MonitorRunSummary[];
  alerts: Alert[];
}

/** Everything monitoring does. */
export interface Monitoring {
  monitors: Monitors;
  alerts: Alerts;
  retrainings: Retrainings;
  driftAt(endpoint: string, at: number): Promise<DriftAt>;
}
