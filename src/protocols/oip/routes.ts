import type { Predictor } from '../../domains/serving/index.ts';
import type { Route } from '../../http/route.ts';
import { bodyOf, type Call, declare, declareBoth, ok } from './declare.ts';
import { docsRoutes } from './docs.ts';
import { inferRoutes } from './infer-routes.ts';
import { loadModel, unloadModel } from './load-models.ts';
import {
  areReady,
  presentConfig,
  presentIndex,
  presentModel,
  presentServer,
  type ServerNames,
} from './present-model.ts';
import { presentStats } from './present-stats.ts';
import { settingRoutes } from './setting-routes.ts';

/** How the protocol is offered over REST. */
export interface OipOptions extends ServerNames {
  /** The largest request in bytes, packed or not; 64 MiB unless said. */
  maxMessageBytes?: number;
}

/** Open Inference Protocol v2 over REST, in Triton's dialect where there are several; a model is an endpoint. */
export function oipRoutes(serving: Predictor, options: OipOptions): Route[] {
  const { maxMessageBytes = 64 * 2 ** 20 } = options;
  return [
    ...serverRoutes(serving, options),
    ...modelRoutes(serving),
    ...repositoryRoutes(serving),
    ...inferRoutes(serving, maxMessageBytes),
    ...settingRoutes(),
    ...docsRoutes(serving, options),
  ];
}

type Answer = (call: Call) => unknown;
const read = { method: 'GET', permission: 'endpoints.read' } as const;

function serverRoutes(serving: Predictor, options: OipOptions): Route[] {
  // Probes of health come without a token.
  const open = (path: string, summary: string, handle: Answer) =>
    declare({ method: 'GET', permission: 'public', path, summary, handle });
  return [
    open('/v2', 'Server metadata.', () => ok(presentServer(options))),
    open('/v2/health/live', 'Whether the server lives.', () => ok({ live: true })),
    open('/v2/health/ready', 'Whether every endpoint can answer.', () => {
      const ready = areReady(serving.modelStates());
      return ok({ ready, live: true }, ready ? 200 : 503);
    }),
  ];
}

function modelRoutes(serving: Predictor): Route[] {
  const both = (rest: string, summary: string, handle: Answer) =>
    declareBoth({ ...read, path: '', summary, handle }, rest);
  const all = (path: string, summary: string, handle: Answer) => declare({ ...read, path, summary, handle });
  const faceOf = ({ input }: Call) => serving.modelFace(input.model, input.version);
  return [
    all('/v2/models', 'Names of the endpoints.', () =>
      ok({ models: serving.modelStates().map(({ endpoint }) => endpoint) }),
    ),
    all('/v2/models/stats', 'Statistics of every version of every endpoint.', () =>
      ok(presentStats(serving.inferenceStats())),
    ),
    ...both('', 'Metadata of a model.', (call) => ok(presentModel(call.input.model, faceOf(call)))),
    ...both('/config', 'Configuration of a model.', (call) => ok(presentConfig(call.input.model, faceOf(call)))),
    ...both('/stats', 'Statistics of a model.', ({ input }) =>
      ok(presentStats(serving.inferenceStats({ endpoint: input.model, version: input.version }))),
    ),
    ...both('/ready', 'Whether a model can answer.', (call) => {
      faceOf(call);
      return ok({ name: call.input.model, ready: true });
    }),
  ];
}

function repositoryRoutes(serving: Predictor): Route[] {
  const index: Answer = (call) => ok(presentIndex(serving.modelStates(), bodyOf(call)['ready'] === true));
  const load: Answer = async (call) => {
    await loadModel(serving, call.actor, { name: call.input.model, parameters: bodyOf(call)['parameters'] });
    return ok({ name: call.input.model, load: true });
  };
  const unload: Answer = async (call) => {
    await unloadModel(serving, call.actor, call.input.model);
    return ok({ name: call.input.model, unload: true });
  };
  const write = { method: 'POST', permission: 'endpoints.write' } as const;
  return ['/v2/repository', '/v2/repository/:repository'].flatMap((root) => [
    declare({ ...read, method: 'POST', path: `${root}/index`, summary: 'State of every endpoint.', handle: index }),
    declare({ ...write, path: `${root}/models/:model/load`, summary: 'Load an endpoint again.', handle: load }),
    declare({ ...write, path: `${root}/models/:model/unload`, summary: "Free an endpoint's models.", handle: unload }),
  ]);
}
