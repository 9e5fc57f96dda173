import { z } from 'zod';
import { type Registry, versionVocabulary } from '../../domains/registry/index.ts';
import type { Route } from '../../http/route.ts';
import { may } from '../../kernel/actor.ts';
import { parseFilter, parseOrder } from '../../kernel/filter/index.ts';
import { createVersion, newVersion } from './create-version.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { checkMaxResults, flag, int64, list, requiredText, text } from './fields.ts';
import { presentVersion } from './present-registry.ts';
import { withoutPrompts } from './prompts.ts';
import {
  aboutVersion,
  findVersion,
  readModelName,
  readStage,
  readTagKey,
  readTags,
  readVersionNumber,
} from './registry-words.ts';
import { type RegistryServices, takeContent } from './version-contents.ts';

const base = '/mlflow/model-versions';
const read = { permission: 'models.read' } as const;
const write = { permission: 'models.write' } as const;
const at = z.object({ name: requiredText(), version: requiredText() });
const staged = at.extend({ stage: requiredText(), archive_existing_versions: flag() });
const searched = z.object({ filter: text(), max_results: int64(), order_by: list(z.string()), page_token: text() });
const most = 200_000;

/** What the routes of versions are told beside the domains. */
export interface VersionOptions {
  /** Prefixes of outside locations that versions may be registered from. */
  modelSources: readonly string[];
}

/** The routes of model versions. */
export function modelVersionRoutes(services: RegistryServices, options: VersionOptions): Route[] {
  const { registry } = services;
  return [
    ...endpoint({
      ...{ method: 'POST', path: `${base}/create`, ...write, summary: 'Registers a version.', input: newVersion },
      handle: (call) => createVersion(services, call, options.modelSources),
    }),
    ...readRoutes(services),
    ...changeRoutes(services),
    ...tagRoutes(registry),
  ];
}

function readRoutes(services: RegistryServices): Route[] {
  const { registry } = services;
  return [
    ...endpoint({
      ...{ method: 'GET', path: `${base}/get`, ...read, summary: 'Shows a version.', input: at },
      handle: async ({ input }) => ({ model_version: presentVersion(await versionAt(registry, input)) }),
    }),
    ...endpoint({
      ...{ method: 'GET', path: `${base}/search`, ...read, summary: 'Finds versions.', input: searched },
      handle: (call) => searchVersions(registry, call),
    }),
    ...endpoint({
      ...{ method: 'GET', path: `${base}/get-download-uri`, ...read, summary: 'Says where the files are.', input: at },
      handle: async ({ input, actor }) => {
        const { location } = await takeContent(services, actor, await versionAt(registry, input));
        return { artifact_uri: location };
      },
    }),
  ];
}

function changeRoutes(services: RegistryServices): Route[] {
  const { registry } = services;
  return [
    ...endpoint({
      ...{ method: 'PATCH', path: `${base}/update`, ...write, summary: 'Describes a version.' },
      input: at.extend({ description: text() }),
      handle: async ({ input, actor }) => {
        const version = await versionAt(registry, input);
        const { description = '' } = input;
        const where = { model: version.model, version: version.number };
        return { model_version: presentVersion(await registry.versions.update(actor, where, { description })) };
      },
    }),
    ...endpoint({
      ...{ method: 'POST', path: `${base}/transition-stage`, permission: 'models.promote', input: staged },
      summary: 'Moves a version to a stage, if the gates let it.',
      handle: (call) => changeStage(services, call),
    }),
    ...endpoint({
      ...{ method: 'DELETE', path: `${base}/delete`, ...write, summary: 'Deletes a version.', input: at },
      handle: async ({ input, actor }) => {
        const { model, number } = await versionAt(registry, input);
        // Its aliases go with it, for which it takes the right to move them.
        const release = may(actor, 'models.promote');
        await aboutVersion(model, number, () =>
          registry.versions.delete(actor, { model, version: number }, { release }),
        );
      },
    }),
  ];
}

function tagRoutes(registry: Registry): Route[] {
  return [
    ...endpoint({
      ...{ method: 'POST', path: `${base}/set-tag`, ...write, summary: 'Sets a tag of a version.' },
      input: at.extend({ key: requiredText(), value: z.string().default('') }),
      handle: async ({ input, actor }) => {
        const tags = readTags([input]);
        const { model, number: version } = await versionAt(registry, input);
        await registry.versions.setTags(actor, { model, version }, tags);
      },
    }),
    ...endpoint({
      ...{ method: 'DELETE', path: `${base}/delete-tag`, ...write, summary: 'Removes a tag of a version.' },
      input: at.extend({ key: requiredText() }),
      handle: async ({ input, actor }) => {
        const key = readTagKey(input.key);
        const { model, number: version, tags } = await versionAt(registry, input);
        // Removing what is not there is no error here.
        if (Object.hasOwn(tags, key)) await registry.versions.deleteTag(actor, { model, version }, key);
      },
    }),
  ];
}

function versionAt(registry: Registry, { name, version }: z.output<typeof at>) {
  return findVersion(registry, readModelName(name), readVersionNumber(version));
}

async function changeStage(services: RegistryServices, { input, actor }: Call<z.output<typeof staged>>) {
  const stage = readStage(input.stage);
  const archiveOthers = input.archive_existing_versions ?? false;
  if (archiveOthers && stage !== 'staging' && stage !== 'production') {
    const valid = "Valid stages are ['Staging', 'Production']";
    const why = `'${input.stage}' is not an Active stage. ${valid}`;
    refuse(
      'INVALID_PARAMETER_VALUE',
      `Model version transition cannot archive existing model versions because ${why}`,
      'archive_existing_versions',
    );
  }
  const { registry } = services;
  const found = await versionAt(registry, input);
  await takeContent(services, actor, found);
  const { model, number: version } = found;
  const change = { model, version, stage, archiveOthers };
  const moved = await aboutVersion(model, version, () => registry.promotions.setStage(actor, change));
  return { model_version: presentVersion(moved.version) };
}

async function searchVersions(registry: Registry, { input }: Call<z.output<typeof searched>>) {
  const limit = checkMaxResults(input.max_results, { fallback: most, max: most });
  const { items, nextPageToken } = await registry.versions.search({
    filter: withoutPrompts(parseFilter(input.filter ?? '', versionVocabulary)),
    orderBy: (input.order_by ?? []).map((term) => parseOrder(term, versionVocabulary)),
    pageToken: input.page_token || undefined,
    limit,
  });
  return {
    ...(items.length > 0 && { model_versions: items.map(presentVersion) }),
    ...(nextPageToken && { next_page_token: nextPageToken }),
  };
}
