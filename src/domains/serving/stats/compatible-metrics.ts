import type { EndpointRoute } from '../predict/routing.ts';
import { Histogram } from './histogram.ts';
import type { LiveStats } from './live-stats.ts';
import { addHistogram, family, type Labels, type MetricFamily } from './metric-family.ts';
import type { RunTimes } from './run-times.ts';

/** Other servers whose names of metrics can be had as well. */
export const compatibleNames = ['triton', 'kserve', 'mlserver'] as const;

/** Another server whose names of metrics can be had as well. */
export type CompatibleName = (typeof compatibleNames)[number];

/** What dashboards made for other servers ask for; a model is an endpoint, shadows are not counted. */
export function compatibleFamilies(routes: readonly EndpointRoute[], names: readonly CompatibleName[]): MetricFamily[] {
  const served = routes.map(toServed);
  return [
    ...(names.includes('triton') ? tritonFamilies(served) : []),
    ...(names.includes('kserve') ? kserveFamilies(served) : []),
    ...(names.includes('mlserver') ? mlserverFamilies(served) : []),
  ];
}

interface ServedVersion {
  labels: { model: string; version: number };
  stats: LiveStats[];
  pending: number;
}

interface Served {
  name: string;
  versions: ServedVersion[];
}

function toServed(route: EndpointRoute): Served {
  const versions = new Map<number, ServedVersion>();
  for (const { variant, stats, runtime } of route.arms) {
    if (variant.role === 'shadow') continue;
    const labels = { model: route.name, version: variant.version };
    const one = versions.get(variant.version) ?? { labels, stats: [], pending: runtime.batcher.queuedRequests };
    one.stats.push(stats);
    versions.set(variant.version, one);
  }
  return { name: route.name, versions: [...versions.values()] };
}

const partsUs: Record<string, { of(times: RunTimes): Histogram[]; help: string }> = {
  queue: { of: ({ queue }) => [queue], help: 'in the queue' },
  compute_input: { of: ({ input }) => [input], help: 'in making tensors' },
  compute_infer: { of: ({ compute }) => [compute], help: 'in the model' },
  compute_output: { of: ({ output }) => [output], help: 'in taking outputs apart' },
};

const reasons = ['REJECTED', 'CANCELED', 'BACKEND', 'OTHER'] as const;

function reasonOf(code: number): (typeof reasons)[number] {
  if (code === 429 || code === 504) return 'REJECTED';
  if (code === 499) return 'CANCELED';
  return code >= 500 ? 'BACKEND' : 'OTHER';
}

function tritonFamilies(served: readonly Served[]): MetricFamily[] {
  const counter = (name: string, help: string) => family('counter', `nv_inference_${name}`, help);
  const success = counter('request_success', 'Requests answered.');
  const failure = counter('request_failure', 'Requests not answered.');
  const count = counter('count', 'Rows answered.');
  const runs = counter('exec_count', 'Merged runs of the model.');
  const pending = family('gauge', 'nv_inference_pending_request_count', 'Requests that wait for the model.');
  const total = counter('request_duration_us', 'Microseconds of requests answered.');
  const parts = Object.entries(partsUs).map(([name, { of, help }]) => {
    return { of, made: counter(`${name}_duration_us`, `Microseconds of requests ${help}.`) };
  });
  for (const { labels, stats, pending: waiting } of served.flatMap(({ versions }) => versions)) {
    const series = stats.flatMap((one) => one.all());
    const answered = series.filter(({ code }) => code < 400);
    const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
    success.values.push({ labels, value: sum(answered.map(({ latency }) => latency.count)) });
    for (const reason of reasons) {
      const failed = series.filter(({ code }) => code >= 400 && reasonOf(code) === reason);
      failure.values.push({ labels: { ...labels, reason }, value: sum(failed.map(({ latency }) => latency.count)) });
    }
    count.values.push({ labels, value: sum(answered.map(({ rows }) => rows)) });
    runs.values.push({ labels, value: sum(stats.map(({ times }) => times.runs)) });
    pending.values.push({ labels, value: waiting });
    total.values.push({ labels, value: micros(answered.map(({ latency }) => latency)) });
    for (const { of, made } of parts)
      made.values.push({ labels, value: micros(stats.flatMap(({ times }) => of(times))) });
  }
  return [success, failure, count, runs, pending, total, ...parts.map(({ made }) => made)];
}

function micros(histograms: readonly Histogram[]): number {
  return Math.round(histograms.reduce((total, { sum }) => total + sum, 0) * 1e6);
}

const kserveParts: Record<string, (stats: LiveStats) => Histogram> = {
  preprocess: ({ times }) => times.input,
  predict: ({ times }) => times.compute,
  postprocess: ({ times }) => times.output,
  explain: ({ explain }) => explain,
};

function kserveFamilies(served: readonly Served[]): MetricFamily[] {
  return Object.entries(kserveParts).map(([part, of]) => {
    const made = family('histogram', `request_${part}_seconds`, `Time of requests in ${part}.`);
    for (const { name, versions } of served) {
      const sum = new Histogram();
      for (const stats of versions.flatMap((version) => version.stats)) sum.merge(of(stats));
      addHistogram(made, { model_name: name }, sum);
    }
    return made;
  });
}

function mlserverFamilies(served: readonly Served[]): MetricFamily[] {
  const success = family('counter', 'model_infer_request_success_total', 'Requests answered.');
  const failure = family('counter', 'model_infer_request_failure_total', 'Requests not answered.');
  for (const { labels, stats } of served.flatMap(({ versions }) => versions)) {
    const named: Labels = { model_name: labels.model, model_version: labels.version };
    const series = stats.flatMap((one) => one.all());
    for (const [made, fails] of [
      [success, false],
      [failure, true],
    ] as const) {
      const value = series.reduce((sum, { code, latency }) => sum + (code >= 400 === fails ? latency.count : 0), 0);
      made.values.push({ labels: named, value });
    }
  }
  return [success, failure];
}
