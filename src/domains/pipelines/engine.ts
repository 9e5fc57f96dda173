import type { Database } from '../../database/database.ts';
import type { Ledger } from '../../ledger/index.ts';
import { type ActiveAttempt, type ActiveRun, retriesOf, toActiveRun } from './active-run.ts';
import { commitBatch, type Launch, snapshot } from './commit.ts';
import type { Execution, Executor, Outcome, Work } from './executor.ts';
import { type Alarm, lateness, nextDue, setAlarm, timeLeft } from './limits.ts';
import {
  beginAttempt,
  cancelAll,
  conclude,
  failAttempt,
  isActive,
  isTerminal,
  noteCancelled,
  noteQueued,
  noteReady,
  noteRunning,
  succeed,
} from './machine.ts';
import { type PrepareDeps, type Prepared, prepare, workToAdopt } from './prepare.ts';
import { createRunStore, type RunRow } from './run-store.ts';
import { executorOf, Slots } from './slots.ts';
import { createPipelineStore } from './store.ts';

/** What the engine needs. */
export interface EngineDeps extends PrepareDeps {
  database: Database;
  ledger: Ledger;
  /** By name: `in-process`, `process`, and those that are configured. */
  executors: ReadonlyMap<string, Executor>;
  /** Names this server among all that ever were. */
  owner: string;
  leaseMs: number;
  onError(what: string, error: unknown): void;
  onRunOver(run: RunRow): void;
}

/**
 * Drives runs. All decisions are taken in memory, where one server holds a run's lease; each turn writes what changed in
 * all runs as one transaction guarded by the fences, and only then starts what was written down to be started.
 * With nothing to do it does nothing: no polling.
 */
export class Engine {
  readonly #deps: EngineDeps;
  readonly #runs = new Map<string, ActiveRun>();
  readonly #slots: Slots;
  /** Attempts begun since the last turn: the next one writes them down, then starts them. */
  readonly #launches: Launch[] = [];
  /** An attempt ended whose slots or result others wait for; they look again once its end is written. */
  #freed = false;
  #turn: Promise<void> | undefined;
  #again = false;
  #draining = false;
  #wakeAt: number | undefined;
  #wake: Alarm | undefined;
  #renewing: NodeJS.Timeout | undefined;
  #retryPauseMs = 0;

  constructor(deps: EngineDeps) {
    this.#deps = deps;
    this.#slots = new Slots(deps.executors);
  }

  /** The runs this server drives. */
  get runs(): ReadonlyMap<string, ActiveRun> {
    return this.#runs;
  }

  /** Takes over a run whose driver is gone, or a new one; does nothing when another was faster. */
  async take(run: { id: string; fence: number }): Promise<void> {
    if (this.#draining || this.#runs.has(run.id)) return;
    const { database, clock, owner, leaseMs } = this.#deps;
    const until = clock.now() + leaseMs;
    const fence = await database.transaction((tx) => createRunStore(tx).claim(run, { owner, until }));
    if (fence === undefined) return;
    const store = createRunStore(database.query);
    const row = await store.run(run.id);
    const spec = row && (await createPipelineStore(database.query).specOf(row.version));
    if (!row || spec === undefined || row.fence !== fence) return;
    const active = toActiveRun({ row, spec, nodes: await store.nodes(run.id) }, clock.now());
    this.#runs.set(run.id, active);
    this.#renewing ??= setInterval(() => void this.#renew(), leaseMs / 3).unref();
    await this.#reconcile(active);
    if (row.cancel_requested) this.#cancel(active);
    this.#armDeadline(active);
    this.schedule();
  }

  /** Asks for a turn; many asks make one turn. */
  schedule(): void {
    if (this.#turn) this.#again = true;
    else this.#turn = this.#turns();
  }

  /** Cancels a run this server drives; false when it does not. */
  cancel(runId: string): boolean {
    const run = this.#runs.get(runId);
    if (!run) return false;
    this.#cancel(run);
    this.schedule();
    return true;
  }

  /** Stops starting steps, gives those inside the server time to end, leaves the others to be adopted, gives leases back. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    clearInterval(this.#renewing);
    this.#wake?.clear();
    const inside = [...this.#runs.values()].flatMap((run) =>
      [...run.attempts.values()].filter((attempt) => attempt.row.executor === 'in-process' && attempt.execution),
    );
    const all = Promise.allSettled(inside.map((attempt) => attempt.execution!.outcome));
    await Promise.race([all, pause(graceMs)]);
    for (const attempt of inside) attempt.execution!.stop('shutdown');
    await Promise.race([all, pause(1000)]);
    for (const executor of this.#deps.executors.values()) executor.detach();
    while (this.#turn) await this.#turn;
    await this.#turns();
    const store = createRunStore(this.#deps.database.query);
    for (const run of this.#runs.values()) {
      run.alarm?.clear();
      for (const attempt of run.attempts.values()) attempt.alarm?.clear();
      await store.release(run.row).catch(() => {});
    }
    this.#runs.clear();
  }

  async #turns(): Promise<void> {
    // Outcomes that arrive together are written together.
    await new Promise((resolve) => setImmediate(resolve));
    do {
      this.#again = false;
      await this.#takeTurn().catch(async (error: unknown) => {
        // What changed stays marked as changed: the next turn writes it.
        this.#deps.onError('pipelines', error);
        this.#retryPauseMs = Math.min(10_000, Math.max(200, this.#retryPauseMs * 2));
        this.#again = !this.#draining;
        await pause(this.#retryPauseMs);
      });
    } while (this.#again);
    this.#turn = undefined;
  }

  async #takeTurn(): Promise<void> {
    if (!this.#draining) for (const run of this.#runs.values()) this.#advance(run);
    const launches = this.#launches.splice(0);
    const freed = this.#freed;
    this.#freed = false;
    const batch = [...this.#runs.values()].flatMap((run) => snapshot(run, this.#deps.clock.now()) ?? []);
    // A timer may come a little early and find nothing due yet: it is set again, always.
    if (batch.length === 0 && launches.length === 0) return this.#armWake();
    const lost = await commitBatch(this.#deps, batch).catch((error: unknown) => {
      this.#launches.unshift(...launches);
      throw error;
    });
    this.#retryPauseMs = 0;
    for (const run of lost) this.#lose(run);
    for (const { run, attempt } of launches) if (!run.lost) this.#launch(run, attempt);
    for (const entry of batch) if (entry.over && !entry.run.lost) this.#finish(entry.run);
    if (freed) this.#requeue();
    this.#armWake();
  }

  /** Starts what may start in a run, as far as slots reach. */
  #advance(run: ActiveRun): void {
    const now = this.#deps.clock.now();
    for (const index of run.machine.ready) {
      if (run.preparing.has(index)) continue;
      const node = run.machine.nodes[index]!;
      if (node.notBeforeAt !== undefined && node.notBeforeAt > now) continue;
      if (this.#isLate(run, index, now)) continue;
      if (!this.#slots.hasFor(run.steps[index]!)) {
        // Those that wait behind may have waited too long.
        if (this.#slots.areFull && !run.hasLimits) break;
        continue;
      }
      const prepared = prepare(this.#deps, run, index);
      if (!(prepared instanceof Promise)) {
        this.#apply(run, index, prepared);
        continue;
      }
      run.preparing.add(index);
      this.#slots.take(run.steps[index]!);
      void prepared.then((done) => {
        this.#slots.give(run.steps[index]!);
        run.preparing.delete(index);
        if (run.lost) return;
        // It was cancelled meanwhile: what preparing reserved is given back when its state is written again.
        if (isTerminal(run.machine.nodes[index]!.state)) run.machine.changed.add(index);
        else this.#apply(run, index, done);
        this.schedule();
      });
    }
  }

  #apply(run: ActiveRun, index: number, prepared: Prepared): void {
    const now = this.#deps.clock.now();
    const { machine } = run;
    switch (prepared.kind) {
      case 'submit':
        this.#launches.push({ run, attempt: this.#begin(run, prepared.work) });
        break;
      case 'skip':
        conclude(machine, index, { state: 'skipped', now });
        break;
      case 'cached':
        run.results[index] = prepared.result;
        conclude(machine, index, { state: 'cached', now });
        break;
      case 'wait':
        run.waiting.set(index, prepared.for);
        noteQueued(machine, index);
        break;
      case 'fail':
        failAttempt(machine, index, { failure: prepared.failure, retries: retriesOf(run, index), now });
    }
    if (prepared.kind !== 'submit' && prepared.kind !== 'wait') this.#again = true;
  }

  #begin(run: ActiveRun, work: Work): ActiveAttempt {
    const now = this.#deps.clock.now();
    const n = beginAttempt(run.machine, work.index, now);
    this.#slots.take(work.step);
    const executor = executorOf(work.step);
    // Inside the server nothing lies between the stored intent and the start.
    const atOnce = executor === 'in-process';
    if (atOnce) noteRunning(run.machine, work.index);
    const attempt: ActiveAttempt = {
      row: {
        run_id: run.row.id,
        idx: work.index,
        n,
        state: atOnce ? 'running' : 'submitting',
        executor,
        external_id: work.externalId,
        handle: null,
        lease_owner: this.#deps.owner,
        lease_until: now + this.#deps.leaseMs,
        fence: run.row.fence,
        started_at: now,
        heartbeat_at: now,
        finished_at: null,
        exit: null,
        error_class: null,
        error: null,
        log_offset: 0,
        log_head: 0,
        log_kept: 0,
        log_digest: null,
      },
      work,
      execution: undefined,
      alarm: undefined,
      pastDeadline: false,
    };
    run.attempts.set(work.index, attempt);
    run.changedAttempts.add(attempt.row);
    return attempt;
  }

  #launch(run: ActiveRun, attempt: ActiveAttempt): void {
    if (this.#draining) return;
    const { work } = attempt;
    const execution = this.#deps.executors.get(attempt.row.executor)!.submit(work);
    this.#follow(run, attempt, execution);
    if (run.machine.cancelling) execution.stop('cancelled');
  }

  #follow(run: ActiveRun, attempt: ActiveAttempt, execution: Execution): void {
    attempt.execution = execution;
    this.#armTimeout(run, attempt);
    void execution.handle?.then((handle) => {
      if (handle === undefined || attempt.row.state !== 'submitting') return;
      attempt.row.handle = handle;
      attempt.row.state = 'running';
      run.changedAttempts.add(attempt.row);
      noteRunning(run.machine, attempt.row.idx);
      this.schedule();
    });
    void execution.outcome.then((outcome) => {
      if (run.lost) return;
      this.#end(run, attempt, outcome);
      this.schedule();
    });
  }

  #end(run: ActiveRun, attempt: ActiveAttempt, outcome: Outcome): void {
    const now = this.#deps.clock.now();
    const { row, work } = attempt;
    const index = row.idx;
    attempt.alarm?.clear();
    this.#slots.give(work.step);
    run.attempts.delete(index);
    run.changedAttempts.add(row);
    row.finished_at = now;
    row.exit = 'exit' in outcome ? (outcome.exit ?? null) : null;
    if (outcome.kind === 'succeeded') {
      row.state = 'succeeded';
      run.results[index] = { outputs: outcome.outputs, metrics: outcome.metrics };
      succeed(run.machine, index, now);
    } else if (outcome.kind === 'cancelled') {
      row.state = 'cancelled';
      noteCancelled(run.machine, index, now);
    } else {
      row.state = 'failed';
      row.error = outcome.failure.error;
      row.error_class = outcome.failure.errorClass;
      const failure = { ...outcome.failure, final: attempt.pastDeadline };
      failAttempt(run.machine, index, { failure, retries: retriesOf(run, index), now });
    }
    const { pool } = work.step;
    if (pool !== undefined || run.flights.has(index)) this.#freed = true;
  }

  /** Lets queued steps try again. */
  #requeue(): void {
    for (const run of this.#runs.values()) {
      for (const index of run.waiting.keys()) noteReady(run.machine, index);
      if (run.waiting.size > 0) this.#again = true;
      run.waiting.clear();
    }
  }

  /** Follows what an earlier server left running; what is lost is tried again. */
  async #reconcile(run: ActiveRun): Promise<void> {
    const open = await createRunStore(this.#deps.database.query).openAttempts(run.row.id);
    const byIndex = new Map(open.map((row) => [row.idx, row]));
    const { machine } = run;
    for (const node of machine.nodes) {
      if (!isActive(node.state)) continue;
      const row = byIndex.get(node.index);
      if (!row || row.n !== node.attempts) {
        // Its slots were reserved, but the attempt was never written down: nothing was started.
        node.state = 'queued';
        noteReady(machine, node.index);
        continue;
      }
      const work = workToAdopt(run, node.index);
      const execution = await this.#deps.executors.get(row.executor)?.adopt(work, row.handle ?? undefined);
      if (execution) {
        const changed = { ...row, fence: run.row.fence, lease_owner: this.#deps.owner };
        const attempt = { row: changed, work, execution, alarm: undefined, pastDeadline: false };
        run.attempts.set(node.index, attempt);
        run.changedAttempts.add(changed);
        this.#slots.take(work.step);
        this.#follow(run, attempt, execution);
        continue;
      }
      const error = 'The server stopped while the step ran, and the step did not outlive it.';
      const now = this.#deps.clock.now();
      run.changedAttempts.add({ ...row, state: 'lost', error, error_class: 'infra', finished_at: now });
      failAttempt(machine, node.index, {
        failure: { errorClass: 'infra', error },
        retries: retriesOf(run, node.index),
        now,
      });
    }
  }

  #cancel(run: ActiveRun): void {
    for (const index of cancelAll(run.machine, this.#deps.clock.now())) {
      const attempt = run.attempts.get(index);
      attempt?.execution?.stop('cancelled');
    }
  }

  #finish(run: ActiveRun): void {
    run.alarm?.clear();
    this.#runs.delete(run.row.id);
    if (this.#runs.size === 0) {
      clearInterval(this.#renewing);
      this.#renewing = undefined;
    }
    this.#deps.onRunOver(run.row);
  }

  #lose(run: ActiveRun): void {
    run.lost = true;
    this.#runs.delete(run.row.id);
    run.alarm?.clear();
    for (const attempt of run.attempts.values()) {
      attempt.alarm?.clear();
      this.#slots.give(attempt.work.step);
      attempt.execution?.stop('cancelled');
    }
  }

  async #renew(): Promise<void> {
    const { database, clock, leaseMs } = this.#deps;
    for (const run of this.#runs.values()) {
      const now = clock.now();
      const { id, fence } = run.row;
      try {
        const held = await database.transaction((tx) =>
          createRunStore(tx).renew({ id, fence, now, until: now + leaseMs }),
        );
        if (!held) this.#lose(run);
        else if (held.cancel && !run.machine.cancelling) this.cancel(id);
      } catch (error) {
        this.#deps.onError('pipelines', error);
      }
    }
  }

  #isLate(run: ActiveRun, index: number, now: number): boolean {
    const error = lateness(run, index, now);
    if (error === undefined) return false;
    const failure = { errorClass: 'timeout' as const, error, final: true };
    failAttempt(run.machine, index, { failure, retries: retriesOf(run, index), now });
    this.#again = true;
    return true;
  }

  #armTimeout(run: ActiveRun, attempt: ActiveAttempt): void {
    const left = timeLeft(run, attempt, this.#deps.clock.now());
    if (!left) return;
    attempt.alarm = setAlarm(left.ms, () => {
      attempt.pastDeadline = left.isDeadline;
      attempt.execution?.stop('timeout');
    });
  }

  #armDeadline(run: ActiveRun): void {
    if (run.spec.deadline === undefined) return;
    const left = (run.row.started_at ?? run.row.created_at) + run.spec.deadline - this.#deps.clock.now();
    run.alarm = setAlarm(left, () => {
      run.pastDeadline = true;
      this.cancel(run.row.id);
    });
  }

  #armWake(): void {
    const now = this.#deps.clock.now();
    let at = Infinity;
    for (const run of this.#runs.values()) at = Math.min(at, nextDue(run, now));
    if (at === this.#wakeAt) return;
    this.#wake?.clear();
    this.#wakeAt = at;
    if (at === Infinity) return;
    this.#wake = setAlarm(at - now, () => {
      this.#wakeAt = undefined;
      this.#requeue();
      this.schedule();
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
