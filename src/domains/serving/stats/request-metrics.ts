import type { EndpointRoute } from '../predict/routing.ts';
import { fullWeight } from '../schema.ts';
import type { LiveStats } from './live-stats.ts';
import { addHistogram, family, type Labels, type MetricFamily } from './metric-family.ts';
import { wantedReplicas } from './wanted-replicas.ts';

const families = {
  requests: ['counter', 'tidemill_predict_requests_total', 'Prediction requests by outcome.'],
  rows: ['counter', 'tidemill_predict_rows_total', 'Rows of prediction requests.'],
  latency: ['histogram', 'tidemill_predict_seconds', 'Time from a request to its answer, queue included.'],
  queue: ['histogram', 'tidemill_predict_queue_seconds', 'Time requests waited for the model.'],
  compute: ['histogram', 'tidemill_predict_compute_seconds', 'Time the model took for the run a request was in.'],
  batch: ['histogram', 'tidemill_predict_batch_rows', 'Rows of the merged runs of the model.'],
  explain: ['histogram', 'tidemill_predict_explain_seconds', 'Time explanations took.'],
  inFlight: ['gauge', 'tidemill_predict_in_flight', 'Requests that are being answered.'],
  refused: ['counter', 'tidemill_predict_refused_total', 'Requests refused because the queue was full (429).'],
  expired: ['counter', 'tidemill_predict_expired_total', 'Requests whose deadline passed (504).'],
  cancelled: ['counter', 'tidemill_predict_cancelled_total', 'Requests whose caller went away before the answer.'],
  share: ['gauge', 'tidemill_variant_share', 'Share of the traffic that a variant is dealt, from 0 to 1.'],
  ready: ['gauge', 'tidemill_endpoint_ready', 'Whether an endpoint can answer.'],
  wanted: ['gauge', 'tidemill_wanted_replicas', 'Replicas that the load of this one would fill to 70 %.'],
} as const;

type Families = Record<keyof typeof families, MetricFamily>;
const ofCode = { 429: 'refused', 504: 'expired', 499: 'cancelled' } as const;

/** What requests of endpoints asked and took, by endpoint, model, version and variant. */
export function requestFamilies(routes: readonly EndpointRoute[], now: number): MetricFamily[] {
  const entries = Object.entries(families).map(([key, [type, name, help]]) => [key, family(type, name, help)]);
  const made = Object.fromEntries(entries) as Families;
  for (const route of routes) {
    const endpoint = route.name;
    made.ready.values.push({ labels: { endpoint }, value: route.state === 'ready' ? 1 : 0 });
    made.wanted.values.push({ labels: { endpoint }, value: wantedReplicas(route, now) });
    for (const { variant, stats, weight } of route.arms) {
      const { model, version, name, role } = variant;
      const kind = role === 'shadow' ? 'shadow' : 'live';
      const labels = { endpoint, model, version, variant: name, role: kind };
      made.share.values.push({ labels, value: kind === 'live' ? weight / fullWeight : 0 });
      addArm(made, labels, stats);
    }
  }
  return Object.values(made);
}

function addArm(made: Families, labels: Labels, stats: LiveStats): void {
  const lost = { refused: 0, expired: 0, cancelled: 0 };
  for (const { protocol, code, rows, latency } of stats.all()) {
    const ended = { ...labels, protocol, code };
    made.requests.values.push({ labels: ended, value: latency.count });
    made.rows.values.push({ labels: ended, value: rows });
    addHistogram(made.latency, ended, latency);
    if (code in ofCode) lost[ofCode[code as keyof typeof ofCode]] += latency.count;
  }
  for (const name of ['refused', 'expired', 'cancelled'] as const)
    made[name].values.push({ labels, value: lost[name] });
  addHistogram(made.queue, labels, stats.times.queue);
  addHistogram(made.compute, labels, stats.times.compute);
  addHistogram(made.batch, labels, stats.times.batchRows);
  if (stats.explain.count > 0) addHistogram(made.explain, labels, stats.explain);
  made.inFlight.values.push({ labels, value: stats.inFlight });
}
