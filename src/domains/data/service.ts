import { notFound } from '../../kernel/errors.ts';
import type { Data } from './data.ts';
import { declareDataset, personalColumns, removeDataset, toPublic, undeclareDataset } from './declare-dataset.ts';
import type { DataDeps } from './deps.ts';
import { diffVersions, readProfile } from './diff-versions.ts';
import { ingest, lookAtSource, writeVersion } from './ingest.ts';
import { openVersion, pageQuarantine, pageRows } from './open-version.ts';
import { resolveVersion } from './reference.ts';
import { DatasetSpec } from './schema.ts';
import { openStaging } from './staging.ts';
import { createDatasetStore } from './store.ts';
import { restoreVersion, tagVersion, untagVersion } from './tags.ts';
import { validateVersion } from './validate-version.ts';
import { createValidationStore } from './validation-store.ts';
import { createVersionStore } from './version-store.ts';

/** What data needs; `stagingFolder` is this machine's, `allowedRoots` are the folders whose files may be ingested by path. */
export type DataOptions = Omit<DataDeps, 'staging' | 'usages' | 'allowedRoots'> & {
  stagingFolder: string;
  allowedRoots?: readonly string[];
};

/** Opens the datasets; what an ingest that was killed left behind is removed. */
export async function createData(options: DataOptions): Promise<Data> {
  const { stagingFolder, allowedRoots = [], ...parts } = options;
  const deps: DataDeps = { ...parts, allowedRoots, usages: [], staging: await openStaging(stagingFolder) };
  const { query } = deps.database;
  const datasets = createDatasetStore(query);
  const versions = createVersionStore(query);
  const validations = createValidationStore(query);
  const resolve = (reference: string) => resolveVersion(query, reference);
  const known = async (name: string) => (await datasets.byName(name)) ?? notFound('dataset', name);
  return {
    ingest: (actor, request, more = {}) => ingest(deps, actor, { request, ...more }),
    writeVersion: (actor, version) => writeVersion(deps, actor, version),
    resolve,
    find: (id) => versions.byId(id),
    open: async (reference) => openVersion(deps, await resolve(reference)),
    look: (actor, source) => lookAtSource(deps, actor, source),

    async list(page) {
      const { items, ...rest } = await datasets.list(page);
      return { items: items.map(toPublic), ...rest };
    },
    show: async (name) => toPublic(await known(name)),
    personalColumns: async (name) => personalColumns(await known(name)),
    versions: async (name, page) => versions.page((await known(name)).id, page),
    profile: async (reference) => readProfile(deps, await resolve(reference)),
    diff: async (from, to) => diffVersions(deps, await resolve(from), await resolve(to)),
    rows: async (reference, page) => pageRows(deps, await resolve(reference), page),
    quarantine: async (reference, page) => pageQuarantine(deps, await resolve(reference), page),

    validate: (actor, request) => validateVersion(deps, actor, request),
    validations: async (name, page) => validations.page((await known(name)).id, page),
    async checks(id) {
      if (!(await validations.byId(id))) notFound('validation', id);
      return validations.checks(id);
    },

    tag: (actor, reference, tag) => tagVersion(deps, actor, { reference, tag }),
    untag: (actor, name, tag) => untagVersion(deps, actor, { name, tag }),
    restore: (actor, reference) => restoreVersion(deps, actor, reference),
    remove: (actor, name) => removeDataset(deps, actor, name),
    addUsage: (usage) => void deps.usages.push(usage),

    declare: (actor, name, spec) => declareDataset(deps, actor, { name, spec }),
    undeclare: (actor, name) => undeclareDataset(deps, actor, name),
    async declared() {
      return (await datasets.declared()).map(({ name, spec }) => ({ name, spec: DatasetSpec.parse(JSON.parse(spec)) }));
    },
  };
}
