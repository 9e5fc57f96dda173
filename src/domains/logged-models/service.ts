import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import { createModel } from './create.ts';
import { type LoggedModelDeps, modelOf } from './deps.ts';
import { importModel } from './import.ts';
import type { LoggedModelReading, LoggedModels } from './logged-models.ts';
import { purgeModels, purgeWithExperiments } from './purge.ts';
import {
  type LoggedModel,
  type LoggedModelStatus,
  loggedModelLimits,
  newModelMetricSchema,
  pairsSchema,
} from './schema.ts';
import { searchModels } from './search.ts';
import { createLoggedModelStore } from './store.ts';

/** Makes logged models over tracking. */
export function createLoggedModels(deps: LoggedModelDeps): LoggedModels {
  const { tracking } = deps;
  purgeWithExperiments(deps);
  return {
    create: (actor, model) => createModel(deps, actor, model),
    get: (modelId, reading) => getModel(deps, modelId, reading),
    take: (actor, model) => importModel(deps, actor, model),
    finalize: (actor, id, status) => finalizeModel(deps, actor, { id, status }),
    delete: (actor, modelId) => deleteModel(deps, actor, modelId),
    search: (search) => searchModels(deps, search),
    setTags: (_actor, modelId, tags) => setTags(deps, modelId, tags),
    deleteTag: (_actor, modelId, key) => deleteTag(deps, modelId, key),
    logParams: (_actor, modelId, params) => logParams(deps, modelId, params),
    logMetrics: (_actor, modelId, points) => logMetrics(deps, modelId, points),
    purge: (actor, which) => purgeModels(deps, actor, which),
    artifacts: {
      async list(modelId, folder, page) {
        await presentModelOf(deps, modelId);
        return tracking.artifacts.list(modelId, folder, page);
      },
      async stat(modelId, path) {
        await presentModelOf(deps, modelId);
        return tracking.artifacts.stat(modelId, path);
      },
      content: (file, range) => tracking.artifacts.content(file, range),
    },
  };
}

async function presentModelOf({ database }: LoggedModelDeps, modelId: string) {
  const row = await modelOf(database.query, modelId);
  return row.deletedAt === null ? row : notFound('logged model', modelId);
}

async function getModel(
  deps: LoggedModelDeps,
  modelId: string,
  { allowDeleted = false, metrics = 'latest' }: LoggedModelReading = {},
): Promise<LoggedModel> {
  const { query } = deps.database;
  const row = allowDeleted ? await modelOf(query, modelId) : await presentModelOf(deps, modelId);
  return (await createLoggedModelStore(query).fill([row], metrics))[0]!;
}

async function finalizeModel(
  { database, ledger, clock }: LoggedModelDeps,
  actor: Actor,
  { id, status }: { id: string; status: LoggedModelStatus },
): Promise<LoggedModel> {
  return database.transaction(async (tx) => {
    await database.lock(tx, `logged-model:${id}`);
    const before = await modelOf(tx, id);
    const store = createLoggedModelStore(tx);
    const updatedAt = clock.now();
    await store.models.update(id, { status, updated_at: updatedAt });
    if (status !== before.status) {
      await ledger.append(tx, {
        type: 'logged-model.finalized',
        actor,
        subject: { kind: 'logged-model', id, name: before.name },
        data: { experimentId: before.experimentId, from: before.status, to: status },
      });
    }
    return (await store.fill([{ ...before, status, updatedAt }], 'history'))[0]!;
  });
}

async function deleteModel({ database, ledger, clock }: LoggedModelDeps, actor: Actor, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    await database.lock(tx, `logged-model:${id}`);
    const { deletedAt, name, experimentId } = await modelOf(tx, id);
    if (deletedAt !== null) return;
    const now = clock.now();
    await createLoggedModelStore(tx).models.update(id, { deleted_at: now, updated_at: now });
    const subject = { kind: 'logged-model', id, name };
    await ledger.append(tx, { type: 'logged-model.deleted', actor, subject, data: { experimentId } });
  });
}

async function setTags({ database }: LoggedModelDeps, id: string, given: unknown): Promise<void> {
  const tags = parseAs(pairsSchema, given);
  await database.transaction(async (tx) => {
    await modelOf(tx, id);
    await createLoggedModelStore(tx).models.setTags(id, tags);
  });
}

async function deleteTag({ database }: LoggedModelDeps, id: string, key: string): Promise<void> {
  await modelOf(database.query, id);
  const gone = await createLoggedModelStore(database.query).models.deleteTag(id, key);
  if (!gone) fail('not_found', `The logged model '${id}' has no tag '${key}'.`, { field: 'key', value: key });
}

async function logParams({ database }: LoggedModelDeps, id: string, given: unknown): Promise<void> {
  const params = parseAs(pairsSchema, given);
  await database.transaction(async (tx) => {
    await modelOf(tx, id);
    const [differing] = await createLoggedModelStore(tx).models.addParams(id, params);
    if (differing === undefined) return;
    fail('conflict', `The parameter '${differing}' of the logged model '${id}' has another value; it is write-once.`, {
      field: 'params',
      value: differing,
    });
  });
}

async function logMetrics({ database, clock }: LoggedModelDeps, id: string, given: unknown): Promise<void> {
  const points = parseAs(newModelMetricSchema.array().max(loggedModelLimits.points), given);
  const now = clock.now();
  await database.transaction(async (tx) => {
    await modelOf(tx, id);
    await createLoggedModelStore(tx).metrics.append(
      id,
      points.map(({ at = now, ...point }) => ({ ...point, at })),
    );
  });
}
