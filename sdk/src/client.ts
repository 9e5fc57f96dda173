import { TidemillApiError } from './errors.ts';
import type { paths } from './types.ts';

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type PathsOf<M extends Method> = { [P in keyof paths]: paths[P] extends Record<M, object> ? P : never }[keyof paths];
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type Given<T> = [Exclude<T, undefined>] extends [never] ? unknown : Exclude<T, undefined>;
type Parameters<O, K extends string> = O extends { parameters: infer P }
  ? K extends keyof P
    ? Given<P[K]>
    : unknown
  : unknown;
type Content<T> = T extends { content: { 'application/json': infer B } } ? B : unknown;
type Body<O> = O extends { requestBody?: infer B } ? Content<Given<B>> : unknown;

/** All fields of a call as one object, as the server sees them: path, query and body. */
export type InputOf<P extends keyof paths, M extends Method> = object &
  Parameters<Operation<P, M>, 'path'> &
  Parameters<Operation<P, M>, 'query'> &
  Body<Operation<P, M>>;

type Success<R> = { [S in keyof R]: S extends 200 | 201 | 202 ? R[S] : never }[keyof R];

/** The JSON a call answers with. */
export type OutputOf<P extends keyof paths, M extends Method> =
  Operation<P, M> extends { responses: infer R }
    ? Success<R> extends { content: { 'application/json': infer B } }
      ? B
      : undefined
    : never;

/** Where the server is and who asks. */
export interface ClientOptions {
  /** `http://127.0.0.1:7070` unless given. */
  url?: string;
  /** A token; none is needed on the server's own machine unless it demands one. */
  token?: string | undefined;
  fetch?: typeof fetch;
}

/** Calls of Tidemill's API, typed from its OpenAPI document; a failed call throws a `TidemillApiError`. */
export interface Client {
  readonly url: string;
  get<P extends PathsOf<'get'>>(path: P, input?: InputOf<P, 'get'>): Promise<OutputOf<P, 'get'>>;
  post<P extends PathsOf<'post'>>(path: P, input?: InputOf<P, 'post'>): Promise<OutputOf<P, 'post'>>;
  put<P extends PathsOf<'put'>>(path: P, input?: InputOf<P, 'put'>): Promise<OutputOf<P, 'put'>>;
  patch<P extends PathsOf<'patch'>>(path: P, input?: InputOf<P, 'patch'>): Promise<OutputOf<P, 'patch'>>;
  delete<P extends PathsOf<'delete'>>(path: P, input?: InputOf<P, 'delete'>): Promise<OutputOf<P, 'delete'>>;
  /** Sends bytes or a stream as they are, and gives the parsed answer. */
  upload(method: 'PUT' | 'POST', path: string, body: RequestInit['body']): Promise<unknown>;
  /** The raw answer of a GET: event streams, downloads, text. */
  open(path: string, signal?: AbortSignal): Promise<Response>;
}

/** Makes a client of a server. */
export function createClient(options: ClientOptions = {}): Client {
  const url = (options.url ?? 'http://127.0.0.1:7070').replace(/\/+$/, '');
  const send = createSender(url, options);
  const call =
    (method: string) =>
    async (path: string, input: object = {}): Promise<never> => {
      const { filled, rest } = fillPath(path, { ...input });
      const hasBody = method !== 'GET' && Object.keys(rest).length > 0;
      const query = method === 'GET' ? toQuery(rest) : '';
      const answer = await send(filled + query, {
        method,
        ...(hasBody ? { body: JSON.stringify(rest), headers: { 'content-type': 'application/json' } } : {}),
      });
      return (answer.status === 204 ? undefined : parse(await answer.text())) as never;
    };
  return {
    url,
    get: call('GET') as Client['get'],
    post: call('POST') as Client['post'],
    put: call('PUT') as Client['put'],
    patch: call('PATCH') as Client['patch'],
    delete: call('DELETE') as Client['delete'],
    async upload(method, path, body) {
      const answer = await send(path, { method, body, duplex: 'half' } as RequestInit);
      return answer.status === 204 ? undefined : parse(await answer.text());
    },
    open: (path, signal) => send(path, signal ? { signal } : {}),
  };
}

function createSender(url: string, options: ClientOptions) {
  const request = options.fetch ?? fetch;
  return async (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (options.token) headers.set('authorization', `Bearer ${options.token}`);
    let answer: Response;
    try {
      answer = await request(url + path, { ...init, headers });
    } catch (cause) {
      if (init.signal?.aborted) throw init.signal.reason;
      throw TidemillApiError.unreachable(url, cause);
    }
    if (answer.ok) return answer;
    throw await TidemillApiError.from(answer);
  };
}

function fillPath(path: string, rest: Record<string, unknown>): { filled: string; rest: Record<string, unknown> } {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => {
    const value = rest[name];
    if (value === undefined) throw new TypeError(`The call ${path} needs '${name}'.`);
    delete rest[name];
    return encodeURIComponent(String(value));
  });
  return { filled, rest };
}

function toQuery(fields: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) query.append(name, String(one));
  }
  return query.size > 0 ? `?${query}` : '';
}

/** Answers may hold bare NaN and Infinity; they become JavaScript's. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replaceAll(/([:,[]\s*)(NaN|-?Infinity)(?=\s*[,\]}])/g, '$1{"$number":"$2"}'), reviveNumber);
  }
}

function reviveNumber(_key: string, value: unknown): unknown {
  const special = value !== null && typeof value === 'object' && '$number' in value;
  return special ? Number((value as { $number: string }).$number) : value;
}
