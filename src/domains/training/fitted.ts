/** What a model predicts: a number, one of two classes, or one of several. */
export type Task = 'regression' | 'binary' | 'multiclass';

/** A class or a category as the data has it. Numbers are finite; a string is never empty (empty means missing). */
export type Label = string | number | boolean;

/**
 * A numeric feature; it fills one slot. From the raw value `x` (missing is NaN; ±Infinity stay):
 * `v = Math.fround(x)`, `v = isNaN(v) && impute !== null ? impute : v`, `slot = (v - mean) / scale`.
 * `impute` is float32-exact. Without scaling `mean` is 0 and `scale` is 1, and the slot is exactly the float32 `v`.
 */
export interface NumericInput {
  kind: 'numeric';
  name: string;
  /** Index of the feature's slot in the encoded row. */
  slot: number;
  /** What a missing value becomes; null leaves it NaN (trees route NaN themselves; linear models never have null). */
  impute: number | null;
  mean: number;
  /** Never 0: a constant column has 1. */
  scale: number;
  /** Whether the training column held whole numbers only (the signature then says integer; the graph still takes float). */
  integer: boolean;
}

/**
 * A categorical feature. The raw value becomes a code: its index in `categories`; a missing value (null, NaN or the
 * empty string) becomes `missingCode`; a value that is not in `categories` becomes `unknownCode`. Codes run over
 * 0 … `codes`-1, and there may be more codes than categories: one for all rare values, one for missing.
 * A null code means "none": with `ordinal` the slot is NaN, with `one-hot` every slot of the feature is 0.
 */
export interface CategoricalInput {
  kind: 'categorical';
  name: string;
  /** Type of the raw values; `categories` are of this type. Booleans come as strings 'true' and 'false'. */
  valueType: 'string' | 'number';
  categories: (string | number)[];
  /** How many codes there are, those beyond the categories included. */
  codes: number;
  missingCode: number | null;
  unknownCode: number | null;
  /** `ordinal`: one slot holding the code as a number. `one-hot`: `codes` slots from `slot` on, 1 at the code. */
  encoding: 'ordinal' | 'one-hot';
  /** Index of the first slot in the encoded row. */
  slot: number;
}

/** A feature with the preprocessing fitted for it. */
export type FittedInput = NumericInput | CategoricalInput;

/** How scores become the answer: as they are, `1/(1+exp(-s))` of the one score, or softmax over the scores. */
export type Link = 'identity' | 'sigmoid' | 'softmax';

/**
 * A linear model over the encoded row: `score[k] = intercepts[k] + Σ coefficients[k*width + slot] · row[slot]`.
 * `outputs` is 1 for regression and binary (the score of `classes[1]`), the number of classes for multiclass.
 */
export interface LinearPredictor {
  kind: 'linear';
  outputs: number;
  /** Row-major, `outputs` × `width`. */
  coefficients: Float64Array;
  intercepts: Float64Array;
  link: Link;
}

/**
 * An additive ensemble of binary trees over the encoded row, all nodes of all trees in flat arrays (indexes absolute).
 * `score[k] = baseline[k] + Σ over trees t with treeOutput[t] = k of value[leaf reached]`; the learning rate is folded
 * into the leaf values. All thresholds, leaf values and baselines are exactly float32.
 *
 * Node `i` with `feature[i] = -1` is a leaf of `value[i]`. Otherwise, with `x = row[feature[i]]` rounded to float32:
 * - x is NaN: left when `missingLeft[i]` is 1, else right;
 * - `setOffset[i] = -1` (numeric): left when `x <= threshold[i]`, else right;
 * - `setOffset[i] >= 0` (category code x): left when bit `x % 32` of `setWords[setOffset[i] + (x >> 5)]` is set, else
 *   right. A set has `ceil(codes / 32)` words, where `codes` is that of the input that owns the slot.
 */
export interface TreesPredictor {
  kind: 'trees';
  objective: 'squared' | 'logistic' | 'softmax';
  outputs: number;
  link: Link;
  /** One a score. */
  baseline: Float64Array;
  /** Index of each tree's root node; a tree's nodes are contiguous and its root is the first of them. */
  roots: Int32Array;
  /** Which score a tree adds to. */
  treeOutput: Int32Array;
  /** Slot the node reads, -1 for a leaf. */
  feature: Int32Array;
  /** Float32-exact values; 0 where the node is a leaf or a category split; may be +Infinity ("not missing" goes left). */
  threshold: Float64Array;
  /** Index of the child where the condition holds; -1 for a leaf. */
  left: Int32Array;
  /** Index of the other child; -1 for a leaf. */
  right: Int32Array;
  /** 1 where NaN goes left. */
  missingLeft: Uint8Array;
  /** Index of the node's first word in `setWords`; -1 for a numeric split or a leaf. */
  setOffset: Int32Array;
  setWords: Uint32Array;
  /** Score a leaf adds; 0 for a split. */
  value: Float64Array;
}

/** The mathematics behind a fitted model. */
export type Predictor = LinearPredictor | TreesPredictor;

/**
 * A fitted model as plain data (structured-cloneable): inputs in the order the user named them, then the predictor.
 * Regression answers one number. Binary answers `[1-p, p]` with p the sigmoid of the one score, for `classes[0]` and
 * `classes[1]`; multiclass answers one probability a class. The predicted label is the class of the largest
 * probability, the first of equals (binary: `classes[1]` only when p > 0.5).
 */
export interface FittedModel {
  task: Task;
  target: string;
  /** Type of the class labels; 'number' for regression. */
  targetType: 'string' | 'number' | 'boolean';
  /** Sorted ascending (numbers by value, strings by code unit, false before true); null for regression. */
  classes: Label[] | null;
  inputs: FittedInput[];
  /** Slots of an encoded row. */
  width: number;
  predictor: Predictor;
}
