import type { Blobs } from '../blobs/index.ts';
import type { Data } from '../domains/data/index.ts';
import type { EvalDatasets } from '../domains/eval-datasets/index.ts';
import type { Folders } from '../domains/folders/index.ts';
import type { Governance } from '../domains/governance/index.ts';
import type { Identity } from '../domains/identity/index.ts';
import type { Insights } from '../domains/insights/index.ts';
import type { LoggedModels } from '../domains/logged-models/index.ts';
import type { Monitoring } from '../domains/monitoring/index.ts';
import type { Notify } from '../domains/notify/index.ts';
import type { Pipelines } from '../domains/pipelines/index.ts';
import type { Projects } from '../domains/projects/index.ts';
import type { Registry } from '../domains/registry/index.ts';
import type { Serving } from '../domains/serving/index.ts';
import type { Traces } from '../domains/traces/index.ts';
import type { Importing, Purging, Tracking } from '../domains/tracking/index.ts';
import type { Training } from '../domains/training/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { SecretBox } from '../kernel/secret-box.ts';
import type { Audit, Ledger } from '../ledger/index.ts';
import type { Garbage } from './garbage/collect.ts';

/** Every domain's face, and the foundations that routes show. */
export interface Services {
  identity: Identity;
  data: Data;
  pipelines: Pipelines;
  tracking: Tracking;
  purging: Purging;
  importing: Importing;
  folders: Folders;
  loggedModels: LoggedModels;
  traces: Traces;
  evalDatasets: EvalDatasets;
  notify: Notify;
  registry: Registry;
  training: Training;
  serving: Serving;
  governance: Governance;
  monitoring: Monitoring;
  projects: Projects;
  insights: Insights;
  ledger: Ledger;
  audit: Audit;
  blobs: Blobs;
  garbage: Garbage;
  secrets: SecretBox;
  clock: Clock;
}
