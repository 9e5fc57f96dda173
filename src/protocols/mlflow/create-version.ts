import { z } from 'zod';
import type { LoggedModels } from '../../domains/logged-models/index.ts';
import type { ModelVersion } from '../../domains/registry/index.ts';
import { type Actor, may } from '../../kernel/actor.ts';
import { parseJson } from '../../kernel/json.ts';
import type { Call } from './endpoint.ts';
import { refuse } from './errors.ts';
import { list, pair, requiredText, text } from './fields.ts';
import { presentVersion } from './present-registry.ts';
import { checkPromptSource, isPrompt } from './prompts.ts';
import { aboutModel, findModel, readModelName, readTags } from './registry-words.ts';
import { type FoundContent, findContent, type RegistryServices } from './version-contents.ts';

/** The tag by which a logged model names the versions that were made from it. */
const versionsTag = 'mlflow.modelVersions';
const maxDescription = 100_000;
const maxLink = 2048;
const maxRunId = 64;

/** A version to register. */
export const newVersion = z.object({
  name: requiredText(),
  source: requiredText(),
  run_id: text(),
  tags: list(pair),
  run_link: text(),
  description: text(),
  model_id: text(),
});

/** Registers a version of a model or a prompt. */
export async function createVersion(
  services: RegistryServices,
  { input, actor, baseUrl }: Call<z.output<typeof newVersion>>,
  allowed: readonly string[],
) {
  const { name: given, source, run_id: runId = '', model_id: modelId = '', run_link: runLink = '' } = input;
  const { description = '' } = input;
  const name = readModelName(given);
  const tags = readTags(input.tags);
  checkLength('description', description, maxDescription);
  checkLength('run_link', runLink, maxLink);
  checkLength('run_id', runId, maxRunId);
  const prompt = isPrompt(tags);
  if (prompt) checkPromptSource(source);
  const origin = { source, runId, modelId };
  await findModel(services.registry, name);
  const found = prompt ? undefined : await findContent(services, origin, { allowed, ownUrls: [baseUrl] });
  if (found && found.files.length > 0) checkReader(actor);
  const from = { ...(found?.runId && { runId: found.runId }), ...(found?.modelId && { loggedModelId: found.modelId }) };
  const version = await aboutModel(name, () =>
    services.registry.versions.registerFolder(actor, {
      model: name,
      format: prompt ? 'prompt' : 'mlflow',
      files: found?.files ?? [],
      content: found?.content ?? 'none',
      source: from,
      ...{ origin: source, runLink, description, tags, createModel: false },
    }),
  );
  if (found?.modelId) await noteVersion(services.loggedModels, actor, { found, version });
  return { model_version: presentVersion(version) };
}

/** A version opens files of runs and logged models to everyone who reads models. */
function checkReader(actor: Actor): void {
  if (may(actor, 'tracking.read')) return;
  refuse('PERMISSION_DENIED', 'Registering files of a run or logged model needs the permission tracking.read, too.');
}

function checkLength(field: string, value: string, limit: number): void {
  if (value.length <= limit) return;
  refuse('INVALID_PARAMETER_VALUE', `'${field}' exceeds the maximum length of ${limit} characters`, field);
}

/** Adds the version to the logged model's tag that lists them. */
async function noteVersion(
  loggedModels: LoggedModels,
  actor: Actor,
  { found, version }: { found: FoundContent; version: ModelVersion },
): Promise<void> {
  const { tags } = await loggedModels.get(found.modelId);
  const before = readVersions(tags[versionsTag]);
  const listed = [...before, { name: version.model, version: String(version.number) }];
  await loggedModels.setTags(actor, found.modelId, { [versionsTag]: JSON.stringify(listed) });
}

/** What the tag lists; a text that is no list counts as none, since anybody may write it. */
function readVersions(text: string | undefined): unknown[] {
  try {
    const value = text === undefined ? [] : parseJson(text);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
