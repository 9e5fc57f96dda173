import { z } from 'zod';
import type { Inferred, Predictor } from '../../domains/serving/index.ts';
import { Reply, type RequestContext, type Route, route } from '../../http/route.ts';
import { fail } from '../../kernel/errors.ts';
import { stringifyJson } from '../../kernel/json.ts';
import { checkId } from '../../kernel/request-id.ts';
import { toMlflowReply } from './errors.ts';
import { type Invocation, readCsvInvocation, readJsonInvocation } from './read-invocation.ts';
import { toPredictions } from './write-predictions.ts';

/** What the scoring routes are told. */
export interface ScoringOptions {
  /** The endpoint of routes that name none; empty for none. */
  defaultEndpoint: string;
  /** The version that clients are told. */
  mlflowVersion: string;
}

const shared = { hidden: true, errors: toMlflowReply } as const;
const json = { 'content-type': 'application/json' };
const text = { 'content-type': 'text/plain; charset=utf-8' };
const named = z.object({ endpoint: z.string() });
const nothing = z.object({});
type Call = { input: { endpoint?: string } } & RequestContext;

function noDefault(): never {
  const cure = 'Ask /endpoints/<name>/invocations, or start the server with --default-endpoint <name>.';
  return fail('not_found', `No endpoint is the default one. ${cure}`, { field: 'defaultEndpoint', cure });
}

/** MLflow's scoring protocol: for the default endpoint, and for each under `/endpoints/<name>`. */
export function mlflowScoringRoutes(serving: Predictor, options: ScoringOptions): Route[] {
  const { defaultEndpoint, mlflowVersion } = options;
  const nameOf = ({ input }: Call) => input.endpoint ?? (defaultEndpoint || noDefault());
  const ping = ({ input }: Call) => {
    const name = input.endpoint ?? defaultEndpoint;
    // Where no endpoint is the default, the server is asked about itself.
    return new Reply('\n', name === '' || isReady(serving, name) ? 200 : 404, json);
  };
  const invoke = async (call: Call) => invocations(serving, nameOf(call), call);
  const get = (path: string, permission: string, handle: (call: Call) => Reply) => {
    const input = path.startsWith('/endpoints') ? named : nothing;
    return route({ ...shared, method: 'GET', path, permission, summary: 'Health.', input, handle: handle as never });
  };
  const post = (path: string) => {
    const input = path.startsWith('/endpoints') ? named : nothing;
    const rest = { method: 'POST', permission: 'predict.invoke', summary: 'Scores a table.', body: 'bytes' } as const;
    return route({ ...shared, ...rest, path, input, handle: invoke as never });
  };
  return [
    post('/invocations'),
    post('/endpoints/:endpoint/invocations'),
    // Probes of health come without a token.
    get('/ping', 'public', ping),
    get('/endpoints/:endpoint/ping', 'endpoints.read', ping),
    get('/endpoints/:endpoint/health', 'endpoints.read', ping),
    get('/endpoints/:endpoint/version', 'endpoints.read', () => new Reply(mlflowVersion, 200, json)),
  ];
}

function isReady(serving: Predictor, endpoint: string): boolean {
  try {
    serving.modelFace(endpoint);
    return true;
  } catch {
    return false;
  }
}

const types = ['text/csv', 'application/json'];

async function invocations(serving: Predictor, endpoint: string, call: Call): Promise<Reply> {
  serving.checkRoom({ endpoint, protocol: 'mlflow' });
  const contentType = headerOf(call, 'content-type') ?? '';
  const [type = '', ...pairs] = contentType.split(';').map((part) => part.trim());
  const parameters = new Map(pairs.map((pair) => [pair.split('=')[0]!, pair.split('=').slice(1).join('=')]));
  if ((parameters.get('charset') ?? 'utf-8').toLowerCase() !== 'utf-8') {
    return new Reply('The scoring server only supports UTF-8', 415, text);
  }
  const unknown = [...parameters.keys()].filter((name) => name !== 'charset');
  if (unknown.length > 0) return new Reply(`Unrecognized content type parameters: ${unknown.join(', ')}.`, 415, text);
  if (!types.includes(type)) {
    const listed = types.map((one) => `'${one}'`).join(', ');
    const message = `This predictor only supports the following content types: Types: [${listed}]. Got '${contentType}'.`;
    return new Reply(message, 415, text);
  }
  const invocation = type === 'text/csv' ? readCsvInvocation(call.bytes) : readJsonInvocation(call.bytes);
  const inferred = await score(serving, { endpoint, invocation, call, protocol: 'mlflow' });
  const predictions = toPredictions(inferred, invocation.asRecords);
  return new Reply(stringifyJson({ predictions }), 200, { ...json, ...answeredBy(inferred) });
}

interface Scoring {
  endpoint: string;
  version?: string | undefined;
  invocation: Invocation;
  call: RequestContext;
  protocol: 'mlflow' | 'v1';
}

/** Scores what was read, with what headers say of variant and id. */
export function score(
  serving: Predictor,
  { endpoint, version, invocation, call, protocol }: Scoring,
): Promise<Inferred> {
  return serving.inferTable({
    endpoint,
    version,
    requestId: checkId(call.requestId, false),
    table: invocation.table,
    params: invocation.params,
    variant: headerOf(call, 'x-tidemill-variant'),
    header: (name) => headerOf(call, name),
    isGone: () => call.isGone,
    caller: call.actor.id,
    protocol,
    trace: call.trace,
  });
}

/** Which version and variant answered, for those who look. */
export function answeredBy({ version, variant }: Inferred): Record<string, string> {
  return { 'x-tidemill-version': String(version), 'x-tidemill-variant': variant };
}

function headerOf({ headers }: RequestContext, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}
