import { notFound } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import type { EndpointStats } from './stats-schema.ts';
import { wantedReplicas } from './wanted-replicas.ts';

/** Traffic of an endpoint over the last five minutes, as this process saw it. */
export function endpointStats(deps: ServingDeps, name: string): EndpointStats {
  const route = deps.table.find(name) ?? notFound('endpoint', name);
  const now = deps.clock.now();
  const runtimes = [...new Set(route.arms.map((arm) => arm.runtime))];
  return {
    endpoint: name,
    minutes: 5,
    queuedRows: runtimes.reduce((sum, { batcher }) => sum + batcher.queuedRows, 0),
    queuedBytes: runtimes.reduce((sum, { batcher }) => sum + batcher.queuedBytes, 0),
    droppedLogRows: deps.log.droppedRows,
    droppedShadowRows: deps.shadows.droppedRows,
    wantedReplicas: wantedReplicas(route, now),
    variants: route.arms.map(({ variant, stats }) => ({
      variant: variant.name,
      model: variant.model,
      version: variant.version,
      shadow: variant.role === 'shadow',
      ...stats.recent(now),
      utilisation: stats.utilisation(now),
    })),
  };
}
