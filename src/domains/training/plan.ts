import { fail } from '../../kernel/errors.ts';
import type { Algorithm } from './fit.ts';
import type { Preparation } from './prepare.ts';
import type { FeatureSpec, TrainerParams, TrainOrder } from './schema.ts';

/** A column of the dataset version, by name and SQL type. */
export interface KnownColumn {
  name: string;
  type: string;
}

/** Which columns play which part. */
export interface ColumnPlan {
  preparations: Preparation[];
  monotone: Record<string, 1 | -1>;
  /** Columns beside features and target: weight, time, slices. */
  others: { name: string; kind: 'numeric' | 'categorical' }[];
}

const numericType =
  /^(TINYINT|SMALLINT|INTEGER|BIGINT|HUGEINT|UTINYINT|USMALLINT|UINTEGER|UBIGINT|FLOAT|DOUBLE|DECIMAL|BOOLEAN)/i;
const textType = /^(VARCHAR|ENUM|UUID)/i;
const timeType = /^(DATE|TIME)/i;

/** What a column of a SQL type is to a trainer; null for times and nested values, which are no features by themselves. */
export function kindOf(type: string): 'numeric' | 'categorical' | null {
  if (numericType.test(type) && !type.endsWith(']')) return 'numeric';
  return textType.test(type) && !type.endsWith(']') ? 'categorical' : null;
}

/** Decides which columns are features, and how each is prepared. */
export function planColumns(order: TrainOrder, columns: readonly KnownColumn[]): ColumnPlan {
  const known = new Map(columns.map((column) => [column.name, column]));
  const need = (name: string, field: string) =>
    known.get(name) ??
    fail('invalid_input', `The dataset has no column '${name}'.`, {
      field,
      value: name,
      cure: `It has ${[...known.keys()].join(', ')}.`,
    });
  need(order.target, 'target');
  const specs = order.features?.map((feature) => (typeof feature === 'string' ? { name: feature } : feature));
  const reserved = new Set([order.target, order.weight, order.split.column]);
  const features: FeatureSpec[] =
    specs ??
    columns
      .filter(({ name, type }) => !reserved.has(name) && !order.exclude.includes(name) && kindOf(type) !== null)
      .map(({ name }) => ({ name }));
  const names = new Set(features.map((feature) => feature.name));
  if (names.size < features.length) fail('invalid_input', 'A feature is named twice.', { field: 'features' });
  if (names.has(order.target)) {
    fail('invalid_input', `The target '${order.target}' cannot be a feature of itself.`, { field: 'features' });
  }
  const preparations = features.map((feature) => prepareBy(feature, need(feature.name, 'features'), order.algorithm));
  const monotone: ColumnPlan['monotone'] = {};
  for (const { name, monotone: direction } of features) if (direction) monotone[name] = direction === 'up' ? 1 : -1;
  return { preparations, monotone, others: planOthers(order, need) };
}

function planOthers(order: TrainOrder, need: (name: string, field: string) => KnownColumn): ColumnPlan['others'] {
  const others: ColumnPlan['others'] = [];
  if (order.weight !== undefined) others.push({ name: need(order.weight, 'weight').name, kind: 'numeric' });
  if (order.split.kind === 'time' || (order.split.kind === 'k-fold' && order.split.column !== undefined)) {
    const column =
      order.split.column ?? fail('invalid_input', 'A split by time needs a column.', { field: 'split.column' });
    const { type } = need(column, 'split.column');
    if (!timeType.test(type) && kindOf(type) !== 'numeric') {
      fail('invalid_input', `The column '${column}' is ${type}, which has no order in time.`, {
        field: 'split.column',
      });
    }
    others.push({ name: column, kind: 'numeric' });
  }
  for (const name of order.evaluation.slices) {
    const { type } = need(name, 'evaluation.slices');
    others.push({ name, kind: kindOf(type) ?? 'categorical' });
  }
  return others;
}

function prepareBy(feature: FeatureSpec, column: KnownColumn, algorithm: Algorithm): Preparation {
  const { name, impute, value } = feature;
  const kind = feature.kind ?? kindOf(column.type) ?? (timeType.test(column.type) ? 'numeric' : undefined);
  const linear = algorithm === 'linear';
  const refuse = (what: string): never =>
    fail('invalid_input', `The ${kind} feature '${name}' cannot have ${what}.`, { field: 'features', value: name });
  if (kind === undefined) {
    return fail('invalid_input', `The column '${name}' is ${column.type}; a feature is a number or a text.`, {
      field: 'features',
    });
  }
  if (kind === 'numeric') {
    if (kindOf(column.type) === 'categorical') refuse('a text column');
    if (impute === 'own') refuse("impute 'own'");
    if (linear && impute === 'none') refuse("impute 'none' in a linear model");
    if (value !== undefined && typeof value !== 'number') refuse('a text as its constant');
    const how = (impute ?? (linear ? 'mean' : 'none')) as Exclude<typeof impute, 'own' | undefined>;
    return { kind, name, impute: how, value: value as number | undefined, scale: feature.scale ?? linear };
  }
  if (impute === 'mean' || impute === 'median') refuse(`impute '${impute}'`);
  const encoding = feature.encoding ?? (linear ? 'one-hot' : 'ordinal');
  if (linear && encoding === 'ordinal') refuse('ordinal codes in a linear model');
  const how = (impute ?? (linear ? 'own' : 'none')) as 'none' | 'own' | 'most-frequent' | 'constant';
  return { kind, name, impute: how, value, encoding, maxCategories: feature.maxCategories ?? (linear ? 100 : 254) };
}

const shared = ['l2'];
const ofBoosting = [
  'iterations',
  'learningRate',
  'maxLeaves',
  'maxDepth',
  'minLeafRows',
  'minGain',
  'maxBins',
  'rowShare',
  'featureShare',
  'patience',
];
const ofLinear = ['l1', 'maxIterations', 'tolerance'];

/** Refuses parameters that the algorithm does not have. */
export function checkParams(params: TrainerParams, algorithm: Algorithm, field = 'params'): void {
  const known = [...shared, ...(algorithm === 'linear' ? ofLinear : ofBoosting)];
  for (const name of Object.keys(params)) {
    if (known.includes(name)) continue;
    fail('invalid_input', `The algorithm '${algorithm}' has no parameter '${name}'.`, {
      field: `${field}.${name}`,
      cure: `It has ${known.join(', ')}.`,
    });
  }
}
