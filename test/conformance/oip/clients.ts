import { deflateSync, gzipSync } from 'node:zlib';
import { credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { type JsonValue, parseJson, stringifyJson } from '../../../src/kernel/json.ts';
import { datatypeOf, readAll, type Value, writeAll } from './datatypes.ts';
import { checkedClient, fetchChecked } from './documented.ts';

/** How tensors are sent. */
export const encodings = ['JSON', 'binary', 'gRPC contents', 'gRPC raw'] as const;
/** How tensors are sent. */
export type Encoding = (typeof encodings)[number];

/** One tensor, whatever way it is sent. */
export interface TestTensor {
  name: string;
  datatype: string;
  shape: (number | bigint)[];
  values: Value[];
}

/** One request, whatever way it is sent. */
export interface TestRequest {
  model: string;
  version?: string;
  id?: string;
  inputs: TestTensor[];
  outputs?: string[];
  parameters?: Record<string, number>;
  /** What only the way there is about. */
  wire?: Wire;
}

/** How a request is sent, whatever it says. */
export interface Wire {
  /** How the message and, over REST, the answer are packed. */
  packed?: 'gzip' | 'deflate';
  /** Behind the path of REST. */
  query?: string;
  /** The path of REST with every letter of its names encoded. */
  encodedNames?: boolean;
}

/** One answer; `status` is of HTTP, or what the status of gRPC is there. */
export interface TestReply {
  status: number;
  error: string;
  id: string;
  version: string;
  outputs: TestTensor[];
}

const statuses: Record<number, number> = {
  1: 499,
  3: 400,
  4: 504,
  5: 404,
  7: 403,
  8: 429,
  9: 409,
  12: 501,
  13: 500,
  14: 503,
  16: 401,
};
const algorithm = 'grpc.default_compression_algorithm';
const none = { error: '', id: '', version: '', outputs: [] };

interface RestOutput {
  name: string;
  datatype: string;
  shape: number[];
  data?: Value[];
  parameters?: { binary_data_size: number };
}

/** Asks over REST and gRPC alike. */
export function createClients(url: string, address: string) {
  const Client = checkedClient();
  const open = (packing: object) =>
    new Client(address, credentials.createInsecure(), {
      'grpc.max_receive_message_length': -1,
      'grpc.max_send_message_length': -1,
      ...packing,
    });
  const grpc = open({});
  const packing = { deflate: open({ [algorithm]: 1 }), gzip: open({ [algorithm]: 2 }) };
  const call = (method: string, message: object, { timeoutMs = 20_000, packed }: { timeoutMs?: number } & Wire = {}) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const done = (error: ServiceError | null, reply: Record<string, unknown>) =>
        error ? reject(error) : resolve(reply);
      const deadline = Date.now() + timeoutMs;
      ((packed ? packing[packed] : grpc) as never as Record<string, (...words: unknown[]) => void>)[method]!(
        message,
        new Metadata(),
        { deadline },
        done,
      );
    });
  return {
    grpc,
    call,
    ask: (encoding: Encoding, request: TestRequest): Promise<TestReply> =>
      encoding.startsWith('gRPC') ? askGrpc(call, encoding, request) : askRest(url, encoding, request),
    close: () => {
      for (const client of [grpc, packing.deflate, packing.gzip]) client.close();
    },
  };
}

/** A request's body for REST: JSON, or a header of so many bytes and what follows. */
export function restBody(encoding: Encoding, request: TestRequest): { body: Buffer; headerBytes: number } {
  const tail: Buffer[] = [];
  const inputs = request.inputs.map(({ name, datatype, shape, values }) => {
    const input = { name, datatype, shape };
    if (encoding === 'JSON') return { ...input, data: values };
    const bytes = writeAll(datatypeOf(datatype), values);
    tail.push(bytes);
    return { ...input, parameters: { binary_data_size: bytes.length } };
  });
  const outputs = request.outputs?.map((name) => ({ name }));
  const parameters = { ...request.parameters, ...(encoding === 'binary' && { binary_data_output: true }) };
  const head = Buffer.from(writeValue({ id: request.id, inputs, outputs, parameters }));
  return { body: Buffer.concat([head, ...tail]), headerBytes: head.length };
}

/** JSON as `stringifyJson`, but negative zero keeps its sign, which the common writers forget. */
function writeValue(value: unknown): string {
  if (Object.is(value, -0)) return '-0.0';
  if (Array.isArray(value)) return `[${value.map(writeValue).join()}]`;
  if (value === null || typeof value !== 'object') return stringifyJson(value);
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${writeValue(item)}`).join()}}`;
}

async function askRest(url: string, encoding: Encoding, request: TestRequest): Promise<TestReply> {
  const { body, headerBytes } = restBody(encoding, request);
  const { packed, query = '', encodedNames = false } = request.wire ?? {};
  const encode = encodedNames ? everyLetter : encodeURIComponent;
  const version = request.version === undefined ? '' : `/versions/${encode(request.version)}`;
  const headers: Record<string, string> = {
    ...(encoding === 'binary' && { 'inference-header-content-length': String(headerBytes) }),
    ...(packed && { 'content-encoding': packed, 'accept-encoding': packed }),
  };
  const path = `/v2/models/${encode(request.model)}${version}/infer${query}`;
  const sent = packed ? { gzip: gzipSync, deflate: deflateSync }[packed](body) : body;
  return readRest(await fetchChecked(url + path, { method: 'POST', body: new Uint8Array(sent), headers }));
}

function everyLetter(name: string): string {
  return Array.from(Buffer.from(name), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

/** Reads a reply of REST, its tensors JSON or binary. */
export async function readRest(response: Response): Promise<TestReply> {
  const bytes = Buffer.from(await response.arrayBuffer());
  const headerBytes = Number(response.headers.get('inference-header-content-length') ?? bytes.length);
  const head = parseJson(bytes.toString('utf8', 0, headerBytes)) as { [key: string]: JsonValue };
  if (response.status !== 200) return { ...none, status: response.status, error: String(head['error']) };
  let at = headerBytes;
  const outputs = (head['outputs'] as never as RestOutput[]).map(({ name, datatype, shape, data, parameters }) => {
    if (data) return { name, datatype, shape, values: data };
    const part = bytes.subarray(at, at + parameters!.binary_data_size);
    at += part.length;
    return { name, datatype, shape, values: readAll(datatypeOf(datatype), part) };
  });
  return { status: 200, error: '', id: String(head['id']), version: String(head['model_version']), outputs };
}

type Call = (method: string, message: object, wire?: Wire) => Promise<Record<string, unknown>>;

/** A request as a message of gRPC. */
export function grpcMessage(encoding: Encoding, request: TestRequest) {
  const isRaw = encoding === 'gRPC raw';
  return {
    model_name: request.model,
    model_version: request.version ?? '',
    id: request.id ?? '',
    parameters: Object.fromEntries(
      Object.entries(request.parameters ?? {}).map(([name, value]) => [name, { int64_param: value }]),
    ),
    inputs: request.inputs.map(({ name, datatype, shape, values }) => ({
      name,
      datatype,
      shape: shape.map(String),
      ...(!isRaw && { contents: contentsOf(datatype, values) }),
    })),
    outputs: request.outputs?.map((name) => ({ name })) ?? [],
    ...(isRaw && { raw_input_contents: request.inputs.map((one) => writeAll(datatypeOf(one.datatype), one.values)) }),
  };
}

function contentsOf(datatype: string, values: Value[]) {
  const field = datatypeOf(datatype).contents || 'int_contents';
  const written = values.map((value) => {
    if (typeof value === 'bigint') return String(value);
    return field === 'bytes_contents' ? Buffer.from(String(value)) : value;
  });
  return { [field]: written };
}

interface GrpcOutput {
  name: string;
  datatype: string;
  shape: string[];
  contents?: Record<string, (Value | Buffer)[]>;
}

async function askGrpc(call: Call, encoding: Encoding, request: TestRequest): Promise<TestReply> {
  try {
    const reply = await call('ModelInfer', grpcMessage(encoding, request), request.wire);
    return { status: 200, error: '', ...readGrpc(reply) };
  } catch (error) {
    const { code, details } = error as ServiceError;
    return { ...none, status: statuses[code] ?? code, error: details };
  }
}

/** Reads a message's tensors, raw or typed. */
export function readGrpc(reply: Record<string, unknown>) {
  const raw = reply['raw_output_contents'] as Buffer[];
  const outputs = (reply['outputs'] as GrpcOutput[]).map(({ name, datatype, shape, contents }, at) => {
    const type = datatypeOf(datatype);
    const values =
      raw.length > 0
        ? readAll(type, raw[at]!)
        : (contents?.[type.contents] ?? []).map((value) => toValue(type.contents, value));
    return { name, datatype, shape: shape.map(Number), values };
  });
  return { id: String(reply['id']), version: String(reply['model_version']), outputs };
}

function toValue(field: string, value: Value | Buffer): Value {
  if (Buffer.isBuffer(value)) return value.toString('utf8');
  return field.includes('64_contents') && field.startsWith('fp') === false ? BigInt(value as string) : value;
}
