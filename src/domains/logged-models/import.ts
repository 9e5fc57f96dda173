import { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { LoggedModelDeps } from './deps.ts';
import { loggedModelIdSchema, newLoggedModelSchema } from './schema.ts';
import { createLoggedModelStore } from './store.ts';

/** A logged model as another server had it. */
export const importedLoggedModelSchema = newLoggedModelSchema
  .extend({
    id: loggedModelIdSchema.describe('Kept; importing it again changes what was imported before.'),
    updatedAt: newLoggedModelSchema.shape.createdAt,
    lifecycle: z.enum(['active', 'deleted']).default('active'),
  })
  .required({ name: true })
  .meta({ id: 'ImportedLoggedModel' });
/** A logged model as another server had it. */
export type ImportedLoggedModel = z.input<typeof importedLoggedModelSchema>;

/** Takes over a logged model under its id and times, into a deleted experiment too; the same again changes nothing. */
export async function importModel(
  { database, ledger, clock, tracking }: LoggedModelDeps,
  actor: Actor,
  given: ImportedLoggedModel,
): Promise<{ id: string; isNew: boolean }> {
  const { experiment: which, params, tags, lifecycle, ...asked } = parseAs(importedLoggedModelSchema, given);
  const { id, name, type, status, sourceRunId } = asked;
  return database.transaction(async (tx) => {
    await database.lock(tx, `logged-model:${id}`);
    const { id: experimentId, artifactLocation } = await tracking.experiments.get(which);
    const store = createLoggedModelStore(tx).models;
    const before = await store.find(id);
    if (before && before.experimentId !== experimentId) {
      fail('conflict', `There is a logged model '${id}' in another experiment.`, { field: 'id', value: id });
    }
    const createdAt = asked.createdAt ?? clock.now();
    const updatedAt = asked.updatedAt ?? createdAt;
    const deletedAt = lifecycle === 'deleted' ? (before?.deletedAt ?? updatedAt) : null;
    if (!before) {
      const own = { id, experimentId, name, type, status, sourceRunId, artifactLocation, actorId: actor.id };
      await store.insert({ ...own, createdAt, updatedAt, deletedAt });
      const data = { experimentId, sourceRunId, type, status };
      await ledger.append(tx, {
        type: 'logged-model.created',
        actor,
        subject: { kind: 'logged-model', id, name },
        data,
      });
    } else await store.update(id, { status, updated_at: updatedAt, deleted_at: deletedAt });
    const [differing] = await store.addParams(id, params);
    if (differing !== undefined) {
      fail('conflict', `The parameter '${differing}' of the logged model '${id}' has another value here.`, {
        field: `params.${differing}`,
      });
    }
    await store.setTags(id, tags);
    return { id, isNew: !before };
  });
}
