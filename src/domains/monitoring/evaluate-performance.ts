import { type Evaluation, noVerdict, pressureOf, tooFew } from './evaluation.ts';
import { measure, type Scored } from './measure.ts';
import type { Reference } from './ports.ts';
import type { MonitorSpec, MonitorValue, PerformanceCheck } from './schema.ts';
import { pick, type WindowRows } from './window-rows.ts';

interface Bound {
  threshold: number;
  breached: boolean;
  pressure: number;
}

/** Metrics of the predictions whose labels have come, against fixed bounds and against the reference's own value. */
export function evaluatePerformance(spec: MonitorSpec, rows: WindowRows, reference: Reference | undefined): Evaluation {
  if (reference?.task === 'multiclass') {
    return noVerdict('not-computable', 'performance is watched for two classes and for regression', rows.index.length);
  }
  const scored = withoutGaps(pick(rows.from.score, rows.index), labelsOf(rows, reference?.positive ?? null));
  const counts = { rows: rows.index.length, labels: scored.label.length };
  const label = reference?.label ?? 'none';
  const few = tooFew(spec, counts.labels, 'labels');
  if (few) return { ...few, ...counts, reference: label };
  const known = reference && withoutGaps(reference.score, reference.truth);
  const details = spec.checks.map((check) => judge(check, scored, known));
  const values = details.flatMap((detail) => detail.values);
  const pressures = details.flatMap((detail) => detail.pressures);
  const base = { ...counts, reference: label, values, details };
  if (pressures.length === 0) {
    return { ...base, status: 'not-computable', reason: details[0]!.reason, pressure: null };
  }
  const breached = values.some((value) => value.breached);
  return { ...base, status: breached ? 'breached' : 'ok', reason: null, pressure: Math.max(...pressures) };
}

/** Labels as numbers; of two named classes 1 is the one that the score is the probability of. */
function labelsOf(rows: WindowRows, positive: string | null): Float64Array {
  const labels = pick(rows.from.label, rows.index);
  if (positive === null) return labels;
  return labels.map((value, i) => {
    const text = rows.from.labelText[rows.index[i]!] ?? null;
    if (text === null) return Number.NaN;
    const same = text === positive || value === Number(positive) || (positive === 'true' && value === 1);
    return same ? 1 : 0;
  });
}

function judge(check: PerformanceCheck, scored: Scored, known: Scored | undefined) {
  const found = measure(check.metric, scored);
  if ('reason' in found) return { metric: check.metric, reason: found.reason, before: null, values: [], pressures: [] };
  const base = known && known.label.length > 0 ? measure(check.metric, known) : undefined;
  const before = base && 'value' in base ? base.value : undefined;
  const bounds = boundsOf(check, found.value, before);
  const line = { series: check.metric, method: 'metric', value: found.value, pValue: null };
  const values: MonitorValue[] = bounds.map(({ threshold, breached }) => ({ ...line, threshold, breached }));
  if (values.length === 0) values.push({ ...line, threshold: null, breached: false });
  return {
    metric: check.metric,
    reason: bounds.length === 0 ? 'the reference has no predictions to compare with' : null,
    before: before ?? null,
    values,
    pressures: bounds.map((bound) => bound.pressure),
  };
}

/** Each bound of a check as a threshold on the value, and how far the value is towards it. */
function boundsOf(check: PerformanceCheck, value: number, before: number | undefined): Bound[] {
  const bounds: Bound[] = [];
  const floor = (threshold: number, pressure: number) =>
    bounds.push({ threshold, breached: value < threshold, pressure });
  const ceiling = (threshold: number, pressure: number) =>
    bounds.push({ threshold, breached: value > threshold, pressure });
  if (check.min !== undefined) floor(check.min, value > 0 ? pressureOf(check.min, value) : value < check.min ? 2 : 0);
  if (check.max !== undefined) ceiling(check.max, pressureOf(value, check.max));
  if (before !== undefined && check.maxDrop !== undefined)
    floor(before - check.maxDrop, (before - value) / check.maxDrop);
  if (before !== undefined && check.maxRise !== undefined) {
    ceiling(before + check.maxRise, (value - before) / check.maxRise);
  }
  return bounds.map((bound) => ({ ...bound, pressure: Math.max(0, bound.pressure) }));
}

function withoutGaps(score: Float64Array, label: Float64Array): Scored {
  const keep = label.map((value, i) => (Number.isNaN(value) || Number.isNaN(score[i]!) ? 0 : 1));
  const kept = (values: Float64Array) => values.filter((_, i) => keep[i] === 1);
  return { score: kept(score), label: kept(label) };
}
