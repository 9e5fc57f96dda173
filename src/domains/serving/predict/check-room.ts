import type { Clock } from '../../../kernel/clock.ts';
import type { Protocol } from '../stats/protocol.ts';
import type { RoutingTable } from './routing.ts';

/** A request of which no more is known yet than where it goes. */
export interface Arriving {
  endpoint: string;
  protocol: Protocol;
}

/**
 * Fails with `limited` where no variant of the endpoint has room for a row more: asked before a request is read, so that what
 * is refused under overload costs next to nothing.
 */
export function checkRoom(deps: { table: RoutingTable; clock: Clock }, { endpoint, protocol }: Arriving): void {
  const route = deps.table.find(endpoint);
  const first = route?.live[0];
  if (!first || !route.live.every(({ runtime }) => runtime.batcher.isFull)) return;
  first.stats.series(protocol, 429).count(deps.clock.now(), 1, 0);
  first.runtime.batcher.refuseFull();
}
