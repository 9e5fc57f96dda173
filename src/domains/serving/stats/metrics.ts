import type { ServingDeps } from '../deps.ts';
import { latencyBounds } from './live-stats.ts';

/** A family of numbers in Prometheus' terms; an object with `get()` of this shape can be registered with prom-client. */
export interface MetricFamily {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  values: { labels: Record<string, string | number>; value: number; metricName?: string }[];
}

/** Everything serving counts, as it stands. */
export function metricFamilies(deps: ServingDeps): MetricFamily[] {
  const requests = family('counter', 'tidemill_predict_requests_total', 'Prediction requests by outcome.');
  const rows = family('counter', 'tidemill_predict_rows_total', 'Rows predicted.');
  const latency = family('histogram', 'tidemill_predict_seconds', 'Time from a request to its answer, queue included.');
  const ready = family('gauge', 'tidemill_endpoint_ready', 'Whether an endpoint can answer.');
  for (const route of deps.table.all()) {
    ready.values.push({ labels: { endpoint: route.name }, value: route.state === 'ready' ? 1 : 0 });
    for (const { variant, stats } of route.arms) {
      const { model, version, name } = variant;
      const labels = { endpoint: route.name, model, version, variant: name };
      for (const [code, value] of stats.codes) requests.values.push({ labels: { ...labels, code }, value });
      rows.values.push({ labels, value: stats.rows });
      let below = 0;
      const bucket = (le: number | string, value: number) =>
        latency.values.push({ labels: { ...labels, le }, value, metricName: `${latency.name}_bucket` });
      latencyBounds.forEach((bound, at) => {
        below += stats.buckets[at]!;
        bucket(bound, below);
      });
      bucket('+Inf', stats.requests);
      latency.values.push({ labels, value: stats.seconds, metricName: `${latency.name}_sum` });
      latency.values.push({ labels, value: stats.requests, metricName: `${latency.name}_count` });
    }
  }
  return [requests, rows, latency, ready, ...queueFamilies(deps)];
}

function queueFamilies({ runtimes, log, shadows }: ServingDeps): MetricFamily[] {
  const runs = family('counter', 'tidemill_batch_runs_total', 'Merged runs of a model.');
  const merged = family('counter', 'tidemill_batch_rows_total', 'Rows of merged runs of a model.');
  const queued = family('gauge', 'tidemill_queue_rows', 'Rows that wait for a model.');
  for (const { model, version, batcher } of runtimes.all()) {
    const labels = { model, version };
    runs.values.push({ labels, value: batcher.totals.runs });
    merged.values.push({ labels, value: batcher.totals.rows });
    queued.values.push({ labels, value: batcher.queuedRows });
  }
  const single = (made: MetricFamily, value: number) => ({ ...made, values: [{ labels: {}, value }] });
  return [
    runs,
    merged,
    queued,
    single(
      family('counter', 'tidemill_log_dropped_rows_total', 'Rows the prediction log had no room for.'),
      log.droppedRows,
    ),
    single(
      family('gauge', 'tidemill_log_buffered_rows', 'Rows of the prediction log not yet written.'),
      log.bufferedRows,
    ),
    single(
      family('counter', 'tidemill_shadow_dropped_rows_total', 'Rows shadows had no room for.'),
      shadows.droppedRows,
    ),
  ];
}

function family(type: MetricFamily['type'], name: string, help: string): MetricFamily {
  return { name, help, type, values: [] };
}
