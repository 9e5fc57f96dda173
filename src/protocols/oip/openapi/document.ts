import type { ServerNames } from '../present-model.ts';
import { modelSchemas } from './model-schemas.ts';
import { type Operation, operations, page } from './operations.ts';
import { ref, type Schema, text } from './pieces.ts';
import { tensorSchemas } from './tensor-schemas.ts';

const headerLength = {
  'Inference-Header-Content-Length': {
    description: 'Bytes of the JSON header, where raw tensors follow it.',
    schema: { type: 'integer', minimum: 0 },
  },
};
const failure = { description: 'Failure', content: { 'application/json': { schema: ref('Failure') } } };
const schemas: Record<string, Schema> = { ...modelSchemas, ...tensorSchemas };

/** The protocol as an OpenAPI document, true of every answer; of one model where its name is given. */
export function openApiDocument({ name = 'tidemill', version }: ServerNames, model?: string) {
  const paths: Record<string, Record<string, Schema>> = {};
  for (const operation of operations) {
    if (model !== undefined && !operation.path.startsWith('/models/{model}')) continue;
    const path = model === undefined ? operation.path : operation.path.replace('{model}', encodeURIComponent(model));
    paths[`/v2${path}`] = { ...paths[`/v2${path}`], [operation.method]: describe(operation, path) };
  }
  return {
    openapi: '3.1.0',
    info: { title: model === undefined ? `Open Inference Protocol of ${name}` : `Model ${model}`, version },
    servers: [{ url: '/' }],
    paths,
    components: { schemas },
  };
}

function describe({ summary, answer, unavailable, body }: Operation, path: string): Schema {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const places = names.map((name) => ({ name, in: 'path', required: true, schema: text }));
  const isInference = body === 'InferRequest';
  return {
    summary,
    parameters: isInference ? [...places, ...headersOf(headerLength)] : places,
    ...(body && { requestBody: { required: isInference, content: contentOf(body) } }),
    responses: {
      ...(answer && {
        200: { description: 'Success', content: contentOf(answer), ...(isInference && { headers: headerLength }) },
      }),
      ...(unavailable && { 503: { description: 'Not ready', content: contentOf(unavailable) } }),
      default: failure,
    },
  };
}

function headersOf(headers: Record<string, object>) {
  return Object.entries(headers).map(([name, header]) => ({ name, in: 'header', required: false, ...header }));
}

/** Inference has a second form: a JSON header, then raw tensors in order. */
function contentOf(name: string): Schema {
  if (name === page) return { 'text/html': { schema: text } };
  const json = { 'application/json': { schema: ref(name) } };
  if (name === 'InferRequest') return { ...json, 'application/octet-stream': { schema: ref('InferRequest') } };
  if (name === 'InferResponse') return { ...json, 'application/octet-stream': { schema: ref('RawInferResponse') } };
  return json;
}
