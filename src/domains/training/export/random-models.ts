import { normal, type Random } from '../../../kernel/random.ts';
import { type Column, categoricalColumn, numericColumn, type Table } from '../columns.ts';
import type {
  CategoricalInput,
  FittedInput,
  FittedModel,
  LinearPredictor,
  NumericInput,
  Task,
  TreesPredictor,
} from '../fitted.ts';

const links = { regression: 'identity', binary: 'sigmoid', multiclass: 'softmax' } as const;
const objectives = { regression: 'squared', binary: 'logistic', multiclass: 'softmax' } as const;
const classSets = [
  ['no', 'yes', 'perhaps'],
  [0, 1, 2],
  [0.5, 1.5, 2.5],
];

/** What sort of model to make up. */
export interface Recipe {
  task: Task;
  kind: 'linear' | 'trees';
  numeric: number;
  categorical: number;
  trees?: number;
}

function pick(random: Random, count: number): number {
  return Math.floor(random() * count);
}

/** A model of random inputs and weights, for export tests. */
export function randomModel(random: Random, recipe: Recipe): FittedModel {
  const inputs: FittedInput[] = [];
  let width = 0;
  const total = recipe.numeric + recipe.categorical;
  let numericLeft = recipe.numeric;
  for (let i = 0; i < total; i++) {
    const isNumeric = pick(random, total - i) < numericLeft;
    if (isNumeric) numericLeft--;
    const input = isNumeric
      ? randomNumeric(random, recipe, { name: `n ${i}`, slot: width })
      : randomCategorical(random, recipe, { name: `c ${i}`, slot: width });
    inputs.push(input);
    width += input.kind === 'categorical' && input.encoding === 'one-hot' ? input.codes : 1;
  }
  const classes = classSets[pick(random, classSets.length)]!;
  return {
    task: recipe.task,
    target: 'y',
    targetType: typeof classes[0] as 'string' | 'number',
    classes: recipe.task === 'regression' ? null : classes.slice(0, recipe.task === 'binary' ? 2 : 3),
    inputs,
    width,
    predictor: recipe.kind === 'linear' ? randomLinear(random, recipe, width) : randomTrees(random, recipe, inputs),
  };
}

interface Place {
  name: string;
  slot: number;
}

function randomNumeric(random: Random, recipe: Recipe, place: Place): NumericInput {
  const mustImpute = recipe.kind === 'linear' || random() < 0.4;
  const scaled = recipe.kind === 'linear' || random() < 0.2;
  return {
    kind: 'numeric',
    ...place,
    impute: mustImpute ? Math.fround(normal(random)) : null,
    mean: scaled ? normal(random) : 0,
    scale: scaled ? 0.5 + random() : 1,
    integer: false,
  };
}

function randomCategorical(random: Random, recipe: Recipe, place: Place): CategoricalInput {
  const known = 1 + pick(random, 70);
  const valueType = random() < 0.5 ? 'string' : 'number';
  const categories = Array.from({ length: known }, (_, i) => (valueType === 'string' ? `v${i}` : i * 1e9 + 0.1));
  let codes = known;
  const unknownCode = random() < 0.5 ? codes++ : null;
  const missingCode = random() < 0.3 ? codes++ : random() < 0.3 ? 0 : null;
  const oneHot = recipe.kind === 'linear' || random() < 0.3;
  return {
    kind: 'categorical',
    ...place,
    valueType,
    categories,
    codes,
    missingCode,
    unknownCode,
    encoding: oneHot ? 'one-hot' : 'ordinal',
  };
}

function randomLinear(random: Random, recipe: Recipe, width: number): LinearPredictor {
  const outputs = recipe.task === 'multiclass' ? 3 : 1;
  return {
    kind: 'linear',
    outputs,
    coefficients: Float64Array.from({ length: outputs * width }, () => normal(random)),
    intercepts: Float64Array.from({ length: outputs }, () => normal(random)),
    link: links[recipe.task],
  };
}

function randomTrees(random: Random, recipe: Recipe, inputs: readonly FittedInput[]): TreesPredictor {
  const outputs = recipe.task === 'multiclass' ? 3 : 1;
  const growing = new GrowingTrees(random, inputs);
  const trees = recipe.trees ?? 20;
  const roots = Int32Array.from({ length: trees }, () => growing.grow(random() < 0.1 ? 0 : 5));
  return {
    kind: 'trees',
    objective: objectives[recipe.task],
    outputs,
    link: links[recipe.task],
    baseline: Float64Array.from({ length: outputs }, () => Math.fround(normal(random))),
    roots,
    treeOutput: Int32Array.from({ length: trees }, (_, tree) => tree % outputs),
    ...growing.finish(),
  };
}

const hugeSlot = Number.POSITIVE_INFINITY;

/** Nodes in flat arrays, appended depth first. */
class GrowingTrees {
  readonly #random: Random;
  readonly #inputs: readonly FittedInput[];
  readonly #lists = {
    feature: [] as number[],
    threshold: [] as number[],
    left: [] as number[],
    right: [] as number[],
    missingLeft: [] as number[],
    setOffset: [] as number[],
    value: [] as number[],
  };
  readonly #words: number[] = [];

  constructor(random: Random, inputs: readonly FittedInput[]) {
    this.#random = random;
    this.#inputs = inputs;
  }

  grow(depth: number): number {
    const node = this.#lists.feature.length;
    const leaf = depth === 0 || this.#random() < 0.15;
    const input = this.#inputs[pick(this.#random, this.#inputs.length)]!;
    const set = !leaf && input.kind === 'categorical' && input.encoding === 'ordinal' && this.#random() < 0.8;
    this.#lists.feature.push(leaf ? -1 : this.#slotOf(input));
    this.#lists.threshold.push(leaf || set ? 0 : this.#thresholdOf(input));
    this.#lists.missingLeft.push(leaf ? 0 : pick(this.#random, 2));
    this.#lists.setOffset.push(set ? this.#setOf(input as CategoricalInput) : -1);
    this.#lists.value.push(leaf ? Math.fround(normal(this.#random) / 4) : 0);
    this.#lists.left.push(-1);
    this.#lists.right.push(-1);
    if (!leaf) {
      this.#lists.left[node] = this.grow(depth - 1);
      this.#lists.right[node] = this.grow(depth - 1);
    }
    return node;
  }

  finish() {
    const { feature, threshold, left, right, missingLeft, setOffset, value } = this.#lists;
    return {
      feature: Int32Array.from(feature),
      threshold: Float64Array.from(threshold),
      left: Int32Array.from(left),
      right: Int32Array.from(right),
      missingLeft: Uint8Array.from(missingLeft),
      setOffset: Int32Array.from(setOffset),
      setWords: Uint32Array.from(this.#words),
      value: Float64Array.from(value),
    };
  }

  #slotOf(input: FittedInput): number {
    if (input.kind === 'numeric' || input.encoding === 'ordinal') return input.slot;
    return input.slot + pick(this.#random, input.codes);
  }

  #thresholdOf(input: FittedInput): number {
    if (input.kind === 'categorical') return input.encoding === 'one-hot' ? 0.5 : pick(this.#random, input.codes);
    return this.#random() < 0.05 ? hugeSlot : Math.fround(normal(this.#random));
  }

  #setOf(input: CategoricalInput): number {
    const offset = this.#words.length;
    for (let i = 0; i < Math.ceil(input.codes / 32); i++) this.#words.push(Math.floor(this.#random() * 2 ** 32) >>> 0);
    return offset;
  }
}

/** Rows that hit every path: missing and infinite numbers, values on thresholds, unknown and missing categories. */
export function randomTable(random: Random, model: FittedModel, rows: number): Table {
  const thresholds = model.predictor.kind === 'trees' ? model.predictor.threshold : new Float64Array([0]);
  const columns = model.inputs.map((input): Column => {
    if (input.kind === 'numeric') {
      return numericColumn(
        input.name,
        Float64Array.from({ length: rows }, () => numberFor(random, thresholds)),
      );
    }
    const values = Array.from({ length: rows }, () => categoryFor(random, input));
    return { ...categoricalColumn(input.name, values), valueType: input.valueType };
  });
  return { rows, columns };
}

function numberFor(random: Random, thresholds: Float64Array): number {
  const dice = random();
  if (dice < 0.1) return Number.NaN;
  if (dice < 0.12) return Number.POSITIVE_INFINITY;
  if (dice < 0.14) return Number.NEGATIVE_INFINITY;
  // Just beside a threshold in double, on it in float32.
  if (dice < 0.4) return thresholds[pick(random, thresholds.length)]! * (1 + (random() - 0.5) * 2e-8);
  return normal(random) * 2;
}

function categoryFor(random: Random, input: CategoricalInput): string | number | null {
  const dice = random();
  if (dice < 0.1) return null;
  if (dice < 0.2) return input.valueType === 'string' ? 'never seen' : -7.5;
  return input.categories[pick(random, input.categories.length)]!;
}
