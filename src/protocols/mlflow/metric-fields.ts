import { z } from 'zod';
import type { NewModelMetric } from '../../domains/logged-models/index.ts';
import { refuse } from './errors.ts';
import { double, int64, readFields, shown, text } from './fields.ts';
import { checkKey, checkLength, isPlainKey, longest } from './key-rules.ts';
import { missing } from './run-words.ts';

/** A metric point of a request: of the run, and of a model where it names one. */
export interface LoggedPoint {
  key: string;
  value: number;
  step: number;
  at: number;
  modelId?: string | undefined;
  datasetName?: string | undefined;
  datasetDigest?: string | undefined;
}

const fields = z.object({
  key: text(),
  value: double().optional(),
  timestamp: int64(),
  step: int64(),
  model_id: text(),
  dataset_name: text(),
  dataset_digest: text(),
});

/** The points of a batch, each checked; the first wrong one is named by its place in the list. */
export function readPoints(list: readonly unknown[]): LoggedPoint[] {
  return list.map((given, i) => plainPoint(given) ?? checkedPoint(given, `metrics[${i}]`));
}

/** A point of the ordinary shape, without the schema, which costs more than the write; nothing where any rule may refuse it. */
export function plainPoint(given: unknown): LoggedPoint | undefined {
  if (given === null || typeof given !== 'object') return undefined;
  const { key, value, timestamp, step = 0, model_id, dataset_name, dataset_digest } = given as Record<string, unknown>;
  if (typeof key !== 'string' || typeof value !== 'number' || !isPlainKey(key)) return undefined;
  if (!Number.isSafeInteger(timestamp) || !Number.isSafeInteger(step) || (timestamp as number) < 0) return undefined;
  if (model_id || dataset_name || dataset_digest || (timestamp as number) > 8.64e15) return undefined;
  return { key, value, at: timestamp as number, step: step as number };
}

/** A point checked field by field; `path` is where a batch holds it. */
export function checkedPoint(given: unknown, path = ''): LoggedPoint {
  const at = (field: string) => (path === '' ? field : `${path}.${field}`);
  if (given === null || typeof given !== 'object') {
    refuse(
      'INVALID_PARAMETER_VALUE',
      `Invalid value ${shown(given)} for parameter '${path}' supplied: a metric expected.`,
    );
  }
  checkWhole(given as Record<string, unknown>, at);
  const { key, value, timestamp, step = 0, ...of } = readFields(fields, given as Record<string, unknown>);
  if (!key) missing(at('key'));
  if (value === undefined) missing(at('value'));
  if (timestamp === undefined) missing(at('timestamp'));
  checkKey(key!, at('name'));
  checkLength('Metric name', key!, longest.key);
  if (timestamp! < 0) {
    refuse(
      'INVALID_PARAMETER_VALUE',
      `Invalid value ${timestamp} for parameter '${at('timestamp')}' supplied: metric '${key}' (value=${asFloat(value!)}). Timestamp must be a nonnegative long (64-bit integer) `,
    );
  }
  const [datasetName, datasetDigest] = [of.dataset_name || undefined, of.dataset_digest || undefined];
  if ((datasetName === undefined) !== (datasetDigest === undefined)) {
    refuse('INVALID_PARAMETER_VALUE', 'Both dataset_name and dataset_digest must be provided if one is provided');
  }
  return {
    key: key!,
    value: value!,
    at: timestamp!,
    step,
    modelId: of.model_id || undefined,
    datasetName,
    datasetDigest,
  };
}

/** Refuses what a 64-bit integer of the wire could hold and a number here could not, before it would be rounded. */
function checkWhole(given: Record<string, unknown>, at: (field: string) => string): void {
  for (const field of ['step', 'timestamp']) {
    const value = given[field];
    const isWhole = typeof value === 'bigint' || Number.isInteger(value) || /^\s*[+-]?\d+\s*$/.test(String(value));
    if (!isWhole || Number.isSafeInteger(Number(value))) continue;
    const rule = 'steps and timestamps in milliseconds lie between -2^53 and 2^53';
    refuse('INVALID_PARAMETER_VALUE', `Invalid value ${value} for parameter '${at(field)}' supplied: ${rule}.`);
  }
}

/** A point as one of the model it names, measured by a run. */
export function modelPoint(
  runId: string,
  { key, value, step, at, datasetName, datasetDigest }: LoggedPoint,
): NewModelMetric {
  return { key, value, step, at, runId, ...(datasetName && datasetDigest && { datasetName, datasetDigest }) };
}

function asFloat(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e16 ? `${value}.0` : String(value);
}
