import type { Database, Queries } from '../../database/database.ts';
import { systemActor } from '../../kernel/actor.ts';
import type { Clock } from '../../kernel/clock.ts';
import { TidemillError } from '../../kernel/errors.ts';
import type { LedgerEvent } from '../../ledger/index.ts';
import type { CurrentPipeline } from './scheduler.ts';
import type { TriggerSpec } from './schema.ts';
import { type MadeRun, makeRun, type StartDeps } from './starts.ts';
import { createPipelineStore } from './store.ts';
import { readPath, render } from './template.ts';

/** What triggers need. */
export interface TriggerDeps extends StartDeps {
  database: Database;
  clock: Clock;
  current(queries?: Queries): Promise<CurrentPipeline[]>;
  onMade(made: MadeRun): void;
  onError(what: string, error: unknown): void;
}

const longestSleepMs = 60_000;

/** Whether an event is one a trigger waits for. */
export function matches(trigger: TriggerSpec, event: LedgerEvent): boolean {
  if (!trigger.enabled || !trigger.on.includes(event.type)) return false;
  return Object.entries(trigger.where).every(([path, wanted]) => {
    const value = path
      .split('.')
      .reduce<unknown>(
        (at, part) => (at !== null && typeof at === 'object' ? (at as Record<string, unknown>)[part] : undefined),
        event,
      );
    return Array.isArray(wanted) ? wanted.includes(value as string) : wanted === value;
  });
}

/** Starts runs when something happens: reads the ledger with a cursor of its own, and remembers what waits for quiet. */
export class Triggers {
  readonly #deps: TriggerDeps;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(deps: TriggerDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The server is stopping.'));
    this.#wake.resolve();
    await this.#loop;
  }

  /** Handles one event of the ledger inside the reader's transaction. */
  async handle(event: LedgerEvent, tx: Queries): Promise<void> {
    for (const pipeline of await this.#deps.current(tx)) {
      // A pipeline that follows its own runs would never rest.
      if (event.data['pipeline'] === pipeline.name) continue;
      for (const [name, trigger] of Object.entries(pipeline.spec.triggers)) {
        if (!matches(trigger, event)) continue;
        const store = createPipelineStore(tx);
        const state = await store.trigger(pipeline.name, name);
        const lastAt = state?.last_at ?? 0;
        const dueAt = Math.max(event.at + trigger.debounce, lastAt + trigger.minInterval);
        const row = { pipeline: pipeline.name, name, last_at: lastAt, due_at: dueAt, event: JSON.stringify(event) };
        await store.putTrigger(row);
        this.#deps.database.afterCommit(() => this.#wake.resolve());
      }
    }
  }

  async #run(): Promise<void> {
    const { clock, onError } = this.#deps;
    while (!this.#stopping.signal.aborted) {
      this.#wake = Promise.withResolvers();
      let next: number | undefined;
      try {
        next = await this.fireDue();
      } catch (error) {
        onError('pipelines: triggers', error);
        next = clock.now() + 5_000;
      }
      const sleeping = new AbortController();
      const pauseMs = Math.min(longestSleepMs, Math.max(1, (next ?? Infinity) - clock.now()));
      await Promise.race([clock.sleep(pauseMs, sleeping.signal).catch(() => {}), this.#wake.promise]);
      sleeping.abort(new Error('awake'));
    }
  }

  /** Starts what is due and gives the next time something will be. */
  async fireDue(): Promise<number | undefined> {
    const { database, clock } = this.#deps;
    const due = await createPipelineStore(database.query).dueTriggers();
    if (due.length === 0) return undefined;
    const current = new Map((await this.#deps.current()).map((pipeline) => [pipeline.name, pipeline]));
    for (const row of due) {
      if (row.due_at! > clock.now()) return row.due_at!;
      await this.#fire(row, current.get(row.pipeline));
    }
    return undefined;
  }

  async #fire(
    row: Parameters<ReturnType<typeof createPipelineStore>['takeTrigger']>[0],
    pipeline: CurrentPipeline | undefined,
  ) {
    const { database, clock, onMade, onError } = this.#deps;
    const spec = pipeline?.spec.triggers[row.name];
    const event = JSON.parse(row.event!) as LedgerEvent;
    const take = (tx: Queries) => createPipelineStore(tx).takeTrigger(row, clock.now());
    if (!pipeline || !spec?.enabled) {
      await take(database.query);
      return;
    }
    try {
      const made = await database.transaction(async (tx) => {
        if (!(await take(tx))) return undefined;
        return makeRun(this.#deps, tx, {
          actor: systemActor,
          pipeline: pipeline.name,
          version: pipeline.version,
          spec: pipeline.spec,
          params: paramsOf(spec, row.name, event),
          trigger: {
            kind: 'event',
            name: row.name,
            eventId: event.id,
            data: { ...event.data, subject: event.subject },
          },
        });
      });
      if (made) onMade(made);
    } catch (error) {
      onError(`pipelines: trigger ${row.pipeline}/${row.name}`, error);
      // A mistake in the document or event does not mend itself; a store that is away does.
      if (error instanceof TidemillError && error.kind !== 'unavailable') await take(database.query);
      else throw error;
    }
  }
}

function paramsOf(spec: TriggerSpec, name: string, event: LedgerEvent): Record<string, unknown> {
  return render(spec.params, `triggers.${name}.params`, {
    lookup: (reference, field) => readPath(event, reference.path.slice(1), { reference, field }),
  }) as Record<string, unknown>;
}
