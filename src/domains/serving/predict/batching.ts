import { z } from 'zod';

/** How requests of an endpoint wait for one another. */
export const batchingSchema = z
  .strictObject({
    maxDelayMs: z
      .number()
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .describe('How long a request may wait for others, and never longer than half of its time; 0 waits for nobody.'),
    maxBatchRows: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .optional()
      .describe('Rows of one run; a larger request runs alone. What suits the model unless said.'),
  })
  .meta({ id: 'Batching' });

/** How requests of an endpoint wait for one another. */
export type Batching = z.output<typeof batchingSchema>;

interface Waiting {
  batching?: Batching | undefined;
  /** `performance.now()` by which it must be answered. */
  deadline: number;
}

/** Until when a request that came at `now` waits for others: its answer has at least half of its time left then. */
export function dueAt({ batching, deadline }: Waiting, now: number): number {
  if (!batching || batching.maxDelayMs === 0) return now;
  return now + Math.min(batching.maxDelayMs, Math.max(0, deadline - now) / 2);
}

/** The most rows of a run with this request, where others allow `most`. */
export function mostRows({ batching }: Pick<Waiting, 'batching'>, most: number): number {
  return Math.min(batching?.maxBatchRows ?? most, most);
}
