import { fail, messageOf, notFound } from '../../../kernel/errors.ts';
import { type LogTarget, planLog } from '../log/log-entry.ts';
import { type FindLogRules, type LogRules, plainRules } from '../log/log-rules.ts';
import type { Runtime, Runtimes } from '../runtime/runtime.ts';
import { type EndpointSpec, fullWeight, type Variant } from '../schema.ts';
import { ArmStats } from '../stats/arm-stats.ts';
import type { LiveStats } from '../stats/live-stats.ts';
import type { StoredEndpoint } from '../store.ts';
import { bucketOf, pickVariant } from './split.ts';

/** One variant of an endpoint with everything a request needs of it. */
export interface Arm {
  variant: Variant;
  /** Its share among the live variants, of 10000. */
  weight: number;
  runtime: Runtime;
  stats: LiveStats;
  log: LogTarget;
}

/** An endpoint as requests meet it: made once, never changed, replaced as a whole. */
export interface EndpointRoute {
  name: string;
  spec: EndpointSpec;
  /** What may be told of its columns. */
  logRules: LogRules;
  revision: number;
  salt: string;
  /** Whether each request is dealt by itself, sticky keys notwithstanding. */
  byRequest: boolean;
  state: 'waiting' | 'ready' | 'failed';
  isUnloaded: boolean;
  reason: string | undefined;
  arms: readonly Arm[];
  live: readonly Arm[];
  shadows: readonly Arm[];
}

/** The arm that answers a request, and the chance it had of being chosen. */
export interface Choice {
  arm: Arm;
  propensity: number;
}

/** All endpoints of this process; one object that is swapped. */
export interface RoutingTable {
  find(endpoint: string): EndpointRoute | undefined;
  all(): EndpointRoute[];
  /** Loads what an endpoint needs, then lets it take over; what it had keeps answering until then, and on failure. */
  put(endpoint: StoredEndpoint): Promise<EndpointRoute>;
  remove(endpoint: string): void;
}

/** Makes an empty table. */
export function createRoutingTable(runtimes: Runtimes, findRules: FindLogRules = plain): RoutingTable {
  let routes: ReadonlyMap<string, EndpointRoute> = new Map();
  const stats = new ArmStats();
  function swap(change: (next: Map<string, EndpointRoute>) => unknown) {
    const next = new Map(routes);
    change(next);
    routes = next;
    runtimes.keepOnly(new Set([...next.values()].flatMap((route) => route.arms.map((arm) => arm.runtime))));
  }
  return {
    find: (endpoint) => routes.get(endpoint),
    all: () => [...routes.values()],
    async put(endpoint) {
      // What answers goes on while the next is loaded; what does not says that it is about to.
      const before = routes.get(endpoint.name);
      if (before?.state !== 'ready') swap((next) => next.set(endpoint.name, loadingRoute(endpoint, before)));
      const route = await buildRoute(endpoint, { runtimes, findRules }, stats).catch((error: unknown) =>
        failedRoute(endpoint, routes.get(endpoint.name), messageOf(error)),
      );
      const current = routes.get(endpoint.name);
      if (current && current.revision > route.revision) return current;
      // Removed while it was loaded: it stays so, and what was loaded goes.
      if (!current) stats.remove(endpoint.name);
      swap((next) => current && next.set(endpoint.name, route));
      return route;
    },
    remove(endpoint) {
      stats.remove(endpoint);
      swap((next) => next.delete(endpoint));
    },
  };
}

async function buildRoute(
  { name, spec, routing }: StoredEndpoint,
  { runtimes, findRules }: { runtimes: Runtimes; findRules: FindLogRules },
  stats: ArmStats,
): Promise<EndpointRoute> {
  const arms: Arm[] = [];
  const isUnloaded = routing.isUnloaded ?? false;
  const logRules = await findRules(spec.log);
  for (const variant of isUnloaded ? [] : routing.variants) {
    const runtime = await runtimes.load({ endpoint: name, model: variant.model, version: variant.version, spec });
    const shadow = variant.role === 'shadow';
    const identity = { endpoint: name, model: variant.model, version: variant.version, variant: variant.name, shadow };
    const log = planLog(identity, runtime.plan, logRules);
    arms.push({ variant, weight: variant.weight, runtime, stats: stats.of(name, variant), log });
  }
  const live = arms.filter((arm) => arm.variant.role === 'live' && (arm.weight > 0 || arm === arms[0]));
  const waiting = live.length === 0;
  return {
    name,
    spec,
    logRules,
    revision: routing.revision,
    salt: routing.salt,
    byRequest: routing.byRequest ?? false,
    state: waiting ? 'waiting' : 'ready',
    isUnloaded,
    reason: isUnloaded ? unloadedReason : waiting ? waitingReason(spec) : undefined,
    arms,
    live,
    shadows: arms.filter((arm) => arm.variant.role === 'shadow'),
  };
}

const plain: FindLogRules = async ({ drop }) => plainRules(drop);

const unloadedReason = 'Its models were unloaded. Load it again.';

function waitingReason({ model, alias }: EndpointSpec): string {
  return `The model '${model}' has no version with the alias '${alias}' yet. Register one and set the alias.`;
}

/** A route that answers nothing. */
function emptyRoute(
  { name, spec, routing }: StoredEndpoint,
  state: Pick<EndpointRoute, 'revision' | 'state' | 'isUnloaded' | 'reason'>,
): EndpointRoute {
  const { salt, byRequest = false } = routing;
  return { name, spec, salt, byRequest, ...state, logRules: plainRules(), arms: [], live: [], shadows: [] };
}

/** An endpoint that cannot answer yet, while its models are loaded. */
function loadingRoute(endpoint: StoredEndpoint, before: EndpointRoute | undefined): EndpointRoute {
  const isUnloaded = endpoint.routing.isUnloaded ?? false;
  const reason = isUnloaded ? unloadedReason : 'Its model is being loaded.';
  return emptyRoute(endpoint, { revision: before?.revision ?? 0, state: 'waiting', isUnloaded, reason });
}

/** What answers for an endpoint, each once. */
export function runtimesOf(table: Pick<RoutingTable, 'find'>, endpoint: string): Runtime[] {
  const route = table.find(endpoint) ?? notFound('endpoint', endpoint);
  return [...new Set(route.arms.map((arm) => arm.runtime))];
}

/** What could not be loaded does not replace what answers. */
function failedRoute(endpoint: StoredEndpoint, before: EndpointRoute | undefined, reason: string): EndpointRoute {
  const { revision } = endpoint.routing;
  if (before?.state === 'ready') return { ...before, revision, reason };
  return emptyRoute(endpoint, { revision, state: 'failed', isUnloaded: false, reason });
}

/** The route of an endpoint that can answer; `not_found` or `unavailable` (with the cure) otherwise. */
export function readyRoute(table: RoutingTable, endpoint: string): EndpointRoute {
  const route = table.find(endpoint) ?? notFound('endpoint', endpoint);
  if (route.live.length > 0) return route;
  return fail('unavailable', `The endpoint '${endpoint}' is not ready. ${route.reason}`, {
    field: 'endpoint',
    value: endpoint,
    cure: route.reason ?? '',
    retryAfterSeconds: 5,
  });
}

/** Chooses the arm: a variant asked for by name, else by the salted hash of the key. */
export function chooseArm(route: EndpointRoute, key: () => string, wanted: string | undefined): Choice {
  if (wanted !== undefined) {
    const arm = route.arms.find((one) => one.variant.name === wanted && one.variant.role !== 'shadow');
    if (arm) return { arm, propensity: 1 };
    const names = route.arms.map((one) => `'${one.variant.name}'`).join(', ');
    return fail('invalid_input', `The endpoint '${route.name}' has no variant '${wanted}'; it has ${names}.`, {
      field: 'variant',
      value: wanted,
    });
  }
  const { live } = route;
  if (live.length === 1) return { arm: live[0]!, propensity: 1 };
  const arm = pickVariant(live, bucketOf(route.salt, key()));
  return { arm, propensity: arm.weight / fullWeight };
}
