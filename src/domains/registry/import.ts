import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import { lockModel, modelOf, type RegistryDeps, subjectOfModel } from './deps.ts';
import {
  type ImportedEntry,
  type ImportedModel,
  type ImportedVersion,
  importedModelSchema,
  importedVersionSchema,
} from './import-schema.ts';
import { fillVersion, registerFolder } from './register-folder.ts';
import type { RegistryImport } from './registry.ts';
import { createRegistryStore } from './store.ts';

/** Makes the import of models and versions. */
export function createRegistryImport(deps: RegistryDeps): RegistryImport {
  return {
    model: (actor, model) => importModel(deps, actor, model),
    version: (actor, version) => importVersion(deps, actor, version),
  };
}

async function importModel(
  { database, ledger, clock }: RegistryDeps,
  actor: Actor,
  given: ImportedModel,
): Promise<ImportedEntry> {
  const { name, description, tags, ...times } = parseAs(importedModelSchema, given);
  const now = clock.now();
  return database.transaction(async (tx) => {
    const store = createRegistryStore(tx).models;
    const id = newId(now);
    const createdAt = times.createdAt ?? now;
    if (!(await store.insert({ id, name, description, at: createdAt }))) {
      const known = await lockModel(database, tx, name);
      // Tags that somebody set here since stay as they are.
      await store.setTags(known.id, { ...tags, ...known.tags });
      return { id: known.id, isNew: false };
    }
    await store.update(id, { updated_at: times.updatedAt ?? createdAt });
    await store.setTags(id, tags);
    await ledger.append(tx, {
      type: 'model.created',
      actor,
      subject: subjectOfModel({ id, name }),
      data: { description, tags },
    });
    return { id, isNew: true };
  });
}

async function importVersion(deps: RegistryDeps, actor: Actor, given: ImportedVersion): Promise<ImportedEntry> {
  const asked = parseAs(importedVersionSchema, given);
  const { model, number, origin, source } = asked;
  await modelOf(deps.database.query, model);
  const known = await createRegistryStore(deps.database.query).versions.find(model, number);
  if (!known) return { id: (await registerFolder(deps, actor, { ...asked, createModel: false })).id, isNew: true };
  const isSame = known.origin === origin && (known.source.runId ?? '') === (source.runId ?? '');
  if (isSame) {
    const at = { model, version: number };
    if (known.content === 'awaited' && known.deletedAt === null)
      await fillVersion(deps, actor, { at, files: asked.files });
    return { id: known.id, isNew: false };
  }
  return fail('conflict', `Version ${number} of '${model}' is here already, and from another origin.`, {
    field: 'number',
    value: number,
  });
}
