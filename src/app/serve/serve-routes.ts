import { z } from 'zod';
import { predictRoute } from '../../domains/serving/predict/predict-routes.ts';
import type { Predictor } from '../../domains/serving/predictor.ts';
import { Reply, type Route, route } from '../../http/route.ts';
import { oipRoutes } from '../../protocols/oip/index.ts';
import { scoringRoutes } from '../../protocols/scoring/index.ts';
import type { ServeSettings } from './serve-settings.ts';

/** What the routes of a packaged endpoint tell of. */
export interface ServeFacts {
  endpoint: string;
  version: string;
  digest: string;
  settings: ServeSettings;
  /** Why it takes no requests now; undefined where it does. */
  whyNotReady(): string | undefined;
  /** Everything measured, in the text that the `Accept` header asks for. */
  metrics(accept: string | undefined): Promise<{ text: string; type: string }>;
}

const json = { 'content-type': 'application/json' };

/** Every route of a packaged endpoint: predictions in all protocols, health and metrics; no administration. */
export function serveRoutes(predictor: Predictor, facts: ServeFacts): Route[] {
  const { endpoint, settings, version } = facts;
  const scoring = scoringRoutes(predictor, { defaultEndpoint: endpoint, mlflowVersion: settings.mlflowVersion });
  const invocations = scoring.find((one) => one.path === '/invocations')!;
  const names = { name: settings.inferenceName, maxMessageBytes: settings.maxInferenceBytes, version };
  const own = [...healthRoutes(facts), metricsRoute(facts), predictRoute(predictor)];
  const all = [...own, ...oipRoutes(predictor, names).map((one) => unready(one, facts)), ...scoring];
  // The containers of Azure ML and Vertex AI are asked at paths of their own.
  const further = ['/score', settings.predictRoute].flatMap((path) => (path ? [{ ...invocations, path }] : []));
  return [...all, ...further.filter(({ path }) => !all.some((one) => one.method === 'POST' && one.path === path))];
}

function healthRoutes(facts: ServeFacts): Route[] {
  const { settings, endpoint, digest, version } = facts;
  const open = (path: string, summary: string, handle: () => Reply) =>
    route({ method: 'GET', path, permission: 'public', summary, input: z.object({}), hidden: true, handle });
  const ready = () => {
    const reason = facts.whyNotReady();
    const status = reason === undefined ? 'ready' : 'unready';
    return new Reply(
      JSON.stringify({ status, endpoint, digest, version, reason }),
      reason === undefined ? 200 : 503,
      json,
    );
  };
  const taken = new Set(['/healthz', '/readyz', '/ping', '/metrics', '/v2/health/live', '/v2/health/ready']);
  const extra = settings.healthRoute;
  return [
    open('/healthz', 'Whether the process lives.', () => new Reply('{"status":"alive"}', 200, json)),
    open('/readyz', 'Whether the endpoint takes requests.', ready),
    ...(extra && !taken.has(extra) ? [open(extra, 'Whether the endpoint takes requests.', ready)] : []),
  ];
}

function metricsRoute({ metrics }: ServeFacts): Route {
  return route({
    method: 'GET',
    path: '/metrics',
    permission: 'metrics.read',
    summary: 'Everything measured, for Prometheus.',
    input: z.object({}),
    hidden: true,
    handle: async ({ headers }) => {
      const { text, type } = await metrics(headers.accept as string | undefined);
      return new Reply(text, 200, { 'content-type': type });
    },
  });
}

/** Balancers that ask the protocol's own readiness hear of a stop as well. */
function unready(one: Route, { whyNotReady }: ServeFacts): Route {
  if (one.path !== '/v2/health/ready') return one;
  const refusal = () => new Reply('{"ready":false,"live":true}', 503, json);
  return { ...one, handle: (call) => (whyNotReady() === undefined ? one.handle(call) : refusal()) };
}
