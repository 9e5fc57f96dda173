import type { ObservedColumn } from '../serving/index.ts';
import { compareColumn, correctAll } from './drift/compare.ts';
import type { DriftResult } from './drift/result.ts';
import { type Column, prepare, type Sample } from './drift/sample.ts';
import { breathe, type Evaluation, noVerdict, tooFew } from './evaluation.ts';
import type { Reference } from './ports.ts';
import type { MonitorSpec, MonitorValue } from './schema.ts';
import { columnOf, type WindowRows } from './window-rows.ts';

/** The series that holds the share of drifted columns. */
export const shareSeries = 'drifted-share';

/** References are asked for again every window: each of their columns is sorted once. */
const prepared = new WeakMap<Column, Sample>();

function prepareOnce(column: Column): Sample {
  const sample = prepared.get(column) ?? prepare(column);
  prepared.set(column, sample);
  return sample;
}

/** Compares a version's rows with its reference, column by column: features for `drift`, outputs for `prediction-drift`. */
export async function evaluateDrift(spec: MonitorSpec, rows: WindowRows, reference: Reference): Promise<Evaluation> {
  const few = tooFew(spec, rows.index.length);
  if (few) return { ...few, reference: reference.label };
  const known = spec.kind === 'drift' ? reference.features : reference.outputs;
  const score: ObservedColumn = { type: 'number', values: rows.from.score };
  const seen: Record<string, ObservedColumn> =
    spec.kind === 'drift' ? rows.from.features : { score, ...rows.from.outputs };
  const results: DriftResult[] = [];
  const usual = Object.keys(known).filter((column) => spec.kind === 'drift' || column in seen);
  for (const column of spec.columns ?? usual) {
    const result = compareOne(spec, column, { known: known[column], seen: seen[column], index: rows.index });
    results.push(result);
    await breathe();
  }
  if (results.length === 0) {
    return noVerdict('not-computable', `${reference.label} has no columns to compare`, rows.index.length);
  }
  const judged = spec.correction === 'bh' ? correctAll(results) : results;
  return conclude(spec, judged, { rows: rows.index.length, label: reference.label });
}

function compareOne(
  spec: MonitorSpec,
  column: string,
  sides: { known: Column | undefined; seen: ObservedColumn | undefined; index: Int32Array },
): DriftResult {
  const none: Column = { type: 'numeric', values: new Float64Array(0), nulls: 0 };
  const known = sides.known ?? none;
  const empty =
    known.type === 'numeric' ? none : ({ type: 'category', codes: new Int32Array(0), categories: [] } as const);
  const seen = sides.seen ? columnOf(sides.seen, sides.index, known) : { ...empty };
  return compareColumn({
    column,
    reference: prepareOnce(known),
    current: prepare(seen as Column),
    method: spec.methods[column] ?? spec.method,
    threshold: spec.thresholds[column] ?? spec.threshold,
    minRows: spec.minRows,
  });
}

function conclude(
  spec: MonitorSpec,
  results: DriftResult[],
  { rows, label }: { rows: number; label: string },
): Evaluation {
  const judged = results.filter((result) => result.verdict === 'drift' || result.verdict === 'no-drift');
  const drifted = judged.filter((result) => result.verdict === 'drift').length;
  const base = { rows, labels: 0, reference: label, details: results };
  if (judged.length === 0) {
    const status = results.some((result) => result.verdict === 'not-computable')
      ? 'not-computable'
      : 'insufficient-data';
    return { ...base, status, reason: results[0]!.reason, pressure: null, values: results.map(toValue) };
  }
  const share = drifted / judged.length;
  const breached = share >= spec.driftShare;
  const total: MonitorValue = {
    series: shareSeries,
    method: 'share',
    value: share,
    threshold: spec.driftShare,
    pValue: null,
    breached,
  };
  const values = [total, ...results.map(toValue)];
  return { ...base, status: breached ? 'breached' : 'ok', reason: null, pressure: share / spec.driftShare, values };
}

function toValue(result: DriftResult): MonitorValue {
  return {
    series: result.column,
    method: result.method,
    value: result.statistic,
    threshold: result.threshold,
    pValue: result.adjustedPValue ?? result.pValue,
    breached: result.verdict === 'drift',
  };
}
