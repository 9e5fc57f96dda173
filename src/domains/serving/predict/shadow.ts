import type { Arm, EndpointRoute } from './routing.ts';

/** A request to be answered again, unseen. */
export interface ShadowJob {
  route: EndpointRoute;
  arm: Arm;
  rows: number;
  run(): Promise<void>;
}

/**
 * Answers requests again for shadow variants: after the reply is on its way, from a bounded queue, dropping and counting
 * what does not fit. Jobs of one turn run together, so that the model's batcher merges them.
 */
export class ShadowQueue {
  droppedRows = 0;
  readonly #maxRows: number;
  #jobs: ShadowJob[] = [];
  #rows = 0;
  #scheduled = false;

  constructor(maxRows = 4096) {
    this.#maxRows = maxRows;
  }

  get queuedRows(): number {
    return this.#rows;
  }

  add(job: ShadowJob): void {
    if (this.#rows + job.rows > this.#maxRows) {
      this.droppedRows += job.rows;
      return;
    }
    this.#jobs.push(job);
    this.#rows += job.rows;
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => void this.#drain());
  }

  /** Resolves when nothing is queued; for shutdown and tests. */
  async idle(): Promise<void> {
    while (this.#scheduled) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async #drain(): Promise<void> {
    while (this.#jobs.length > 0) {
      const jobs = this.#jobs;
      this.#jobs = [];
      await Promise.allSettled(jobs.map((job) => job.run()));
      for (const job of jobs) this.#rows -= job.rows;
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#scheduled = false;
  }
}
