import { type MlflowApi, MlflowApiError } from './mlflow-api.ts';
import { pagesOf } from './rest-pages.ts';
import type { SourceLoggedModel, SourceModel, SourceVersion } from './source.ts';
import { modelIdOf, numberOf, type Pairs, promptTag, stageOf, textsOf } from './wire.ts';

interface WireLoggedModel {
  info: {
    model_id: string;
    experiment_id: string;
    name?: string;
    model_type?: string;
    status?: string;
    source_run_id?: string;
    artifact_uri?: string;
    creation_timestamp_ms?: number;
    last_updated_timestamp_ms?: number;
    tags?: Pairs;
  };
  data?: { params?: Pairs; metrics?: WireModelPoint[] };
}
interface WireModelPoint {
  key: string;
  value: unknown;
  step?: unknown;
  timestamp?: unknown;
  run_id?: string;
  dataset_name?: string;
  dataset_digest?: string;
}
interface WireModel {
  name: string;
  description?: string;
  creation_timestamp?: number;
  last_updated_timestamp?: number;
  tags?: Pairs;
  aliases?: { alias: string; version: string | number }[];
}
interface WireVersion {
  version: string | number;
  source?: string;
  run_id?: string;
  model_id?: string;
  run_link?: string;
  description?: string;
  current_stage?: string;
  creation_timestamp?: number;
  tags?: Pairs;
}

const statuses = { PENDING: 'PENDING', READY: 'READY', UPLOAD_FAILED: 'FAILED' } as const;

/** Logged models of an experiment; a server of old knows none, and deleted ones are not told. */
export async function* restLoggedModels(api: MlflowApi, experimentId: string): AsyncGenerator<SourceLoggedModel> {
  const pages = pagesOf((page_token) =>
    api
      .send<{ models?: WireLoggedModel[]; next_page_token?: string }>('POST', 'mlflow/logged-models/search', {
        ...{ experiment_ids: [experimentId], max_results: 50 },
        order_by: [{ field_name: 'creation_timestamp', ascending: true }],
        ...(page_token && { page_token }),
      })
      .catch(ignoreUnknownRoute),
  );
  for await (const { models = [] } of pages) for (const model of models) yield toLoggedModel(model);
}

function ignoreUnknownRoute(error: unknown): Record<string, never> {
  const isUnknown = error instanceof MlflowApiError && [404, 405].includes(error.status);
  if (isUnknown && error.code !== 'RESOURCE_DOES_NOT_EXIST') return {};
  throw error;
}

function toLoggedModel({ info, data = {} }: WireLoggedModel): SourceLoggedModel {
  const status = (info.status ?? '').replace('LOGGED_MODEL_', '') as keyof typeof statuses;
  const createdAt = numberOf(info.creation_timestamp_ms);
  return {
    id: info.model_id,
    experimentId: String(info.experiment_id),
    name: info.name ?? '',
    type: info.model_type ?? '',
    status: statuses[status] ?? 'UNSPECIFIED',
    lifecycle: 'active',
    sourceRunId: info.source_run_id ?? '',
    artifactUri: info.artifact_uri ?? '',
    params: textsOf(data.params),
    tags: textsOf(info.tags),
    createdAt,
    updatedAt: numberOf(info.last_updated_timestamp_ms, createdAt),
    points: (data.metrics ?? []).map((point) => ({
      ...{ key: point.key, value: numberOf(point.value), step: numberOf(point.step), at: numberOf(point.timestamp) },
      ...{ runId: point.run_id ?? '', datasetName: point.dataset_name ?? '' },
      datasetDigest: point.dataset_digest ?? '',
    })),
  };
}

/** Registered models, then prompts, which searches tell only when asked for them. */
export async function* restModels(api: MlflowApi): AsyncGenerator<SourceModel> {
  for (const isPrompt of [false, true]) {
    const filter = isPrompt ? `tags.\`${promptTag}\` = 'true'` : undefined;
    const pages = pagesOf((page_token) =>
      api.get<{ registered_models?: WireModel[]; next_page_token?: string }>('mlflow/registered-models/search', {
        ...{ filter, max_results: 100, page_token },
      }),
    );
    for await (const { registered_models: models = [] } of pages) {
      for (const model of models) {
        const tags = textsOf(model.tags);
        // A server that knows no prompts tells them among the others.
        if ((tags[promptTag] === 'true') === isPrompt) yield toModel(model, isPrompt);
      }
    }
  }
}

function toModel(model: WireModel, isPrompt: boolean): SourceModel {
  const createdAt = numberOf(model.creation_timestamp);
  return {
    name: model.name,
    description: model.description ?? '',
    tags: textsOf(model.tags),
    aliases: Object.fromEntries((model.aliases ?? []).map((one) => [one.alias, Number(one.version)])),
    isPrompt,
    createdAt,
    updatedAt: numberOf(model.last_updated_timestamp, createdAt),
  };
}

/** The versions of a model by number. */
export async function* restVersions(api: MlflowApi, { name, isPrompt }: SourceModel): AsyncGenerator<SourceVersion> {
  // Such filters know no escapes: the quote that the name does not hold is taken.
  const quote = name.includes("'") ? '"' : "'";
  const filter = `name = ${quote}${name}${quote}${isPrompt ? ` AND tags.\`${promptTag}\` = 'true'` : ''}`;
  const pages = pagesOf((page_token) =>
    api.get<{ model_versions?: WireVersion[]; next_page_token?: string }>('mlflow/model-versions/search', {
      ...{ filter, max_results: 1000, order_by: ['version_number ASC'], page_token },
    }),
  );
  for await (const { model_versions: versions = [] } of pages) {
    for (const version of versions)
      yield toVersion(name, version, isPrompt ? '' : await locationOf(api, name, version));
  }
}

async function locationOf(api: MlflowApi, name: string, { version, source = '' }: WireVersion): Promise<string> {
  const query = { name, version: String(version) };
  const found = await api
    .get<{ artifact_uri?: string }>('mlflow/model-versions/get-download-uri', query)
    .catch((error) => {
      if (error instanceof MlflowApiError && error.status < 500) return {};
      throw error;
    });
  return (found as { artifact_uri?: string }).artifact_uri ?? source;
}

function toVersion(model: string, version: WireVersion, location: string): SourceVersion {
  const { source = '', run_id: runId = '', run_link: runLink = '', description = '' } = version;
  return {
    ...{ model, number: Number(version.version), source, location, runId, runLink, description },
    modelId: version.model_id || modelIdOf(source) || modelIdOf(location),
    stage: stageOf(version.current_stage),
    tags: textsOf(version.tags),
    createdAt: numberOf(version.creation_timestamp),
  };
}
