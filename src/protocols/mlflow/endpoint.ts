import { z } from 'zod';
import { Reply, type RequestContext, type Route } from '../../http/route.ts';
import { type JsonValue, parseJson, stringifyJson } from '../../kernel/json.ts';
import { refuse, toReply } from './errors.ts';
import { readFields } from './fields.ts';

/** A call of an endpoint: its fields checked, and what is known of the request. */
export type Call<I> = { input: I } & RequestContext;

interface Declared<I extends z.ZodObject> extends Pick<Route, 'method' | 'permission' | 'summary' | 'maxBodyBytes'> {
  /** Below `/api/<version>`, such as `/mlflow/runs/create`. */
  path: string;
  version?: '2.0' | '3.0';
  /** Only for the page of the reference, not for its clients. */
  ajaxOnly?: boolean;
  input: I;
  /** Gives a JSON object (nothing is `{}`), or a `Reply`. */
  handle(call: Call<z.output<I>>): unknown;
}

interface RawDeclared
  extends Pick<Route, 'method' | 'path' | 'permission' | 'summary' | 'maxBodyBytes' | 'body' | 'fields'> {
  handle(call: Call<Record<string, unknown>>): unknown;
}

const anything = z.looseObject({});
const json = { 'content-type': 'application/json' };

/** Declares an endpoint under both of its roots, `/api` for clients and `/ajax-api` for pages. */
export function endpoint<I extends z.ZodObject>(declared: Declared<I>): Route[] {
  const { version = '2.0', path, input, handle, ajaxOnly = false, ...rest } = declared;
  const params = [...path.matchAll(/:(\w+)|\*$/g)].map(([rest, name]) => name ?? rest);
  const roots = ajaxOnly ? ['ajax-api'] : ['api', 'ajax-api'];
  const run = async (call: Call<Record<string, unknown>>) => {
    const fields = declared.method === 'GET' ? call.input : bodyOf(call, params);
    const read = readFields(input, withoutAliases(input, fields));
    const result = await handle(Object.assign(call, { input: read }) as Call<z.output<I>>);
    return result instanceof Reply ? result : reply(result);
  };
  const shared = { ...rest, fields: input, body: 'bytes', handle: run } as const;
  return roots.flatMap((root) => raw({ ...shared, path: `/${root}/${version}${path}` }));
}

/** Declares a route whose body and fields the protocol reads itself; errors are worded as clients expect. */
export function raw(declared: RawDeclared): Route[] {
  return [{ ...declared, hidden: true, errors: toReply, input: anything }];
}

/** An object as the answer of an endpoint; nothing is `{}`. */
export function reply(value: unknown, status = 200): Reply {
  return new Reply(value === undefined ? '{}' : stringifyJson(value as JsonValue), status, json);
}

/** The fields of a JSON body and the path. Text that is no JSON counts as empty, text inside text is read again. */
function bodyOf({ bytes, headers, input }: Call<Record<string, unknown>>, params: string[]): Record<string, unknown> {
  const type = String(headers['content-type'] ?? '');
  if (bytes.length > 0 && !/^application\/json\b/i.test(type)) {
    refuse('INVALID_PARAMETER_VALUE', "Bad Request. Content-Type must be one of ['application/json'].");
  }
  let body = tolerant(bytes.toString('utf8'));
  if (typeof body === 'string') body = tolerant(body);
  const fields = body !== null && typeof body === 'object' && !Array.isArray(body) ? body : {};
  for (const name of params) fields[name] = input[name] as JsonValue;
  return fields;
}

function tolerant(text: string): JsonValue {
  try {
    const value = parseJson(text);
    // null means unset wherever it stands.
    return text.includes('null') ? withoutNulls(value) : value;
  } catch {
    return null;
  }
}

function withoutNulls(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

/** Fields may be spelled `experimentId` for `experiment_id`, as protobuf's JSON allows; both at once are refused. */
function withoutAliases(schema: z.ZodObject, fields: Record<string, unknown>): Record<string, unknown> {
  const isKnown = (name: string) => Object.hasOwn(schema.shape, name);
  for (const name of Object.keys(fields)) {
    if (isKnown(name) || !/[A-Z]/.test(name)) continue;
    const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    if (!isKnown(snake)) continue;
    if (snake in fields)
      refuse('INVALID_PARAMETER_VALUE', `Request specifies both '${snake}' and '${name}'; provide only one of them.`);
    fields[snake] = fields[name];
  }
  return fields;
}
