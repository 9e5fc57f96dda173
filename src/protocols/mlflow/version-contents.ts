import type { LoggedModels } from '../../domains/logged-models/index.ts';
import type { ModelVersion, Registry, VersionFile } from '../../domains/registry/index.ts';
import type { Tracking } from '../../domains/tracking/index.ts';
import type { Actor } from '../../kernel/actor.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { artifactUriOf, type Place, placeOfLocation, versionArtifactUriOf } from './artifact-locations.ts';
import { modelUriOf } from './present-logged-model.ts';
import { isPrompt } from './prompts.ts';
import { findModel, findVersion, readModelName, readStage } from './registry-words.ts';
import { readSource, refuseForeign, refuseSource, type SourceRules, type VersionSource } from './version-sources.ts';

/** What the routes of the registry ask. */
export interface RegistryServices {
  registry: Registry;
  tracking: Tracking;
  loggedModels: LoggedModels;
}

/** What a new version is said to come from. */
export interface Origin {
  source: string;
  runId: string;
  modelId: string;
}

/** What a source turned out to hold. */
export interface FoundContent {
  files: VersionFile[];
  /** Why there are none. */
  content: 'awaited' | 'elsewhere';
  runId: string;
  modelId: string;
  /** Where clients find the files as long as the version has none. */
  location: string;
}

/** Finds the files of a source; refuses one that is not what the client says it comes from. */
export async function findContent(
  services: RegistryServices,
  origin: Origin,
  rules: Omit<SourceRules, 'field'>,
): Promise<FoundContent> {
  const field = origin.modelId ? 'model_id' : 'run_id';
  const source = readSource(origin.source, { ...rules, field });
  if (source.kind === 'elsewhere') {
    const { runId, modelId } = origin;
    return { files: [], content: 'elsewhere', runId, modelId, location: origin.source };
  }
  if (source.kind === 'run') return ofRun(services, origin, source);
  if (source.kind === 'logged-model') return ofLoggedModel(services, origin, source);
  if (source.kind === 'version') return ofVersion(services, origin, source);
  return ofPlace(services, origin, placeOfLocation(source.location) ?? refuseForeign(origin.source, field));
}

/**
 * The files of a version. One that was registered before its files were there takes them now, once and for all: what a
 * client has read stays what the version is.
 */
export async function takeContent(
  services: RegistryServices,
  actor: Actor,
  version: ModelVersion,
): Promise<{ files: VersionFile[]; location: string }> {
  const { registry } = services;
  const at = { model: version.model, version: version.number };
  if (version.content === 'elsewhere' || version.content === 'none') return { files: [], location: version.origin };
  if (version.content === 'awaited') {
    const { runId = '', loggedModelId: modelId = '' } = version.source;
    const origin = { source: version.origin, runId, modelId };
    // It was found to be of this server when the version was registered, whatever the server is called now.
    const ownUrls = [addressOf(version.origin)];
    const found = await findContent(services, origin, { allowed: [], ownUrls }).catch(ignoreMissing);
    if (!found || found.files.length === 0) return { files: [], location: found?.location ?? version.origin };
    await registry.versions.fill(actor, at, found.files);
  }
  return { files: await registry.versions.files(at), location: versionArtifactUriOf(version.id) };
}

function addressOf(location: string): string {
  return location.replace(/^mlflow-artifacts:/i, 'http:').match(/^https?:\/\/[^/]+/i)?.[0] ?? '';
}

/** What a version waits for may be gone by now, as runs are deleted. */
function ignoreMissing(error: unknown): undefined {
  if (error instanceof TidemillError && error.kind !== 'internal' && error.kind !== 'unavailable') return undefined;
  throw error;
}

type Of<K extends VersionSource['kind']> = Extract<VersionSource, { kind: K }>;

async function ofRun(services: RegistryServices, origin: Origin, { runId, path }: Of<'run'>): Promise<FoundContent> {
  if (origin.modelId) refuseForeign(origin.source, 'model_id');
  if (origin.runId && origin.runId !== runId) refuseForeign(origin.source, 'run_id');
  const run = await orForeign(services.tracking.runs.info(runId), origin.source, 'run_id');
  const experiment = await services.tracking.experiments.get(run.experimentId);
  const files = await filesBelow(services.tracking, { owner: runId, path });
  const location = [artifactUriOf(experiment, runId), path].filter(Boolean).join('/');
  const found = { files, content: 'awaited', runId, modelId: '', location } as const;
  if (files.length > 0 || path === '' || path.includes('/')) return found;
  // Models of today lie beside their run, under a name that such an address still uses.
  const named = await loggedModelNamed(services, { runId, name: path, experimentId: run.experimentId });
  return named ? ofLoggedModel(services, origin, { kind: 'logged-model', modelId: named, path: '' }) : found;
}

async function loggedModelNamed(
  { loggedModels }: RegistryServices,
  { runId, name, experimentId }: { runId: string; name: string; experimentId: string },
): Promise<string | undefined> {
  if (/['\\]/.test(name)) return undefined;
  const filter = `name = '${name}' AND source_run_id = '${runId}'`;
  const { items } = await loggedModels.search({ experimentIds: [experimentId], filter, limit: 1 });
  return items[0]?.id;
}

async function ofLoggedModel(
  { tracking, loggedModels }: RegistryServices,
  origin: Origin,
  { modelId, path }: Of<'logged-model'>,
): Promise<FoundContent> {
  if (origin.modelId && origin.modelId !== modelId) refuseForeign(origin.source, 'model_id');
  const model = await orForeign(loggedModels.get(modelId), origin.source, 'model_id');
  const files = await filesBelow(tracking, { owner: modelId, path });
  const location = [modelUriOf(model), path].filter(Boolean).join('/');
  return { files, content: 'awaited', runId: origin.runId || model.sourceRunId, modelId, location };
}

async function ofVersion(services: RegistryServices, origin: Origin, { model, ref }: Of<'version'>) {
  const { registry } = services;
  const name = readModelName(model);
  if (isPrompt((await findModel(registry, name)).tags)) {
    refuseSource(origin.source, 'Prompt versions cannot be used as model version sources.');
  }
  const version = await versionNamed(registry, name, ref);
  const { runId = '', loggedModelId = '' } = version.source;
  const isOther = (said: string, is: string) => said !== '' && said !== is;
  if (isOther(origin.runId, runId) || isOther(origin.modelId, loggedModelId)) {
    refuseSource(origin.source, 'The run_id and model_id request parameters must match the referenced model version.');
  }
  const files = await registry.versions.files({ model: name, version: version.number });
  const content = version.content === 'elsewhere' ? 'elsewhere' : 'awaited';
  const location = files.length > 0 ? versionArtifactUriOf(version.id) : version.origin;
  return { files, content, runId, modelId: loggedModelId, location } as const;
}

/** `3`, `@champion`, `latest` or a stage, as addresses of models name versions. */
async function versionNamed(registry: Registry, name: string, ref: string): Promise<ModelVersion> {
  if (/^\d+$/.test(ref)) return findVersion(registry, name, Number(ref));
  const [model, newest] = await Promise.all([registry.models.get(name), registry.versions.newestOfStages([name])]);
  const versions = newest.get(name) ?? [];
  if (ref.startsWith('@')) {
    const number = model.aliases[ref.slice(1)];
    const message = `Registered model alias ${ref.slice(1)} not found.`;
    return number === undefined ? refuseSource(`models:/${name}${ref}`, message) : findVersion(registry, name, number);
  }
  const stage = ref.toLowerCase() === 'latest' ? undefined : readStage(ref);
  const found = versions.filter((one) => stage === undefined || one.stage === stage).at(-1);
  return (
    found ?? refuseSource(`models:/${name}/${ref}`, `No versions of model with name '${name}' and stage '${ref}' found`)
  );
}

async function ofPlace(services: RegistryServices, origin: Origin, place: Place): Promise<FoundContent> {
  const { source, runId, modelId } = origin;
  if (/^[0-9a-f]{32}$/.test(place.owner)) {
    if (modelId) refuseForeign(source, 'model_id');
    const found = await ofRun(services, origin, { kind: 'run', runId: place.owner, path: place.path });
    return { ...found, location: source };
  }
  if (place.owner.startsWith('m-')) {
    const kind = 'logged-model';
    return ofLoggedModel(services, origin, { kind, modelId: place.owner, path: place.path });
  }
  if (/^[0-9a-f]{8}-/.test(place.owner) && place.path === '') {
    const version = await orForeign(services.registry.versions.byId(place.owner), source, 'run_id');
    return ofVersion(services, origin, { kind: 'version', model: version.model, ref: String(version.number) });
  }
  // Traces hold no models, and everything that belongs to nobody is no model.
  if (place.owner !== '' || place.path === '') return refuseForeign(source, modelId ? 'model_id' : 'run_id');
  const files = await filesBelow(services.tracking, place);
  return { files, content: 'awaited', runId, modelId, location: source };
}

async function orForeign<T>(found: Promise<T>, source: string, field: 'run_id' | 'model_id'): Promise<T> {
  return found.catch((error: unknown) => {
    if (error instanceof TidemillError && error.kind === 'not_found') return refuseForeign(source, field);
    throw error;
  });
}

/** The files of a place by their paths below it; a place that is one file holds just that. */
async function filesBelow({ artifacts }: Tracking, { owner, path }: Place): Promise<VersionFile[]> {
  const files = await artifacts.files(owner, path);
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return files.map((file) => ({
    path: file.path === path ? file.path.slice(folder.length) : file.path.slice(path === '' ? 0 : path.length + 1),
    digest: file.digest,
    bytes: file.bytes,
  }));
}
