import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { lockModel, modelOf, type RegistryDeps, refuseDeleted, subjectOfVersion, versionOf } from './deps.ts';
import { newestOfEach, recordEvidence, scanEvidence } from './record-evidence.ts';
import { registerVersion } from './register.ts';
import { fillVersion, registerFolder } from './register-folder.ts';
import type { DeleteOptions, Versions } from './registry.ts';
import { releaseAliases, releaseStage } from './release.ts';
import {
  descriptionSchema,
  type EvidenceDocument,
  type ModelVersion,
  newEvidenceSchema,
  registryTagsSchema,
} from './schema.ts';
import { newestOfStages, searchVersions } from './search.ts';
import { createRegistryStore } from './store.ts';
import { filesOfVersion, openVersionFile } from './version-files.ts';

interface At {
  model: string;
  version: number;
}

/** Makes the verbs of versions. */
export function createVersions(deps: RegistryDeps): Versions {
  const { database } = deps;
  return {
    register: (actor, version) => registerVersion(deps, actor, version),
    registerFolder: (actor, version) => registerFolder(deps, actor, version),
    fill: (actor, at, files) => fillVersion(deps, actor, { at, files }),
    files: (at) => filesOfVersion(deps, at),
    openFile: (at, path, range) => openVersionFile(deps, at, { path, range }),
    search: (search) => searchVersions(database.query, search),
    newestOfStages: (models) => newestOfStages(database.query, models),
    get: (model, ref) => versionOf(database.query, model, ref),
    byId: async (id) =>
      (await createRegistryStore(database.query).versions.findById(id)) ?? notFound('model version', id),
    async list({ limit, pageToken, ...filter }) {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await createRegistryStore(database.query).versions.list({ ...filter, after, limit: limit + 1 });
      return toPage(rows, limit, (row) => [row.id]);
    },
    update: (actor, at, { description }) => describeVersion(deps, actor, { at, description }),
    delete: (actor, { model, version }, options = {}) => deleteVersion(deps, actor, { model, version, ...options }),
    setTags: (actor, at, tags) => setVersionTags(deps, actor, { at, tags }),
    deleteTag: (actor, at, key) => deleteVersionTag(deps, actor, { at, key }),
    attachEvidence: (actor, at, evidence) => attachEvidence(deps, actor, { at, evidence }),
    async evidence(at, { history = false } = {}) {
      const { id } = await versionOf(database.query, at.model, at.version);
      const documents = await createRegistryStore(database.query).versions.evidence(id);
      return history ? documents : newestOfEach(documents);
    },
  };
}

/** Runs `work` with the version held: nothing else changes its model meanwhile. */
async function change<T>(
  { database }: RegistryDeps,
  at: At,
  work: (tx: Queries, version: ModelVersion) => Promise<T>,
): Promise<T> {
  return database.transaction(async (tx) => {
    await lockModel(database, tx, at.model);
    return work(tx, refuseDeleted(await versionOf(tx, at.model, at.version)));
  });
}

async function describeVersion(
  deps: RegistryDeps,
  actor: Actor,
  { at, description }: { at: At; description: string },
): Promise<ModelVersion> {
  const parsed = parseAs(descriptionSchema, description);
  return change(deps, at, async (tx, version) => {
    await createRegistryStore(tx).versions.update(version.id, { description: parsed, updated_at: deps.clock.now() });
    await deps.ledger.append(tx, {
      type: 'model-version.updated',
      actor,
      subject: subjectOfVersion(version),
      data: at,
    });
    return versionOf(tx, at.model, at.version);
  });
}

async function deleteVersion(
  deps: RegistryDeps,
  actor: Actor,
  { release = false, ...at }: At & DeleteOptions,
): Promise<void> {
  await change(deps, at, async (tx, version) => {
    const holder = version.aliases[0] ?? (version.stage === 'production' ? 'production' : undefined);
    if (holder && !release) {
      fail('in_use', `Version ${at.version} of '${at.model}' is '${holder}'; move that first.`, { field: 'version' });
    }
    const model = await modelOf(tx, at.model);
    const why = 'The version was deleted.';
    await releaseAliases(deps, actor, { tx, model, aliases: version.aliases, why });
    if (release) await releaseStage(deps, actor, { tx, version, why });
    const now = deps.clock.now();
    const store = createRegistryStore(tx);
    await store.versions.update(version.id, { deleted_at: now, updated_at: now });
    await store.models.update(model.id, { updated_at: now });
    await deps.ledger.append(tx, {
      type: 'model-version.deleted',
      actor,
      subject: subjectOfVersion(version),
      data: at,
    });
  });
}

async function setVersionTags(
  deps: RegistryDeps,
  actor: Actor,
  { at, tags }: { at: At; tags: unknown },
): Promise<void> {
  const parsed = parseAs(registryTagsSchema, tags);
  await change(deps, at, async (tx, version) => {
    const changed = Object.entries(parsed).filter(([key, value]) => version.tags[key] !== value);
    await createRegistryStore(tx).versions.setTags(version.id, Object.fromEntries(changed));
    for (const [key, value] of changed) {
      const data = { ...at, key, value };
      await deps.ledger.append(tx, {
        type: 'model-version-tag.changed',
        actor,
        subject: subjectOfVersion(version),
        data,
      });
    }
  });
}

async function deleteVersionTag(deps: RegistryDeps, actor: Actor, { at, key }: { at: At; key: string }): Promise<void> {
  await change(deps, at, async (tx, version) => {
    const gone = await createRegistryStore(tx).versions.deleteTag(version.id, key);
    if (!gone) fail('not_found', `The version has no tag '${key}'.`, { field: 'key', value: key });
    const data = { ...at, key, value: null };
    await deps.ledger.append(tx, {
      type: 'model-version-tag.changed',
      actor,
      subject: subjectOfVersion(version),
      data,
    });
  });
}

/** Attaches a document; the same as the newest of its name changes nothing. */
async function attachEvidence(
  deps: RegistryDeps,
  actor: Actor,
  { at, evidence }: { at: At; evidence: unknown },
): Promise<EvidenceDocument> {
  const { name, document } = parseAs(newEvidenceSchema, evidence);
  if (name === scanEvidence) {
    fail('forbidden', `The document '${scanEvidence}' says what the registry itself found; attach another.`, {
      field: 'name',
      value: name,
    });
  }
  return change(deps, at, (tx, version) => recordEvidence(deps, actor, { tx, version, name, document }));
}
