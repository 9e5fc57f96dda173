import { z } from 'zod';
import type { Predictor } from '../../domains/serving/index.ts';
import { Reply, type RequestContext, type Route, route } from '../../http/route.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { parseJson, stringifyJson } from '../../kernel/json.ts';
import { toV1Reply } from './errors.ts';
import { answeredBy, score } from './mlflow-routes.ts';
import { readTensors } from './read-invocation.ts';
import { toPredictions } from './write-predictions.ts';

const shared = { hidden: true, errors: toV1Reply } as const;
const json = { 'content-type': 'application/json' };
const model = z.object({ model: z.string() });
const ofVersion = model.extend({ version: z.string() });
type Call = { input: { model: string; version?: string } } & RequestContext;

/** KServe's V1 protocol and TensorFlow Serving's REST API: predict by rows or columns, list, status and metadata. */
export function v1Routes(serving: Predictor): Route[] {
  const get = (path: string, summary: string, handle: (call: Call) => unknown) => {
    const input = path.includes(':version') ? ofVersion : path.includes(':model') ? model : z.object({});
    const rest = { method: 'GET', permission: 'endpoints.read' } as const;
    return route({ ...shared, ...rest, path, summary, input, handle: handle as never });
  };
  const post = (path: string) => {
    const input = path.includes(':version') ? ofVersion : model;
    const rest = { method: 'POST', permission: 'predict.invoke', summary: 'Predicts.', body: 'bytes' } as const;
    return route({ ...shared, ...rest, path, input, handle: ((call: Call) => predict(serving, call)) as never });
  };
  const state = ({ input }: Call) => ok(statusOf(serving, input));
  return [
    get('/v1/models', 'Names of the endpoints.', () =>
      ok({ models: serving.modelStates().map((one) => one.endpoint) }),
    ),
    get('/v1/models/:model', 'State of an endpoint.', state),
    get('/v1/models/:model/versions/:version', 'State of a version.', state),
    get('/v1/models/:model/metadata', 'What an endpoint takes and gives.', ({ input }) =>
      ok(metadataOf(serving, input.model)),
    ),
    // The verb is behind a colon, which stands for a parameter in a path: the last part is taken apart here.
    post('/v1/models/:model'),
    post('/v1/models/:model/versions/:version'),
  ];
}

/** The name and the verb of `name:verb`. */
function withVerb(last: string): { name: string; verb: string } {
  const colon = last.lastIndexOf(':');
  return colon < 0 ? { name: last, verb: '' } : { name: last.slice(0, colon), verb: last.slice(colon + 1) };
}

async function predict(serving: Predictor, call: Call): Promise<Reply> {
  const { input } = call;
  const { name, verb } = withVerb(input.version ?? input.model);
  if (verb !== 'predict') {
    if (verb === '') return notFound('route', call.url.split('?')[0]!);
    fail('unsupported', `The verb ':${verb.slice(0, 40)}' is not served; use ':predict'.`);
  }
  const endpoint = input.version === undefined ? name : input.model;
  const version = input.version === undefined ? undefined : name;
  serving.checkRoom({ endpoint, protocol: 'v1' });
  const body = parseJson(call.bytes.toString('utf8'));
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    return fail('invalid_input', 'Expected a JSON object with "instances" or "inputs".', { field: 'body' });
  }
  const form = (['instances', 'inputs'] as const).filter((key) => Object.hasOwn(body, key));
  if (form.length !== 1) {
    return fail('invalid_input', 'Expected exactly one of "instances" and "inputs" in the body.', { field: 'body' });
  }
  const key = form[0]!;
  const read = readTensors(key, body[key]!);
  const invocation = { ...read, params: undefined };
  const inferred = await score(serving, { endpoint, version, invocation, call, protocol: 'v1' });
  const isRowForm = key === 'instances';
  const answer = { [isRowForm ? 'predictions' : 'outputs']: toPredictions(inferred, isRowForm) };
  return new Reply(stringifyJson(answer), 200, { ...json, ...answeredBy(inferred) });
}

/** KServe reads `name` and `ready`, TensorFlow Serving's clients `model_version_status`. */
function statusOf(serving: Predictor, { model: name, version }: Call['input']) {
  const found = serving.modelStates().find((one) => one.endpoint === name) ?? notFound('endpoint', name);
  const versions = found.versions.map(String).filter((one) => version === undefined || one === version);
  if (version !== undefined && versions.length === 0) notFound('version', `${name}/${version}`);
  const isReady = found.state === 'ready';
  const status = { error_code: isReady ? 'OK' : 'UNAVAILABLE', error_message: found.reason ?? '' };
  const state = isReady ? 'AVAILABLE' : found.state === 'unloaded' ? 'END' : 'LOADING';
  return { name, ready: isReady, model_version_status: versions.map((one) => ({ version: one, state, status })) };
}

function metadataOf(serving: Predictor, name: string) {
  const { version, inputs, outputs } = serving.modelFace(name);
  const tensors = (list: typeof inputs) =>
    Object.fromEntries(
      list.map(({ name: tensor, type, tail }) => [
        tensor,
        {
          dtype: dtypes[type] ?? 'DT_INVALID',
          name: tensor,
          tensor_shape: {
            dim: [-1, ...tail].map((size) => ({ size: String(size), name: '' })),
            unknown_rank: false,
          },
        },
      ]),
    );
  const signature = { inputs: tensors(inputs), outputs: tensors(outputs), method_name: 'tensorflow/serving/predict' };
  return {
    model_spec: { name, signature_name: '', version: String(version) },
    metadata: { signature_def: { signature_def: { serving_default: signature } } },
  };
}

const dtypes: Record<string, string> = {
  float32: 'DT_FLOAT',
  float64: 'DT_DOUBLE',
  float16: 'DT_HALF',
  bfloat16: 'DT_BFLOAT16',
  int8: 'DT_INT8',
  uint8: 'DT_UINT8',
  int16: 'DT_INT16',
  uint16: 'DT_UINT16',
  int32: 'DT_INT32',
  uint32: 'DT_UINT32',
  int64: 'DT_INT64',
  uint64: 'DT_UINT64',
  bool: 'DT_BOOL',
  string: 'DT_STRING',
};

function ok(value: unknown): Reply {
  return new Reply(JSON.stringify(value), 200, json);
}
