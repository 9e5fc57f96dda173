import type { Queries } from '../../database/database.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import type { DatasetVersion } from './schema.ts';
import { createDatasetStore } from './store.ts';
import { createTagStore } from './tag-store.ts';
import { createVersionStore } from './version-store.ts';

const id = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const digest = /^sha(?:256)?:?([0-9a-f]{6,64})$/;

/** The version that a reference means: `name`, `name@latest`, `name@3`, `name@tag`, `name@sha256:…`, or a version's id. */
export async function resolveVersion(queries: Queries, reference: string): Promise<DatasetVersion> {
  const versions = createVersionStore(queries);
  if (id.test(reference)) return (await versions.byId(reference)) ?? notFound('dataset version', reference);
  const at = reference.lastIndexOf('@');
  const name = at < 0 ? reference : reference.slice(0, at);
  const wanted = at < 0 ? 'latest' : reference.slice(at + 1);
  const store = createDatasetStore(queries);
  const dataset = (await store.byName(name)) ?? notFound('dataset', name);
  const prefix = digest.exec(wanted)?.[1];
  if (prefix !== undefined) {
    const found = await versions.select(dataset.id, { digestPrefix: prefix });
    if (found.length > 1) {
      fail('invalid_input', `Several versions of '${name}' have a digest that begins with ${prefix}.`, {
        field: 'reference',
        value: reference,
        cure: 'Give more digits.',
      });
    }
    return found[0] ?? notFound('dataset version', reference);
  }
  const number =
    wanted === 'latest'
      ? dataset.currentVersion
      : /^\d{1,15}$/.test(wanted)
        ? Number(wanted)
        : await createTagStore(queries).find(dataset.id, wanted);
  if (number === null) {
    return fail('not_found', `The dataset '${name}' has no version yet.`, {
      field: 'dataset',
      value: name,
      cure: 'Ingest data first.',
    });
  }
  const found = number === undefined ? [] : await versions.select(dataset.id, { version: number });
  return found[0] ?? notFound('dataset version', reference);
}
