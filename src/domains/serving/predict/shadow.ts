import type { Arm, EndpointRoute } from './routing.ts';

/** A request to be answered again, unseen. */
export interface ShadowJob {
  route: EndpointRoute;
  arm: Arm;
  rows: number;
  run(): Promise<void>;
}

/** What waits for one shadow, and whether a turn of it is under way. */
interface Lane {
  jobs: ShadowJob[];
  rows: number;
}

/**
 * Answers requests again for shadow variants: after the reply is on its way, from a bounded queue, dropping and counting
 * what does not fit. Jobs of one turn run together, so that the model's batcher merges them. Each shadow has a lane of its
 * own, and half of the room at the most: one that stalls or fails holds up nobody else's.
 */
export class ShadowQueue {
  droppedRows = 0;
  readonly #maxRows: number;
  readonly #lanes = new Map<Arm, Lane>();
  #rows = 0;

  constructor(maxRows = 4096) {
    this.#maxRows = maxRows;
  }

  get queuedRows(): number {
    return this.#rows;
  }

  add(job: ShadowJob): void {
    const lane = this.#lanes.get(job.arm);
    const isTooLong = lane !== undefined && lane.rows + job.rows > this.#maxRows / 2;
    if (isTooLong || this.#rows + job.rows > this.#maxRows) {
      this.droppedRows += job.rows;
      return;
    }
    this.#rows += job.rows;
    if (lane) {
      lane.jobs.push(job);
      lane.rows += job.rows;
      return;
    }
    const first: Lane = { jobs: [job], rows: job.rows };
    this.#lanes.set(job.arm, first);
    setImmediate(() => void this.#drain(job.arm, first));
  }

  /** Resolves when nothing is queued; for shutdown and tests. */
  async idle(): Promise<void> {
    while (this.#lanes.size > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }

  async #drain(arm: Arm, lane: Lane): Promise<void> {
    while (lane.jobs.length > 0) {
      const { jobs } = lane;
      lane.jobs = [];
      await Promise.allSettled(jobs.map((job) => job.run()));
      for (const { rows } of jobs) {
        lane.rows -= rows;
        this.#rows -= rows;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    this.#lanes.delete(arm);
  }
}
