import type { GivenTensor } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';
import { checkElements, elementOf, readBinary } from './datatypes.ts';

/** An inference request, its tensors read. */
export interface InferRequest {
  id: string | undefined;
  inputs: GivenTensor[];
  /** Names of the outputs in the order asked for; all where undefined. */
  outputs: string[] | undefined;
  /** Whether an output shall be sent as binary. */
  isBinary(output: string): boolean;
  timeoutMs: number | undefined;
}

type Fields = { [key: string]: JsonValue };
const mostElements = 2 ** 31 - 1;
const mostDepth = 32;

/** Reads a body: JSON, or a JSON header of `headerBytes` followed by the raw tensors in order. */
export function readRequest(body: Buffer, headerLength: string | undefined): InferRequest {
  const headerBytes = headerLength === undefined ? body.length : Number(headerLength);
  if (!Number.isInteger(headerBytes) || headerBytes < 1 || headerBytes > body.length) {
    const field = 'Inference-Header-Content-Length';
    fail('invalid_input', `${field} is ${headerLength}; the body has ${body.length} bytes.`, { field });
  }
  const header = asRecord(parseJson(body.toString('utf8', 0, headerBytes), mostDepth), 'the body');
  const { id, inputs } = header;
  if (id !== undefined && typeof id !== 'string') fail('invalid_input', "Field 'id' must be text.", { field: 'id' });
  if (!Array.isArray(inputs) || inputs.length === 0) {
    fail('invalid_input', "Field 'inputs' must be a list of at least one tensor.", { field: 'inputs' });
  }
  const raw = { bytes: body.subarray(headerBytes), at: 0 };
  const tensors = inputs.map((input) => readTensor(asRecord(input, 'an input'), raw));
  if (raw.at !== raw.bytes.length) {
    fail('invalid_input', `The body has ${raw.bytes.length - raw.at} bytes behind its last tensor.`, {
      field: 'inputs',
    });
  }
  return { id, inputs: tensors, ...readOutputs(header), timeoutMs: readTimeout(header) };
}

function readTensor(input: Fields, raw: { bytes: Buffer; at: number }): GivenTensor {
  const { name } = input;
  if (typeof name !== 'string') fail('invalid_input', 'An input has no name.', { field: 'name' });
  const type = elementOf(input['datatype'], name);
  const { shape, count } = readShape(input['shape'], name);
  const size = parametersOf(input)['binary_data_size'];
  if (size !== undefined) {
    if (input['data'] !== undefined)
      fail('invalid_input', `Input '${name}' has both data and binary data.`, { field: name });
    const end = raw.at + Number(size);
    const fits = Number.isInteger(size) && Number(size) >= 0 && end <= raw.bytes.length;
    if (!fits)
      fail('invalid_input', `The binary_data_size ${String(size)} of input '${name}' is beyond the body.`, {
        field: name,
      });
    const values = readBinary(type, raw.bytes.subarray(raw.at, end), count);
    raw.at = end;
    return { name, type, shape, values };
  }
  const values = flatten(input['data'], name);
  if (values.length !== count) {
    fail(
      'invalid_input',
      `Input '${name}' has ${values.length} values; its shape [${shape.join(', ')}] needs ${count}.`,
      {
        field: name,
      },
    );
  }
  return { name, type, shape, values: checkElements(type, values, name) };
}

function readShape(shape: JsonValue | undefined, name: string): { shape: number[]; count: number } {
  const sizes = Array.isArray(shape) ? shape : [];
  let count = 1;
  const whole =
    sizes.length > 0 && sizes.length <= 16 && sizes.every((size) => Number.isInteger(size) && Number(size) >= 0);
  if (whole) for (const size of sizes) count *= Number(size);
  if (!whole || count > mostElements) {
    fail('invalid_input', `Input '${name}' has no usable shape: give a list of sizes.`, { field: name });
  }
  return { shape: sizes as number[], count };
}

/** Nested or flat lists, row-major. */
function flatten(data: JsonValue | undefined, name: string): JsonValue[] {
  if (!Array.isArray(data)) return fail('invalid_input', `Input '${name}' has no data.`, { field: name });
  if (!data.some(Array.isArray)) return data;
  return data.flat(mostDepth as 10) as JsonValue[];
}

function readOutputs(header: Fields): Pick<InferRequest, 'outputs' | 'isBinary'> {
  const all = parametersOf(header)['binary_data_output'] === true;
  const given = header['outputs'];
  if (given === undefined) return { outputs: undefined, isBinary: () => all };
  if (!Array.isArray(given)) return fail('invalid_input', "Field 'outputs' must be a list.", { field: 'outputs' });
  const binary = new Map<string, boolean>();
  const outputs = given.map((one) => {
    const output = asRecord(one, 'an output');
    const { name } = output;
    if (typeof name !== 'string') return fail('invalid_input', 'An output has no name.', { field: 'outputs' });
    const wish = parametersOf(output)['binary_data'];
    binary.set(name, typeof wish === 'boolean' ? wish : all);
    return name;
  });
  return { outputs: outputs.length > 0 ? outputs : undefined, isBinary: (name) => binary.get(name) ?? all };
}

/** `timeout` is in microseconds; 0 and absence mean the endpoint's own. */
function readTimeout(header: Fields): number | undefined {
  const timeout = parametersOf(header)['timeout'];
  return typeof timeout === 'number' && timeout > 0 ? timeout / 1000 : undefined;
}

function parametersOf(record: Fields): Fields {
  const { parameters } = record;
  return parameters === undefined || parameters === null ? {} : asRecord(parameters, "'parameters'");
}

function asRecord(value: JsonValue, what: string): Fields {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  return fail('invalid_input', `A JSON object was expected as ${what}.`, { field: 'body' });
}
