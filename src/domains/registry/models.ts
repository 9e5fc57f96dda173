import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { modelNameSchema } from '../../kernel/names.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { lockModel, modelOf, type RegistryDeps, subjectOfModel } from './deps.ts';
import type { DeleteOptions, Models } from './registry.ts';
import { releaseAliases } from './release.ts';
import { descriptionSchema, type Model, newModelSchema, registryTagsSchema } from './schema.ts';
import { searchModels } from './search.ts';
import { createRegistryStore } from './store.ts';

/** Makes the verbs of models. */
export function createModels(deps: RegistryDeps): Models {
  const { database } = deps;
  return {
    create: (actor, model) => createModel(deps, actor, model),
    get: (name) => modelOf(database.query, name),
    async list({ limit, pageToken, contains }) {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await createRegistryStore(database.query).models.list({ contains, after, limit: limit + 1 });
      return toPage(rows, limit, (row) => [row.name]);
    },
    search: (search) => searchModels(database.query, search),
    update: (actor, name, change) => updateModel(deps, actor, { model: name, ...change }),
    delete: (actor, name, options = {}) => deleteModel(deps, actor, { name, ...options }),
    setTags: (actor, name, tags) => setModelTags(deps, actor, { name, tags }),
    deleteTag: (actor, name, key) => deleteModelTag(deps, actor, { name, key }),
  };
}

async function createModel(deps: RegistryDeps, actor: Actor, given: unknown): Promise<Model> {
  const { name, description = '', tags = {} } = parseAs(newModelSchema, given);
  return deps.database.transaction(async (tx) => {
    const id = newId(deps.clock.now());
    const store = createRegistryStore(tx).models;
    if (!(await store.insert({ id, name, description, at: deps.clock.now() }))) refuseName(name);
    await store.setTags(id, tags);
    const data = { description, tags };
    await deps.ledger.append(tx, { type: 'model.created', actor, subject: subjectOfModel({ id, name }), data });
    return modelOf(tx, name);
  });
}

function refuseName(name: string): never {
  return fail('already_exists', `There is a model '${name}' already.`, { field: 'name', value: name });
}

async function updateModel(
  { database, ledger, clock }: RegistryDeps,
  actor: Actor,
  change: { model: string; name?: string; description?: string },
): Promise<Model> {
  const asked = parseAs(modelNameSchema.optional(), change.name);
  const description = parseAs(descriptionSchema.optional(), change.description);
  return database.transaction(async (tx) => {
    const before = await lockModel(database, tx, change.model);
    const store = createRegistryStore(tx).models;
    const name = asked ?? before.name;
    if (name !== before.name && (await store.find(name))) refuseName(name);
    const after = { name, description: description ?? before.description };
    await store.update(before.id, { ...after, updated_at: clock.now() });
    const data = { nameBefore: before.name, name };
    await ledger.append(tx, { type: 'model.updated', actor, subject: subjectOfModel({ id: before.id, name }), data });
    return modelOf(tx, name);
  });
}

async function deleteModel(
  deps: RegistryDeps,
  actor: Actor,
  { name, release = false }: { name: string } & DeleteOptions,
): Promise<void> {
  const { database, ledger } = deps;
  await database.transaction(async (tx) => {
    const model = await lockModel(database, tx, name);
    const aliases = Object.keys(model.aliases);
    if (aliases.length > 0 && !release) {
      fail('in_use', `Model '${name}' has the alias '${aliases[0]}'; remove its aliases first.`, { field: 'model' });
    }
    await releaseAliases(deps, actor, { tx, model, aliases, why: 'The model was deleted.' });
    await createRegistryStore(tx).models.delete(model.id);
    const data = { versions: model.latestVersion };
    await ledger.append(tx, { type: 'model.deleted', actor, subject: subjectOfModel(model), data });
  });
}

async function setModelTags(
  { database, ledger }: RegistryDeps,
  actor: Actor,
  { name, tags }: { name: string; tags: unknown },
): Promise<void> {
  const parsed = parseAs(registryTagsSchema, tags);
  await database.transaction(async (tx) => {
    const model = await lockModel(database, tx, name);
    const changed = Object.entries(parsed).filter(([key, value]) => model.tags[key] !== value);
    await createRegistryStore(tx).models.setTags(model.id, Object.fromEntries(changed));
    for (const [key, value] of changed) {
      const data = { key, value };
      await ledger.append(tx, { type: 'model-tag.changed', actor, subject: subjectOfModel(model), data });
    }
  });
}

async function deleteModelTag(
  { database, ledger }: RegistryDeps,
  actor: Actor,
  { name, key }: { name: string; key: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    const model = await lockModel(database, tx, name);
    const gone = await createRegistryStore(tx).models.deleteTag(model.id, key);
    if (!gone) fail('not_found', `Model '${name}' has no tag '${key}'.`, { field: 'key', value: key });
    const data = { key, value: null };
    await ledger.append(tx, { type: 'model-tag.changed', actor, subject: subjectOfModel(model), data });
  });
}
