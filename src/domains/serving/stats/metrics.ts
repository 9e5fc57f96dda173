import type { ServingDeps } from '../deps.ts';
import { createRolloutStore } from '../rollout/rollout-store.ts';
import { type CompatibleName, compatibleFamilies } from './compatible-metrics.ts';
import { family, type MetricFamily, single } from './metric-family.ts';
import { requestFamilies } from './request-metrics.ts';
import { runtimeFamilies } from './runtime-metrics.ts';

/** Everything serving counts, as it stands; also by the names of other servers where asked. */
export async function metricFamilies(
  deps: ServingDeps,
  compatible: readonly CompatibleName[] = [],
): Promise<MetricFamily[]> {
  const routes = deps.table.all();
  return [
    ...requestFamilies(routes, deps.clock.now()),
    ...runtimeFamilies(deps.runtimes.all()),
    ...logFamilies(deps),
    ...deps.counts.families(routes.map(({ name }) => name)),
    ...deps.sinks.families(),
    await rolloutStates(deps),
    ...compatibleFamilies(routes, compatible),
  ];
}

function logFamilies({ log, shadows }: ServingDeps): MetricFamily[] {
  return [
    single('counter', 'tidemill_log_dropped_rows_total', {
      help: 'Rows the prediction log had no room for.',
      value: log.droppedRows,
    }),
    single('gauge', 'tidemill_log_buffered_rows', {
      help: 'Rows of the prediction log not yet written.',
      value: log.bufferedRows,
    }),
    single('counter', 'tidemill_shadow_dropped_rows_total', {
      help: 'Rows shadows had no room for.',
      value: shadows.droppedRows,
    }),
    single('gauge', 'tidemill_shadow_queued_rows', {
      help: 'Rows that wait for shadows.',
      value: shadows.queuedRows,
    }),
  ];
}

async function rolloutStates({ database }: ServingDeps): Promise<MetricFamily> {
  const made = family('gauge', 'tidemill_rollout_under_way', 'Rollouts under way, by state and last verdict.');
  for (const { rollout } of await createRolloutStore(database.query).underWay()) {
    const { endpoint, state, judgement } = rollout;
    made.values.push({ labels: { endpoint, state, verdict: judgement?.verdict ?? 'none' }, value: 1 });
  }
  return made;
}
