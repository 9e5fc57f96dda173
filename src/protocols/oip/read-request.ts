import type { FaceTensor, GivenTensor } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';
import { elementOf } from './datatypes.ts';
import { countElements, type InferRequest, readOutput, readSchedule, refuseSharedMemory } from './infer-request.ts';
import { checkElements } from './json-values.ts';
import { bytesOf, readRaw, readText } from './raw-tensors.ts';

type Fields = { [key: string]: JsonValue };
const mostDepth = 32;
const lengthHeader = 'Inference-Header-Content-Length';

/** Reads a body: JSON, or a JSON header of so many bytes followed by the raw tensors in order. */
export function readRequest(body: Buffer, headerLength: string | undefined): InferRequest {
  const headerBytes = headerLength === undefined ? body.length : Number(headerLength);
  if (!/^\d*$/.test(headerLength ?? '') || headerBytes < 1 || headerBytes > body.length) {
    fail('invalid_input', `${lengthHeader} is '${headerLength ?? body.length}'; the body has ${body.length} bytes.`, {
      field: lengthHeader,
    });
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
    const rest = raw.bytes.length - raw.at;
    fail('invalid_input', `The body has ${rest} bytes behind its last tensor.`, { field: 'inputs' });
  }
  const parameters = parametersOf(header);
  const binaryByDefault = parameters['binary_data_output'] === true;
  return { id, inputs: tensors, outputs: readOutputs(header), binaryByDefault, ...readSchedule(parameters) };
}

/** Reads a body that is nothing but the model's one input; all outputs are sent as binary. */
export function readBareRequest(body: Buffer, inputs: readonly FaceTensor[]): InferRequest {
  const [input] = inputs;
  if (!input || inputs.length > 1) {
    fail('invalid_input', `A body without a header is for models of one input; this one has ${inputs.length}.`, {
      field: lengthHeader,
    });
  }
  const { name, type, tail } = input;
  const width = tail.reduce((product, size) => product * size, 1);
  const request = { id: undefined, outputs: undefined, binaryByDefault: true, ...readSchedule({}) };
  if (type === 'string') {
    if (width !== 1) fail('invalid_input', `Input '${name}' needs ${width} elements; a bare body is one.`);
    return { ...request, inputs: [{ name, type, shape: [1, ...tail], values: [readText(name, body)] }] };
  }
  const rows = Math.floor(body.length / (width * bytesOf(type)));
  const values = readRaw({ name, type, count: rows * width }, body);
  return { ...request, inputs: [{ name, type, shape: [rows, ...tail], values }] };
}

function readTensor(input: Fields, raw: { bytes: Buffer; at: number }): GivenTensor {
  const { name, shape, data } = input;
  if (typeof name !== 'string') fail('invalid_input', 'An input has no name.', { field: 'name' });
  const type = elementOf(input['datatype'], name);
  const count = countElements(Array.isArray(shape) ? shape : [], name);
  const parameters = parametersOf(input);
  const size = parameters['binary_data_size'];
  const tensor = { name, type, shape: shape as number[] };
  refuseSharedMemory(parameters, name);
  if (size === undefined) return { ...tensor, values: checkElements(type, flatten(data, { name, count }), name) };
  if (data !== undefined) fail('invalid_input', `Input '${name}' has both data and binary data.`, { field: name });
  const end = raw.at + Number(size);
  if (!(Number.isInteger(size) && Number(size) >= 0 && end <= raw.bytes.length)) {
    const message = `The binary_data_size ${String(size).slice(0, 40)} of input '${name}' is beyond the body.`;
    fail('invalid_input', message, { field: name });
  }
  const values = readRaw({ name, type, count }, raw.bytes.subarray(raw.at, end));
  raw.at = end;
  return { ...tensor, values };
}

/** Nested or flat lists, row-major. */
function flatten(data: JsonValue | undefined, { name, count }: { name: string; count: number }): JsonValue[] {
  if (!Array.isArray(data)) return fail('invalid_input', `Input '${name}' has no data.`, { field: name });
  const values = data.some(Array.isArray) ? (data.flat(mostDepth as 10) as JsonValue[]) : data;
  if (values.length !== count) {
    fail('invalid_input', `Input '${name}' has ${values.length} values; its shape needs ${count}.`, { field: name });
  }
  return values;
}

function readOutputs(header: Fields): InferRequest['outputs'] {
  const given = header['outputs'];
  if (given === undefined) return undefined;
  if (!Array.isArray(given)) return fail('invalid_input', "Field 'outputs' must be a list.", { field: 'outputs' });
  const outputs = given.map((one) => {
    const output = asRecord(one, 'an output');
    const { name } = output;
    if (typeof name !== 'string') return fail('invalid_input', 'An output has no name.', { field: 'outputs' });
    return readOutput(name, parametersOf(output));
  });
  return outputs.length > 0 ? outputs : undefined;
}

const noParameters: Fields = {};

function parametersOf(record: Fields): Fields {
  const { parameters } = record;
  return parameters === undefined || parameters === null ? noParameters : asRecord(parameters, "'parameters'");
}

function asRecord(value: JsonValue, what: string): Fields {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  return fail('invalid_input', `A JSON object was expected as ${what}.`, { field: 'body' });
}
