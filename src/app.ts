import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Logger, pino } from 'pino';
import type { Services } from './app/faces.ts';
import { type Foundations, openFoundations } from './app/foundations.ts';
import { listenGrpc } from './app/grpc.ts';
import { createFaultLog } from './app/log-faults.ts';
import { createMeters } from './app/meters.ts';
import { allRoutes } from './app/routes.ts';
import { createServices } from './app/services.ts';
import { openTracing } from './app/tracing/open-tracing.ts';
import { version } from './app/version.ts';
import type { Authenticator } from './http/answer.ts';
import { isLoopback } from './http/hosts.ts';
import type { Route } from './http/route.ts';
import { listen, type Server } from './http/server.ts';
import { staticRoutes } from './http/static.ts';
import type { Clock } from './kernel/clock.ts';
import { fail } from './kernel/errors.ts';
import type { Tracing } from './kernel/trace.ts';
import type { Settings } from './settings.ts';

/** A running Tidemill. */
export interface RunningServer {
  url: string;
  /** The admin token, at the first start with `auth` only. */
  adminToken: string | undefined;
  services: Services;
  /** Where requests are traced; none where no collector is named. */
  tracing: Tracing | undefined;
  /** Stops taking requests, finishes those under way, writes what is in memory, and lets the home folder go. */
  close(): Promise<void>;
}

/** What is not a setting: where the server runs, and what tests replace. */
export interface StartOptions {
  /** The environment that pipeline steps see an allow-list of. */
  environment?: Record<string, string | undefined>;
  clock?: Clock;
  checkAnswers?: boolean;
}

const webFolder = [new URL('../dist/web/', import.meta.url), new URL('./web/', import.meta.url)];

/** Starts the server that the settings describe. */
export async function startServer(settings: Settings, options: StartOptions = {}): Promise<RunningServer> {
  const authRequired = settings.auth;
  if (!isLoopback(settings.host) && !authRequired) {
    const cure = 'Set --auth (TIDEMILL_AUTH=true), or listen on 127.0.0.1.';
    fail('invalid_setting', `Listening on ${settings.host} without a login would let anybody in. ${cure}`, {
      field: 'host',
      cure,
    });
  }
  const log = pino({ level: settings.logLevel, base: { pid: process.pid } }, pino.destination({ fd: 2, sync: true }));
  const base = await openFoundations(settings, log, options.clock);
  try {
    return await start(base, { ...options, authRequired });
  } catch (error) {
    await base.close();
    throw error;
  }
}

async function start(base: Foundations, options: StartOptions & { authRequired: boolean }): Promise<RunningServer> {
  const { settings, background, log } = base;
  const state: { server?: Server; stopping: boolean } = { stopping: false };
  const url = () => state.server?.url ?? fail('unavailable', 'The server does not listen yet.');
  const services = await createServices(base, { url, environment: options.environment ?? {} });
  const adminToken = options.authRequired ? await services.identity.ensureAdminToken() : undefined;
  await services.serving.open();

  const isReady = () => !state.stopping;
  const meters = createMeters(services, { compatible: settings.compatibleMetrics, isReady });
  const authenticator: Authenticator = {
    authenticate: (request) => services.identity.authenticate({ ...request, authRequired: options.authRequired }),
  };
  const tracing = await openTracing(settings);
  const documented: Route[] = [];
  const facts = {
    version,
    mlflowVersion: settings.mlflowVersion,
    defaultEndpoint: settings.defaultEndpoint,
    mlflowModelSources: settings.mlflowModelSources,
    inference: { name: settings.inferenceName, maxMessageBytes: settings.maxInferenceBytes },
    isReady,
    metrics: meters.read,
    documented: () => documented,
  };
  documented.push(...allRoutes(services, facts));
  const logFault = createFaultLog(log);
  state.server = await listen({
    ...settings,
    routes: [...documented, ...pageRoutes(log)],
    authenticator,
    checkAnswers: options.checkAnswers ?? false,
    onFault: (error, { id, method, url: path }) => logFault(error, { requestId: id, method, path }),
    onDone: meters.requestDone,
    tracing,
  });
  const grpc = await listenGrpc(base, { services, authenticator, meters, tracing }).catch(async (error: unknown) => {
    await state.server?.close();
    throw error;
  });
  await services.pipelines.open();
  background.start();

  const close = async () => {
    if (state.stopping) return;
    state.stopping = true;
    await Promise.all([state.server?.close(), grpc?.close()]);
    await Promise.all([services.pipelines.drain(), services.training.close()]);
    await background.stop();
    await services.serving.close();
    await tracing?.close();
    await base.close();
  };
  return { url: state.server.url, adminToken, services, tracing, close };
}

/** The web page, where it has been built. */
function pageRoutes(log: Logger): Route[] {
  const folder = webFolder.map((place) => fileURLToPath(place)).find((path) => existsSync(path));
  if (folder) return staticRoutes(folder);
  log.warn("the web page has not been built; 'npm run build -w web' does it");
  return [];
}
