import type { ElementType, GivenTensor } from '../../../domains/serving/index.ts';
import { fail } from '../../../kernel/errors.ts';
import { elementOf } from '../datatypes.ts';
import {
  countElements,
  type InferRequest,
  type Parameters,
  readOutput,
  readSchedule,
  refuseSharedMemory,
} from '../infer-request.ts';
import { checkElements } from '../json-values.ts';
import { type RawTensor, readRaw, readText } from '../raw-tensors.ts';
import {
  type Contents,
  fromLong,
  type InferMessage,
  type InputMessage,
  type Long,
  type ParameterMap,
} from './messages.ts';

/** A request as both transports make it, and whether its tensors were raw. */
export type GrpcRequest = InferRequest & { isRaw: boolean };

/** Reads a message with raw or typed contents, never both; fails with `invalid_input`. */
export function readMessage(message: InferMessage): GrpcRequest {
  const { inputs = [], outputs = [], raw_input_contents: raw = [] } = message;
  if (inputs.length === 0) fail('invalid_input', 'The request has no inputs.', { field: 'inputs' });
  const isRaw = raw.length > 0;
  if (isRaw && raw.length !== inputs.length) {
    fail('invalid_input', `There are ${raw.length} raw_input_contents for ${inputs.length} inputs.`, {
      field: 'raw_input_contents',
    });
  }
  const requested = outputs.map(({ name = '', parameters }) => readOutput(name, parametersOf(parameters)));
  return {
    id: message.id || undefined,
    inputs: inputs.map((input, at) => readInput(input, raw[at])),
    outputs: requested.length > 0 ? requested : undefined,
    binaryByDefault: isRaw,
    isRaw,
    ...readSchedule(parametersOf(message.parameters)),
  };
}

function readInput(input: InputMessage, raw: Uint8Array | undefined): GivenTensor {
  const { name = '', datatype, contents, parameters } = input;
  refuseSharedMemory(parametersOf(parameters), name);
  const type = elementOf(datatype, name);
  const shape = (input.shape ?? []).map((size) => Number(fromLong(size)));
  const tensor: RawTensor = { name, type, count: countElements(shape, name) };
  if (raw === undefined) return { name, type, shape, values: readContents(tensor, contents ?? {}) };
  if (contents) {
    fail('invalid_input', `Input '${name}' has contents beside raw_input_contents; send one of them.`, { field: name });
  }
  return { name, type, shape, values: readRaw(tensor, raw) };
}

const fields: Partial<Record<ElementType, keyof Contents>> = {
  bool: 'bool_contents',
  uint8: 'uint_contents',
  uint16: 'uint_contents',
  uint32: 'uint_contents',
  uint64: 'uint64_contents',
  int8: 'int_contents',
  int16: 'int_contents',
  int32: 'int_contents',
  int64: 'int64_contents',
  float32: 'fp32_contents',
  float64: 'fp64_contents',
  string: 'bytes_contents',
};

/** The field of typed contents for an element type; none for those that are sent raw only. */
export function contentsField(type: ElementType): keyof Contents | undefined {
  return fields[type];
}

function readContents({ name, type, count }: RawTensor, contents: Contents): unknown[] {
  const field = contentsField(type);
  if (field === undefined) return checkElements(type, [], name);
  const values: unknown[] = contents[field] ?? [];
  if (values.length !== count) {
    const message = `Input '${name}' has ${values.length} values in ${field}; its shape needs ${count}.`;
    fail('invalid_input', message, { field: name });
  }
  if (type === 'string') return (values as Uint8Array[]).map((bytes) => readText(name, bytes));
  if (type === 'int64' || type === 'uint64') return (values as (Long | number)[]).map(fromLong);
  return type === 'float32' || type === 'float64' ? values : checkElements(type, values, name);
}

const noParameters: Parameters = {};

/** Parameters by name, each with the value of the field it has. */
export function parametersOf(map: ParameterMap | undefined): Parameters {
  if (map === undefined) return noParameters;
  const names = Object.keys(map);
  if (names.length === 0) return noParameters;
  const read: Record<string, unknown> = {};
  for (const name of names) {
    const { bool_param, int64_param, string_param, double_param, uint64_param } = map[name]!;
    const long = int64_param ?? uint64_param;
    read[name] = bool_param ?? string_param ?? double_param ?? (long === undefined ? undefined : fromLong(long));
  }
  return read;
}
