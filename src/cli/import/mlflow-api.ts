import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { parseJson, stringifyJson } from '../../kernel/json.ts';
import { UsageError } from '../context.ts';
import type { Credentials } from './credentials.ts';

/** A call that an MLflow server refused, with its code. */
export class MlflowApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(message: string, status: number, code: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Values of a query; lists become repeated keys. */
export type Query = Record<string, string | number | readonly string[] | undefined>;

/** Calls of MLflow's REST API, below `/api/2.0` unless the path begins with `/`. */
export interface MlflowApi {
  /** The server's address, without credentials. */
  url: string;
  get<T>(path: string, query?: Query): Promise<T>;
  send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body: object): Promise<T>;
  download(path: string, query?: Query): Promise<Readable>;
  upload(path: string, content: Readable): Promise<void>;
}

const attempts = 5;
const worthAnotherTry = new Set([429, 502, 503, 504]);
/** After these nothing has been done, so that what makes something may be sent again, too. */
const notDone = new Set([429, 503]);

/** Makes the calls of a server. */
export function createMlflowApi(address: string, credentials: Credentials): MlflowApi {
  const { url, authorization } = readAddress(address, credentials);
  const send = createSender(url, authorization);
  const locate = (path: string, query: Query = {}) =>
    `${path.startsWith('/') ? path : `/api/2.0/${path}`}${queryOf(query)}`;
  return {
    url,
    get: async <T>(path: string, query?: Query) => read<T>(await send(locate(path, query), () => ({}))),
    send: async <T>(method: string, path: string, body: object) =>
      read<T>(
        await send(locate(path), () => ({
          method,
          body: stringifyJson(body as never),
          headers: { 'content-type': 'application/json' },
        })),
      ),
    download: async (path, query) => {
      const answer = await send(locate(path, query), () => ({}));
      return answer.body ? Readable.fromWeb(answer.body as ReadableStream) : Readable.from([]);
    },
    upload: async (path, content) => {
      // A stream is sent once: what was read of it cannot be read again.
      const body = Readable.toWeb(content) as RequestInit['body'];
      await send(locate(path), () => ({ method: 'PUT', body, duplex: 'half' }) as RequestInit, 1);
    },
  };
}

function readAddress(address: string, credentials: Credentials) {
  if (!/^https?:\/\//.test(address)) throw new UsageError('The server is given as http://… or https://….');
  const url = new URL(address);
  const { username, password } = url;
  const named = username ? { username: decodeURIComponent(username), password: decodeURIComponent(password) } : {};
  const given = { ...credentials, ...named };
  url.username = '';
  url.password = '';
  const basic = `Basic ${Buffer.from(`${given.username ?? ''}:${given.password ?? ''}`).toString('base64')}`;
  const bearer = given.token ? `Bearer ${given.token}` : undefined;
  return { url: url.href.replace(/\/+$/, ''), authorization: given.username ? basic : bearer };
}

function createSender(url: string, authorization: string | undefined) {
  return async (path: string, makeInit: () => RequestInit, tries = attempts): Promise<Response> => {
    for (let attempt = 1; ; attempt++) {
      const init = makeInit();
      const headers = new Headers(init.headers);
      if (authorization) headers.set('authorization', authorization);
      const answer = await fetch(url + path, { ...init, headers }).catch((cause: unknown) => {
        if (attempt < tries && init.method === undefined) return undefined;
        throw new Error(`The server at ${url} cannot be reached.`, { cause });
      });
      if (answer?.ok) return answer;
      const again = init.method === undefined ? worthAnotherTry : notDone;
      if (answer && (attempt === tries || !again.has(answer.status))) throw await errorOf(answer);
      await answer?.body?.cancel();
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt));
    }
  };
}

async function read<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  return (text.startsWith('{') ? parseJson(text) : {}) as T;
}

async function errorOf(answer: Response): Promise<MlflowApiError> {
  const text = await answer.text();
  try {
    const { error_code: code, message } = JSON.parse(text) as { error_code: string; message: string };
    return new MlflowApiError(message ?? text, answer.status, code ?? 'UNKNOWN');
  } catch {
    const said = text.startsWith('<') ? answer.statusText : text.slice(0, 300);
    return new MlflowApiError(said || `status ${answer.status}`, answer.status, 'UNKNOWN');
  }
}

function queryOf(query: Query): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const one of Array.isArray(value) ? value : [value]) words.append(name, String(one));
  }
  return words.size > 0 ? `?${words}` : '';
}
