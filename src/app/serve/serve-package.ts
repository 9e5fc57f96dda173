import { createHash, timingSafeEqual } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { openPackageFolder } from '../../domains/serving/package/package-folder.ts';
import { openPackagedEndpoint, type PackagedEndpoint } from '../../domains/serving/package/packaged-endpoint.ts';
import type { Authenticator } from '../../http/answer.ts';
import { listen } from '../../http/server.ts';
import type { Actor } from '../../kernel/actor.ts';
import { systemClock } from '../../kernel/clock.ts';
import { fail, messageOf, TidemillError } from '../../kernel/errors.ts';
import { openGrpc } from '../../protocols/oip/index.ts';
import { type ExposedFamily, expositionTypes, formatFor, writeExposition } from '../exposition.ts';
import { createFaultLog } from '../log-faults.ts';
import { type FinishedRequest, RequestTimes } from '../request-times.ts';
import { version } from '../version.ts';
import { serveRoutes } from './serve-routes.ts';
import { answersAnyHost, type ServeSettings } from './serve-settings.ts';

/** A packaged endpoint that listens. */
export interface ServedPackage {
  url: string;
  /** `127.0.0.1:9000`, where gRPC is offered. */
  grpc: string | undefined;
  endpoint: string;
  digest: string;
  /** Says that it takes no more, waits as long as was set, finishes what is under way, and ends. */
  close(): Promise<void>;
}

/** Serves the packaged endpoint in a folder; every file is checked before it is loaded. */
export async function servePackage(folder: string, settings: ServeSettings): Promise<ServedPackage> {
  const log = pino({ level: settings.logLevel, base: { pid: process.pid } }, pino.destination({ fd: 2, sync: true }));
  const authenticator = createAuthenticator(await tokensOf(settings));
  const packaged = await openPackageFolder(folder, settings.digest);
  const credential = await credentialOf(settings);
  const endpoint = await openPackagedEndpoint({
    package: packaged,
    clock: systemClock,
    resolve: (host) => lookup(host, { all: true }),
    allowPrivateAddresses: settings.allowPrivateAddresses,
    ...(credential && { credential }),
  });
  const state = { stopping: false };
  const meters = createMeters(endpoint);
  const facts = {
    endpoint: packaged.manifest.endpoint,
    digest: packaged.digest,
    version,
    settings,
    whyNotReady: () => (state.stopping ? 'It is stopping.' : reasonOf(endpoint)),
    metrics: meters.read,
  };
  const logFault = createFaultLog(log);
  const server = await listen({
    ...settings,
    publicUrl: '',
    allowedHosts: answersAnyHost(settings) ? ['*'] : [],
    routes: serveRoutes(endpoint.predictor, facts),
    authenticator,
    onFault: (error, { id, method, url }) => logFault(error, { requestId: id, method, url }),
    onDone: meters.done,
  });
  const grpc = await listenGrpc(settings, { endpoint, authenticator, meters, logFault }).catch(
    async (error: unknown) => {
      await server.close();
      throw error;
    },
  );
  const close = async () => {
    if (state.stopping) return;
    state.stopping = true;
    await sleep(settings.drainSeconds * 1000);
    await Promise.all([server.close(), grpc?.close()]);
    await endpoint.close();
  };
  return { url: server.url, grpc: grpc?.address, endpoint: facts.endpoint, digest: facts.digest, close };
}

function reasonOf(endpoint: PackagedEndpoint): string | undefined {
  const { state, reason } = endpoint.state();
  return state === 'ready' ? undefined : (reason ?? 'Its model is being loaded.');
}

type Meters = ReturnType<typeof createMeters>;

function createMeters({ predictor }: PackagedEndpoint) {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'tidemill_' });
  const requests = new RequestTimes();
  return {
    async read(accept: string | undefined) {
      const format = formatFor(accept);
      const process = (await registry.getMetricsAsJSON()) as unknown as ExposedFamily[];
      const text = writeExposition([...process, requests.family(), ...(await predictor.metrics())], format);
      return { text, type: expositionTypes[format] };
    },
    done: (request: FinishedRequest) => requests.add(request),
  };
}

interface GrpcParts {
  endpoint: PackagedEndpoint;
  authenticator: Authenticator;
  meters: Meters;
  logFault: ReturnType<typeof createFaultLog>;
}

async function listenGrpc(settings: ServeSettings, { endpoint, authenticator, meters, logFault }: GrpcParts) {
  if (settings.grpcPort === 0) return undefined;
  return openGrpc(endpoint.predictor, {
    name: settings.inferenceName,
    version,
    host: settings.host,
    port: settings.grpcPort,
    maxMessageBytes: settings.maxInferenceBytes,
    authenticator,
    onFault: (error, method) => logFault(error, { method }),
    onDone: ({ method, code, seconds }) => meters.done({ method: 'GRPC', route: method, status: code, seconds }),
  });
}

const caller: Actor = {
  id: 'caller',
  kind: 'service',
  name: 'caller',
  permissions: ['predict.invoke', 'endpoints.read', 'metrics.read'],
};

/** Lets in who shows one of the tokens; everybody where there are none. */
function createAuthenticator(tokens: readonly Buffer[]): Authenticator {
  if (tokens.length === 0) return { authenticate: () => caller };
  return {
    authenticate({ authorization = '' }) {
      const shown = digestOf(/^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? '');
      // Each is compared, so that time tells nothing.
      const isKnown = tokens.filter((token) => timingSafeEqual(token, shown)).length > 0;
      if (isKnown) return caller;
      throw new TidemillError('unauthenticated', 'This endpoint wants one of its tokens as `Authorization: Bearer …`.');
    },
  };
}

const digestOf = (text: string) => createHash('sha256').update(text).digest();

async function tokensOf({ tokenFile }: ServeSettings): Promise<Buffer[]> {
  if (tokenFile === undefined) return [];
  const lines = (await readSecret('tokenFile', tokenFile)).split('\n').map((line) => line.trim());
  const tokens = lines.filter((line) => line !== '');
  if (tokens.length === 0) fail('invalid_setting', `The file ${tokenFile} holds no token.`, { field: 'tokenFile' });
  return tokens.map(digestOf);
}

async function credentialOf({ credentialFile }: ServeSettings): Promise<Record<string, string> | undefined> {
  if (credentialFile === undefined) return undefined;
  return { authorization: (await readSecret('credentialFile', credentialFile)).trim() };
}

async function readSecret(field: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return fail('invalid_setting', `The file ${path} cannot be read: ${messageOf(error)}`, { field, value: path });
  }
}
