import { datatypes } from './datatypes.ts';
import type { ServerNames } from './present-model.ts';

type Schema = Record<string, unknown>;

const text = { type: 'string' };
const whole = { type: 'integer' };
const yes = { type: 'boolean' };
const list = (items: Schema): Schema => ({ type: 'array', items });
const record = (properties: Record<string, Schema>, required = Object.keys(properties)): Schema => ({
  type: 'object',
  properties,
  required,
});
const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const parameters: Schema = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } };
const shape = list(whole);
const datatype: Schema = { type: 'string', enum: datatypes };
const data: Schema = { type: 'array', items: {} };

/** Schemas of what is sent and answered, by name. */
export const schemas: Record<string, Schema> = {
  ServerMetadata: record({ name: text, version: text, extensions: list(text) }),
  ServerLive: record({ live: yes }),
  ServerReady: record({ ready: yes, live: yes }),
  ModelReady: record({ name: text, ready: yes }),
  ModelNames: record({ models: list(text) }),
  TensorMetadata: record({ name: text, datatype, shape }),
  ModelMetadata: record(
    {
      name: text,
      versions: list(text),
      platform: text,
      inputs: list(ref('TensorMetadata')),
      outputs: list(ref('TensorMetadata')),
    },
    ['name', 'platform', 'inputs', 'outputs'],
  ),
  InferInput: record({ name: text, shape, datatype, parameters, data }, ['name', 'shape', 'datatype']),
  RequestedOutput: record({ name: text, parameters }, ['name']),
  InferRequest: record(
    { id: text, parameters, inputs: list(ref('InferInput')), outputs: list(ref('RequestedOutput')) },
    ['inputs'],
  ),
  InferOutput: record({ name: text, shape, datatype, parameters, data }, ['name', 'shape', 'datatype']),
  InferResponse: record(
    { model_name: text, model_version: text, id: text, parameters, outputs: list(ref('InferOutput')) },
    ['model_name', 'outputs'],
  ),
  Failure: record({ error: text }),
};

interface Operation {
  method: 'get' | 'post';
  path: string;
  summary: string;
  answer?: string;
  body?: string;
}

const operations: Operation[] = [
  { method: 'get', path: '', summary: 'Server metadata', answer: 'ServerMetadata' },
  { method: 'get', path: '/health/live', summary: 'Whether the server lives', answer: 'ServerLive' },
  { method: 'get', path: '/health/ready', summary: 'Whether every model can answer', answer: 'ServerReady' },
  { method: 'get', path: '/models', summary: 'Names of the models', answer: 'ModelNames' },
  { method: 'get', path: '/models/{model}', summary: 'Metadata of a model', answer: 'ModelMetadata' },
  { method: 'get', path: '/models/{model}/ready', summary: 'Whether a model can answer', answer: 'ModelReady' },
  { method: 'get', path: '/models/{model}/config', summary: 'Configuration of a model' },
  { method: 'get', path: '/models/{model}/stats', summary: 'Statistics of a model' },
  {
    method: 'post',
    path: '/models/{model}/infer',
    summary: 'Inference',
    body: 'InferRequest',
    answer: 'InferResponse',
  },
];

/** The protocol as an OpenAPI document; of one model where its name is given. */
export function openApiDocument({ name = 'tidemill', version }: ServerNames, model?: string) {
  const paths: Record<string, Schema> = {};
  const versioned = operations.flatMap((operation) => {
    const { path, summary } = operation;
    if (!path.startsWith('/models/{model}')) return [operation];
    const ofVersion = path.replace('{model}', '{model}/versions/{version}');
    return [operation, { ...operation, path: ofVersion, summary: `${summary}, of one version` }];
  });
  for (const operation of versioned) {
    if (model !== undefined && !operation.path.startsWith('/models/{model}')) continue;
    const path = model === undefined ? operation.path : operation.path.replace('{model}', encodeURIComponent(model));
    paths[`/v2${path}`] = { [operation.method]: describe(operation, path) };
  }
  return {
    openapi: '3.1.0',
    info: { title: model === undefined ? `Open Inference Protocol of ${name}` : `Model ${model}`, version },
    servers: [{ url: '/' }],
    paths,
    components: { schemas },
  };
}

function describe({ summary, answer, body }: Operation, path: string): Schema {
  const content = (name: string | undefined) => ({ 'application/json': { schema: name ? ref(name) : {} } });
  const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: text,
  }));
  return {
    summary,
    parameters: places,
    ...(body && { requestBody: { required: true, content: content(body) } }),
    responses: {
      200: { description: 'Success', content: content(answer) },
      default: { description: 'Failure', content: content('Failure') },
    },
  };
}
