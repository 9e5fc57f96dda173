import type { Actor } from '../../kernel/actor.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { LoggedModelDeps } from './deps.ts';
import type { ModelRow } from './model-store.ts';
import { type ModelsPurged, modelPurgeSchema } from './schema.ts';
import { createLoggedModelStore } from './store.ts';

const modelsAtOnce = 100;

/** Removes deleted models for good, each with its files in one transaction. */
export async function purgeModels(deps: LoggedModelDeps, actor: Actor, given: unknown): Promise<ModelsPurged> {
  const { dryRun, within, deletedBefore = deps.clock.now() + 1 } = parseAs(modelPurgeSchema, given);
  const sum: ModelsPurged = { dryRun, models: 0, artifacts: 0, artifactBytes: 0 };
  const { models } = createLoggedModelStore(deps.database.query);
  for (let after: string | undefined; ; ) {
    const found = await models.purgeable({ deletedBefore, within, after, limit: modelsAtOnce });
    if (found.length === 0) return sum;
    after = found.at(-1)!.id;
    for (const model of found) {
      for await (const { bytes } of deps.tracking.artifacts.walk(model.id, '')) {
        sum.artifacts++;
        sum.artifactBytes += bytes;
      }
      if (!dryRun) await purgeModel(deps, actor, model);
      sum.models++;
    }
  }
}

/** Lets the models of an experiment that was removed for good go with it. */
export function purgeWithExperiments(deps: LoggedModelDeps): void {
  deps.ledger.addReader({
    name: 'logged-models:purged-experiments',
    types: ['experiment.purged'],
    from: 'beginning',
    async handle({ subject, actor }, tx) {
      const { models } = createLoggedModelStore(tx);
      for (;;) {
        const found = await models.purgeable({ experimentId: subject.id, limit: modelsAtOnce });
        if (found.length === 0) return;
        for (const model of found) await purgeModel(deps, { ...actor, permissions: [] }, model);
      }
    },
  });
}

async function purgeModel({ database, ledger, tracking }: LoggedModelDeps, actor: Actor, model: ModelRow) {
  const { id, name, experimentId } = model;
  await database.transaction(async (tx) => {
    await tracking.artifacts.delete(id, '');
    await createLoggedModelStore(tx).models.remove(id);
    const subject = { kind: 'logged-model', id, name };
    await ledger.append(tx, { type: 'logged-model.purged', actor, subject, data: { experimentId } });
  });
}
