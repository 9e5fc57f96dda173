import type { GivenTensor } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';

/** An inference request, its tensors read; what both transports make of their messages. */
export interface InferRequest {
  id: string | undefined;
  inputs: GivenTensor[];
  /** In the order asked for; all where undefined. */
  outputs: RequestedOutput[] | undefined;
  /** Whether outputs that say nothing of it are sent as binary; REST only. */
  binaryByDefault: boolean;
  timeoutMs: number | undefined;
  priority: number | undefined;
}

/** One output as it is asked for. */
export interface RequestedOutput {
  name: string;
  /** Whether as binary, where the request says so. */
  binary: boolean | undefined;
  /** The best so many classes of each row as text, instead of the values. */
  classes: number | undefined;
}

/** Parameters of a request or tensor as their names say: strings, numbers, booleans. */
export type Parameters = Readonly<Record<string, unknown>>;

const mostElements = 2 ** 31 - 1;
const mostDimensions = 16;

/** Checks a shape and counts its elements; fails with `invalid_input`. */
export function countElements(shape: readonly unknown[], name: string): number {
  let count = shape.length > 0 && shape.length <= mostDimensions ? 1 : Number.NaN;
  for (const size of shape) count *= Number.isInteger(size) && (size as number) >= 0 ? (size as number) : Number.NaN;
  if (count >= 0 && count <= mostElements) return count;
  return fail('invalid_input', `Input '${name}' has no usable shape: give a list of sizes.`, { field: name });
}

/** `timeout` is in microseconds; 0 and absence mean the endpoint's own. `priority` 1 goes first, 0 is none. */
export function readSchedule(parameters: Parameters): Pick<InferRequest, 'timeoutMs' | 'priority'> {
  const timeout = wholeOf(parameters, 'timeout');
  return { timeoutMs: timeout ? timeout / 1000 : undefined, priority: wholeOf(parameters, 'priority') };
}

/** Reads what a requested output's parameters say. */
export function readOutput(name: string, parameters: Parameters): RequestedOutput {
  refuseSharedMemory(parameters, name);
  const { binary_data: binary } = parameters;
  return {
    name,
    binary: typeof binary === 'boolean' ? binary : undefined,
    classes: wholeOf(parameters, 'classification') || undefined,
  };
}

/** Tensors are sent, not pointed to. */
export function refuseSharedMemory(parameters: Parameters, name: string): void {
  if (parameters['shared_memory_region'] === undefined) return;
  const cure = 'Send the tensor with the request.';
  fail('unsupported', `'${name}' is in shared memory, which this server does not read. ${cure}`, { field: name, cure });
}

function wholeOf(parameters: Parameters, name: string): number | undefined {
  const value = parameters[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'bigint' ? Number(value) : value;
  if (Number.isInteger(number) && (number as number) >= 0) return number as number;
  return fail('invalid_input', `The parameter '${name}' must be a whole number that is not negative.`, { field: name });
}
