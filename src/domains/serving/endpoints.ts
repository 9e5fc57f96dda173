import type { Queries } from '../../database/database.ts';
import { type Actor, may, systemActor } from '../../kernel/actor.ts';
import { isoTime } from '../../kernel/clock.ts';
import { fail, notFound, TidemillError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { canonicalJson } from '../../kernel/json.ts';
import { nameSchema } from '../../kernel/names.ts';
import type { LedgerEvent } from '../../ledger/index.ts';
import type { ServingDeps } from './deps.ts';
import { checkColumns } from './log/check-columns.ts';
import type { RoutingTable } from './predict/routing.ts';
import { checkPlan } from './rollout/check-plan.ts';
import { removeCredential } from './runtime/remote-credentials.ts';
import { type Endpoint, EndpointSpec, fullWeight, type Routing, type Variant } from './schema.ts';
import { createEndpointStore, type StoredEndpoint } from './store.ts';

/** Checks a declaration; the first wrong field is named. */
export function parseSpec(spec: unknown): EndpointSpec {
  const parsed = EndpointSpec.safeParse(spec);
  if (parsed.success) {
    checkPlan(parsed.data.rollout, 'spec.rollout');
    return parsed.data;
  }
  const issue = parsed.error.issues[0]!;
  const path = [...issue.path, ...(issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [])];
  const field = `spec.${path.map(String).join('.')}`;
  return fail('invalid_input', `Field '${field}': ${issue.message}.`, { field });
}

/** Creates or updates an endpoint; nothing happens where the declaration is what stands. */
export async function declareEndpoint(deps: ServingDeps, actor: Actor, request: { name: string; spec: unknown }) {
  const name = nameSchema.parse(request.name);
  const spec = parseSpec(request.spec);
  await checkRuntime(deps, actor, { name, spec });
  await checkColumns(deps, { name, spec, variants: () => variantsOf(deps, spec) });
  const stored = await deps.database.transaction(async (tx) => {
    const store = createEndpointStore(tx);
    const before = await store.find(name);
    return before ? changeEndpoint(deps, tx, { actor, before, spec }) : createEndpoint(deps, tx, { actor, name, spec });
  });
  const route = await deps.table.put(stored);
  if (route.state === 'failed') deps.onError(new TidemillError('unavailable', `Endpoint '${name}': ${route.reason}`));
  return toEndpoint(stored, deps.table);
}

/** A command runs with the server's rights: who makes an endpoint start one needs a permission of its own. */
async function checkRuntime(deps: ServingDeps, actor: Actor, { name, spec }: { name: string; spec: EndpointSpec }) {
  if (may(actor, 'endpoints.process')) return;
  const before = await createEndpointStore(deps.database.query).find(name);
  const refused = (['runtime', 'preprocess', 'postprocess'] as const).find((field) => {
    const wanted = spec[field];
    const isOwn = wanted?.kind === 'process' || wanted?.kind === 'typescript';
    return isOwn && (!before || canonicalJson(before.spec[field] ?? null) !== canonicalJson(wanted));
  });
  if (!refused) return;
  fail('forbidden', "Letting an endpoint start a command or code needs the permission 'endpoints.process'.", {
    field: `spec.${refused}`,
  });
}

interface Creation {
  actor: Actor;
  name: string;
  spec: EndpointSpec;
}

async function createEndpoint(deps: ServingDeps, tx: Queries, { actor, name, spec }: Creation) {
  const now = deps.clock.now();
  const routing: Routing = { revision: 1, salt: newId(), variants: await variantsOf(deps, spec) };
  const none = { rolloutId: null, experimentId: null };
  const stored: StoredEndpoint = { name, spec, routing, ...none, createdAt: now, updatedAt: now };
  if (!(await createEndpointStore(tx).insert(stored)))
    fail('conflict', `Endpoint '${name}' was just declared by another.`);
  const subject = { kind: 'endpoint', id: name, name };
  await deps.ledger.append(tx, { type: 'endpoint.declared', actor, subject, data: { spec } });
  await deployed(deps, tx, { actor, stored, before: undefined });
  return stored;
}

interface Change {
  actor: Actor;
  before: StoredEndpoint;
  spec: EndpointSpec;
}

async function changeEndpoint(deps: ServingDeps, tx: Queries, { actor, before, spec }: Change) {
  const changed = (Object.keys(spec) as (keyof EndpointSpec)[]).filter(
    (key) => canonicalJson(spec[key] ?? null) !== canonicalJson(before.spec[key] ?? null),
  );
  if (changed.length === 0) return before;
  const moved = (['model', 'alias', 'variants'] as const).some((key) => changed.includes(key));
  if (moved && before.rolloutId) {
    const cure = 'Abort the rollout or wait for its end.';
    fail('conflict', `Endpoint '${before.name}' has a rollout under way; its model cannot change. ${cure}`, { cure });
  }
  if (moved) refuseDuringExperiment(before);
  const variants = moved ? await variantsOf(deps, spec) : before.routing.variants;
  const routing = { ...before.routing, revision: before.routing.revision + 1, variants };
  const stored = await saveEndpoint(deps, tx, { before, spec, routing });
  const subject = { kind: 'endpoint', id: stored.name, name: stored.name };
  await deps.ledger.append(tx, { type: 'endpoint.changed', actor, subject, data: { spec, changed } });
  if (moved && variants.length > 0) await deployed(deps, tx, { actor, stored, before });
  return stored;
}

/** Replaces an endpoint unless somebody else has meanwhile. */
export async function saveEndpoint(
  deps: ServingDeps,
  tx: Queries,
  change: Pick<Partial<StoredEndpoint>, 'spec' | 'rolloutId' | 'experimentId'> & {
    before: StoredEndpoint;
    routing: Routing;
  },
): Promise<StoredEndpoint> {
  const { before, routing } = change;
  const experimentId = change.experimentId === undefined ? before.experimentId : change.experimentId;
  const rolloutId = change.rolloutId === undefined ? before.rolloutId : change.rolloutId;
  const spec = change.spec ?? before.spec;
  const stored = { ...before, spec, routing, rolloutId, experimentId, updatedAt: deps.clock.now() };
  if (!(await createEndpointStore(tx).update(stored, before.routing.revision))) {
    fail('conflict', `Endpoint '${before.name}' changed meanwhile; try again.`);
  }
  return stored;
}

/** Tells the ledger which versions answer now. */
export async function deployed(
  deps: ServingDeps,
  tx: Queries,
  change: { actor: Actor; stored: StoredEndpoint; before: StoredEndpoint | undefined },
): Promise<void> {
  const { stored, before, actor } = change;
  const { revision, variants } = stored.routing;
  const first = variants[0];
  if (!first) return;
  const subject = { kind: 'endpoint', id: stored.name, name: stored.name };
  const previousVersion = before?.routing.variants[0]?.version ?? null;
  const data = { model: first.model, version: first.version, previousVersion, revision, variants };
  await deps.ledger.append(tx, { type: 'endpoint.deployed', actor, subject, data });
}

/** Removes an endpoint; its log stays until its retention ends. */
export async function undeclareEndpoint(deps: ServingDeps, actor: Actor, name: string): Promise<void> {
  await deps.database.transaction(async (tx) => {
    const store = createEndpointStore(tx);
    const before = (await store.find(name)) ?? notFound('endpoint', name);
    if (before.rolloutId) {
      fail('conflict', `Endpoint '${name}' has a rollout under way. Abort it first.`, { cure: 'Abort the rollout.' });
    }
    refuseDuringExperiment(before);
    await store.remove(name);
    await removeCredential(tx, name);
    const subject = { kind: 'endpoint', id: name, name };
    await deps.ledger.append(tx, { type: 'endpoint.removed', actor, subject, data: {} });
  });
  deps.table.remove(name);
}

/** Lets the endpoints that follow an alias follow where it moved; those in a rollout or an experiment follow when that ends. */
export async function followAlias(deps: ServingDeps, event: LedgerEvent, tx: Queries): Promise<void> {
  const { model, alias, to } = event.data as { model: string; alias: string; to: number | null };
  if (to === null) return;
  for (const endpoint of await createEndpointStore(tx).all()) {
    const { spec } = endpoint;
    const follows = spec.alias === alias || spec.variants.some((variant) => variant.alias === alias);
    const isFree = endpoint.rolloutId === null && endpoint.experimentId === null;
    if (spec.model === model && follows && isFree) await realign(deps, tx, endpoint);
  }
}

/** Lets an endpoint answer with what its aliases name now, at once, the champion before staying warm. */
export async function realign(deps: ServingDeps, tx: Queries, endpoint: StoredEndpoint): Promise<StoredEndpoint> {
  const { routing } = endpoint;
  const [before] = routing.variants;
  const wanted = await variantsOf(deps, endpoint.spec);
  const same = wanted.every(({ name, version }) =>
    routing.variants.some((one) => one.name === name && one.version === version),
  );
  if (wanted.length === 0 || same) return endpoint;
  const isNew = before !== undefined && before.version !== wanted[0]!.version;
  const warm = isNew ? [previous(before)] : routing.variants.filter(({ name }) => name === 'previous');
  const variants = [...wanted, ...warm];
  const stored = await saveEndpoint(deps, tx, {
    before: endpoint,
    routing: { ...routing, revision: routing.revision + 1, variants },
  });
  await deployed(deps, tx, { actor: systemActor, stored, before: endpoint });
  deps.database.afterCommit(() => void deps.table.put(stored));
  return stored;
}

/** Fails with `conflict` while an experiment deals the traffic of an endpoint. */
export function refuseDuringExperiment({ name, experimentId }: StoredEndpoint): void {
  if (experimentId === null) return;
  const cure = `Stop it first: tidemill endpoint experiment stop ${experimentId}`;
  const message = `Endpoint '${name}' has an experiment under way (${experimentId}). ${cure}`;
  fail('conflict', message, { value: experimentId, cure });
}

/** The variants a declaration asks for; none while the champion's alias names no version. */
export async function variantsOf(deps: ServingDeps, spec: EndpointSpec): Promise<Variant[]> {
  const version = await versionOf(deps, spec);
  if (version === undefined) return [];
  const { model } = spec;
  const others: Variant[] = [];
  for (const { name, shadow, percent, ...ref } of spec.variants) {
    const found = await deps.registry.versions.get(model, ref.version ?? ref.alias!);
    const role = shadow ? 'shadow' : percent > 0 ? 'live' : 'standby';
    const weight = shadow ? 0 : Math.round(percent * (fullWeight / 100));
    others.push({ name, role, model, version: found.number, weight });
  }
  const rest = fullWeight - others.reduce((sum, variant) => sum + variant.weight, 0);
  return [{ ...champion(spec, version), weight: rest }, ...others];
}

/** The variant that answers all traffic. */
export function champion(spec: EndpointSpec, version: number): Variant {
  return { name: 'champion', role: 'live', model: spec.model, version, weight: fullWeight };
}

/** The version that answered before, warm and without traffic, so that a rollback is a change of routing only. */
export function previous(variant: Variant): Variant {
  return { ...variant, name: 'previous', role: 'standby', weight: 0 };
}

/** The version the alias names; none where it names none yet. */
async function versionOf(deps: ServingDeps, { model, alias }: EndpointSpec): Promise<number | undefined> {
  try {
    return (await deps.registry.versions.get(model, alias)).number;
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** An endpoint as users see it. */
export function toEndpoint(stored: StoredEndpoint, table: RoutingTable): Endpoint {
  const route = table.find(stored.name);
  const reason = route?.reason;
  return {
    name: stored.name,
    state: route?.state ?? (stored.routing.variants.length === 0 ? 'waiting' : 'ready'),
    ...(reason !== undefined && { reason }),
    revision: stored.routing.revision,
    variants: stored.routing.variants,
    ...(stored.rolloutId !== null && { rolloutId: stored.rolloutId }),
    ...(stored.experimentId !== null && { experimentId: stored.experimentId }),
    spec: stored.spec,
    createdAt: isoTime(stored.createdAt),
    updatedAt: isoTime(stored.updatedAt),
  };
}
