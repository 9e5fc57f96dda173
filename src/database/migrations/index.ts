import type { Migration } from '../migration.ts';
import { ledger } from './0001-ledger.ts';
import { leases } from './0002-leases.ts';
import { data } from './0003-data.ts';
import { pipelines } from './0004-pipelines.ts';
import { tracking } from './0005-tracking.ts';
import { registry } from './0006-registry.ts';
import { governance } from './0007-governance.ts';
import { serving } from './0008-serving.ts';
import { monitoring } from './0009-monitoring.ts';
import { notify } from './0010-notify.ts';
import { identity } from './0011-identity.ts';
import { projects } from './0012-projects.ts';
import { artifacts } from './0013-artifacts.ts';
import { loggedModels } from './0014-logged-models.ts';
import { registryFolders } from './0015-registry.ts';
import { traces } from './0016-traces.ts';
import { evalDatasets } from './0017-eval-datasets.ts';
import { webhookFormats } from './0018-notify.ts';
import { trackingViews } from './0019-tracking.ts';
import { folders } from './0020-folders.ts';
import { metricArrivals } from './0021-metric-arrivals.ts';
import { endpointCredentials } from './0022-endpoint-credentials.ts';
import { batchPredictions } from './0023-batch-predictions.ts';
import { rollouts } from './0024-rollouts.ts';
import { experiments } from './0025-experiments.ts';
import { predictionLog } from './0026-prediction-log.ts';
import { tokenLimits } from './0027-token-limits.ts';

/** Every step of the schema, in the order they run. Steps that have shipped never change. */
export const migrations: readonly Migration[] = [
  ledger,
  leases,
  data,
  pipelines,
  tracking,
  registry,
  governance,
  serving,
  monitoring,
  notify,
  identity,
  projects,
  artifacts,
  loggedModels,
  registryFolders,
  traces,
  evalDatasets,
  webhookFormats,
  trackingViews,
  folders,
  metricArrivals,
  endpointCredentials,
  batchPredictions,
  rollouts,
  experiments,
  predictionLog,
  tokenLimits,
];
