import { type Column, type NumericSample, prepare } from './drift/sample.ts';
import { unseenIn } from './drift/unseen.ts';
import { breathe, type Evaluation, noVerdict, pressureOf, tooFew } from './evaluation.ts';
import type { Reference } from './ports.ts';
import type { MonitorSpec, MonitorValue } from './schema.ts';
import { columnOf, type WindowRows } from './window-rows.ts';

/** What data quality says of one column. */
interface Quality {
  column: string;
  rows: number;
  missing: number;
  nonFinite: number;
  missingBefore: number;
  outOfRange: number | null;
  range: [number, number] | null;
  unseen: { category: string; rows: number; share: number }[];
}

/** Per feature: the rise of the share of missing values, the share of unseen categories, the share outside the known range. */
export async function evaluateQuality(spec: MonitorSpec, rows: WindowRows, reference: Reference): Promise<Evaluation> {
  const few = tooFew(spec, rows.index.length);
  if (few) return { ...few, reference: reference.label };
  const values: MonitorValue[] = [];
  const details: Quality[] = [];
  for (const column of spec.columns ?? Object.keys(reference.features)) {
    const known = reference.features[column];
    if (!known) continue;
    const seen = rows.from.features[column];
    const quality = inspect(column, known, seen ? columnOf(seen, rows.index, known) : undefined);
    const count = rows.index.length;
    details.push({ ...quality, rows: count });
    values.push(...judge(spec, seen ? quality : { ...quality, missing: count }, count));
    await breathe();
  }
  if (values.length === 0) {
    return noVerdict('not-computable', `${reference.label} has none of the columns`, rows.index.length);
  }
  const pressure = Math.max(...values.map((value) => pressureOf(value.value!, value.threshold!)));
  const status = values.some((value) => value.breached) ? 'breached' : 'ok';
  const base = { rows: rows.index.length, labels: 0, reference: reference.label, reason: null };
  return { ...base, status, pressure, values, details };
}

function inspect(column: string, known: Column, seen: Column | undefined): Quality {
  const before = prepare(known);
  const missingBefore = share(before.counts.nulls, before.counts.rows);
  const quality = {
    column,
    rows: 0,
    missing: 0,
    nonFinite: 0,
    missingBefore,
    outOfRange: null,
    range: null,
    unseen: [],
  };
  if (!seen) return quality;
  const now = prepare(seen);
  const found = {
    ...quality,
    missing: now.counts.nulls,
    nonFinite: now.counts.nonFinite,
    unseen: unseenIn(before, now),
  };
  if (before.type !== 'numeric' || now.type !== 'numeric' || before.sorted.length === 0) return found;
  const range: [number, number] = [before.sorted[0]!, before.sorted.at(-1)!];
  return { ...found, range, outOfRange: outside(now, range) + now.counts.nonFinite };
}

function outside({ sorted }: NumericSample, [low, high]: [number, number]): number {
  let count = 0;
  for (const value of sorted) if (value < low || value > high) count++;
  return count;
}

function judge(spec: MonitorSpec, quality: Quality, rows: number): MonitorValue[] {
  const { limits } = spec;
  const line = (method: string, value: number, threshold: number): MonitorValue => ({
    series: quality.column,
    method,
    value,
    threshold,
    pValue: null,
    breached: value > threshold,
  });
  const rise = Math.max(0, share(quality.missing, rows) - quality.missingBefore);
  const lines = [line('missing-rise', rise, limits.missingShare)];
  if (quality.outOfRange !== null) {
    lines.push(line('out-of-range', share(quality.outOfRange, rows), limits.outOfRangeShare));
  } else {
    const unseen = quality.unseen.reduce((sum, category) => sum + category.share, 0);
    lines.push(line('unseen-categories', unseen, limits.unseenShare));
  }
  return lines;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
