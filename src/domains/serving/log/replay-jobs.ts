import type { Queries } from '../../../database/database.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { fail, messageOf, notFound, TidemillError } from '../../../kernel/errors.ts';
import { newId } from '../../../kernel/ids.ts';
import type { Page, PageRequest } from '../../../kernel/page.ts';
import { parseAs } from '../../../kernel/parse.ts';
import type { ServingDeps } from '../deps.ts';
import { createEndpointStore } from '../store.ts';
import { logRulesOf } from './log-rules.ts';
import { checkColumns, runReplay } from './replay-run.ts';
import { type Replay, type ReplayReport, replayRequestSchema } from './replay-schema.ts';
import { createReplayStore, type StoredReplay, toReplay } from './replay-store.ts';

/** The background task that answers logged requests again. */
export const replayTask = 'serving:replay';

/** Logged requests answered again by other versions, one job after the other, which survive a restart. */
export interface Replays {
  /** Checks that the log has what the version needs, and queues it. */
  start(actor: Actor, endpoint: string, request: unknown): Promise<Replay>;
  find(id: string): Promise<Replay>;
  list(filter: PageRequest & { endpoint?: string | undefined }): Promise<Page<Replay>>;
  cancel(actor: Actor, id: string): Promise<Replay>;
}

/** Makes replays over serving; their background task is added at once. */
export function createReplays(deps: ServingDeps): Replays {
  deps.background.add({ name: replayTask, everyMs: 5000, run: ({ signal }) => runNext(deps, signal) });
  const store = () => createReplayStore(deps.database.query);
  const find = async (id: string) => toReplay((await store().find(id)) ?? notFound('replay', id));
  return {
    start: (actor, endpoint, request) => startReplay(deps, actor, { endpoint, request }),
    find,
    list: (filter) => store().page(filter),
    async cancel(actor, id) {
      const replay = (await store().find(id)) ?? notFound('replay', id);
      if (!(await end(deps, replay, { ending: { state: 'cancelled' }, by: actor }))) {
        fail('conflict', `The replay has ${(await find(id)).state} already.`, { field: 'id', value: id });
      }
      return find(id);
    },
  };
}

async function startReplay(
  deps: ServingDeps,
  actor: Actor,
  start: { endpoint: string; request: unknown },
): Promise<Replay> {
  const request = parseAs(replayRequestSchema, start.request);
  const { spec } =
    (await createEndpointStore(deps.database.query).find(start.endpoint)) ?? notFound('endpoint', start.endpoint);
  await deps.registry.versions.get(spec.model, request.version);
  const runtime = await deps.runtimes.load({
    endpoint: start.endpoint,
    model: spec.model,
    version: request.version,
    spec,
  });
  checkColumns(runtime.plan, await logRulesOf(deps)(spec.log));
  const now = deps.clock.now();
  const replay: StoredReplay = {
    ...{ id: newId(), endpoint: start.endpoint, request, actor, state: 'waiting', rows: 0 },
    ...{ report: null, error: null, createdAt: now, updatedAt: now, endedAt: null },
  };
  await deps.database.transaction(async (tx) => {
    await createReplayStore(tx).insert(replay);
    await append(deps, tx, { replay, type: 'started', actor });
  });
  deps.background.wake(replayTask);
  return toReplay(replay);
}

/** Runs the oldest replay that has not ended, from its beginning; gives whether more may wait. */
async function runNext(deps: ServingDeps, signal: AbortSignal): Promise<boolean> {
  const store = createReplayStore(deps.database.query);
  const replay = await store.next();
  if (!replay) return false;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  await store.update(replay.id, { state: 'running', updatedAt: deps.clock.now() });
  try {
    const stored = await createEndpointStore(deps.database.query).find(replay.endpoint);
    const { spec } = stored ?? notFound('endpoint', replay.endpoint);
    const report = await runReplay(deps, {
      ...{ replay, spec, rules: await logRulesOf(deps)(spec.log), signal: either },
      onProgress: async (rows) => {
        const isOpen = await store.update(replay.id, { rows, updatedAt: deps.clock.now() });
        if (!isOpen) stop.abort(new TidemillError('cancelled', 'It was cancelled.'));
      },
    });
    await end(deps, replay, { ending: { state: 'succeeded', report, rows: report.rows } });
  } catch (error) {
    // When the server stops the replay stays open and is begun anew.
    if (!signal.aborted && !stop.signal.aborted) await failed(deps, replay, error);
  }
  return !signal.aborted;
}

async function failed(deps: ServingDeps, replay: StoredReplay, thrown: unknown): Promise<void> {
  const isKnown = thrown instanceof TidemillError && thrown.kind !== 'internal';
  if (!isKnown) deps.onError(thrown);
  const code = thrown instanceof TidemillError ? thrown.code : 'internal';
  const error = { code, message: code === 'internal' ? 'A fault of the platform.' : messageOf(thrown) };
  await end(deps, replay, { ending: { state: 'failed', error } });
}

type Ending =
  | { state: 'succeeded'; report: ReplayReport; rows: number }
  | { state: 'failed'; error: NonNullable<StoredReplay['error']> }
  | { state: 'cancelled' };

/** Ends a replay and tells the ledger in one commit; gives whether it had not ended before. */
async function end(
  deps: ServingDeps,
  before: StoredReplay,
  { ending, by: actor = before.actor }: { ending: Ending; by?: Actor },
): Promise<boolean> {
  const now = deps.clock.now();
  return deps.database.transaction(async (tx) => {
    const store = createReplayStore(tx);
    if (!(await store.update(before.id, { ...ending, endedAt: now, updatedAt: now }))) return false;
    const replay = (await store.find(before.id))!;
    await append(deps, tx, { replay, type: ending.state, actor });
    return true;
  });
}

interface Told {
  replay: StoredReplay;
  type: 'started' | 'succeeded' | 'failed' | 'cancelled';
  actor: Actor;
}

async function append(deps: ServingDeps, tx: Queries, { replay, type, actor }: Told): Promise<void> {
  const { id, endpoint, request, rows } = replay;
  const subject = { kind: 'prediction-replay', id, name: endpoint };
  const data = { endpoint, version: request.version, rows };
  await deps.ledger.append(tx, { type: `prediction-replay.${type}` as const, actor, subject, data });
}
