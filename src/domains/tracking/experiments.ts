import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, type TrackingDeps } from './deps.ts';
import { searchExperiments } from './experiment-search.ts';
import { type Experiment, experimentNameSchema, newExperimentSchema, tagKeySchema, tagsSchema } from './schema.ts';
import { experimentListSchema } from './search-schema.ts';
import { createTrackingStore } from './store.ts';
import type { Experiments } from './tracking.ts';

/** Makes experiments over tracking's parts. */
export function createExperiments(deps: TrackingDeps): Experiments {
  const { database } = deps;
  const store = createTrackingStore(database.query).experiments;
  return {
    create: (actor, experiment) => createExperiment(deps, actor, experiment),
    ensure: (actor, name) => ensureExperiment(deps, actor, name),
    get: async (which) => shown(await experimentOf(database.query, which)),
    async list(query) {
      const { limit, pageToken, ...rows } = parseAs(experimentListSchema, query);
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      return toPage(await store.list({ ...rows, after, limit: limit + 1 }), limit, (row) => [row.name]);
    },
    search: (search) => searchExperiments(deps, search),
    byIds: (ids) => store.byIds(ids),
    byName: (name) => store.byName(name.normalize('NFC')),
    update: (actor, which, change) => updateExperiment(deps, actor, { which, ...change }),
    delete: (actor, which) => deleteExperiment(deps, actor, which),
    restore: (actor, which) => restoreExperiment(deps, actor, which),
    async setTags(which, tags) {
      const parsed = parseAs(tagsSchema, tags);
      const { id } = await experimentOf(database.query, which);
      await store.setTags(id, parsed);
    },
    async deleteTag(which, key) {
      const { id } = await experimentOf(database.query, which);
      const gone = await store.deleteTag(id, parseAs(tagKeySchema, key));
      if (!gone) fail('not_found', `The experiment has no tag '${key}'.`, { field: 'key', value: key });
    },
  };
}

function shown({ deletedAt: _, ...experiment }: Experiment & { deletedAt: number | null }): Experiment {
  return experiment;
}

async function createExperiment(deps: TrackingDeps, actor: Actor, given: unknown): Promise<Experiment> {
  const made = await tryCreate(deps, actor, given);
  if (typeof made !== 'string') return made;
  const taken = await experimentOf(deps.database.query, made);
  const cure =
    taken.lifecycle === 'deleted' ? 'It is deleted; restore it or choose another name.' : 'Choose another name.';
  return fail('already_exists', `There is an experiment '${made}' already. ${cure}`, {
    field: 'name',
    value: made,
    cure,
  });
}

/** Gives the experiment, or the name when it is taken. */
async function tryCreate(deps: TrackingDeps, actor: Actor, given: unknown) {
  const { database, ledger, clock } = deps;
  const { name, description = '', tags: ownTags, ...asked } = parseAs(newExperimentSchema, given);
  const inherited = (await deps.experimentDefaults?.(name)) ?? {};
  const tags = { ...inherited.tags, ...ownTags };
  return database.transaction(async (tx) => {
    const now = clock.now();
    const lifecycle = 'active' as const;
    const id = newId(now);
    const below = deps.artifactRoot ? `${deps.artifactRoot.replace(/\/+$/, '')}/${id}` : null;
    const experiment = {
      id,
      name,
      description,
      lifecycle,
      artifactLocation: asked.artifactLocation ?? inherited.artifactLocation ?? below,
      createdAt: now,
      updatedAt: now,
    };
    const store = createTrackingStore(tx).experiments;
    if (!(await store.insert(experiment))) return name;
    await store.setTags(experiment.id, tags);
    const subject = { kind: 'experiment', id: experiment.id, name };
    await ledger.append(tx, { type: 'experiment.created', actor, subject, data: {} });
    return { ...experiment, tags };
  });
}

async function ensureExperiment(deps: TrackingDeps, actor: Actor, name: string): Promise<Experiment> {
  const known = await createTrackingStore(deps.database.query).experiments.find(name);
  if (known) return shown(known);
  const made = await tryCreate(deps, actor, { name });
  return typeof made === 'string' ? shown(await experimentOf(deps.database.query, made)) : made;
}

async function updateExperiment(
  { database, ledger, clock }: TrackingDeps,
  actor: Actor,
  change: { which: string; name?: string; description?: string },
): Promise<Experiment> {
  const name = change.name === undefined ? undefined : parseAs(experimentNameSchema, change.name);
  return database.transaction(async (tx) => {
    const before = await experimentOf(tx, change.which);
    if (before.lifecycle === 'deleted') {
      fail('conflict', `The experiment '${before.name}' is deleted; restore it first.`, { field: 'experiment' });
    }
    const now = clock.now();
    const store = createTrackingStore(tx).experiments;
    const after = { name: name ?? before.name, description: change.description ?? before.description };
    await store.update(before.id, { ...after, updated_at: now });
    const subject = { kind: 'experiment', id: before.id, name: after.name };
    const data = { nameBefore: before.name, name: after.name };
    await ledger.append(tx, { type: 'experiment.updated', actor, subject, data });
    return shown({ ...before, ...after, updatedAt: now });
  });
}

async function deleteExperiment({ database, ledger, clock }: TrackingDeps, actor: Actor, which: string): Promise<void> {
  await database.transaction(async (tx) => {
    await database.lock(tx, 'experiments');
    const { id, name, lifecycle } = await experimentOf(tx, which);
    if (lifecycle === 'deleted') return;
    const store = createTrackingStore(tx).experiments;
    const now = clock.now();
    await store.update(id, { lifecycle: 'deleted', deleted_at: now, updated_at: now });
    const runs = await store.deleteRuns(id, now);
    await ledger.append(tx, {
      type: 'experiment.deleted',
      actor,
      subject: { kind: 'experiment', id, name },
      data: { runs },
    });
  });
}

async function restoreExperiment(
  { database, ledger, clock }: TrackingDeps,
  actor: Actor,
  which: string,
): Promise<void> {
  await database.transaction(async (tx) => {
    await database.lock(tx, 'experiments');
    const { id, name, deletedAt } = await experimentOf(tx, which);
    if (deletedAt === null) return;
    const store = createTrackingStore(tx).experiments;
    await store.update(id, { lifecycle: 'active', deleted_at: null, updated_at: clock.now() });
    const runs = await store.restoreRuns(id, deletedAt);
    await ledger.append(tx, {
      type: 'experiment.restored',
      actor,
      subject: { kind: 'experiment', id, name },
      data: { runs },
    });
  });
}
