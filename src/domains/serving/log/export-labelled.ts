import { rm } from 'node:fs/promises';
import type { ColumnToWrite } from '../../../engine/index.ts';
import type { Actor } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import type { Observations, ObservedColumn } from './observations.ts';
import { observe } from './observe.ts';
import { scratchPath } from './scratch-files.ts';

/** What to export: predictions of a range of event time that have labels. */
export interface ExportLabelled {
  endpoint: string;
  /** Event time, ms UTC, included. */
  from?: number | undefined;
  /** Event time, ms UTC, not included. */
  to?: number | undefined;
  dataset: string;
  /** Feature columns; all unless said. */
  columns?: readonly string[] | undefined;
  /** Name of the label's column; `label` unless said. */
  labelColumn?: string | undefined;
  /** Name of a column for the prediction's event time; none unless said. */
  timeColumn?: string | undefined;
  /** Name of a column for the prediction's id; none unless said. */
  idColumn?: string | undefined;
  producer?: { runId: string; stepName: string };
  signal?: AbortSignal;
}

/** A dataset version made of the log. */
export interface ExportedLabelled {
  dataset: string;
  versionId: string;
  version: number;
  digest: string;
  rows: number;
}

/** Writes logged rows that have labels as a dataset version, features under their own names. */
export async function exportLabelled(
  deps: ServingDeps,
  actor: Actor,
  request: ExportLabelled,
): Promise<ExportedLabelled> {
  const { endpoint, from, to, dataset } = request;
  const { observations } = await observe(deps, {
    endpoint,
    includeFailed: false,
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(request.columns && { features: request.columns }),
  });
  const rows = indexOfLabelled(observations);
  if (rows.length === 0) {
    const cure = 'Send feedback first, or ask for another time range.';
    fail('invalid_input', `No prediction of '${endpoint}' in that time has a label. ${cure}`, {
      field: 'endpoint',
      cure,
    });
  }
  const path = await scratchPath(deps, 'parquet');
  try {
    await deps.engine.writeParquet(path, { columns: columnsOf(observations, rows, request) });
    const { version } = await deps.data.writeVersion(actor, {
      dataset,
      source: { parquetPaths: [path] },
      ...(request.producer && { lineage: { producer: request.producer } }),
      ...(request.signal && { signal: request.signal }),
    });
    const { id, version: number, digest } = version;
    return { dataset, versionId: id, version: number, digest, rows: rows.length };
  } finally {
    await rm(path, { force: true });
  }
}

function indexOfLabelled({ rows, labelText }: Observations): Int32Array {
  const index: number[] = [];
  for (let row = 0; row < rows; row++) if (labelText[row] !== null) index.push(row);
  return Int32Array.from(index);
}

function columnsOf(all: Observations, rows: Int32Array, request: ExportLabelled): ColumnToWrite[] {
  const { labelColumn = 'label', timeColumn, idColumn, columns } = request;
  const missing = columns?.find((name) => !Object.hasOwn(all.features, name));
  if (missing !== undefined) {
    const cure = `The log has ${Object.keys(all.features).join(', ')}.`;
    fail('invalid_input', `The log has no column '${missing}'. ${cure}`, { field: 'columns', value: missing, cure });
  }
  const names = columns ?? Object.keys(all.features);
  const texts = Array.from(rows, (row) => all.labelText[row]!);
  return [
    ...(idColumn
      ? [{ name: idColumn, type: 'VARCHAR' as const, values: Array.from(rows, (row) => all.predictionId[row]) }]
      : []),
    ...(timeColumn
      ? [{ name: timeColumn, type: 'TIMESTAMP' as const, values: Array.from(rows, (row) => all.at[row]) }]
      : []),
    ...names.map((name) => featureColumn(name, all.features[name]!, rows)),
    labelValues(labelColumn, texts),
  ];
}

function featureColumn(name: string, column: ObservedColumn, rows: Int32Array): ColumnToWrite {
  if (column.type === 'string') return { name, type: 'VARCHAR', values: Array.from(rows, (row) => column.values[row]) };
  const values = Array.from(rows, (row) => (Number.isNaN(column.values[row]!) ? null : column.values[row]!));
  return { name, type: wholeOr(values), values };
}

/** Labels keep their kind: all true/false, all numbers, or text. */
function labelValues(name: string, texts: readonly string[]): ColumnToWrite {
  if (texts.every((text) => text === 'true' || text === 'false')) {
    return { name, type: 'BOOLEAN', values: texts.map((text) => text === 'true') };
  }
  const numbers = texts.map(Number);
  if (texts.some((text) => text.trim() === '') || numbers.some(Number.isNaN))
    return { name, type: 'VARCHAR', values: texts };
  return { name, type: wholeOr(numbers), values: numbers };
}

function wholeOr(values: readonly (number | null)[]): 'BIGINT' | 'DOUBLE' {
  return values.every((value) => value === null || Number.isSafeInteger(value)) ? 'BIGINT' : 'DOUBLE';
}
