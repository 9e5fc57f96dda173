import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Actor, may } from '../kernel/actor.ts';
import { fail, TidemillError } from '../kernel/errors.ts';
import { stringifyJson } from '../kernel/json.ts';
import { bodyStream, discardRest } from './body-stream.ts';
import { isLoopback } from './hosts.ts';
import { parseInput } from './input.ts';
import { toOurError } from './problem.ts';
import { Reply, type RequestContext, type Route } from './route.ts';
import type { TracedRequest } from './trace-requests.ts';

/** Who a request is from; declared here, implemented by identity, joined in `app.ts`. */
export interface Authenticator {
  /** The actor of the request's credentials, or a failure `unauthenticated`. */
  authenticate(request: {
    authorization: string | undefined;
    isLoopback: boolean;
    client: string;
  }): Promise<Actor> | Actor;
}

/** What answering takes beside the route. */
export interface Answering {
  authenticator: Authenticator;
  publicUrl: string;
  checkAnswers?: boolean;
  stopping: AbortSignal;
  onFault(error: unknown, request: { id: string; method: string; url: string }): void;
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
}

const anybody: Actor = { id: 'anonymous', kind: 'user', name: 'anonymous', permissions: [] };
const json = 'application/json; charset=utf-8';
const challenge = 'Bearer realm="tidemill"';

/** A request whose sender is known. */
type Known = TracedRequest & { actor?: Actor };

/** Asks who sends a request and whether they may, before anything of its body is read: strangers cost no memory. */
export function createAuthorise(route: Route, answering: Answering) {
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const refuse = (error: unknown) => {
      discardRest(request.raw);
      if (error instanceof TidemillError && error.kind === 'unauthenticated') {
        reply.header('www-authenticate', challenge);
      }
      done(error as Error);
    };
    const admit = (actor: Actor) => {
      if (!may(actor, route.permission)) {
        const message = `${actor.name} does not hold the permission '${route.permission}'.`;
        return refuse(new TidemillError('forbidden', message, { field: 'permission' }));
      }
      (request as Known).actor = actor;
      try {
        route.admit?.(request.params as Record<string, string>);
      } catch (error) {
        return refuse(error);
      }
      done();
    };
    try {
      const found = authenticate(answering, request);
      if (found instanceof Promise) found.then(admit, refuse);
      else admit(found);
    } catch (error) {
      refuse(error);
    }
  };
}

/** Answers one request of a route whose sender may call it: validate, handle, send. Errors go through the route's own wording if it has one. */
export async function answer(route: Route, answering: Answering, exchange: Exchange): Promise<unknown> {
  try {
    return await handle(route, answering, exchange);
  } catch (thrown) {
    if (!route.errors) throw thrown;
    const error = toOurError(thrown);
    if (error.kind === 'internal') answering.onFault(thrown, exchange.request);
    return send(route.errors(error), answering, exchange.reply);
  } finally {
    if (route.body === 'stream') discardRest(exchange.request.raw);
  }
}

async function handle(route: Route, answering: Answering, { request, reply }: Exchange): Promise<unknown> {
  const { actor = anybody } = request as Known;
  const input = parseInput(route.input, fieldsOf(route, request));
  const context = new Context({ request, reply }, actor, answering);
  const result = await route.handle(Object.assign(context, { input }));
  if (result instanceof Reply) return send(result, answering, reply);
  if (route.output === undefined) return reply.code(route.status ?? 204).send();
  if (answering.checkAnswers) checkAnswer(route, result);
  return reply
    .code(route.status ?? 200)
    .header('content-type', json)
    .send(stringifyJson(result));
}

function authenticate({ authenticator }: Answering, request: FastifyRequest): Promise<Actor> | Actor {
  return authenticator.authenticate({
    authorization: request.headers.authorization,
    // A proxy on this machine brings requests from elsewhere.
    isLoopback: isLoopback(request.ip) && !('x-forwarded-for' in request.headers) && !('forwarded' in request.headers),
    client: request.ip,
  });
}

function fieldsOf(route: Route, request: FastifyRequest): Record<string, unknown> {
  const params = request.params as Record<string, unknown>;
  if (route.method === 'GET' || (route.body ?? 'json') !== 'json') return { ...(request.query as object), ...params };
  const { body } = request;
  if (body === undefined || body === null) return { ...(request.query as object), ...params };
  if (typeof body !== 'object' || Array.isArray(body)) {
    return fail('invalid_json', 'The body must be a JSON object.', { field: 'body' });
  }
  return { ...body, ...params };
}

/** The request as handlers see it; the abort signal is made only when one asks for it. */
class Context implements RequestContext {
  readonly actor: Actor;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #answering: Answering;
  #signal: AbortSignal | undefined;
  #stream: Readable | undefined;

  constructor({ request, reply }: Exchange, actor: Actor, answering: Answering) {
    this.actor = actor;
    this.#request = request;
    this.#reply = reply;
    this.#answering = answering;
  }

  get requestId() {
    return this.#request.id;
  }

  get trace() {
    return (this.#request as Known).trace;
  }

  get method() {
    return this.#request.method;
  }

  get headers() {
    return this.#request.headers;
  }

  get url() {
    return this.#request.url;
  }

  get baseUrl() {
    return this.#answering.publicUrl || `${this.#request.protocol}://${this.#request.headers.host}`;
  }

  get stream() {
    this.#stream ??= this.#request.body === undefined ? Readable.from([]) : bodyStream(this.#request.raw);
    return this.#stream;
  }

  get bytes() {
    return (this.#request.body as Buffer | undefined) ?? Buffer.alloc(0);
  }

  get isGone() {
    return this.#reply.raw.destroyed;
  }

  get signal() {
    if (!this.#signal) {
      const gone = new AbortController();
      const { raw } = this.#reply;
      // Not the socket's: it outlives the request, and so would every listener.
      raw.once('close', () => {
        if (!raw.writableFinished) gone.abort(new TidemillError('cancelled', 'The client went away.'));
      });
      this.#signal = AbortSignal.any([gone.signal, this.#answering.stopping]);
    }
    return this.#signal;
  }
}

function send(made: Reply, { stopping }: Answering, reply: FastifyReply): FastifyReply {
  reply.code(made.status).headers(made.headers);
  if (made.body instanceof Readable) {
    const stream = made.body;
    const end = () => stream.destroy();
    stopping.addEventListener('abort', end, { once: true });
    stream.once('close', () => stopping.removeEventListener('abort', end));
  }
  return reply.send(made.body);
}

function checkAnswer(route: Route, result: unknown): void {
  const parsed = route.output!.safeParse(result);
  if (parsed.success) return;
  fail('internal', `The answer of ${route.method} ${route.path} is not what it declares: ${parsed.error.message}`);
}
