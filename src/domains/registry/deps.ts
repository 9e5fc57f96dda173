import type { Blobs } from '../../blobs/index.ts';
import type { Database, Queries } from '../../database/database.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { ModelInspector, PromotionGate } from './ports.ts';
import type { VersionRef } from './registry.ts';
import type { Model, ModelVersion } from './schema.ts';
import { createRegistryStore } from './store.ts';

/** What the registry works with. */
export interface RegistryDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  blobs: Blobs;
  inspector: ModelInspector;
  /** Asked before every alias move and stage change; `openGate` where there is no governance. */
  gate: PromotionGate;
}

/** A model by name, or `not_found`. */
export async function modelOf(queries: Queries, name: string): Promise<Model> {
  return (await createRegistryStore(queries).models.find(name)) ?? notFound('model', name);
}

/** A model by name, held until the transaction ends: its versions, aliases and stages change one after another. */
export async function lockModel(database: Database, tx: Queries, name: string): Promise<Model> {
  const { id } = await modelOf(tx, name);
  await database.lock(tx, `model:${id}`);
  return modelOf(tx, name);
}

/** A version by number, alias or `latest`, or `not_found`. */
export async function versionOf(queries: Queries, model: string, ref: VersionRef): Promise<ModelVersion> {
  const store = createRegistryStore(queries);
  const number = await numberOf(queries, model, String(ref));
  const found = number === undefined ? undefined : await store.versions.find(model, number);
  if (found) return found;
  await modelOf(queries, model);
  return notFound('model version', `${model}/${ref}`);
}

async function numberOf(queries: Queries, model: string, ref: string): Promise<number | undefined> {
  if (/^v?\d{1,9}$/i.test(ref)) return Number(ref.replace(/^v/i, ''));
  const store = createRegistryStore(queries);
  if (ref.toLowerCase() === 'latest') return (await store.versions.list({ model, limit: 1 }))[0]?.number;
  const { id } = await modelOf(queries, model);
  return (await store.promotions.alias(id, ref)) ?? undefined;
}

/** A version that is not deleted, or `conflict`. */
export function refuseDeleted(version: ModelVersion): ModelVersion {
  if (version.deletedAt === null) return version;
  return fail('conflict', `Version ${version.number} of '${version.model}' is deleted; register it again first.`, {
    field: 'version',
    value: version.number,
  });
}

/** A model as a ledger event names it. */
export function subjectOfModel({ id, name }: { id: string; name: string }) {
  return { kind: 'model', id, name };
}

/** A version as a ledger event names it. */
export function subjectOfVersion({ id, model, number }: { id: string; model: string; number: number }) {
  return { kind: 'model-version', id, name: `${model}/${number}` };
}
