import type { Database } from '../../database/database.ts';
import { systemActor } from '../../kernel/actor.ts';
import { type Clock, isoTime } from '../../kernel/clock.ts';
import { messageOf } from '../../kernel/errors.ts';
import { firesBetween, nextFire } from './cron.ts';
import type { ScheduleState } from './pipelines.ts';
import type { PipelineSpec, ScheduleSpec } from './schema.ts';
import { type MadeRun, makeRun, type StartDeps } from './starts.ts';
import { createPipelineStore } from './store.ts';

/** A declared pipeline, parsed. */
export interface CurrentPipeline {
  name: string;
  version: string;
  declaredAt: number;
  spec: PipelineSpec;
}

/** What the scheduler needs. */
export interface SchedulerDeps extends StartDeps {
  database: Database;
  clock: Clock;
  current(): Promise<CurrentPipeline[]>;
  currentOf(name: string): Promise<CurrentPipeline>;
  onMade(made: MadeRun): void;
  onError(what: string, error: unknown): void;
}

const onTimeMs = 60_000;
const longestSleepMs = 60_000;
const mostMissed = 1000;

/** How a schedule is known among all. */
export function scheduleId(pipeline: string, name: string): string {
  return `${pipeline}/${name}`;
}

/**
 * Starts runs by the clock. Every server may run one: a fire time is a row with a unique key, so one of them wins.
 * It sleeps until the next fire time, and looks at the documents again at least once a minute.
 */
export class Scheduler {
  readonly #deps: SchedulerDeps;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(deps: SchedulerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Looks at the documents now: they changed. */
  wake(): void {
    this.#wake.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The server is stopping.'));
    this.wake();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, onError } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      this.#wake = Promise.withResolvers();
      let pauseMs = longestSleepMs;
      try {
        const next = await this.fireDue();
        pauseMs = Math.min(longestSleepMs, Math.max(1, (next ?? Infinity) - clock.now()));
      } catch (error) {
        onError('pipelines: schedules', error);
        pauseMs = 5_000;
      }
      const sleeping = new AbortController();
      const asleep = clock.sleep(pauseMs, sleeping.signal).catch(() => {});
      await Promise.race([asleep, this.#wake.promise]);
      sleeping.abort(new Error('awake'));
    }
  }

  /** Fires what is due and gives the next fire time. */
  async fireDue(): Promise<number | undefined> {
    let next: number | undefined;
    for (const pipeline of await this.#deps.current()) {
      for (const [name, schedule] of Object.entries(pipeline.spec.schedules)) {
        if (!schedule.enabled) continue;
        await this.#fire(pipeline, name, schedule);
        const following = nextFire(schedule, this.#deps.clock.now());
        if (following !== undefined) next = Math.min(next ?? Infinity, following);
      }
    }
    return next;
  }

  /** When the schedules of a pipeline fire next, and their last fire times. */
  async describe(name: string): Promise<ScheduleState[]> {
    const { database, clock, currentOf } = this.#deps;
    const { spec } = await currentOf(name);
    const store = createPipelineStore(database.query);
    return Promise.all(
      Object.entries(spec.schedules).map(async ([schedule, { cron, timezone, enabled }]) => {
        const next = enabled ? nextFire({ cron, timezone }, clock.now()) : undefined;
        const fires = await store.fires(scheduleId(name, schedule), 20);
        return {
          ...{ name: schedule, cron, timezone, enabled },
          ...(next !== undefined && { nextAt: isoTime(next) }),
          fires: fires.map((fire) => ({
            fireAt: isoTime(fire.fire_at),
            state: fire.state,
            ...(fire.run_id !== null && { runId: fire.run_id }),
          })),
        };
      }),
    );
  }

  async #fire(pipeline: CurrentPipeline, name: string, schedule: ScheduleSpec): Promise<void> {
    const { database, clock } = this.#deps;
    const id = scheduleId(pipeline.name, name);
    const now = clock.now();
    const last = await createPipelineStore(database.query).lastFire(id);
    const after = Math.max(last ?? 0, pipeline.declaredAt);
    const fires = firesBetween(schedule, { after, upTo: now }, mostMissed);
    const runFrom = fires.length - wanted(schedule, fires, now);
    for (const [index, fireAt] of fires.entries()) {
      if (index >= runFrom) await this.#start(pipeline, { name, id, schedule, fireAt });
      else await createPipelineStore(database.query).claimFire({ schedule: id, fireAt, state: 'missed', at: now });
    }
  }

  async #start(pipeline: CurrentPipeline, at: { name: string; id: string; schedule: ScheduleSpec; fireAt: number }) {
    const { database, clock, onMade, onError } = this.#deps;
    const { name, id, schedule, fireAt } = at;
    const fire = { schedule: id, fireAt, at: clock.now() };
    try {
      const made = await database.transaction(async (tx) => {
        const store = createPipelineStore(tx);
        if (!(await store.claimFire({ ...fire, state: 'started' }))) return undefined;
        const run = await makeRun(this.#deps, tx, {
          actor: systemActor,
          pipeline: pipeline.name,
          version: pipeline.version,
          spec: pipeline.spec,
          params: schedule.params,
          trigger: { kind: 'schedule', name, fireAt: isoTime(fireAt) },
          overlap: { schedule: id, policy: schedule.overlap },
        });
        const state = run.run.status === 'skipped' ? 'skipped' : 'started';
        await store.noteFire({ schedule: id, fireAt, state, runId: run.run.id });
        return run;
      });
      if (made) onMade(made);
    } catch (error) {
      onError(`pipelines: schedule ${id}: ${messageOf(error)}`, error);
      await createPipelineStore(database.query).claimFire({ ...fire, state: 'failed' });
    }
  }
}

/** How many of the due fire times (the newest) run; the others were missed. */
function wanted(schedule: ScheduleSpec, fires: readonly number[], now: number): number {
  const { catchup } = schedule;
  if (typeof catchup === 'object') return Math.min(fires.length, catchup.all);
  const last = fires.at(-1);
  if (last === undefined) return 0;
  return catchup === 'last' || now - last < onTimeMs ? 1 : 0;
}
