import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { canonicalJson } from '../../kernel/json.ts';
import { nameSchema } from '../../kernel/names.ts';
import { ensureDataset } from './commit-version.ts';
import type { DataDeps } from './deps.ts';
import { parse } from './ingest.ts';
import { type Dataset, DatasetSpec } from './schema.ts';
import { createDatasetStore, type StoredDataset } from './store.ts';
import { createVersionStore } from './version-store.ts';

/** Declares what a dataset is; nothing happens when it is declared so already. */
export async function declareDataset(
  deps: DataDeps,
  actor: Actor,
  declaration: { name: string; spec: unknown },
): Promise<Dataset> {
  const name = parse(nameSchema, declaration.name);
  const spec = parse(DatasetSpec, declaration.spec);
  for (const each of spec.expectations) if (each.type === 'sql') await deps.engine.checkExpression(each.expression);
  const text = canonicalJson(spec);
  return deps.database.transaction(async (tx) => {
    const dataset = await ensureDataset(deps, tx, { actor, dataset: name });
    if (dataset.spec === text) return toPublic(dataset);
    const store = createDatasetStore(tx);
    await store.setSpec(dataset.id, { spec: text, description: spec.description ?? null, now: deps.clock.now() });
    const subject = { kind: 'dataset', id: dataset.id, name };
    await deps.ledger.append(tx, { type: 'dataset.declared', actor, subject, data: { name, digest: digestOf(spec) } });
    return toPublic((await store.byName(name)) as StoredDataset);
  });
}

/** The columns a declaration marks as personal data; `conflict` where nothing is declared. */
export function personalColumns({ name, spec }: StoredDataset): readonly string[] {
  if (spec !== null) return DatasetSpec.parse(JSON.parse(spec)).personal ?? [];
  return fail('conflict', `The dataset '${name}' is not declared, so that nobody says which columns are personal.`, {
    field: 'personalOf',
    value: name,
  });
}

/** Takes a declaration back. The versions stay: data is deleted by `remove` alone. */
export async function undeclareDataset(deps: DataDeps, actor: Actor, name: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const store = createDatasetStore(tx);
    const dataset = (await store.byName(name)) ?? notFound('dataset', name);
    if (dataset.spec === null) return;
    await store.setSpec(dataset.id, { spec: null, description: dataset.description, now: deps.clock.now() });
    const subject = { kind: 'dataset', id: dataset.id, name };
    await deps.ledger.append(tx, { type: 'dataset.undeclared', actor, subject, data: { name } });
  });
}

/** Deletes a dataset with its versions, unless something outside needs one. */
export async function removeDataset(deps: DataDeps, actor: Actor, name: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    await deps.database.lock(tx, `dataset:${name}`);
    const store = createDatasetStore(tx);
    const dataset = (await store.byName(name)) ?? notFound('dataset', name);
    const versions = createVersionStore(tx);
    const ids = await versions.ids(dataset.id);
    const child = await versions.childElsewhere(dataset.id);
    if (child) inUse(name, `${child.name}@${child.version} was made from it`);
    for (const usage of deps.usages) {
      const user = await usage.user(ids);
      if (user !== undefined) inUse(name, `${user} uses it`);
    }
    await store.delete(dataset.id);
    const subject = { kind: 'dataset', id: dataset.id, name };
    await deps.ledger.append(tx, { type: 'dataset.deleted', actor, subject, data: { name, versions: ids.length } });
  });
}

function inUse(name: string, why: string): never {
  return fail('in_use', `The dataset '${name}' cannot be deleted: ${why}.`, { field: 'name', value: name });
}

/** A dataset as users see it, without what only the store needs. */
export function toPublic({ spec: _, ...dataset }: StoredDataset): Dataset {
  return dataset;
}
