import type { Executor } from './executor.ts';
import type { StepSpec } from './schema.ts';

/** The name of the executor that runs a step. */
export function executorOf(step: StepSpec): string {
  return 'executor' in step ? step.executor : 'in-process';
}

/** Counts what is under way on each executor of this server. */
export class Slots {
  readonly #executors: ReadonlyMap<string, Executor>;
  readonly #used = new Map<string, number>();

  constructor(executors: ReadonlyMap<string, Executor>) {
    this.#executors = executors;
  }

  take(step: StepSpec): void {
    this.#count(step, 1);
  }

  give(step: StepSpec): void {
    this.#count(step, -1);
  }

  hasFor(step: StepSpec): boolean {
    const executor = this.#executors.get(executorOf(step));
    return executor === undefined || this.#free(executor) > 0;
  }

  get areFull(): boolean {
    for (const executor of this.#executors.values()) if (this.#free(executor) > 0) return false;
    return true;
  }

  #free({ name, slots }: Executor): number {
    return slots - (this.#used.get(name) ?? 0);
  }

  #count(step: StepSpec, by: number): void {
    const name = executorOf(step);
    this.#used.set(name, (this.#used.get(name) ?? 0) + by);
  }
}
