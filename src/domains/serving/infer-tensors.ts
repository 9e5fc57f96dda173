import { fail, notFound } from '../../kernel/errors.ts';
import type { TensorType } from '../../onnx/index.ts';
import type { Outputs } from './batch-tensors.ts';
import { type InferDeps, infer } from './infer.ts';
import type { ModelPlan, PlannedInput } from './model-plan.ts';
import { type Arm, chooseArm, type EndpointRoute, type RoutingTable, readyRoute } from './routing.ts';
import { newBlock, type RowBlock } from './row-block.ts';

/** A tensor as a protocol read it: values flat and row-major, or as they will be converted. */
export interface GivenTensor {
  name: string;
  type: TensorType;
  shape: readonly number[];
  /** As many as the product of the shape: numbers, bigints, booleans or strings. */
  values: ArrayLike<unknown>;
}

/** Tensors for an endpoint. */
export interface InferCall {
  endpoint: string;
  /** Only this version may answer. */
  version?: string | undefined;
  requestId: string;
  inputs: readonly GivenTensor[];
  /** Outputs by name, in order; all unless said. */
  outputs?: readonly string[] | undefined;
  /** Sticky key. */
  key?: string | undefined;
  variant?: string | undefined;
  /** Milliseconds the caller waits, where it says so. */
  timeoutMs?: number | undefined;
}

/** What answered, and its outputs: `width` values for each of `rows`. */
export interface Inferred {
  model: string;
  version: number;
  variant: string;
  rows: number;
  outputs: Outputs;
}

/** A model as tensors; the first dimension of each counts rows. */
export interface ModelFace {
  model: string;
  version: number;
  versions: number[];
  inputs: { name: string; type: TensorType; tail: readonly number[] }[];
  outputs: { name: string; type: TensorType; tail: readonly number[] }[];
}

type Deps = InferDeps & { table: RoutingTable };

/** Answers tensors with the same routing, batching and logging as rows. */
export async function inferTensors(deps: Deps, call: InferCall): Promise<Inferred> {
  const startedAt = performance.now();
  const route = readyRoute(deps.table, call.endpoint);
  const wanted = call.version === undefined ? call.variant : variantOf(route, call.version);
  const { arm, propensity } = chooseArm(route, () => call.key ?? call.requestId, wanted);
  const names = call.outputs && checkOutputs(arm, call.outputs);
  const timeoutMs = Math.min(call.timeoutMs ?? Number.POSITIVE_INFINITY, route.spec.timeoutMs);
  const { outputs, block } = await infer(deps, {
    route,
    arm,
    propensity,
    requestId: call.requestId,
    at: undefined,
    outputs: undefined,
    startedAt,
    deadline: startedAt + timeoutMs,
    read: (plan) => readTensors(plan, call.inputs),
  });
  const { model, version, name } = arm.variant;
  const asked = names ? Object.fromEntries(names.map((one) => [one, outputs[one]!])) : outputs;
  return { model, version, variant: name, rows: block.rows, outputs: asked };
}

/** What an endpoint's model takes and gives. */
export function modelFace({ table }: Deps, endpoint: string, version?: string): ModelFace {
  const route = readyRoute(table, endpoint);
  const variant = version === undefined ? undefined : variantOf(route, version);
  const arm = route.arms.find((one) => one.variant.name === variant) ?? route.live[0]!;
  const { plan, model } = arm.runtime;
  return {
    model,
    version: arm.variant.version,
    versions: [...new Set(route.arms.map((one) => one.variant.version))],
    inputs: plan.inputs.map(({ name, type, tail }) => ({ name, type, tail })),
    outputs: plan.outputs.map(({ name, type, tail }) => ({ name, type, tail })),
  };
}

function variantOf(route: EndpointRoute, version: string): string {
  const arm = route.arms.find((one) => String(one.variant.version) === version && one.variant.role !== 'shadow');
  return arm?.variant.name ?? notFound('version', `${route.name}/${version}`);
}

function checkOutputs({ runtime }: Arm, names: readonly string[]): readonly string[] {
  const known = new Set(runtime.plan.outputs.map((output) => output.name));
  const seen = new Set<string>();
  for (const name of names) {
    if (!known.has(name)) refuse(`The model has no output '${name}'; it has ${[...known].join(', ')}.`, name);
    if (seen.has(name)) refuse(`The output '${name}' is asked for twice.`, name);
    seen.add(name);
  }
  return names;
}

/** Lays named tensors into a block; every input of the model once, of its type and shape. */
export function readTensors(plan: ModelPlan, given: readonly GivenTensor[]): RowBlock {
  const byName = new Map<string, GivenTensor>();
  for (const tensor of given) {
    if (byName.has(tensor.name)) refuse(`The input '${tensor.name}' is given twice.`, tensor.name);
    byName.set(tensor.name, tensor);
  }
  let block: RowBlock | undefined;
  for (const input of plan.inputs) {
    const tensor = byName.get(input.name) ?? refuse(`The input '${input.name}' is missing.`, input.name);
    byName.delete(input.name);
    const rows = checkShape(input, tensor);
    block ??= newBlock(plan, rows);
    if (rows !== block.rows) {
      refuse(`Input '${input.name}' has ${rows} rows where others have ${block.rows}.`, input.name);
    }
    copyTensor(plan, block, { input, tensor });
  }
  const extra = [...byName.keys()][0];
  if (extra !== undefined) refuse(`The model has no input '${extra}'.`, extra);
  return block ?? refuse('The model takes no input.', 'inputs');
}

function checkShape({ name, type, tail }: PlannedInput, tensor: GivenTensor): number {
  if (tensor.type !== type) refuse(`Input '${name}' is of type ${tensor.type}; the model takes ${type}.`, name);
  const [rows, ...rest] = tensor.shape;
  const fits =
    rows !== undefined && rows > 0 && rest.length === tail.length && rest.every((size, at) => size === tail[at]);
  if (fits) return rows;
  return refuse(
    `Input '${name}' has the shape [${tensor.shape.join(', ')}]; the model takes [-1, ${tail.join(', ')}].`,
    name,
  );
}

interface Copy {
  input: PlannedInput;
  tensor: GivenTensor;
}

function copyTensor(plan: ModelPlan, block: RowBlock, { input, tensor }: Copy): void {
  const { width, place, type } = input;
  const { values } = tensor;
  if (type === 'string') {
    for (let i = 0; i < values.length; i++) {
      block.strings[Math.floor(i / width) * plan.strings + place + (i % width)] = String(values[i]);
    }
    return;
  }
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | bigint | boolean;
    const to = Math.floor(i / width) * plan.numbers + place + (i % width);
    const number = Number(value);
    block.numbers[to] = number;
    if (typeof value === 'bigint' && !Number.isSafeInteger(number)) {
      block.exact ??= new Map();
      block.exact.set(to, value);
    }
  }
}

function refuse(message: string, field: string): never {
  return fail('invalid_input', message, { field });
}
