import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Actor } from '../kernel/actor.ts';
import type { TidemillError } from '../kernel/errors.ts';
import type { TraceSpan } from '../kernel/trace.ts';

/** What a handler knows beside its input: who asks, the request's id, a signal that aborts when the client goes away. */
export interface RequestContext {
  actor: Actor;
  requestId: string;
  /** `HEAD` where only the headers of a `GET` route are asked for. */
  method: string;
  signal: AbortSignal;
  /** Whether the client has gone away; to be asked often, where a signal would cost more than the work. */
  readonly isGone: boolean;
  headers: Record<string, string | string[] | undefined>;
  /** The body as a stream, for routes with `body: 'stream'`. */
  stream: Readable;
  /** The body's bytes, for routes with `body: 'bytes'`. */
  bytes: Buffer;
  /** The address the client used, such as `http://127.0.0.1:7070`. */
  baseUrl: string;
  /** The step of its trace, where requests are traced. */
  readonly trace: TraceSpan | undefined;
  /** The path as it came, still encoded, and the query string. */
  url: string;
}

/** An answer that is not JSON of the output schema: other status, headers, text, bytes or a stream. */
export class Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | Readable | undefined;

  constructor(body: string | Uint8Array | Readable | undefined, status = 200, headers: Record<string, string> = {}) {
    this.body = body;
    this.status = status;
    this.headers = headers;
  }
}

/** A route as a declaration: the server validates, authorises, documents and answers from it. */
export interface Route {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/api/v1/datasets/:name`; a last part `*` matches the rest, given as input `*`. */
  path: string;
  /** `<area>.<read|write|…>`, or `public` for what anybody may see. */
  permission: string;
  summary: string;
  /** Path parameters, query (GET, DELETE) and JSON body (others) as one object. */
  input: z.ZodObject;
  /** What a protocol reads of path, query and body by itself, where it words its errors itself. */
  fields?: z.ZodObject;
  output?: z.ZodType;
  /** The status of success; 200 unless said, 204 where there is no output. */
  status?: number;
  /** How the body is read: parsed as JSON into the input (the default), or left alone. */
  body?: 'json' | 'bytes' | 'stream';
  /** The largest body in bytes, where it is not the server's limit. */
  maxBodyBytes?: number;
  /** Throws where a request is refused for what its path says, before its body is read; it is authorised then. */
  admit?: (params: Readonly<Record<string, string>>) => void;
  /** How a protocol words errors; ours are problem+json. */
  errors?: (error: TidemillError) => Reply;
  /** Left out of the OpenAPI document: others' APIs. */
  hidden?: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a list of routes holds handlers of many inputs; `route` checks each
  handle(call: any): unknown;
}

/** Declares a route; `handle` gets its input parsed and typed. */
export function route<I extends z.ZodObject, O extends z.ZodType>(
  declared: Omit<Route, 'input' | 'output' | 'handle'> & {
    input: I;
    output?: O;
    handle(call: { input: z.output<I> } & RequestContext): Promise<z.input<O> | Reply> | z.input<O> | Reply;
  },
): Route {
  return declared;
}
