import { fail } from '../../../kernel/errors.ts';
import type { TensorData } from '../../../onnx/index.ts';
import type { Outputs } from '../batch/batch-tensors.ts';
import { type Asking, type InferDeps, infer } from './infer.ts';
import { variantOf } from './model-face.ts';
import type { ElementType, ModelPlan } from './model-plan.ts';
import { type GivenTensor, readTensors } from './read-tensors.ts';
import { type Arm, chooseArm, type RoutingTable, readyRoute } from './routing.ts';
import { dealKey } from './sticky-key.ts';

/** Tensors for an endpoint. */
export interface InferCall extends Asking {
  endpoint: string;
  /** Only this version may answer. */
  version?: string | undefined;
  requestId: string;
  inputs: readonly GivenTensor[];
  /** Outputs by name, in order; all unless said. */
  outputs?: readonly string[] | undefined;
  /** Sticky key, before what the endpoint declares. */
  key?: string | undefined;
  /** A header by its lower-case name, for the sticky keys that an endpoint declares. */
  header?: ((name: string) => string | undefined) | undefined;
  variant?: string | undefined;
  /** Milliseconds the caller waits, where it says so. */
  timeoutMs?: number | undefined;
  /** 1 goes first, then what says nothing (0), then 2 and above in their order. */
  priority?: number | undefined;
  /** Whether the caller has gone; what still waits then is dropped. */
  isGone?: (() => boolean) | undefined;
}

/** One output: as many values as the product of rows and `tail`; 16-bit floats come as float32. */
export interface InferredTensor {
  name: string;
  type: ElementType;
  /** Dimensions after the first. */
  tail: readonly number[];
  data: TensorData;
}

/** What answered, and its outputs in the order asked for. */
export interface Inferred {
  model: string;
  version: number;
  variant: string;
  rows: number;
  outputs: InferredTensor[];
  /** Labels of the classes by index, where the model says them. */
  classes: readonly (string | number | boolean)[] | undefined;
}

/** What inference for protocols works with. */
export type Deps = InferDeps & { table: RoutingTable };

/** Answers tensors with the same routing, batching and logging as rows. */
export async function inferTensors(deps: Deps, call: InferCall): Promise<Inferred> {
  const startedAt = performance.now();
  const route = readyRoute(deps.table, call.endpoint);
  const column = (name: string) => call.inputs.find((input) => input.name === name)?.values;
  const wanted = call.version === undefined ? call.variant : variantOf(route, call.version);
  const { arm, propensity } = chooseArm(route, () => dealKey(route, call.requestId, { ...call, column }), wanted);
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
    priority: call.priority,
    isGone: call.isGone,
    caller: call.caller,
    protocol: call.protocol,
    trace: call.trace,
    read: (plan) => readTensors(plan, call.inputs),
  });
  const { model, version, name } = arm.variant;
  const { plan } = arm.runtime;
  const asked = toTensors(plan, outputs, names);
  return { model, version, variant: name, rows: block.rows, outputs: asked, classes: plan.classes };
}

/** Outputs as protocols take them, those asked for in their order. */
export function toTensors(plan: ModelPlan, outputs: Outputs, names: readonly string[] | undefined): InferredTensor[] {
  const tensors: InferredTensor[] = [];
  for (const name of names ?? Object.keys(outputs)) {
    const { data, tail, type } = outputs[name]!;
    const half = plan.outputs.find((output) => output.name === name)?.half;
    tensors.push({ name, type: half ?? type, tail, data });
  }
  return tensors;
}

/** Checks names of outputs: known, and none twice. */
export function checkOutputs({ runtime }: Arm, names: readonly string[]): readonly string[] {
  const known = new Set(runtime.plan.outputs.map((output) => output.name));
  const seen = new Set<string>();
  for (const name of names) {
    if (!known.has(name)) refuse(`The model has no output '${name}'; it has ${[...known].join(', ')}.`, name);
    if (seen.has(name)) refuse(`The output '${name}' is asked for twice.`, name);
    seen.add(name);
  }
  return names;
}

function refuse(message: string, field: string): never {
  return fail('invalid_input', message, { field });
}
