import { z } from 'zod';
import { type Model, modelVocabulary, type Registry } from '../../domains/registry/index.ts';
import type { Route } from '../../http/route.ts';
import { may } from '../../kernel/actor.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { parseFilter, parseOrder } from '../../kernel/filter/index.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { checkMaxResults, int64, list, pair, requiredText, text } from './fields.ts';
import { presentModel, presentVersion } from './present-registry.ts';
import { isPrompt, withoutPrompts } from './prompts.ts';
import { aboutModel, findModel, readModelName, readStage, readTagKey, readTags } from './registry-words.ts';

const base = '/mlflow/registered-models';
const read = { permission: 'models.read' } as const;
const write = { permission: 'models.write' } as const;
const named = z.object({ name: requiredText() });
const created = named.extend({ tags: list(pair), description: text() });
const searched = z.object({ filter: text(), max_results: int64(), order_by: list(z.string()), page_token: text() });
const latest = named.extend({ stages: list(z.string()) });

/** The routes of registered models. */
export function registeredModelRoutes(registry: Registry): Route[] {
  return [...lifeRoutes(registry), ...changeRoutes(registry), ...readRoutes(registry), ...tagRoutes(registry)];
}

function lifeRoutes(registry: Registry): Route[] {
  return [
    ...endpoint({
      ...{ method: 'POST', path: `${base}/create`, ...write, summary: 'Creates a model.', input: created },
      handle: (call) => createModel(registry, call),
    }),
    ...endpoint({
      ...{ method: 'DELETE', path: `${base}/delete`, ...write, summary: 'Deletes a model.', input: named },
      handle: async ({ input, actor }) => {
        const { name } = await findModel(registry, readModelName(input.name));
        // Who may not move aliases may not remove them by deleting what they point to.
        await aboutModel(name, () => registry.models.delete(actor, name, { release: may(actor, 'models.promote') }));
      },
    }),
  ];
}

function changeRoutes(registry: Registry): Route[] {
  return [
    ...endpoint({
      ...{ method: 'PATCH', path: `${base}/update`, ...write, summary: 'Describes a model.' },
      input: named.extend({ description: text() }),
      handle: async ({ input: { description = '', ...input }, actor }) => {
        const name = readModelName(input.name);
        return presented(registry, await aboutModel(name, () => registry.models.update(actor, name, { description })));
      },
    }),
    ...endpoint({
      ...{ method: 'POST', path: `${base}/rename`, ...write, summary: 'Renames a model.' },
      input: named.extend({ new_name: requiredText() }),
      handle: async ({ input, actor }) => {
        const to = readModelName(input.new_name, 'new_name');
        const { name } = await findModel(registry, readModelName(input.name));
        const renamed = registry.models.update(actor, name, { name: to });
        return presented(registry, await renamed.catch(refuseTaken(`Registered Model (name=${to}) already exists.`)));
      },
    }),
  ];
}

function readRoutes(registry: Registry): Route[] {
  return [
    ...endpoint({
      ...{ method: 'GET', path: `${base}/get`, ...read, summary: 'Shows a model.', input: named },
      handle: async ({ input }) => presented(registry, await findModel(registry, readModelName(input.name))),
    }),
    ...endpoint({
      ...{ method: 'GET', path: `${base}/search`, ...read, summary: 'Finds models.', input: searched },
      handle: (call) => searchModels(registry, call),
    }),
    ...(['GET', 'POST'] as const).flatMap((method) =>
      endpoint({
        ...{ method, path: `${base}/get-latest-versions`, ...read, input: latest },
        summary: 'Shows the newest version of each stage.',
        handle: (call) => latestVersions(registry, call),
      }),
    ),
  ];
}

function tagRoutes(registry: Registry): Route[] {
  return [
    ...endpoint({
      ...{ method: 'POST', path: `${base}/set-tag`, ...write, summary: 'Sets a tag of a model.' },
      input: named.extend({ key: requiredText(), value: z.string().default('') }),
      handle: async ({ input, actor }) => {
        const name = readModelName(input.name);
        const tags = readTags([input]);
        await aboutModel(name, () => registry.models.setTags(actor, name, tags));
      },
    }),
    ...endpoint({
      ...{ method: 'DELETE', path: `${base}/delete-tag`, ...write, summary: 'Removes a tag of a model.' },
      input: named.extend({ key: requiredText() }),
      handle: async ({ input, actor }) => {
        const key = readTagKey(input.key);
        const { name, tags } = await findModel(registry, readModelName(input.name));
        // Removing what is not there is no error here.
        if (Object.hasOwn(tags, key)) await registry.models.deleteTag(actor, name, key);
      },
    }),
  ];
}

async function presented(registry: Registry, model: Model) {
  const newest = await registry.versions.newestOfStages([model.name]);
  return { registered_model: presentModel(model, newest.get(model.name) ?? []) };
}

async function createModel(registry: Registry, { input, actor }: Call<z.output<typeof created>>) {
  const name = readModelName(input.name);
  const tags = readTags(input.tags);
  const { description = '' } = input;
  const made = registry.models.create(actor, { name, description, tags });
  const model = await made.catch(async (error: unknown) => {
    if (!isTaken(error)) throw error;
    const before = await registry.models.get(name);
    return refuse('RESOURCE_ALREADY_EXISTS', takenBy(before, isPrompt(tags)));
  });
  return { registered_model: presentModel(model, []) };
}

/** Models and prompts share their names. */
function takenBy({ name, tags }: Model, asPrompt: boolean): string {
  const words = ['Registered Model', 'Prompt'] as const;
  const [is, wanted] = [words[isPrompt(tags) ? 1 : 0], words[asPrompt ? 1 : 0]];
  if (is === wanted) return `${wanted} (name=${name}) already exists.`;
  const tried = `Tried to create a ${wanted.toLowerCase()} with name '${name}'`;
  const rule = 'MLflow does not allow creating a model and a prompt with the same name.';
  return `${tried}, but the name is already taken by a ${is.toLowerCase()}. ${rule}`;
}

function isTaken(error: unknown): boolean {
  return error instanceof TidemillError && error.code === 'already_exists';
}

function refuseTaken(message: string) {
  return (error: unknown): never => {
    if (isTaken(error)) refuse('RESOURCE_ALREADY_EXISTS', message);
    throw error;
  };
}

async function searchModels(registry: Registry, { input }: Call<z.output<typeof searched>>) {
  const limit = checkMaxResults(input.max_results, { fallback: 100, max: 1000 });
  const { items, nextPageToken } = await registry.models.search({
    filter: withoutPrompts(parseFilter(input.filter ?? '', modelVocabulary)),
    orderBy: (input.order_by ?? []).map((term) => parseOrder(term, modelVocabulary)),
    pageToken: input.page_token || undefined,
    limit,
  });
  const newest = await registry.versions.newestOfStages(items.map(({ name }) => name));
  return {
    ...(items.length > 0 && { registered_models: items.map((one) => presentModel(one, newest.get(one.name) ?? [])) }),
    ...(nextPageToken && { next_page_token: nextPageToken }),
  };
}

async function latestVersions(registry: Registry, { input }: Call<z.output<typeof latest>>) {
  const stages = new Set((input.stages ?? []).map(readStage));
  const { name } = await findModel(registry, readModelName(input.name));
  const newest = (await registry.versions.newestOfStages([name])).get(name) ?? [];
  const wanted = newest.filter(({ stage }) => stages.size === 0 || stages.has(stage));
  return wanted.length > 0 ? { model_versions: wanted.map(presentVersion) } : {};
}
