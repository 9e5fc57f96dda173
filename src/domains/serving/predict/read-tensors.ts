import { fail } from '../../../kernel/errors.ts';
import type { ElementType, ModelPlan, PlannedInput } from './model-plan.ts';
import { checkText, newBlock, type RowBlock } from './row-block.ts';

/** A tensor as a protocol read it: values flat and row-major, or as they will be converted. */
export interface GivenTensor {
  name: string;
  type: ElementType;
  shape: readonly number[];
  /** As many as the product of the shape: numbers (also for 16-bit floats), bigints, booleans or strings. */
  values: ArrayLike<unknown>;
}

/** Lays named tensors into a block; every input of the model once, of its type and shape. */
export function readTensors(plan: ModelPlan, given: readonly GivenTensor[]): RowBlock {
  let block: RowBlock | undefined;
  for (const input of plan.inputs) {
    const tensor = findTensor(given, input.name);
    const rows = checkShape(input, tensor);
    block ??= newBlock(plan, rows);
    if (rows !== block.rows) {
      refuse(`Input '${input.name}' has ${rows} rows where others have ${block.rows}.`, input.name);
    }
    copyTensor(plan, block, { input, tensor });
  }
  if (given.length !== plan.inputs.length) refuseExtra(plan, given);
  return block ?? refuse('The model takes no input.', 'inputs');
}

function findTensor(given: readonly GivenTensor[], name: string): GivenTensor {
  let found: GivenTensor | undefined;
  for (const tensor of given) {
    if (tensor.name !== name) continue;
    if (found) refuse(`The input '${name}' is given twice.`, name);
    found = tensor;
  }
  return found ?? refuse(`The input '${name}' is missing.`, name);
}

function refuseExtra(plan: ModelPlan, given: readonly GivenTensor[]): never {
  const known = new Set(plan.inputs.map((input) => input.name));
  const extra = given.find((tensor) => !known.has(tensor.name))?.name ?? '';
  return refuse(`The model has no input '${extra}'.`, extra);
}

function checkShape({ name, type, half, tail }: PlannedInput, tensor: GivenTensor): number {
  const wanted = half ?? type;
  if (tensor.type !== wanted) refuse(`Input '${name}' is of type ${tensor.type}; the model takes ${wanted}.`, name);
  const [rows, ...rest] = tensor.shape;
  const fits =
    rows !== undefined && rows > 0 && rest.length === tail.length && rest.every((size, at) => size === tail[at]);
  if (fits) return rows;
  const shape = [-1, ...tail].join(', ');
  return refuse(`Input '${name}' has the shape [${tensor.shape.join(', ')}]; the model takes [${shape}].`, name);
}

interface Copy {
  input: PlannedInput;
  tensor: GivenTensor;
}

function copyTensor(plan: ModelPlan, block: RowBlock, copy: Copy): void {
  const { type } = copy.input;
  if (type === 'string') copyStrings(plan, block, copy);
  else if (type === 'int64' || type === 'uint64') copyBig(plan, block, copy);
  else copyNumbers(plan, block, copy);
}

function copyNumbers(plan: ModelPlan, { numbers, rows }: RowBlock, { input, tensor }: Copy): void {
  const { width, place } = input;
  const { values } = tensor;
  const stride = plan.numbers;
  if (stride === width && ArrayBuffer.isView(values)) {
    numbers.set(values as unknown as Float64Array);
    return;
  }
  let from = 0;
  for (let row = 0, to = place; row < rows; row++, to += stride) {
    for (let at = 0; at < width; at++) numbers[to + at] = Number(values[from++]);
  }
}

function copyStrings(plan: ModelPlan, block: RowBlock, { input, tensor }: Copy): void {
  let from = 0;
  for (let row = 0, to = input.place; row < block.rows; row++, to += plan.strings) {
    for (let at = 0; at < input.width; at++) {
      block.strings[to + at] = checkText(String(tensor.values[from++]), input.name);
    }
  }
}

function copyBig(plan: ModelPlan, block: RowBlock, { input, tensor }: Copy): void {
  let from = 0;
  for (let row = 0, first = input.place; row < block.rows; row++, first += plan.numbers) {
    for (let at = 0; at < input.width; at++) {
      const value = tensor.values[from++] as number | bigint;
      const number = Number(value);
      const to = first + at;
      block.numbers[to] = number;
      if (typeof value === 'bigint' && !Number.isSafeInteger(number)) {
        block.exact ??= new Map();
        block.exact.set(to, value);
      }
    }
  }
}

function refuse(message: string, field: string): never {
  return fail('invalid_input', message, { field });
}
