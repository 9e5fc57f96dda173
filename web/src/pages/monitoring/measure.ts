import type { Schemas } from '../../api.ts';
import { formatNumber } from '../../components/format.ts';

type Value = Pick<Schemas['MonitorValue'], 'method' | 'value' | 'threshold' | 'pValue'>;

/** Whether a value is judged by its p-value, and so drifts where that is small. */
export function isByP({ method }: { method: string }): boolean {
  return /^(ks|chisquare|z)/.test(method);
}

/** What a value is judged by, in words: a p-value, or the value itself. */
export function measureOf(value: Value): string {
  if (!isByP(value)) return formatNumber(value.value);
  const p = value.pValue ?? Number.NaN;
  return p < 0.0001 ? 'p < 0.0001' : `p = ${formatNumber(p)}`;
}

/** The bound of a value in words; empty where it has none. */
export function boundOf({ threshold }: Value): string {
  return threshold === null ? '' : `bound ${formatNumber(threshold)}`;
}

/** How near a value is to its bound: 1 is there; p-values by their logarithms. */
export function nearness(value: Value | undefined): number {
  if (!value || value.value === null || !value.threshold) return 0;
  if (!isByP(value)) return value.value / value.threshold;
  return Math.log(Math.max(value.pValue ?? 1, 1e-12)) / Math.log(value.threshold);
}
