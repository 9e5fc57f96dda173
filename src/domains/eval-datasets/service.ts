import type { Database, Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { notFound } from '../../kernel/errors.ts';
import { newRunId } from '../../kernel/ids.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Tracking } from '../tracking/index.ts';
import { createLinkStore } from './link-store.ts';
import { createRecordStore } from './record-store.ts';
import { changeRecords, deleteRecords } from './records.ts';
import {
  datasetTagsSchema,
  type EvalDataset,
  type EvalDatasetSearch,
  type EvalRecord,
  type Merged,
  type NewEvalDataset,
  type NewEvalRecord,
  newEvalDatasetSchema,
} from './schema.ts';
import { searchDatasets } from './search.ts';
import { createEvalDatasetStore } from './store.ts';

/** Evaluation datasets: cases with inputs, outputs and expectations, linked to experiments. */
export interface EvalDatasets {
  create(actor: Actor, dataset: NewEvalDataset): Promise<EvalDataset>;
  /** Fails with `not_found`. */
  get(id: string): Promise<EvalDataset>;
  /** With its records; again is no error. */
  delete(actor: Actor, id: string): Promise<void>;
  search(search: EvalDatasetSearch): Promise<Page<EvalDataset>>;
  setTags(actor: Actor, id: string, tags: Record<string, string>): Promise<void>;
  /** What is not there is no error. */
  deleteTag(actor: Actor, id: string, key: string): Promise<void>;
  /** The experiments it is linked to; none for a dataset that is not there. */
  experimentIds(id: string): Promise<string[]>;
  /** Fails with `not_found` when an experiment is missing; then nothing is linked. */
  link(actor: Actor, id: string, experimentIds: readonly string[]): Promise<EvalDataset>;
  unlink(actor: Actor, id: string, experimentIds: readonly string[]): Promise<EvalDataset>;
  /** Adds records; those with inputs that are there already are merged into them. */
  merge(actor: Actor, id: string, records: readonly NewEvalRecord[]): Promise<Merged>;
  /** In the order they were made. */
  records(id: string, page: PageRequest): Promise<Page<EvalRecord>>;
  /** Gives how many there were. */
  deleteRecords(actor: Actor, id: string, recordIds: readonly string[]): Promise<number>;
}

/** What evaluation datasets work with. */
export interface EvalDatasetDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  tracking: Tracking;
}

/** Makes evaluation datasets over tracking. */
export function createEvalDatasets(deps: EvalDatasetDeps): EvalDatasets {
  const { query } = deps.database;
  return {
    create: (actor, dataset) => createDataset(deps, actor, dataset),
    get: (id) => datasetOf(query, id),
    delete: (actor, id) => deleteDataset(deps, actor, id),
    search: (search) => searchDatasets(query, search),
    setTags: (actor, id, tags) => setTags(deps, actor, { id, tags }),
    deleteTag: (actor, id, key) => deleteTag(deps, actor, { id, key }),
    experimentIds: (id) => createLinkStore(query).experimentIds(id),
    link: (actor, id, experimentIds) => link(deps, actor, { id, experimentIds }),
    unlink: (actor, id, experimentIds) => unlink(deps, actor, { id, experimentIds }),
    merge: (actor, id, records) => changeRecords(deps, actor, { id, records }),
    async records(id, page) {
      await datasetOf(query, id);
      return createRecordStore(query).list(id, page);
    },
    deleteRecords: (actor, id, recordIds) => deleteRecords(deps, actor, { id, recordIds }),
  };
}

async function datasetOf(queries: Queries, id: string): Promise<EvalDataset> {
  const store = createEvalDatasetStore(queries);
  const row = (await store.find(id)) ?? notFound('evaluation dataset', id);
  return (await store.fill([row]))[0]!;
}

const subjectOf = ({ id, name }: { id: string; name: string }) => ({ kind: 'evaluation-dataset', id, name });

async function createDataset(deps: EvalDatasetDeps, actor: Actor, given: NewEvalDataset): Promise<EvalDataset> {
  const { name, tags, experimentIds, author = null } = parseAs(newEvalDatasetSchema, given);
  const links = await presentExperiments(deps, experimentIds);
  const now = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    const id = `d-${newRunId(now)}`;
    const store = createEvalDatasetStore(tx);
    const times = { created_at: now, updated_at: now, created_by: author, updated_by: author };
    await store.insert({ id, name, fields: null, records: 0, revision: 0, ...times });
    for (const [key, value] of Object.entries(tags)) await store.setTag(id, key, value);
    await createLinkStore(tx).link(id, links);
    const data = { experimentIds: links };
    await deps.ledger.append(tx, { type: 'evaluation-dataset.created', actor, subject: subjectOf({ id, name }), data });
    return datasetOf(tx, id);
  });
}

async function deleteDataset({ database, ledger }: EvalDatasetDeps, actor: Actor, id: string): Promise<void> {
  await database.transaction(async (tx) => {
    await database.lock(tx, `eval-dataset:${id}`);
    const store = createEvalDatasetStore(tx);
    const row = await store.find(id);
    if (!row) return;
    await store.remove(id);
    const data = { records: row.records };
    await ledger.append(tx, { type: 'evaluation-dataset.deleted', actor, subject: subjectOf(row), data });
  });
}

async function setTags(
  { database, ledger }: EvalDatasetDeps,
  actor: Actor,
  { id, tags }: { id: string; tags: Record<string, string> },
): Promise<void> {
  const parsed = parseAs(datasetTagsSchema, tags);
  await database.transaction(async (tx) => {
    await database.lock(tx, `eval-dataset:${id}`);
    const dataset = await datasetOf(tx, id);
    for (const [key, value] of Object.entries(parsed)) {
      if (dataset.tags[key] === value) continue;
      await createEvalDatasetStore(tx).setTag(id, key, value);
      const subject = subjectOf(dataset);
      await ledger.append(tx, { type: 'evaluation-dataset-tag.changed', actor, subject, data: { key, value } });
    }
  });
}

async function deleteTag(
  { database, ledger }: EvalDatasetDeps,
  actor: Actor,
  { id, key }: { id: string; key: string },
): Promise<void> {
  await database.transaction(async (tx) => {
    await database.lock(tx, `eval-dataset:${id}`);
    const store = createEvalDatasetStore(tx);
    const row = await store.find(id);
    if (!row || !(await store.deleteTag(id, key))) return;
    const data = { key, value: null };
    await ledger.append(tx, { type: 'evaluation-dataset-tag.changed', actor, subject: subjectOf(row), data });
  });
}

interface Links {
  id: string;
  experimentIds: readonly string[];
}

async function link(deps: EvalDatasetDeps, actor: Actor, { id, experimentIds }: Links): Promise<EvalDataset> {
  await datasetOf(deps.database.query, id);
  const wanted = await presentExperiments(deps, experimentIds);
  return changeLinks(deps, id, async (tx, standing) => {
    const missing = wanted.filter((one) => !standing.has(one));
    await createLinkStore(tx).link(id, missing);
    return { type: 'evaluation-dataset.linked', actor, experimentIds: missing };
  });
}

async function unlink(deps: EvalDatasetDeps, actor: Actor, { id, experimentIds }: Links): Promise<EvalDataset> {
  return changeLinks(deps, id, async (tx, standing) => {
    const linked = [...new Set(experimentIds)].filter((one) => standing.has(one));
    await createLinkStore(tx).unlink(id, linked);
    return { type: 'evaluation-dataset.unlinked', actor, experimentIds: linked };
  });
}

interface LinkChange {
  type: 'evaluation-dataset.linked' | 'evaluation-dataset.unlinked';
  actor: Actor;
  experimentIds: string[];
}

async function changeLinks(
  { database, ledger, clock }: EvalDatasetDeps,
  id: string,
  change: (tx: Queries, standing: ReadonlySet<string>) => Promise<LinkChange>,
): Promise<EvalDataset> {
  return database.transaction(async (tx) => {
    await database.lock(tx, `eval-dataset:${id}`);
    const dataset = await datasetOf(tx, id);
    const store = createEvalDatasetStore(tx);
    const { type, actor, experimentIds } = await change(tx, new Set(await createLinkStore(tx).experimentIds(id)));
    if (experimentIds.length === 0) return dataset;
    await store.update(id, { updated_at: clock.now() });
    await ledger.append(tx, { type, actor, subject: subjectOf(dataset), data: { experimentIds } });
    return datasetOf(tx, id);
  });
}

/** The ids, each once, all of experiments that are there. */
async function presentExperiments({ tracking }: EvalDatasetDeps, ids: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(ids)];
  for (const id of wanted) {
    const found = await tracking.experiments.get(id);
    if (found.id !== id) notFound('experiment', id);
  }
  return wanted;
}
