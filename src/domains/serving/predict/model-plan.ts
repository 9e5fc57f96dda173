import { fail } from '../../../kernel/errors.ts';
import { elementCount, type HalfType, type TensorSpec, type TensorType } from '../../../onnx/index.ts';

/** An element type as callers say it: those of tensors, and the 16-bit ones that are fed as float32. */
export type ElementType = TensorType | HalfType;

/** What values a column takes. */
export type ColumnType = 'number' | 'integer' | 'boolean' | 'string';

/** The least and the greatest whole number of a type. */
export interface WholeRange {
  low: bigint;
  high: bigint;
}

/** One column of a row, and its place among the row's numbers or its strings. */
export interface PlannedColumn {
  name: string;
  type: ColumnType;
  place: number;
  /** What whole numbers its tensor holds: others would come to the model as something else. */
  range?: WholeRange;
  /** What its text stands for, where that is not text. */
  form?: 'base64' | 'datetime';
  /** Whether callers may leave it out. */
  isOptional?: boolean;
}

/** One tensor of the model, filled from `width` neighbouring places of every row. */
export interface PlannedInput {
  name: string;
  type: TensorType;
  /** What callers give, where the model takes 16-bit floats and is fed float32. */
  half?: HalfType;
  /** Dimensions after the first, which counts rows. */
  tail: number[];
  width: number;
  /** First place among the numbers, or the strings for type `string`. */
  place: number;
}

/** One output of the model: `width` values a row. */
export interface PlannedOutput {
  name: string;
  type: TensorType;
  /** What callers get, where the model gives 16-bit floats and float32 is read. */
  half?: HalfType;
  /** Dimensions after the first; -1 where the model only knows when it runs. */
  tail: number[];
  /** Values a row; 0 where the model only knows when it runs. */
  width: number;
}

/** How rows become tensors: made once when a model is loaded, so that a request only follows it. */
export interface ModelPlan {
  columns: PlannedColumn[];
  numbers: number;
  strings: number;
  inputs: PlannedInput[];
  outputs: PlannedOutput[];
  /** Labels of the classes by index, where the model says them. */
  classes: (string | number | boolean)[] | undefined;
  /** Column of the score among the output's values. */
  score: { output: string; at: number } | undefined;
  /** Parameters of a prediction, where the model takes some. */
  params?: Readonly<Record<string, { type: string; isList: boolean }>>;
  /** Output with one probability a class. */
  probabilities: string | undefined;
}

/** What is known of a model beside its tensors: the columns' order where one tensor holds them all, the classes, 16-bit types. */
export interface KnownSignature {
  columns?: readonly { name: string; type?: string }[];
  classes?: readonly (string | number | boolean)[];
  halves?: { inputs: ReadonlyMap<string, HalfType>; outputs: ReadonlyMap<string, HalfType> };
}

const columnTypes: Record<string, ColumnType> = {
  bool: 'boolean',
  string: 'string',
  float32: 'number',
  float64: 'number',
};
const feedable = new Set('float32 float64 int8 uint8 int16 uint16 int32 uint32 int64 uint64 bool string'.split(' '));

/** Plans a model from its tensors; fails with `invalid_model` where an input is not a row a line. */
export function planModel(
  model: { inputs: readonly TensorSpec[]; outputs: readonly TensorSpec[] },
  known: KnownSignature = {},
): ModelPlan {
  const columns: PlannedColumn[] = [];
  const inputs: PlannedInput[] = [];
  const next = { numbers: 0, strings: 0 };
  for (const spec of model.inputs) {
    const tail = tailOf(spec);
    const width = elementCount(tail);
    const store = spec.type === 'string' ? 'strings' : 'numbers';
    const place = next[store];
    next[store] += width;
    const half = known.halves?.inputs.get(spec.name);
    inputs.push({ name: spec.name, type: spec.type as TensorType, ...(half && { half }), tail, width, place });
    const names = columnNames(spec, width, model.inputs.length === 1 ? known : {});
    const type = columnTypes[spec.type] ?? 'integer';
    const range = rangeOf(spec.type);
    names.forEach((name, at) => {
      columns.push({ name, type, place: place + at, ...(range && { range }) });
    });
  }
  const outputs = model.outputs.map((spec) => planOutput(spec, known.halves?.outputs.get(spec.name)));
  return { columns, ...next, inputs, outputs, ...readOutputs(outputs, known) };
}

function rangeOf(type: string): WholeRange | undefined {
  const [, unsigned, bits] = /^(u?)int(\d+)$/.exec(type) ?? [];
  if (bits === undefined) return undefined;
  const count = 2n ** BigInt(bits);
  return unsigned ? { low: 0n, high: count - 1n } : { low: -count / 2n, high: count / 2n - 1n };
}

function tailOf(spec: TensorSpec): number[] {
  const tail = spec.shape.slice(1);
  const fits = spec.shape.length > 0 && typeof spec.shape[0] !== 'number' && feedable.has(spec.type);
  if (!fits || !tail.every((size) => typeof size === 'number')) {
    const cure = 'Export it with a free first dimension (the rows) and fixed others.';
    fail('invalid_model', `Input '${spec.name}' (${spec.type}, [${spec.shape.join(', ')}]) takes no rows. ${cure}`, {
      field: spec.name,
      cure,
    });
  }
  return tail as number[];
}

function columnNames(spec: TensorSpec, width: number, known: KnownSignature): string[] {
  if (known.columns?.length === width && (width > 1 || known.columns[0]!.name !== '')) {
    return known.columns.map((column) => column.name);
  }
  return width === 1 ? [spec.name] : Array.from({ length: width }, (_, at) => `${spec.name}.${at}`);
}

function planOutput(spec: TensorSpec, half: HalfType | undefined): PlannedOutput {
  const tail = spec.shape.slice(1).map((size) => (typeof size === 'number' ? size : -1));
  const width = tail.includes(-1) ? 0 : elementCount(tail);
  return { name: spec.name, type: spec.type as TensorType, ...(half && { half }), tail, width };
}

type Reading = Pick<ModelPlan, 'classes' | 'score' | 'probabilities'>;

/** Finds the probabilities (a float output of two and more values a row) or the one number that is the score. */
function readOutputs(outputs: readonly PlannedOutput[], known: KnownSignature): Reading {
  const classes = known.classes ? [...known.classes] : undefined;
  const floats = outputs.filter((output) => output.type === 'float32' || output.type === 'float64');
  const many = floats.find((output) => output.width > 1) ?? floats.find((output) => /prob/i.test(output.name));
  if (many && many.width !== 1) {
    const width = many.width || classes?.length || 0;
    const score = width === 2 ? { output: many.name, at: 1 } : undefined;
    return { classes, probabilities: many.name, score };
  }
  const one = floats.find((output) => output.width === 1);
  return { classes, probabilities: undefined, score: one && { output: one.name, at: 0 } };
}
