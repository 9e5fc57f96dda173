import { type MethodDefinition, makeGenericClientConstructor, type ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseJson } from '../../../src/kernel/json.ts';
import { openApiDocument } from '../../../src/protocols/oip/openapi/document.ts';

/** The document that the server serves at `/v2/docs/dataplane.json`. */
export const document = openApiDocument({ name: 'tidemill', version: '1.2.3' });

const proto = new URL('../../../src/protocols/oip/grpc/open-inference.proto', import.meta.url);
/** The service of our definition, read by its file and with long integers as text. */
export const service = loadSync(proto.pathname, { keepCase: true, longs: String, arrays: true })[
  'inference.GRPCInferenceService'
] as ServiceDefinition;

interface Answer {
  content: Record<string, { schema: { $ref?: string } }>;
}
const failure: Answer = { content: { 'application/json': { schema: { $ref: '#/components/schemas/Failure' } } } };

/** How many answers each schema has accepted. */
export const accepted = new Map<string, number>();
const validators = new Map<string, ValidateFunction>();
// NaN and the infinities are numbers here: they are written as bare words. OpenAPI's own words are no schemas.
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, strictNumbers: false });
ajv.addKeyword('components');
ajv.addSchema({ $id: 'document', components: document.components });

/** What a schema of the document finds wrong with a body; empty where nothing is. */
export function faultsOf(name: string, body: unknown): string[] {
  let validate = validators.get(name);
  if (!validate) {
    validate = ajv.compile({ $ref: `document#/components/schemas/${name}` });
    validators.set(name, validate);
  }
  if (validate(plain(body))) return [];
  return validate.errors!.map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

const patterns = Object.keys(document.paths).map((path) => ({ path, parts: path.split('/') }));

/** The path of the document that a request's path is of, one with fewer names in it first. */
export function templateOf(pathname: string): string | undefined {
  const asked = pathname.replace(/(?<=.)\/$/, '').split('/');
  const fitting = patterns.filter(
    ({ parts }) =>
      parts.length === asked.length && parts.every((part, at) => part.startsWith('{') || part === asked[at]),
  );
  return fitting.sort((one, other) => names(one.path) - names(other.path))[0]?.path;
}
const names = (path: string) => path.split('{').length;

/** A request and what came back, as far as a document speaks of them. */
export interface Exchange {
  method?: string;
  path: string;
  status: number;
  type: string;
  body: Buffer;
  /** Bytes of JSON before raw tensors; all unless said. */
  headerBytes?: number;
}

/** The schema an answer must meet, `''` where it is no JSON; fails where the document has no such answer. */
export function schemaFor({ method = 'GET', path, status, type }: Omit<Exchange, 'body'>): string {
  const template = templateOf(path);
  const operation = template && document.paths[template]?.[method.toLowerCase()];
  // What the document does not name is refused in the same words.
  const { responses } = (operation || { responses: {} }) as { responses: Record<string, Answer> };
  const described = responses[status] ?? (status >= 400 ? failure : undefined);
  const media = described?.content[type.split(';')[0]!];
  if (!media) throw new Error(`${method} ${path}: the document has no answer ${status} as '${type}'`);
  return media.schema.$ref?.split('/').at(-1) ?? '';
}

/** Fails where an answer is not as the document says. */
export function checkDocumented(exchange: Exchange): void {
  const name = schemaFor(exchange);
  if (name === '') return;
  const { path, status, body, headerBytes = body.length } = exchange;
  const faults = faultsOf(name, parseJson(body.toString('utf8', 0, headerBytes)));
  if (faults.length > 0) throw new Error(`${path} ${status} is no ${name}: ${faults.join('; ')}`);
  accepted.set(name, (accepted.get(name) ?? 0) + 1);
}

/** Long integers as numbers, whose last digits a schema does not look at. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** `fetch`, but every answer is checked against the document. */
export async function fetchChecked(url: string, init: RequestInit = {}): Promise<Response> {
  const response = await fetch(url, init);
  if (init.method === 'HEAD') return response;
  const { headers, status } = response;
  const body = Buffer.from(await response.clone().arrayBuffer());
  const headerBytes = Number(headers.get('inference-header-content-length') ?? body.length);
  const { method = 'GET' } = init;
  const type = headers.get('content-type') ?? '';
  checkDocumented({ method, path: new URL(url).pathname, status, type, body, headerBytes });
  return response;
}

/** A class of clients whose answers hold nothing that our definition does not know. */
export function checkedClient() {
  const checked = Object.entries(service).map(([name, method]) => [name, withoutMore(method)]);
  return makeGenericClientConstructor(Object.fromEntries(checked), 'GRPCInferenceService');
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
