import type { Histogram } from './histogram.ts';

/** Names and values of labels. */
export type Labels = Record<string, string | number>;

/** A family of numbers in Prometheus' terms: counters end in `_total`, histograms in `_bucket`, `_sum` and `_count`. */
export interface MetricFamily {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  values: { labels: Labels; value: number; metricName?: string }[];
}

/** A family without numbers yet. */
export function family(type: MetricFamily['type'], name: string, help: string): MetricFamily {
  return { name, help, type, values: [] };
}

/** A family of one number without labels. */
export function single(type: 'counter' | 'gauge', name: string, told: { help: string; value: number }): MetricFamily {
  return { ...family(type, name, told.help), values: [{ labels: {}, value: told.value }] };
}

/** Adds a histogram to its family. */
export function addHistogram({ name, values }: MetricFamily, labels: Labels, histogram: Histogram): void {
  const { bounds, buckets, count, sum } = histogram;
  let below = 0;
  for (let at = 0; at < bounds.length; at++) {
    below += buckets[at]!;
    values.push({ labels: { ...labels, le: bounds[at]! }, value: below, metricName: `${name}_bucket` });
  }
  values.push({ labels: { ...labels, le: '+Inf' }, value: count, metricName: `${name}_bucket` });
  values.push({ labels, value: sum, metricName: `${name}_sum` });
  values.push({ labels, value: count, metricName: `${name}_count` });
}
