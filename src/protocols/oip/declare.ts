import { z } from 'zod';
import { Reply, type RequestContext, type Route } from '../../http/route.ts';
import { fail } from '../../kernel/errors.ts';
import { type JsonValue, parseJson, stringifyJson } from '../../kernel/json.ts';
import { toReply } from './errors.ts';

/** What a path of the protocol names. */
export interface Asked {
  model: string;
  version?: string;
  repository?: string;
  region?: string;
}

/** A call of a route of the protocol. */
export type Call = { input: Asked } & RequestContext;

const json = { 'content-type': 'application/json' };

/** Declares a route whose body is read by the protocol and whose errors are worded as its clients expect. */
export function declare(
  declared: Pick<Route, 'method' | 'path' | 'permission' | 'summary' | 'maxBodyBytes'> & {
    handle(call: Call): unknown;
  },
): Route {
  const names = [...declared.path.matchAll(/:(\w+)/g)].map(([, name]) => name!);
  // Query strings mean nothing here, whatever they hold.
  const input = z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  return { ...declared, hidden: true, errors: toReply, body: 'bytes', input };
}

/** Declares a route once for a model and once for a version of it. */
export function declareBoth(declared: Parameters<typeof declare>[0], rest: string): Route[] {
  const both = ['/v2/models/:model', '/v2/models/:model/versions/:version'];
  return both.map((path) => declare({ ...declared, path: path + rest }));
}

/** A JSON answer. */
export function ok(value: unknown, status = 200): Reply {
  return new Reply(stringifyJson(value), status, json);
}

/** The object a body holds; an empty body is an empty object. */
export function bodyOf({ bytes }: Call): { [key: string]: JsonValue } {
  const text = bytes.toString('utf8').trim();
  const value = text === '' ? {} : parseJson(text);
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  return fail('invalid_json', 'The body must be a JSON object.', { field: 'body' });
}

/** One value of a header. */
export function textOf(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header[0] : header;
}
