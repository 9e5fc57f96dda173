import { type Tensor, type TensorData, tensorArrays } from '../../../onnx/index.ts';
import type { ModelPlan, PlannedInput } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';

/** Values of one output for some rows: `width` a row. */
export interface OutputValues {
  data: TensorData;
  width: number;
  /** Dimensions after the first. */
  tail: readonly number[];
  type: Tensor['type'];
}

/** Outputs by name, in the order asked for. */
export type Outputs = Record<string, OutputValues>;

/** Lays the rows of several blocks into the model's tensors. */
export function toFeeds(plan: ModelPlan, blocks: readonly RowBlock[]): Record<string, Tensor> {
  const rows = rowsOf(blocks);
  const feeds: Record<string, Tensor> = {};
  for (const input of plan.inputs) {
    feeds[input.name] = { type: input.type, dims: [rows, ...input.tail], data: fill(plan, input, blocks) };
  }
  return feeds;
}

function rowsOf(blocks: readonly RowBlock[]): number {
  let rows = 0;
  for (const block of blocks) rows += block.rows;
  return rows;
}

function fill(plan: ModelPlan, input: PlannedInput, blocks: readonly RowBlock[]): TensorData {
  const { type } = input;
  if (type === 'string') return fillStrings(plan, input, blocks);
  if (type === 'int64' || type === 'uint64') return fillBig(plan, input, blocks);
  const data = new tensorArrays[type](rowsOf(blocks) * input.width);
  const stride = plan.numbers;
  let to = 0;
  for (const block of blocks) {
    if (stride === input.width) {
      data.set(block.numbers, to);
      to += block.numbers.length;
      continue;
    }
    const { numbers } = block;
    for (let row = 0, from = input.place; row < block.rows; row++, from += stride) {
      for (let at = 0; at < input.width; at++) data[to++] = numbers[from + at]!;
    }
  }
  return data;
}

function fillStrings(plan: ModelPlan, input: PlannedInput, blocks: readonly RowBlock[]): string[] {
  const data: string[] = [];
  for (const block of blocks) {
    for (let row = 0; row < block.rows; row++) {
      const from = row * plan.strings + input.place;
      for (let at = 0; at < input.width; at++) data.push(block.strings[from + at]!);
    }
  }
  return data;
}

function fillBig(plan: ModelPlan, input: PlannedInput, blocks: readonly RowBlock[]): BigInt64Array | BigUint64Array {
  const values: bigint[] = [];
  for (const block of blocks) {
    for (let row = 0; row < block.rows; row++) {
      const from = row * plan.numbers + input.place;
      for (let at = 0; at < input.width; at++) {
        values.push(block.exact?.get(from + at) ?? BigInt(block.numbers[from + at]!));
      }
    }
  }
  return input.type === 'int64' ? BigInt64Array.from(values) : BigUint64Array.from(values);
}

/** Whether every output of a run has one line a row, so that it can be dealt out again. */
export function isRowWise(results: Record<string, Tensor>, rows: number): boolean {
  return Object.values(results).every((result) => result.dims[0] === rows);
}

/** The lines `from` … `from + rows` of every output; no copy of numbers. */
export function sliceOutputs(results: Record<string, Tensor>, from: number, rows: number): Outputs {
  const outputs: Outputs = {};
  for (const name in results) {
    const { data, dims, type } = results[name]!;
    const width = dims[0] === 0 ? 0 : data.length / dims[0]!;
    const part = Array.isArray(data)
      ? data.slice(from * width, (from + rows) * width)
      : data.subarray(from * width, (from + rows) * width);
    outputs[name] = { data: part, width, tail: dims.slice(1), type };
  }
  return outputs;
}
