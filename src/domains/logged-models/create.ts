import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newRunId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { LoggedModelDeps } from './deps.ts';
import type { ModelRow } from './model-store.ts';
import { type LoggedModel, newLoggedModelSchema } from './schema.ts';
import { createLoggedModelStore } from './store.ts';

/** Begins a logged model with its parameters and tags, in one transaction. */
export async function createModel(deps: LoggedModelDeps, actor: Actor, given: unknown): Promise<LoggedModel> {
  const { database, ledger, clock, tracking } = deps;
  const { experiment: which, params, tags, ...asked } = parseAs(newLoggedModelSchema, given);
  return database.transaction(async (tx) => {
    const experiment = await tracking.experiments.get(which);
    if (experiment.lifecycle === 'deleted') {
      fail('conflict', `The experiment '${experiment.name}' is deleted; restore it first.`, { field: 'experiment' });
    }
    const now = clock.now();
    const id = asked.id ?? `m-${newRunId(now)}`;
    const createdAt = asked.createdAt ?? now;
    const row: ModelRow = {
      id,
      experimentId: experiment.id,
      name: asked.name ?? `model-${id.slice(-8)}`,
      type: asked.type,
      status: asked.status,
      sourceRunId: asked.sourceRunId,
      artifactLocation: experiment.artifactLocation,
      actorId: actor.id,
      createdAt,
      updatedAt: createdAt,
      deletedAt: null,
    };
    const store = createLoggedModelStore(tx);
    await store.models.insert(row);
    await store.models.addParams(id, params);
    await store.models.setTags(id, tags);
    const { experimentId, sourceRunId, type, status } = row;
    await ledger.append(tx, {
      type: 'logged-model.created',
      actor,
      subject: { kind: 'logged-model', id, name: row.name },
      data: { experimentId, sourceRunId, type, status },
    });
    return { ...row, params, tags, metrics: [] };
  });
}
