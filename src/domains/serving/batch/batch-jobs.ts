import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '../../../kernel/actor.ts';
import { fail, messageOf, notFound, TidemillError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Page } from '../../../kernel/page.ts';
import { parseAs } from '../../../kernel/parse.ts';
import type { ServingDeps } from '../deps.ts';
import { readyRoute } from '../predict/routing.ts';
import { openInput, planInput } from './batch-input.ts';
import { runBatch } from './batch-run.ts';
import { type Batch, type BatchOrder, BatchRequest } from './batch-schema.ts';
import { type BatchChange, type BatchFilter, createBatchStore, type StoredBatch, toBatch } from './batch-store.ts';

/** The background task that runs batch predictions. */
export const batchTask = 'serving:batch';

/** What a batch prediction is asked with beside the order. */
export interface BatchStart {
  endpoint: string;
  request: unknown;
  producer?: { runId: string; stepName: string };
}

/**
 * Checks an order against the endpoint's version and the columns of the input, and queues it. Under a key that one bears
 * which ended early, that one goes on and keeps what was scored; under the key of one that is under way, that one is given.
 */
export async function startBatch(deps: ServingDeps, actor: Actor, start: BatchStart): Promise<Batch> {
  const order = parseAs(BatchRequest, start.request);
  const route = readyRoute(deps.table, start.endpoint);
  const arm = order.variant
    ? (route.arms.find((one) => one.variant.name === order.variant) ?? notFound('variant', order.variant))
    : route.live[0]!;
  const { model, version } = arm.variant;
  const input = await openInput(deps, { order, actor, plan: arm.runtime.plan });
  planInput(arm.runtime.plan, input, order.keep);
  const key = order.key ? JSON.stringify([order.key, start.endpoint, model, version]) : null;
  const before = key === null ? undefined : await createBatchStore(deps.database.query).byKey(key);
  if (before && before.state !== 'succeeded' && sameInput(before.order, order)) return resume(deps, before);
  const { id: modelVersionId } = await deps.registry.versions.get(model, version);
  const now = deps.clock.now();
  const batch: StoredBatch = {
    ...{ id: newId(), key, endpoint: start.endpoint, model, version, modelVersionId, order, actor },
    producer: start.producer ?? null,
    ...{ state: 'waiting', rows: 0, totalRows: input.totalRows, quarantinedRows: 0, result: null, error: null },
    ...{ createdAt: now, updatedAt: now, endedAt: null },
  };
  await deps.database.transaction(async (tx) => {
    await createBatchStore(tx).insert(batch);
    const told = order.dataset === undefined ? { source: order.source } : { dataset: order.dataset };
    await append(deps, tx, { batch, actor, type: 'started', data: { input: told } });
  });
  deps.background.wake(batchTask);
  return toBatch(batch);
}

function sameInput(a: BatchOrder, b: BatchOrder): boolean {
  const of = ({ dataset, source, keep, as }: BatchOrder) => JSON.stringify([dataset, source, keep, as]);
  return of(a) === of(b);
}

async function resume(deps: ServingDeps, before: StoredBatch): Promise<Batch> {
  const change = { state: 'waiting' as const, error: null, endedAt: null, updatedAt: deps.clock.now() };
  await createBatchStore(deps.database.query).update(before.id, ['failed', 'cancelled'], change);
  deps.background.wake(batchTask);
  return findBatch(deps, before.id);
}

/** A batch prediction as it stands. */
export async function findBatch(deps: ServingDeps, id: string): Promise<Batch> {
  return toBatch((await createBatchStore(deps.database.query).find(id)) ?? notFound('batch prediction', id));
}

/** Batch predictions, newest first. */
export async function listBatches(deps: ServingDeps, filter: BatchFilter): Promise<Page<Batch>> {
  const page = await createBatchStore(deps.database.query).page(filter);
  return { ...page, items: page.items.map(toBatch) };
}

/** Ends one that is waiting or under way; what was scored is kept for who asks again under its key. */
export async function cancelBatch(deps: ServingDeps, actor: Actor, id: string): Promise<Batch> {
  const batch = (await createBatchStore(deps.database.query).find(id)) ?? notFound('batch prediction', id);
  const now = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    const change = { state: 'cancelled' as const, endedAt: now, updatedAt: now };
    const isOpen = await createBatchStore(tx).update(id, ['waiting', 'running'], change);
    if (!isOpen) fail('conflict', `The batch prediction has ${batch.state} already.`, { field: 'id', value: id });
    await append(deps, tx, { batch, actor, type: 'cancelled', data: { rows: batch.rows } });
  });
  return findBatch(deps, id);
}

/** Runs the oldest batch that has not ended, from where it is; gives whether more are waiting. */
export async function runNextBatch(deps: ServingDeps, signal: AbortSignal): Promise<boolean> {
  const store = createBatchStore(deps.database.query);
  const batch = await store.next();
  if (!batch) return false;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const change = (more: Partial<BatchChange>) =>
    store.update(batch.id, ['waiting', 'running'], { updatedAt: deps.clock.now(), ...more });
  await change({ state: 'running' });
  const look = setInterval(async () => {
    const now = await store.find(batch.id).catch(() => batch);
    if (now?.state === 'cancelled') stop.abort(new TidemillError('cancelled', 'It was cancelled.'));
  }, 500);
  try {
    const spec = readyRoute(deps.table, batch.endpoint).spec;
    const done = await runBatch(deps, {
      ...{ batch, spec, folder: folderOf(deps, batch.id), signal: either },
      onProgress: async (progress) => {
        either.throwIfAborted();
        await change(progress);
      },
    });
    await succeed(deps, batch, done);
  } catch (error) {
    // When the server stops, or another runs this now, the batch stays open and goes on later.
    if (!signal.aborted && !stop.signal.aborted) await failed(deps, batch, error);
  } finally {
    clearInterval(look);
  }
  return !signal.aborted;
}

async function succeed(
  deps: ServingDeps,
  batch: StoredBatch,
  done: Awaited<ReturnType<typeof runBatch>>,
): Promise<void> {
  const now = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    const change = { ...done, state: 'succeeded' as const, endedAt: now, updatedAt: now };
    if (!(await createBatchStore(tx).update(batch.id, ['running'], change))) return;
    const { rows, quarantinedRows, result } = done;
    const data = { rows, quarantinedRows, result: { ...result } };
    await append(deps, tx, { batch, actor: batch.actor, type: 'succeeded', data });
  });
  await rm(folderOf(deps, batch.id), { recursive: true, force: true });
}

async function failed(deps: ServingDeps, batch: StoredBatch, thrown: unknown): Promise<void> {
  const isKnown = thrown instanceof TidemillError && thrown.kind !== 'internal';
  if (!isKnown) deps.onError(thrown);
  const code = thrown instanceof TidemillError ? thrown.code : 'internal';
  const error = { code, message: code === 'internal' ? 'A fault of the platform.' : messageOf(thrown) };
  const now = deps.clock.now();
  await deps.database.transaction(async (tx) => {
    const change = { state: 'failed' as const, error, endedAt: now, updatedAt: now };
    if (!(await createBatchStore(tx).update(batch.id, ['waiting', 'running'], change))) return;
    const { rows } = (await createBatchStore(tx).find(batch.id))!;
    await append(deps, tx, { batch, actor: batch.actor, type: 'failed', data: { rows, ...error } });
  });
}

interface Told {
  batch: StoredBatch;
  actor: Actor;
  type: 'started' | 'succeeded' | 'failed' | 'cancelled';
  data: Record<string, unknown>;
}

type Tx = Parameters<ServingDeps['ledger']['append']>[0];

function append(deps: ServingDeps, tx: Tx, { batch, actor, type, data }: Told) {
  const { id, endpoint, model, version } = batch;
  return deps.ledger.append(tx, {
    type: `batch-prediction.${type}`,
    actor,
    subject: { kind: 'batch-prediction', id, name: endpoint },
    data: { endpoint, model, version, ...data },
  } as Parameters<ServingDeps['ledger']['append']>[1]);
}

function folderOf(deps: ServingDeps, id: string): string {
  return join(deps.folder, 'batches', id);
}

const keptMs = 7 * 86_400_000;

/** Forgets what ended a week ago, and removes what it had scored. */
export async function dropOldBatches(deps: ServingDeps): Promise<void> {
  const ids = await createBatchStore(deps.database.query).removeBefore(deps.clock.now() - keptMs);
  for (const id of ids) await rm(folderOf(deps, id), { recursive: true, force: true });
}
