import { z } from 'zod';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

const problem = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'code', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string' },
    requestId: { type: 'string' },
    field: { type: 'string' },
    cure: { type: 'string' },
  },
};

/** Writes the OpenAPI 3.1 document of the routes that are not hidden; schemas with an id become named components, also those of `documents`. */
export function writeOpenApi(routes: readonly Route[], version: string, documents: readonly z.ZodType[] = []): Json {
  const components: Record<string, Json> = { Problem: problem };
  for (const document of documents) toSchema(document, 'input', components);
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    if (route.hidden) continue;
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}').replace('*', '{path}');
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = operationOf(route, path, components);
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Tidemill', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, {}],
    paths: sorted(paths),
    components: {
      schemas: sorted(components),
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  };
}

function operationOf(route: Route, path: string, components: Record<string, Json>): Json {
  const inPath = new Set([...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!));
  const input = toSchema(route.input, 'input', components) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  const properties = { ...input.properties };
  if (properties['*']) properties['path'] = properties['*'];
  const required = new Set(input.required);
  const rest = Object.keys(properties).filter((name) => !inPath.has(name) && name !== '*');
  const asQuery = route.method === 'GET' || (route.body ?? 'json') !== 'json';
  const parameters = [...inPath].map((name) => ({
    name,
    in: 'path',
    required: true,
    schema: properties[name] ?? { type: 'string' },
  }));
  const query = asQuery
    ? rest.map((name) => ({ name, in: 'query', required: required.has(name), schema: properties[name] }))
    : [];
  return {
    operationId: operationId(route),
    summary: route.summary,
    tags: [path.split('/')[3] ?? 'system'],
    'x-permission': route.permission,
    ...(parameters.length + query.length > 0 ? { parameters: [...parameters, ...query] } : {}),
    ...bodyOf(route, asQuery ? [] : rest, { properties, required }),
    responses: { ...successOf(route, components), default: problemResponse },
  };
}

const problemResponse = {
  description: 'What is wrong, and how to cure it.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

function bodyOf(
  route: Route,
  names: string[],
  schema: { properties: Record<string, Json>; required: Set<string> },
): Json {
  if (route.method === 'GET') return {};
  if (route.body === 'bytes' || route.body === 'stream') {
    return {
      requestBody: { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } } },
    };
  }
  if (names.length === 0) return {};
  const properties = Object.fromEntries(names.map((name) => [name, schema.properties[name]]));
  const required = names.filter((name) => schema.required.has(name));
  const body = { type: 'object', properties, ...(required.length ? { required } : {}) };
  return { requestBody: { required: required.length > 0, content: { 'application/json': { schema: body } } } };
}

function successOf(route: Route, components: Record<string, Json>): Json {
  if (!route.output) return { [route.status ?? 204]: { description: 'Done.' } };
  const schema = toSchema(route.output, 'output', components);
  return { [route.status ?? 200]: { description: 'Success.', content: { 'application/json': { schema } } } };
}

/** `POST /api/v1/models/:name/aliases` is `postModelsNameAliases`. */
function operationId(route: Route): string {
  const words = route.path
    .replace('/api/v1', '')
    .replace('*', 'path')
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return route.method.toLowerCase() + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
}

/** JSON Schema of a zod schema, its named parts moved to the components. A part whose input differs gets `…Input`. */
function toSchema(schema: z.ZodType, io: 'input' | 'output', components: Record<string, Json>): Json {
  const made = z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    cycles: 'ref',
    override,
  }) as Json;
  const { $schema, $defs, id, ...body } = made as Json & { $defs?: Record<string, Json>; id?: string };
  const renamed = new Map<string, string>();
  const parts = { ...$defs };
  const rootId = id as string | undefined;
  if (rootId) parts[rootId] = body;
  for (const name of Object.keys(parts)) {
    if (isNameless(name)) delete parts[name];
    else renamed.set(name, nameFor(name, io));
  }
  for (const [name, part] of Object.entries(parts))
    components[renamed.get(name)!] = withoutId(rewrite(part, renamed) as Json);
  return rootId ? { $ref: `#/components/schemas/${renamed.get(rootId)}` } : (rewrite(body, renamed) as Json);
}

function nameFor(name: string, io: 'input' | 'output'): string {
  return io === 'input' ? `${name}Input` : name;
}

/** Recursive schemas without an id are any JSON value to clients: their generators cannot name what has no name. */
function isNameless(name: string): boolean {
  return name.startsWith('__schema');
}

function override({
  zodSchema,
  jsonSchema,
}: {
  zodSchema: z.core.$ZodTypes;
  jsonSchema: z.core.JSONSchema.BaseSchema;
}) {
  if (zodSchema._zod.def.type === 'bigint') Object.assign(jsonSchema, { type: 'integer' });
  if (zodSchema._zod.def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
}

function withoutId({ id: _id, ...schema }: Json): Json {
  return schema;
}

function rewrite(value: unknown, renamed: Map<string, string>): unknown {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, renamed));
  if (value === null || typeof value !== 'object') return value;
  const { $ref } = value as { $ref?: unknown };
  if (typeof $ref === 'string' && $ref.startsWith('#/$defs/__schema')) return {};
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      if (key === '$ref' && typeof item === 'string' && item.startsWith('#/$defs/')) {
        return [key, `#/components/schemas/${renamed.get(item.slice(8)) ?? item.slice(8)}`];
      }
      return [key, rewrite(item, renamed)];
    }),
  );
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
