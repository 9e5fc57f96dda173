import type { Queries } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { lockModel, type RegistryDeps, subjectOfModel, subjectOfVersion, versionOf } from './deps.ts';
import type { VersionFile } from './folder-schema.ts';
import type { ContentState, Model, ModelSignature, ModelVersion, VersionSource } from './schema.ts';
import { createRegistryStore } from './store.ts';

/** What a version holds, as it is kept. */
export interface VersionContent {
  digest: string;
  registeredDigest: string;
  servableDigest: string | null;
  bytes: number;
  signature: ModelSignature;
  content: ContentState;
  files: VersionFile[];
}

/** What is said about a version when it is registered. */
export interface VersionWords {
  format: string;
  source: VersionSource;
  origin?: string;
  runLink?: string;
  description?: string | undefined;
  tags?: Record<string, string> | undefined;
  /** Of a version that comes from elsewhere: a number above the latest, and its time. */
  number?: number | undefined;
  createdAt?: number | undefined;
}

/** The model of a name, made when it is missing, held until the transaction ends. */
export async function ensureModel(
  { database, ledger, clock }: RegistryDeps,
  actor: Actor,
  { tx, name }: { tx: Queries; name: string },
): Promise<Model> {
  const id = newId(clock.now());
  const isNew = await createRegistryStore(tx).models.insert({ id, name, description: '', at: clock.now() });
  if (isNew) await ledger.append(tx, { type: 'model.created', actor, subject: subjectOfModel({ id, name }), data: {} });
  return lockModel(database, tx, name);
}

interface Insertion {
  tx: Queries;
  model: Model;
  id: string;
  words: VersionWords;
  content: VersionContent;
}

/** Writes a version with the model's next number and tells the ledger; the model is held. */
export async function insertVersion(deps: RegistryDeps, actor: Actor, insertion: Insertion): Promise<ModelVersion> {
  const { tx, model, id, words, content } = insertion;
  const now = deps.clock.now();
  const number = numberOf(model, words.number);
  const createdAt = words.createdAt ?? now;
  const updatedAt = words.createdAt === undefined ? now : Math.max(createdAt, model.updatedAt);
  const store = createRegistryStore(tx);
  await store.models.update(model.id, { latest_version: number, updated_at: updatedAt });
  await store.versions.insert({
    id,
    model_id: model.id,
    number,
    ...contentColumns(content),
    format: words.format,
    origin: words.origin ?? '',
    run_link: words.runLink ?? '',
    source: JSON.stringify(words.source),
    run_id: words.source.runId ?? null,
    logged_model_id: words.source.loggedModelId ?? null,
    stage: 'none',
    description: words.description ?? '',
    created_at: createdAt,
    created_by: actor.id,
    updated_at: createdAt,
    deleted_at: null,
  });
  await store.versions.addFiles(id, content.files);
  await store.versions.setTags(id, words.tags ?? {});
  await tell(deps, actor, { ...insertion, number });
  return versionOf(tx, model.name, number);
}

/** The next number unless one is given; numbers only go up. */
function numberOf({ name, latestVersion }: Model, given = latestVersion + 1): number {
  if (given > latestVersion) return given;
  return fail(
    'conflict',
    `Version ${given} of '${name}' cannot be added: its versions go to ${latestVersion} already.`,
    {
      field: 'number',
      value: given,
    },
  );
}

/** Content as columns of a version. */
export function contentColumns(content: VersionContent) {
  return {
    digest: content.digest,
    registered_digest: content.registeredDigest,
    servable_digest: content.servableDigest,
    content: content.content,
    bytes: content.bytes,
    signature: JSON.stringify(content.signature),
  };
}

async function tell(deps: RegistryDeps, actor: Actor, insertion: Insertion & { number: number }): Promise<void> {
  const { tx, model, id, number, words, content } = insertion;
  const { runId = null, pipelineRunId = null, code, datasets = [] } = words.source;
  const shown = datasets.map(({ name, versionId = null, digest = null }) => ({ name, versionId, digest }));
  await deps.ledger.append(tx, {
    type: 'model-version.created',
    actor,
    subject: subjectOfVersion({ id, model: model.name, number }),
    data: {
      model: model.name,
      version: number,
      digest: content.digest,
      format: words.format,
      bytes: content.bytes,
      runId,
      pipelineRunId,
      commit: code?.commit ?? null,
      datasets: shown,
      origin: words.origin ?? '',
      description: words.description ?? '',
      tags: words.tags ?? {},
    },
  });
}
