import type { MlflowApi } from './mlflow-api.ts';
import { restFiles } from './rest-files.ts';
import { restLoggedModels, restModels, restVersions } from './rest-models.ts';
import { pagesOf } from './rest-pages.ts';
import type { MlflowSource, SourceExperiment, SourceInput, SourcePoint, SourceRun } from './source.ts';
import { contextTag, numberOf, type Pairs, textsOf } from './wire.ts';

interface WireExperiment {
  experiment_id: string;
  name: string;
  artifact_location?: string;
  lifecycle_stage?: string;
  creation_time?: number;
  last_update_time?: number;
  tags?: Pairs;
}

interface WireRun {
  info: {
    run_id: string;
    experiment_id: string;
    run_name?: string;
    status?: SourceRun['status'];
    lifecycle_stage?: string;
    start_time?: number;
    end_time?: number;
    user_id?: string;
    artifact_uri?: string;
  };
  data?: { metrics?: WirePoint[]; params?: Pairs; tags?: Pairs };
  inputs?: { dataset_inputs?: WireInput[]; model_inputs?: { model_id: string }[] };
  outputs?: { model_outputs?: { model_id: string; step?: number }[] };
}
interface WirePoint {
  key: string;
  value: unknown;
  step?: unknown;
  timestamp?: unknown;
}
interface WireInput {
  dataset: { name: string; digest: string; source_type?: string; source?: string; schema?: string; profile?: string };
  tags?: Pairs;
}

const runsAtOnce = 200;
const pointsAtOnce = 25_000;

/** Reads a tracking server through MLflow's REST API; its own artifact access serves files wherever it keeps them. */
export function createRestSource(api: MlflowApi): MlflowSource {
  return {
    experiments: () => experimentsOf(api),
    countRuns: async () => undefined,
    runs: (experimentId) => runsOf(api, experimentId),
    points: (run) => pointsOf(api, run),
    loggedModels: (experimentId) => restLoggedModels(api, experimentId),
    models: () => restModels(api),
    versions: (model) => restVersions(api, model),
    files: (owner) => restFiles(api, owner),
    unread: async () => [],
    close: async () => undefined,
  };
}

async function* experimentsOf(api: MlflowApi): AsyncGenerator<SourceExperiment> {
  const pages = pagesOf((page_token) =>
    api.send<{ experiments?: WireExperiment[]; next_page_token?: string }>('POST', 'mlflow/experiments/search', {
      ...{ view_type: 'ALL', max_results: 1000, order_by: ['creation_time ASC'] },
      ...(page_token && { page_token }),
    }),
  );
  for await (const { experiments = [] } of pages) {
    for (const one of experiments) {
      yield {
        id: String(one.experiment_id),
        name: one.name,
        lifecycle: one.lifecycle_stage === 'deleted' ? 'deleted' : 'active',
        artifactLocation: one.artifact_location ?? '',
        tags: textsOf(one.tags),
        ...(one.creation_time && { createdAt: numberOf(one.creation_time) }),
        ...(one.last_update_time && { updatedAt: numberOf(one.last_update_time) }),
      };
    }
  }
}

async function* runsOf(api: MlflowApi, experimentId: string): AsyncGenerator<SourceRun> {
  const pages = pagesOf((page_token) =>
    api.send<{ runs?: WireRun[]; next_page_token?: string }>('POST', 'mlflow/runs/search', {
      ...{ experiment_ids: [experimentId], run_view_type: 'ALL', max_results: runsAtOnce },
      ...{ order_by: ['attributes.start_time ASC'], ...(page_token && { page_token }) },
    }),
  );
  for await (const { runs = [] } of pages) {
    for (const { info } of runs) {
      // Searches leave out which logged models a run read.
      const { run } = await api.get<{ run: WireRun }>('mlflow/runs/get', { run_id: info.run_id });
      yield toRun(run);
    }
  }
}

function toRun({ info, data = {}, inputs = {}, outputs = {} }: WireRun): SourceRun {
  const tags = textsOf(data.tags);
  return {
    id: info.run_id,
    experimentId: String(info.experiment_id),
    name: info.run_name || tags['mlflow.runName'] || '',
    status: info.status ?? 'RUNNING',
    lifecycle: info.lifecycle_stage === 'deleted' ? 'deleted' : 'active',
    startedAt: numberOf(info.start_time),
    endedAt: info.end_time ? numberOf(info.end_time) : null,
    user: info.user_id ?? '',
    artifactUri: info.artifact_uri ?? '',
    params: textsOf(data.params),
    tags,
    latest: (data.metrics ?? []).map(toPoint),
    inputs: (inputs.dataset_inputs ?? []).map(toInput),
    modelInputs: (inputs.model_inputs ?? []).map((one) => one.model_id),
    modelOutputs: (outputs.model_outputs ?? []).map((one) => ({ modelId: one.model_id, step: numberOf(one.step) })),
  };
}

function toPoint({ key, value, step, timestamp }: WirePoint): SourcePoint {
  return { key, value: numberOf(value), step: numberOf(step), at: numberOf(timestamp) };
}

function toInput({ dataset, tags }: WireInput): SourceInput {
  const { [contextTag]: context = '', ...more } = textsOf(tags);
  return {
    ...{ name: dataset.name, digest: dataset.digest, context },
    ...(dataset.source_type && { sourceType: dataset.source_type }),
    ...(dataset.source && { source: dataset.source }),
    ...(dataset.schema && { schema: dataset.schema }),
    ...(dataset.profile && { profile: dataset.profile }),
    ...(Object.keys(more).length > 0 && { tags: more }),
  };
}

async function* pointsOf(api: MlflowApi, run: SourceRun): AsyncGenerator<SourcePoint> {
  for (const { key } of run.latest) {
    const pages = pagesOf((page_token) =>
      api.get<{ metrics?: WirePoint[]; next_page_token?: string }>('mlflow/metrics/get-history', {
        ...{ run_id: run.id, metric_key: key, max_results: pointsAtOnce, page_token },
      }),
    );
    for await (const { metrics = [] } of pages) for (const point of metrics) yield toPoint(point);
  }
}
