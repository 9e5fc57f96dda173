import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { fail, TidemillError } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Tracing } from '../kernel/trace.ts';
import { type Answering, type Authenticator, answer, createAuthorise } from './answer.ts';
import { readBodies } from './bodies.ts';
import { createDrain } from './drain.ts';
import { createHostCheck } from './hosts.ts';
import { toOurError, toProblem } from './problem.ts';
import type { Reply, Route } from './route.ts';
import { createTraceHook, type TracedRequest } from './trace-requests.ts';

/** What the server needs to know. */
export interface ServerOptions {
  routes: readonly Route[];
  authenticator: Authenticator;
  host: string;
  port: number;
  publicUrl: string;
  allowedHosts: readonly string[];
  maxBodyBytes: number;
  /** Checks every answer against its route's output schema; for tests. */
  checkAnswers?: boolean;
  /** Hears of faults (5xx) with the request's id. */
  onFault(error: unknown, request: { id: string; method: string; url: string }): void;
  /** Hears of every finished request, for metrics. */
  onDone?(request: { method: string; route: string; status: number; seconds: number }): void;
  /** Where requests are traced, unless nobody wants it. */
  tracing?: Tracing | undefined;
}

/** A listening server. */
export interface Server {
  /** `http://127.0.0.1:7070` */
  url: string;
  /** Stops listening, ends live streams, and waits for the requests under way. */
  close(): Promise<void>;
}

/** Starts the HTTP server over the declared routes; fails with `port_taken` when another listens there. */
export async function listen(options: ServerOptions): Promise<Server> {
  const stopping = new AbortController();
  const app = createFastify(options);
  const close = createDrain(app);
  const checkHost = createHostCheck({ ...options, listensOn: options.host });
  const answering: Answering = { ...options, stopping: stopping.signal };
  // Hooks of every request call back instead of returning promises, each of which would cost a turn of the microtasks.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    const { host = '', origin } = request.headers;
    checkHost({ host, origin });
    done();
  });
  app.addHook('preClose', async () => stopping.abort(new TidemillError('unavailable', 'The server is stopping.')));
  if (options.onDone) reportDone(app, options.onDone);
  for (const body of ['json', 'bytes', 'stream'] as const) {
    await app.register(async (scope) => {
      readBodies(scope, body);
      for (const route of options.routes.filter((one) => (one.body ?? 'json') === body))
        addRoute(scope, route, { answering, tracing: options.tracing });
    });
  }
  await open(app, options);
  const address = app.addresses()[0] as AddressInfo;
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { url: options.publicUrl || `http://${host}:${address.port}`, close };
}

function createFastify(options: ServerOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.maxBodyBytes,
    genReqId: () => newId(),
    requestIdHeader: 'x-request-id',
    routerOptions: { maxParamLength: 1024, ignoreTrailingSlash: true },
    forceCloseConnections: 'idle',
    requestTimeout: 0,
    connectionTimeout: 0,
    keepAliveTimeout: 72_000,
    exposeHeadRoutes: true,
    // What never comes to a route, such as a path with a broken escape.
    frameworkErrors: (thrown, request, reply) => send(reply, toProblem(toOurError(thrown), request.id)),
  });
  // Known from the start, so that all requests have one shape.
  app.decorateRequest('actor', undefined);
  app.decorateRequest('trace', undefined);
  app.setErrorHandler((thrown, request, reply) => {
    const error = toOurError(thrown);
    if (error.kind === 'internal') options.onFault(thrown, request);
    // A body that is too large or of no type never comes to its route's handler; clients know its words alone.
    const { errors } = request.routeOptions.config as Pick<Route, 'errors'>;
    return send(
      reply,
      errors ? errors(error) : toProblem(error, request.id, (request as TracedRequest).trace?.traceId),
    );
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0]!;
    const error = new TidemillError('not_found', `There is nothing at ${request.method} ${path}.`);
    return send(reply, toProblem(error, request.id));
  });
  return app;
}

function send(reply: import('fastify').FastifyReply, made: Reply) {
  return reply
    .code(made.status)
    .headers(made.headers)
    .send(made.body ?? '');
}

interface Serving {
  answering: Answering;
  tracing: Tracing | undefined;
}

function addRoute(scope: FastifyInstance, route: Route, { answering, tracing }: Serving) {
  const isPublic = route.permission === 'public';
  const onRequest = [
    // Probes and pages are not worth a trace.
    ...(tracing && !isPublic ? [createTraceHook(tracing, route)] : []),
    ...(isPublic ? [] : [createAuthorise(route, answering)]),
  ];
  scope.route({
    method: route.method,
    url: route.path,
    ...(route.maxBodyBytes ? { bodyLimit: route.maxBodyBytes } : {}),
    config: { errors: route.errors },
    ...(onRequest.length > 0 && { onRequest }),
    handler: (request, reply) => answer(route, answering, { request, reply }),
  });
}

function reportDone(app: FastifyInstance, onDone: NonNullable<ServerOptions['onDone']>) {
  app.addHook('onResponse', (request, reply, done) => {
    onDone({
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
    done();
  });
}

async function open(app: FastifyInstance, { host, port }: ServerOptions): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      fail(
        'port_taken',
        `Port ${port} of ${host} is taken by another program. Choose another with --port, or --port 0.`,
        {
          field: 'port',
          value: port,
        },
      );
    }
    if (code === 'EACCES') fail('invalid_setting', `Port ${port} needs rights this user lacks.`, { field: 'port' });
    if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') {
      fail('invalid_setting', `This machine has no address '${host}'.`, { field: 'host', value: host });
    }
    throw error;
  }
}
