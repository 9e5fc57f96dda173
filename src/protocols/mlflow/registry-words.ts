import { posix } from 'node:path';
import { type Model, type ModelVersion, type Registry, type Stage, stages } from '../../domains/registry/index.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { modelNameSchema } from '../../kernel/names.ts';
import { refuse } from './errors.ts';
import { shown } from './fields.ts';

const invalid = 'INVALID_PARAMETER_VALUE';
const maxKeyLength = 250;
const maxValueLength = 100_000;
const maxAliasLength = 255;
const promptText = 'mlflow.prompt.text';

/** A model's name as it is kept, or an error in the words of the protocol. */
export function readModelName(given: string, field = 'name'): string {
  if (given.trim() === '') refuse(invalid, `Missing value for required parameter '${field}'.`, field);
  if (/[/:]/.test(given)) refuse(invalid, `Invalid model name '${given}'. Names cannot contain '/' or ':'.`, field);
  if (isAmbiguousPath(given)) refuse(invalid, ambiguous(given, field), field);
  const parsed = modelNameSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const why = "Names are at most 250 characters and cannot contain '%', '\\' or control characters.";
  return refuse(invalid, `Invalid model name '${given.slice(0, 300)}'. ${why}`, field);
}

/** Whether a name would be another one if it were a path. */
function isAmbiguousPath(name: string): boolean {
  const normal = name === '' ? '.' : posix.normalize(name).replace(/(?<=.)\/$/, '');
  return normal !== name || normal === '.' || normal.startsWith('..') || normal.startsWith('/');
}

function ambiguous(name: string, field: string): string {
  const normal = posix.normalize(name).replace(/(?<=.)\/$/, '');
  const why =
    'Names may be treated as files in certain cases, and must not resolve to other names when treated as such.';
  return `Invalid value ${shown(name)} for parameter '${field}' supplied: ${why} This name would resolve to '${normal}'`;
}

/** A version's number, which the protocol writes as a text. */
export function readVersionNumber(given: string): number {
  if (/^\s*[+-]?\d{1,15}\s*$/.test(given)) return Number(given);
  return refuse(invalid, `Parameter 'version' must be an integer, got '${given.slice(0, 100)}'.`, 'version');
}

/** An alias that may be looked up. */
export function readAlias(given: string): string {
  const why = 'Names may only contain alphanumerics, underscores (_), and dashes (-).';
  if (!/^[\p{L}\p{N}_-]*$/u.test(given)) refuse(invalid, `Invalid alias name: '${given}'. ${why}`, 'alias');
  if ([...given].length > maxAliasLength) {
    refuse(
      invalid,
      `'Registered model alias name' exceeds the maximum length of ${maxAliasLength} characters`,
      'alias',
    );
  }
  return given;
}

/** An alias that may be set. */
export function readNewAlias(given: string): string {
  const alias = readAlias(given);
  if (alias.toLowerCase() === 'latest') refuse(invalid, "'latest' alias name (case insensitive) is reserved.", 'alias');
  if (/^v\d+$/i.test(alias)) refuse(invalid, `Version alias name '${alias}' is reserved.`, 'alias');
  return alias;
}

const stageNames = { none: 'None', staging: 'Staging', production: 'Production', archived: 'Archived' } as const;

/** A stage as the protocol writes it. */
export function showStage(stage: Stage): string {
  return stageNames[stage];
}

/** A stage in any case of letters. */
export function readStage(given: string): Stage {
  const stage = stages.find((one) => one === given.toLowerCase());
  if (stage) return stage;
  const known = Object.values(stageNames).join(', ');
  return refuse(invalid, `Invalid Model Version stage: ${given}. Value must be one of ${known}.`, 'stage');
}

/** The key of a tag. */
export function readTagKey(key: string): string {
  const why =
    'Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).';
  if (!/^[/\p{L}\p{N}_.\- :]*$/u.test(key))
    refuse(invalid, `Invalid value ${shown(key)} for parameter 'key' supplied: ${why}`, 'key');
  if (isAmbiguousPath(key)) refuse(invalid, ambiguous(key, 'key'), 'key');
  if ([...key].length > maxKeyLength) refuse(invalid, tooLong('key', maxKeyLength), 'key');
  return key;
}

/** Tags by key, the last of a key counting. */
export function readTags(tags: readonly { key: string; value: string }[] = []): Record<string, string> {
  for (const { key, value } of tags) {
    readTagKey(key);
    if (value.length <= maxValueLength || [...value].length <= maxValueLength) continue;
    if (key !== promptText) refuse(invalid, tooLong('value', maxValueLength), 'value');
    refuse(invalid, `Prompt text exceeds max length of ${maxValueLength} characters.`, 'value');
  }
  return Object.fromEntries(tags.map(({ key, value }) => [key, value]));
}

function tooLong(what: string, limit: number): string {
  return `'${what}' exceeds the maximum length of ${limit} characters`;
}

/** A model by name, or the protocol's words for there being none. */
export function findModel(registry: Registry, name: string): Promise<Model> {
  return aboutModel(name, () => registry.models.get(name));
}

/** A version that is not deleted, or the protocol's words for there being none. */
export async function findVersion(registry: Registry, name: string, number: number): Promise<ModelVersion> {
  const version = await aboutVersion(name, number, () => registry.versions.get(name, number));
  return version.deletedAt === null ? version : refuseVersion(name, number);
}

/** Does something with a model; that it is not there is told in the protocol's words. */
export async function aboutModel<T>(name: string, work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    if (!isMissing(error)) throw inWords(error);
    return refuse('RESOURCE_DOES_NOT_EXIST', `Registered Model with name=${name} not found`);
  });
}

/** Does something with a version; that it is not there, or not any more, is told in the protocol's words. */
export async function aboutVersion<T>(name: string, number: number, work: () => Promise<T>): Promise<T> {
  return work().catch((error: unknown) => {
    if (!isMissing(error)) throw inWords(error);
    return refuseVersion(name, number);
  });
}

function refuseVersion(name: string, number: number): never {
  return refuse('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${name}, version=${number}) not found`);
}

function isMissing(error: unknown): boolean {
  return error instanceof TidemillError && error.kind === 'not_found';
}

/**
 * A refusal of a gate is PERMISSION_DENIED: it is no fault of the request's form, and clients do not try a 403 again, as they
 * would any 5xx and 429 for minutes.
 */
function inWords(error: unknown): unknown {
  if (!(error instanceof TidemillError)) return error;
  if (error.code !== 'gate_failed' && error.code !== 'approval_missing') return error;
  const { cure } = error.details;
  return refuse('PERMISSION_DENIED', cure ? `${error.message} ${cure}` : error.message);
}
