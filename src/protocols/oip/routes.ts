import { z } from 'zod';
import { checkId, type ModelFace, type Serving } from '../../domains/serving/index.ts';
import { statusOf } from '../../http/problem.ts';
import { Reply, type RequestContext, type Route, route } from '../../http/route.ts';
import type { TidemillError } from '../../kernel/errors.ts';
import { datatypeOf } from './datatypes.ts';
import { readRequest } from './read-request.ts';
import { writeReply } from './write-reply.ts';

/** What the server says of itself. */
export interface OipOptions {
  /** Advertised name; some clients of Triton expect `triton`. */
  name?: string;
  version: string;
}

const model = z.object({ model: z.string() });
const modelVersion = model.extend({ version: z.string() });
const json = { 'content-type': 'application/json' };
const shared = { hidden: true, errors: toReply } as const;

/** Open Inference Protocol v2 over REST: health, metadata, readiness and inference; a model is an endpoint. */
export function oipRoutes(serving: Serving, options: OipOptions): Route[] {
  return [...serverRoutes(serving, options), ...modelRoutes(serving), ...inferRoutes(serving)];
}

type Handle = (call: { input: Asked } & RequestContext) => unknown;

function get(path: string, summary: string, handle: Handle): Route {
  const input = path.includes(':version') ? modelVersion : path.includes(':model') ? model : z.object({});
  // Probes of health come without a token.
  const permission = path === '/v2' || path.startsWith('/v2/health/') ? 'public' : 'endpoints.read';
  return route({ ...shared, method: 'GET', path, permission, summary, input, handle: handle as never });
}

interface Asked {
  model: string;
  version?: string;
}

function serverRoutes(serving: Serving, { name = 'tidemill', version }: OipOptions): Route[] {
  const list = async () => (await serving.declared()).map((endpoint) => endpoint.name);
  return [
    get('/v2', 'Server metadata.', () => ok({ name, version, extensions: ['binary_tensor_data', 'model_repository'] })),
    get('/v2/health/live', 'Whether the server lives.', () => ok({ live: true })),
    get('/v2/health/ready', 'Whether every endpoint can answer.', async () => {
      const ready = (await list()).every((endpoint) => isReady(serving, endpoint));
      return new Reply(JSON.stringify({ ready, live: true }), ready ? 200 : 503, json);
    }),
    get('/v2/models', 'Names of the endpoints.', async () => ok({ models: await list() })),
    route({
      ...shared,
      method: 'POST',
      path: '/v2/repository/index',
      permission: 'endpoints.read',
      summary: 'State of every endpoint.',
      input: z.object({ ready: z.boolean().optional() }),
      handle: async ({ input }) => {
        const states = (await list()).map((endpoint) => stateOf(serving, endpoint));
        return ok(input.ready ? states.filter((one) => one.state === 'READY') : states);
      },
    }),
  ];
}

function modelRoutes(serving: Serving): Route[] {
  const metadata = ({ input }: { input: Asked }) =>
    ok(metadataOf(input.model, serving.modelFace(input.model, input.version)));
  const ready = ({ input }: { input: Asked }) => {
    serving.modelFace(input.model, input.version);
    return ok({ name: input.model, ready: true });
  };
  return [
    get('/v2/models/:model', 'Metadata of a model.', metadata),
    get('/v2/models/:model/versions/:version', 'Metadata of a version.', metadata),
    get('/v2/models/:model/ready', 'Whether a model can answer.', ready),
    get('/v2/models/:model/versions/:version/ready', 'Whether a version can answer.', ready),
  ];
}

function inferRoutes(serving: Serving): Route[] {
  const post = (path: string) =>
    route({
      ...shared,
      method: 'POST',
      path,
      permission: 'predict.invoke',
      summary: 'Inference.',
      body: 'bytes',
      input: path.includes(':version') ? modelVersion : model,
      handle: ((call: { input: Asked } & RequestContext) => infer(serving, call)) as never,
    });
  return [post('/v2/models/:model/infer'), post('/v2/models/:model/versions/:version/infer')];
}

async function infer(serving: Serving, call: { input: Asked } & RequestContext): Promise<Reply> {
  const { headers, bytes, input } = call;
  const request = readRequest(bytes, textOf(headers['inference-header-content-length']));
  const { id = call.requestId, outputs, timeoutMs } = request;
  const inferred = await serving.infer({
    endpoint: input.model,
    version: input.version,
    // An id that cannot name a prediction is still echoed; the log has one of its own.
    requestId: checkId(id, false),
    inputs: request.inputs,
    outputs,
    timeoutMs,
    variant: textOf(headers['x-tidemill-variant']),
  });
  return writeReply(inferred, { model: input.model, id, isBinary: request.isBinary });
}

function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}

function metadataOf(name: string, face: ModelFace) {
  const tensor = ({ name, type, tail }: ModelFace['inputs'][number]) => ({
    name,
    datatype: datatypeOf(type),
    shape: [-1, ...tail],
  });
  return {
    name,
    versions: face.versions.map(String),
    platform: 'onnxruntime_onnx',
    inputs: face.inputs.map(tensor),
    outputs: face.outputs.map(tensor),
  };
}

function isReady(serving: Serving, endpoint: string): boolean {
  return stateOf(serving, endpoint).state === 'READY';
}

function stateOf(serving: Serving, name: string) {
  try {
    return { name, version: String(serving.modelFace(name).version), state: 'READY', reason: '' };
  } catch (error) {
    return { name, state: 'UNAVAILABLE', reason: (error as Error).message };
  }
}

function ok(value: unknown): Reply {
  return new Reply(JSON.stringify(value), 200, json);
}

/** `{"error": …}` with the status of our table; an unknown model is worded as clients look for it. */
function toReply(error: TidemillError): Reply {
  const field = error.details.field;
  const unknown = error.code === 'not_found' && (field === 'endpoint' || field === 'version');
  const message = unknown ? `Request for unknown model: '${String(error.details.value)}' is not found` : error.message;
  const headers: Record<string, string> = { ...json };
  const { retryAfterSeconds } = error.details as { retryAfterSeconds?: number };
  if (error.kind === 'limited' || error.kind === 'unavailable') headers['retry-after'] = String(retryAfterSeconds ?? 1);
  return new Reply(JSON.stringify({ error: message }), statusOf(error), headers);
}
