import { type Evaluation, pressureOf, tooFew } from './evaluation.ts';
import type { MonitorSpec, MonitorValue } from './schema.ts';
import { pick, type WindowRows } from './window-rows.ts';

/** The value below which a share `q` of ascending values lies, between neighbours by line (NumPy's `linear`). */
export function quantile(sorted: Float64Array, q: number): number {
  const at = (sorted.length - 1) * q;
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

/** A quantile of the answers' latency against its bound. */
export function evaluateLatency(spec: MonitorSpec, rows: WindowRows): Evaluation {
  const times = pick(rows.from.latencyMs, rows.index).filter((ms) => !Number.isNaN(ms));
  const few = tooFew(spec, times.length);
  if (few) return few;
  times.sort();
  const { latencyMs: limit, quantile: q } = spec.limits;
  const value = quantile(times, q);
  const line = (method: string, value: number, threshold: number | null): MonitorValue => ({
    series: 'latency',
    method,
    value,
    threshold,
    pValue: null,
    breached: threshold !== null && value > threshold,
  });
  const values = [line(`p${q * 100}`, value, limit), line('median', quantile(times, 0.5), null)];
  return verdict(values, { rows: times.length, limit });
}

/** The share of predictions that failed (status 500 and above) against its bound; refused ones (400 to 499) are shown beside. */
export function evaluateErrors(spec: MonitorSpec, rows: WindowRows): Evaluation {
  const codes = pick(rows.from.code, rows.index);
  const few = tooFew(spec, codes.length);
  if (few) return few;
  const limit = spec.limits.errorShare;
  const failed = codes.filter((code) => code >= 500).length / codes.length;
  const refused = codes.filter((code) => code >= 400 && code < 500).length / codes.length;
  const line = { method: 'share', pValue: null };
  const values: MonitorValue[] = [
    { ...line, series: 'failed', value: failed, threshold: limit, breached: failed > limit },
    { ...line, series: 'refused', value: refused, threshold: null, breached: false },
  ];
  return verdict(values, { rows: codes.length, limit });
}

function verdict(values: MonitorValue[], { rows, limit }: { rows: number; limit: number }): Evaluation {
  const first = values[0]!;
  return {
    status: first.breached ? 'breached' : 'ok',
    reason: null,
    rows,
    labels: 0,
    pressure: pressureOf(first.value!, limit),
    reference: 'none',
    values,
    details: [],
  };
}
