import { fail } from '../../../kernel/errors.ts';
import { type JsonValue, parseJson, stringifyJson } from '../../../kernel/json.ts';
import { elementCount, type Tensor, type TensorData, type TensorSpec, type TensorType } from '../../../onnx/index.ts';
import type { RunCall } from '../predict/batcher.ts';
import type { RemoteCodec, WireRequest } from './remote-codec.ts';
import type { UpstreamAnswer } from './remote-http.ts';
import type { KnownFace } from './runtime-signature.ts';

const datatypes: Record<TensorType, string> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  uint16: 'UINT16',
  uint32: 'UINT32',
  uint64: 'UINT64',
  int8: 'INT8',
  int16: 'INT16',
  int32: 'INT32',
  int64: 'INT64',
  float32: 'FP32',
  float64: 'FP64',
  string: 'BYTES',
};
const types = new Map(Object.entries(datatypes).map(([type, datatype]) => [datatype, type as TensorType]));
const arrays = {
  bool: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

interface WireTensor {
  name: string;
  datatype: string;
  shape: number[];
  data?: JsonValue[];
  parameters?: { binary_data_size?: number };
}

/** The tensors of a model from its metadata; fails with `unavailable` where it is none. */
export function readMetadata(body: Buffer): Pick<KnownFace, 'inputs' | 'outputs'> {
  const metadata = parseJson(body.toString('utf8')) as { inputs?: WireTensor[]; outputs?: WireTensor[] } | null;
  if (!Array.isArray(metadata?.inputs) || !Array.isArray(metadata.outputs)) {
    return fail('unavailable', "The model's server does not say what the model takes.", { retryAfterSeconds: 10 });
  }
  const spec = ({ name, datatype, shape }: WireTensor): TensorSpec => ({
    name,
    type: types.get(datatype) ?? datatype,
    shape: shape.map((size, at) => (at === 0 || size < 0 ? null : size)),
  });
  return { inputs: metadata.inputs.map(spec), outputs: metadata.outputs.map(spec) };
}

/** The Open Inference Protocol as a client speaks it: binary tensors where the server takes them. */
export function oipCodec(isBinary: boolean): RemoteCodec {
  return {
    path: '/infer',
    write: (feeds, call) => (isBinary ? writeBinary(feeds, call) : writeJson(feeds, call)),
    read: readAnswer,
  };
}

function asked({ outputs, params }: RunCall) {
  const parameters = params === undefined ? {} : (parseJson(params) as Record<string, JsonValue>);
  return { parameters, ...(outputs && { outputs: outputs.map((name) => ({ name })) }) };
}

function writeJson(feeds: Record<string, Tensor>, call: RunCall): WireRequest {
  const inputs = Object.entries(feeds).map(([name, { type, dims, data }]) => {
    const values = type === 'bool' ? Array.from(data as Uint8Array, Boolean) : data;
    return { name, shape: dims, datatype: datatypes[type], data: values };
  });
  return { headers: { 'content-type': 'application/json' }, body: stringifyJson({ ...asked(call), inputs }) };
}

function writeBinary(feeds: Record<string, Tensor>, call: RunCall): WireRequest {
  const parts: Buffer[] = [];
  const inputs = Object.entries(feeds).map(([name, { type, dims, data }]) => {
    const bytes = bytesOf(data);
    parts.push(bytes);
    return { name, shape: dims, datatype: datatypes[type], parameters: { binary_data_size: bytes.length } };
  });
  const { parameters, outputs } = asked(call);
  const head = { parameters: { ...parameters, binary_data_output: true }, ...(outputs && { outputs }), inputs };
  const json = Buffer.from(stringifyJson(head));
  const headers = {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': json.length,
  };
  return { headers, body: Buffer.concat([json, ...parts]) };
}

function bytesOf(data: TensorData): Buffer {
  if (!Array.isArray(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.concat(
    data.flatMap((text) => {
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      return [length, bytes];
    }),
  );
}

function readAnswer({ headers, body }: UpstreamAnswer): Record<string, Tensor> {
  const length = Number(headers['inference-header-content-length'] ?? body.length);
  if (!Number.isInteger(length) || length < 0 || length > body.length) wrong('a header length beyond its body');
  const { outputs } = parseJson(body.toString('utf8', 0, length)) as unknown as { outputs?: WireTensor[] };
  if (!Array.isArray(outputs)) wrong('no outputs');
  const tensors: Record<string, Tensor> = {};
  let at = length;
  for (const { name, datatype, shape, data, parameters } of outputs) {
    const type = types.get(datatype) ?? wrong(`an output of the type ${datatype}`);
    const size = parameters?.binary_data_size;
    const count = elementCount(shape);
    const values = size === undefined ? fromJson(type, data) : fromBytes(type, body.subarray(at, at + size), count);
    at += size ?? 0;
    if (values.length !== count) wrong(`${values.length} values for the shape [${shape.join(', ')}]`);
    tensors[name] = { type, dims: shape, data: values };
  }
  return tensors;
}

function fromJson(type: TensorType, data: JsonValue[] | undefined): TensorData {
  const values = (data ?? wrong('an output without data')).flat(16 as 1) as JsonValue[];
  if (type === 'string') return values.map(String);
  if (type === 'int64') return BigInt64Array.from(values, (value) => BigInt(value as number));
  if (type === 'uint64') return BigUint64Array.from(values, (value) => BigInt(value as number));
  return arrays[type as 'float64'].from(values, Number);
}

function fromBytes(type: TensorType, bytes: Buffer, count: number): TensorData {
  if (type !== 'string') {
    const array = arrays[type];
    if (bytes.length !== count * array.BYTES_PER_ELEMENT) wrong(`${bytes.length} bytes for ${count} values`);
    // A view needs its elements aligned, which a part of a body is only by chance.
    const copy = new Uint8Array(bytes);
    return new array(copy.buffer, 0, count) as TensorData;
  }
  const texts: string[] = [];
  for (let at = 0; at + 4 <= bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at);
    texts.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  return texts;
}

function wrong(what: string): never {
  return fail('model_failed', `The model's server answered ${what}.`);
}
