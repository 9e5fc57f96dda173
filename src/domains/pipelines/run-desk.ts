import type { Background } from '../../database/background.ts';
import type { Database } from '../../database/database.ts';
import type { Actor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import type { Ledger } from '../../ledger/index.ts';
import type { Archive } from './archive.ts';
import type { DocumentReader } from './documents.ts';
import type { Engine } from './engine.ts';
import { isGone } from './owner.ts';
import type { StartRun } from './pipelines.ts';
import { findRun } from './reading.ts';
import { createRunStore, type RunRow } from './run-store.ts';
import type { Scheduler } from './scheduler.ts';
import { cancelRun, type MadeRun, makeRun, promoteRuns } from './starts.ts';
import type { Triggers } from './triggers.ts';

interface DeskDeps {
  database: Database;
  ledger: Ledger;
  clock: Clock;
  background: Background;
  documents: DocumentReader;
  engine: Engine;
  archive: Archive;
  scheduler: Scheduler;
  triggers: Triggers;
  execute: boolean;
  onError(what: string, error: unknown): void;
}

const over = new Set(['succeeded', 'failed', 'cancelled', 'skipped']);
const lookMs = 1000;
const recoverMs = 10_000;

/** Where runs come in and go out: starts, cancels and awaits them, hands them to the engine, lets the next in line begin. */
export class RunDesk {
  readonly #deps: DeskDeps;
  readonly #waiters = new Map<string, Set<() => void>>();
  #open = false;

  constructor(deps: DeskDeps) {
    this.#deps = deps;
  }

  async start(actor: Actor, want: StartRun): Promise<MadeRun> {
    const { documents, database } = this.#deps;
    const { name, version, spec } = await documents.currentOf(want.pipeline);
    const made = await database.transaction((tx) =>
      makeRun(this.#deps, tx, {
        ...{ actor, pipeline: name, version, spec },
        params: want.params ?? {},
        trigger: want.trigger ?? { kind: 'manual' },
      }),
    );
    database.afterCommit(() => this.made(made));
    return made;
  }

  /** Takes a run that was just committed: drives it, and stops the ones it displaces. */
  made({ run, cancel }: MadeRun): void {
    if (!this.#open) return;
    for (const id of cancel) this.#deps.engine.cancel(id);
    if (run.status === 'running') this.#take(run);
    else if (run.status === 'queued') void this.#promote(run.pipeline);
  }

  async cancel(actor: Actor, runId: string): Promise<RunRow> {
    const { database, engine } = this.#deps;
    const run = await findRun(database, runId);
    if (over.has(run.status)) return run;
    await database.transaction((tx) => cancelRun(this.#deps, tx, { run, actor }));
    if (!engine.cancel(runId)) this.#wake(runId);
    return findRun(database, runId);
  }

  async wait(runId: string, signal?: AbortSignal): Promise<RunRow> {
    for (;;) {
      // Listen before looking, so that an end between the two is not missed.
      const ended = this.#ended(runId, signal);
      const run = await findRun(this.#deps.database, runId).catch((error: unknown) => {
        ended.forget();
        throw error;
      });
      if (over.has(run.status)) {
        ended.forget();
        return run;
      }
      await ended.promise;
      if (signal?.aborted) return fail('cancelled', `Waiting for the run '${runId}' was given up.`);
    }
  }

  #ended(runId: string, signal: AbortSignal | undefined) {
    const { promise, resolve } = Promise.withResolvers<void>();
    const waiters = this.#waiters.get(runId) ?? new Set();
    this.#waiters.set(runId, waiters.add(resolve));
    // Another server may drive the run.
    const timer = setTimeout(resolve, lookMs);
    signal?.addEventListener('abort', () => resolve(), { once: true });
    const forget = () => {
      clearTimeout(timer);
      waiters.delete(resolve);
      if (waiters.size === 0 && this.#waiters.get(runId) === waiters) this.#waiters.delete(runId);
    };
    return { promise: promise.finally(forget), forget };
  }

  #wake(runId: string): void {
    for (const wake of this.#waiters.get(runId) ?? []) wake();
  }

  /** A run this server drove is over. */
  over(run: RunRow): void {
    this.#wake(run.id);
    void this.#promote(run.pipeline);
  }

  async open(): Promise<void> {
    const { engine, archive, background, ledger, scheduler, triggers, execute } = this.#deps;
    if (!execute) return;
    this.#open = true;
    await this.#recover();
    void archive.sweep().catch((error: unknown) => this.#deps.onError('pipelines: sweep', error));
    background.add({ name: 'pipelines:recover', everyMs: recoverMs, run: () => this.#recover() });
    ledger.addReader({ name: 'pipelines', types: 'all', handle: (event, tx) => triggers.handle(event, tx) });
    scheduler.start();
    triggers.start();
    engine.schedule();
  }

  async drain(graceMs: number): Promise<void> {
    const wasOpen = this.#open;
    this.#open = false;
    if (wasOpen) await Promise.all([this.#deps.scheduler.stop(), this.#deps.triggers.stop()]);
    await this.#deps.engine.drain(graceMs);
    await this.#deps.archive.settle();
  }

  /** Takes over runs nobody drives, and lets waiting ones begin whose turn has come. */
  async #recover(): Promise<void> {
    const { database, clock, engine } = this.#deps;
    const store = createRunStore(database.query);
    const now = clock.now();
    for (const lease of await store.leases()) {
      if (engine.runs.has(lease.id)) continue;
      if (lease.lease_until <= now || isGone(lease.lease_owner)) {
        await engine.take(lease).catch((error: unknown) => this.#deps.onError(`pipelines: run ${lease.id}`, error));
      }
    }
    for (const pipeline of await store.waitingPipelines()) await this.#promote(pipeline);
  }

  #take(run: { id: string; fence: number }): void {
    void this.#deps.engine.take(run).catch((error: unknown) => this.#deps.onError(`pipelines: run ${run.id}`, error));
  }

  async #promote(pipeline: string): Promise<void> {
    try {
      const { database, documents } = this.#deps;
      if (!this.#open) return;
      const store = createRunStore(database.query);
      const queued = (await store.activeRuns(pipeline)).find((run) => run.status === 'queued');
      if (!queued) return;
      const current = await documents.currentOf(pipeline).catch(() => undefined);
      const spec = current?.spec ?? (await documents.version(queued.version));
      for (const run of await promoteRuns(this.#deps, pipeline, spec.concurrency?.max ?? Infinity)) this.#take(run);
    } catch (error) {
      this.#deps.onError(`pipelines: queue of ${pipeline}`, error);
    }
  }
}
