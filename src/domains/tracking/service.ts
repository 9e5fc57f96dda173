import { createGroups } from '../../database/groups.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { decodePageToken, type Page, type PageRequest, toPage } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { createArtifacts } from './artifacts.ts';
import { activeRunOf, runOf, type TrackingDeps } from './deps.ts';
import { createExperiments } from './experiments.ts';
import { checkKey, logBatch } from './log-batch.ts';
import { createMetricKeys } from './metric-keys.ts';
import { createMetricPoints, settlePoints } from './metric-points.ts';
import { createMetricQueue } from './metric-queue.ts';
import { createRunReports } from './reports.ts';
import { createRunArtifacts } from './run-artifacts.ts';
import { addInputs, createRun, infoOf, moveRun, runDetails, updateRun } from './runs.ts';
import { sampleMetric, shownPoint } from './sample-metric.ts';
import { createSavedViews } from './saved-views.ts';
import { datasetInputSchema, type Metric, modelOutputSchema } from './schema.ts';
import { searchRunDetails, searchRuns } from './search.ts';
import { createTrackingStore } from './store.ts';
import type { Tracking } from './tracking.ts';
import { createUploads } from './uploads.ts';

/** Makes tracking over the platform's parts. */
export function createTracking(deps: TrackingDeps): Tracking {
  const { database } = deps;
  const points = createMetricPoints(deps, createMetricKeys(deps));
  const writing = { ...deps, points, grouped: createGroups(database) };
  const queue = createMetricQueue(deps, points);
  const store = createTrackingStore(database.query);
  const artifacts = createArtifacts(deps);
  return {
    views: createSavedViews(deps),
    reports: createRunReports(deps, (search) => searchRuns(deps, search)),
    artifacts,
    uploads: createUploads(deps, artifacts),
    experiments: createExperiments(deps),
    runs: {
      create: (actor, run) => createRun(writing, actor, run),
      get: (runId) => runDetails(database.query, runId),
      info: async (runId) => infoOf(await runOf(database.query, runId)),
      update: (actor, runId, change) => updateRun(deps, actor, { ...change, id: runId }),
      delete: (actor, id) => moveRun(deps, actor, { id, to: 'deleted' }),
      restore: (actor, id) => moveRun(deps, actor, { id, to: 'active' }),
      log: (runId, batch) => logBatch(writing, runId, batch),
      logMetric: async (runId, metric) => queue.write(runId, metric),
      deleteTag: (runId, key) => deleteTag(deps, runId, key),
      logInputs: (actor, runId, inputs) => logInputs(deps, actor, { runId, inputs }),
      logModelInputs: (runId, modelIds) => logModels(deps, runId, { inputs: modelIds }),
      logModelOutputs: (runId, outputs) => logModels(deps, runId, { outputs }),
      datasets: (experimentIds, limit) => store.inputs.datasets(experimentIds, limit),
      latestMetric: (runId, key) => store.metrics.latest(runId, key),
      metricHistory: (runId, key, page) => metricHistory(deps, { runId, key }, page),
      sampleMetric: (runIds, key, sample) => sampleMetric(deps, { runIds, key }, sample),
      search: (search) => searchRuns(deps, search),
      searchDetails: (search) => searchRunDetails(deps, search),
      artifacts: createRunArtifacts(deps, artifacts),
    },
  };
}

async function deleteTag({ database }: TrackingDeps, runId: string, key: string): Promise<void> {
  const gone = await database.transaction(async (tx) => {
    await activeRunOf(tx, runId);
    return createTrackingStore(tx).runs.deleteTag(runId, key);
  });
  if (!gone) fail('not_found', `The run '${runId}' has no tag '${key}'.`, { field: 'key', value: key });
}

async function logInputs(
  deps: TrackingDeps,
  actor: Actor,
  { runId, inputs }: { runId: string; inputs: unknown },
): Promise<void> {
  const parsed = parseAs(datasetInputSchema.array().max(100), inputs);
  await deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `run:${runId}`);
    await addInputs(deps, actor, { tx, run: await activeRunOf(tx, runId), inputs: parsed });
  });
}

async function logModels(
  { database }: TrackingDeps,
  runId: string,
  { inputs = [], outputs = [] }: { inputs?: unknown; outputs?: unknown },
): Promise<void> {
  const modelIds = parseAs(modelOutputSchema.shape.modelId.array().max(1000), inputs);
  const made = parseAs(modelOutputSchema.array().max(1000), outputs);
  await database.transaction(async (tx) => {
    await database.lock(tx, `run:${runId}`);
    await activeRunOf(tx, runId);
    const store = createTrackingStore(tx).inputs;
    await store.addModelInputs(runId, modelIds);
    await store.addModelOutputs(runId, made);
  });
}

async function metricHistory(
  { database }: TrackingDeps,
  { runId, key }: { runId: string; key: string },
  { limit, pageToken }: PageRequest,
): Promise<Page<Metric>> {
  const { number } = await runOf(database.query, runId);
  const store = createTrackingStore(database.query).metrics;
  const keyId = (await store.keyIds([checkKey(key)])).get(key);
  if (keyId === undefined) return { items: [] };
  const part =
    pageToken === undefined ? undefined : decodePageToken(pageToken, ['number', 'number', 'string', 'number']);
  await settlePoints({ database });
  const after = part && { step: Number(part[0]), at: Number(part[1]), value: Number(part[2]), is_nan: Number(part[3]) };
  const rows = await store.history({ runNumber: number, keyId }, { after, limit: limit + 1 });
  const page = toPage(rows, limit, (row) => [row.step, row.at, String(row.value), row.is_nan]);
  return { ...page, items: page.items.map((point) => shownPoint(key, point)) };
}
