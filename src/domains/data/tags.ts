import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import type { DataDeps } from './deps.ts';
import { resolveVersion } from './reference.ts';
import { type DatasetVersion, tagName } from './schema.ts';
import { createDatasetStore } from './store.ts';
import { createTagStore } from './tag-store.ts';

/** Points a tag at a version inside a transaction; says nothing when it already points there. */
export async function moveTag(
  { ledger }: Pick<DataDeps, 'ledger'>,
  tx: Queries,
  move: { actor: Actor; dataset: { id: string; name: string }; tag: string; version: number },
): Promise<void> {
  const { actor, dataset, tag, version } = move;
  const tags = createTagStore(tx);
  const previousVersion = (await tags.find(dataset.id, tag)) ?? null;
  if (previousVersion === version) return;
  await tags.set(dataset.id, tag, version);
  const subject = { kind: 'dataset', id: dataset.id, name: dataset.name };
  const data = { name: dataset.name, tag, version, previousVersion };
  await ledger.append(tx, { type: 'dataset.tagged', actor, subject, data });
}

/** Points a tag at the version a reference means. */
export async function tagVersion(
  deps: DataDeps,
  actor: Actor,
  { reference, tag }: { reference: string; tag: string },
): Promise<DatasetVersion> {
  const name = tagName.safeParse(tag);
  if (!name.success) {
    fail('invalid_name', `The tag '${tag}' ${name.error.issues[0]!.message}.`, { field: 'tag', value: tag });
  }
  return deps.database.transaction(async (tx) => {
    const version = await resolveVersion(tx, reference);
    await deps.database.lock(tx, `dataset:${version.dataset}`);
    const dataset = (await createDatasetStore(tx).byName(version.dataset)) ?? notFound('dataset', version.dataset);
    await moveTag(deps, tx, { actor, dataset, tag, version: version.version });
    return resolveVersion(tx, version.id);
  });
}

/** Removes a tag. */
export async function untagVersion(deps: DataDeps, actor: Actor, { name, tag }: { name: string; tag: string }) {
  await deps.database.transaction(async (tx) => {
    const tags = createTagStore(tx);
    const dataset = (await createDatasetStore(tx).byName(name)) ?? notFound('dataset', name);
    const version = (await tags.find(dataset.id, tag)) ?? notFound('tag', tag);
    await tags.delete(dataset.id, tag);
    const subject = { kind: 'dataset', id: dataset.id, name };
    await deps.ledger.append(tx, { type: 'dataset.untagged', actor, subject, data: { name, tag, version } });
  });
}

/** Makes the version a reference means the current one of its dataset. */
export async function restoreVersion(deps: DataDeps, actor: Actor, reference: string): Promise<DatasetVersion> {
  return deps.database.transaction(async (tx) => {
    const version = await resolveVersion(tx, reference);
    await deps.database.lock(tx, `dataset:${version.dataset}`);
    const store = createDatasetStore(tx);
    const dataset = (await store.byName(version.dataset)) ?? notFound('dataset', version.dataset);
    if (dataset.currentVersion !== version.version) {
      await store.setCurrent(dataset.id, version.version, deps.clock.now());
      const subject = { kind: 'dataset', id: dataset.id, name: dataset.name };
      const data = { name: dataset.name, version: version.version, previousVersion: dataset.currentVersion };
      await deps.ledger.append(tx, { type: 'dataset.restored', actor, subject, data });
    }
    return resolveVersion(tx, version.id);
  });
}
