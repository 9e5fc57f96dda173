import { isoTime } from '../../../kernel/clock.ts';
import type { LoggedPrediction } from '../schema.ts';
import type { RowSource } from './log-sources.ts';

/** A row of the log. */
export interface LoggedRow {
  source: RowSource;
  row: number;
}

/** What is known of the truth of a logged row. */
export interface RowTruth {
  label?: { label: number | string | boolean; labelledAt: number } | undefined;
  values?: Record<string, number | string | boolean> | undefined;
}

/** A row of the log as users see it. */
export function presentRow({ source, row }: LoggedRow, { label, values }: RowTruth = {}): LoggedPrediction {
  const common = source.source;
  const id = source.predictionId(row);
  const cut = id.lastIndexOf('.');
  const score = common.score === null ? null : cell(source, { kind: 'output', name: common.score, row });
  const entity = source.entity(row);
  return {
    predictionId: id,
    requestId: id.slice(0, cut),
    row: Number(id.slice(cut + 1)),
    at: isoTime(source.at[row]!),
    loggedAt: isoTime(source.loggedAt[row]!),
    endpoint: common.endpoint,
    model: common.model,
    version: common.version,
    variant: source.variant(row),
    shadow: source.shadow(row),
    propensity: source.propensity[row]!,
    latencyMs: source.latencyMs[row]!,
    code: source.code[row]!,
    features: record(source, 'feature', row),
    outputs: record(source, 'output', row),
    score: typeof score === 'number' ? score : null,
    ...(entity !== undefined && { entity }),
    ...(label && { label: label.label, labelledAt: isoTime(label.labelledAt) }),
    ...(values && { values }),
  };
}

function record(source: RowSource, kind: 'feature' | 'output', row: number): Record<string, number | string | null> {
  const { numbers, strings } = kind === 'feature' ? source.source.features : source.source.outputs;
  return Object.fromEntries([...numbers, ...strings].map((name) => [name, cell(source, { kind, name, row })]));
}

interface CellPlace {
  kind: 'feature' | 'output';
  name: string;
  row: number;
}

function cell(source: RowSource, { kind, name, row }: CellPlace): number | string | null {
  const column = source.column(kind, name);
  const value = column?.values[row * column.stride + column.offset];
  return value === undefined || Number.isNaN(value) ? null : value;
}
