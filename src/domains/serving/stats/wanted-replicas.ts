import type { EndpointRoute } from '../predict/routing.ts';

/** How busy a replica should be at the most: above it, waiting times grow fast. */
export const targetUtilisation = 0.7;
/** However long the queue, one replica asks for no more than so many. */
const mostReplicas = 10;

/**
 * How many replicas the load of this one would fill to 70 %: (u + q) / 0.7, where u is the share of the last minute in which
 * the endpoint's models ran, by each of the runs they may have at once, and q the seconds of work that wait. Summed over
 * replicas it is how many there should be.
 */
export function wantedReplicas({ arms, spec }: Pick<EndpointRoute, 'arms' | 'spec'>, now: number): number {
  const atOnce = 'concurrency' in spec.runtime ? spec.runtime.concurrency : 1;
  let load = 0;
  for (const { stats } of arms) load += stats.utilisation(now);
  for (const { batcher } of new Set(arms.map((arm) => arm.runtime))) {
    if (batcher.queuedRows > 0) load += batcher.estimateMs(batcher.queuedRows) / 1000;
  }
  return Math.min(mostReplicas, load / atOnce / targetUtilisation);
}
