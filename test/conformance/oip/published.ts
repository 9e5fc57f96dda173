import { readFileSync } from 'node:fs';
import { type MethodDefinition, makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { Ajv, type ValidateFunction } from 'ajv';
import { parse } from 'yaml';
import { parseJson } from '../../../src/kernel/json.ts';

const folder = new URL('../../fixtures/open-inference-protocol/', import.meta.url);
const ours = new URL('../../../src/protocols/oip/grpc/open-inference.proto', import.meta.url);
const options = { keepCase: true, longs: String, arrays: true } as const;

/** The published definition of gRPC. */
export const publishedProto: PackageDefinition = loadSync(
  new URL('open_inference_grpc.proto', folder).pathname,
  options,
);
/** Our definition, which has Triton's calls and messages too. */
export const ourProto: PackageDefinition = loadSync(ours.pathname, options);

/** Names of the published schemas of answers. */
export type PublishedSchema =
  | 'metadata_server_response'
  | 'metadata_model_response'
  | 'inference_response'
  | 'inference_error_response';

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: unknown;
  oneOf?: object[];
}

/** How many answers each schema has accepted. */
export const accepted = new Map<PublishedSchema, number>();
const validators = new Map<PublishedSchema, ValidateFunction>();

/**
 * The published schemas, made stricter and in one place wider. Stricter: fields that they do not name are refused, and an error
 * has its text. Wider: by the extension for binary tensors, which the prose has and the schemas have not, an output whose
 * `parameters` tell `binary_data_size` has no `data`.
 */
function compile(): void {
  const text = readFileSync(new URL('open_inference_rest.yaml', folder), 'utf8');
  const { schemas } = (parse(text) as { components: { schemas: Record<string, Schema> } }).components;
  for (const schema of Object.values(schemas)) if (schema.properties) schema.additionalProperties ??= false;
  // A map of any names: the published schema has no properties for it.
  schemas['parameters']!.additionalProperties = true;
  schemas['inference_error_response']!.required = ['error'];
  const output = schemas['response_output']!;
  output.required = output.required!.filter((name) => name !== 'data');
  const binary = { properties: { parameters: { required: ['binary_data_size'] } }, required: ['parameters'] };
  output.oneOf = [{ required: ['data'] }, binary];
  // NaN and the infinities are numbers here: Triton writes them bare.
  const ajv = new Ajv({ strict: false, strictNumbers: false, formats: {} });
  ajv.addSchema({ $id: 'published', components: { schemas } });
  const names: PublishedSchema[] = [
    'metadata_server_response',
    'metadata_model_response',
    'inference_response',
    'inference_error_response',
  ];
  for (const name of names) validators.set(name, ajv.compile({ $ref: `published#/components/schemas/${name}` }));
}
compile();

/** What a published schema finds wrong with a body; empty where nothing is. */
export function faultsOf(name: PublishedSchema, body: unknown): string[] {
  const validate = validators.get(name)!;
  if (validate(body)) return [];
  return validate.errors!.map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** Which schema an answer must meet; none where the protocol says nothing of the path. */
export function schemaFor(path: string, status: number): PublishedSchema | undefined {
  const [, version, kind, ...rest] = path.split('?')[0]!.split('/');
  if (version !== 'v2') return undefined;
  if (status >= 400) return 'inference_error_response';
  if (kind === undefined || kind === '') return 'metadata_server_response';
  if (kind !== 'models' || rest.length === 0) return undefined;
  if (rest.at(-1) === 'infer') return 'inference_response';
  const isPlain = rest.length === 1 || (rest.length === 3 && rest[1] === 'versions');
  return isPlain ? 'metadata_model_response' : undefined;
}

/** Fails where an answer is not as published; the body is JSON, or JSON of `headerBytes` before raw tensors. */
export function checkPublished(path: string, status: number, body: Buffer, headerBytes = body.length): void {
  const name = schemaFor(path, status);
  if (name === undefined) return;
  const parsed = plain(parseJson(body.toString('utf8', 0, headerBytes)));
  const faults = faultsOf(name, parsed);
  if (faults.length > 0) throw new Error(`${path} ${status} is not a ${name}: ${faults.join('; ')}`);
  accepted.set(name, (accepted.get(name) ?? 0) + 1);
}

/** Long integers as numbers, whose digits a schema does not look at. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** `fetch`, but every answer is checked against what is published for its path. */
export async function fetchChecked(url: string, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  const { pathname } = new URL(url);
  const isAsked = init?.method !== 'HEAD' && schemaFor(pathname, response.status) !== undefined;
  if (!isAsked) return response;
  const body = Buffer.from(await response.clone().arrayBuffer());
  const headerBytes = Number(response.headers.get('inference-header-content-length') ?? body.length);
  checkPublished(pathname, response.status, body, headerBytes);
  return response;
}

/** A class of clients: calls that are published are read by the published definition, the others by ours. */
export function publishedClient() {
  const theirs = publishedProto['inference.GRPCInferenceService'] as ServiceDefinition;
  const wider = ourProto['inference.GRPCInferenceService'] as ServiceDefinition;
  const checked = Object.entries(theirs).map(([name, method]) => [name, withoutMore(method)]);
  return makeGenericClientConstructor({ ...wider, ...Object.fromEntries(checked) }, 'GRPCInferenceService');
}

/** A method whose answers may hold no field that its definition has not: those would be dropped in reading. */
function withoutMore(method: MethodDefinition<object, object>): MethodDefinition<object, object> {
  return {
    ...method,
    responseDeserialize(bytes) {
      const message = method.responseDeserialize(bytes);
      const again = method.responseSerialize(message).length;
      if (again !== bytes.length) {
        throw new Error(`${method.path}: ${bytes.length} bytes, of which the definition knows ${again}`);
      }
      return message;
    },
  };
}
