import { z } from 'zod';
import type { Route } from '../../../../src/http/route.ts';
import type { Dealer } from '../../../support/fuzz.ts';
import type { Known } from './seed-wire.ts';
import { jsonFor, junk, oddText, type Schema } from './values.ts';

/** A request to be sent, written so that it can be sent again. */
export interface FuzzRequest {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

/** A random request to a route: its path, its fields and its body are right, a little wrong, or nothing of the kind. */
export function randomRequest(route: Route, deal: Dealer, known: Known): FuzzRequest {
  const oddity = deal(4) === 0 ? 0 : 2 + deal(14);
  const pen = { deal, known, oddity };
  const fields = fieldsOf(route, pen);
  const target = pathOf(route, pen) + (route.method === 'GET' || deal(12) === 0 ? queryOf(fields, deal) : '');
  const headers: Record<string, string> = {};
  if (deal(10) === 0) Object.assign(headers, oddHeaders[deal(oddHeaders.length)]);
  if (route.method === 'GET') return { method: deal(25) === 0 ? 'HEAD' : 'GET', target, headers, body: undefined };
  headers['content-type'] ??= deal(15) === 0 ? contentTypes[deal(contentTypes.length)]! : 'application/json';
  const body = deal(8) === 0 ? junk(deal) : deal(15) === 0 ? JSON.stringify(writeFields(fields)) : writeFields(fields);
  return { method: route.method, target, headers, body };
}

/** A request as the protocol wants it, to things of these names, or to such as do not exist where there are none. */
export function plainRequest(route: Route, deal: Dealer, known: Known): FuzzRequest {
  const fields = fieldsOf(route, { deal, known, oddity: 0 });
  const named = (_: string, name: string) => encodeURIComponent(known[name]?.[0] ?? 'nothing');
  const path = route.path.replaceAll(/:(\w+)/g, named).replace(/\*$/, () => artifactPath(known, deal));
  if (route.method === 'GET')
    return { method: 'GET', target: path + queryOf(fields, () => 1), headers: {}, body: undefined };
  const headers = { 'content-type': 'application/json' };
  return { method: route.method, target: path, headers, body: writeFields(fields) };
}

interface Pen {
  deal: Dealer;
  known: Known;
  /** One in so many values is odd; 0 for none. */
  oddity: number;
}

const contentTypes = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'application/json; charset=utf-16',
  'application/jsonx',
  '',
];
const oddHeaders: Record<string, string>[] = [
  { range: 'bytes=0-0' },
  { range: 'bytes=9-,1-' },
  { 'content-encoding': 'gzip' },
  { 'content-encoding': 'zstd, gzip' },
  { 'x-mlflow-experiment-id': 'nothing' },
  { 'x-mlflow-run-id': 'nothing' },
  { 'if-none-match': '"' },
  { accept: 'text/html' },
  { 'content-type': 'application/x-protobuf' },
  { 'x-request-id': 'a'.repeat(500) },
];

function pathOf(route: Route, { deal, known, oddity }: Pen): string {
  const part = (name: string) => {
    const some = known[name];
    if (some === undefined || deal(6) === 0) return encodePart(oddText(deal).slice(0, 1500), deal);
    return encodeURIComponent(some[deal(some.length)]!);
  };
  const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => part(name));
  const rest = () => (deal(3) === 0 ? encodePart(oddText(deal).slice(0, 1500), deal) : artifactPath(known, deal));
  const whole = path.replace(/\*$/, rest);
  if (oddity === 0 || deal(30) > 0) return whole;
  return deal(2) === 0 ? `${whole}/more%2Fparts` : whole.slice(0, whole.lastIndexOf('/'));
}

function encodePart(text: string, deal: Dealer): string {
  if (deal(20) === 0) return ['%', '%zz', '%c3%28', '%00', '..', '%2e%2e', '%252e'][deal(7)]!;
  return encodeURIComponent(text.toWellFormed()) || 'x';
}

function artifactPath(known: Known, deal: Dealer): string {
  const [experiment, run, model] = ['experiment_id', 'run_id', 'model_id'].map((field) => known[field]?.[0]);
  const roots = [`${experiment}/${run}/artifacts`, `${experiment}/models/${model}/artifacts`, `${experiment}`, 'free'];
  const rests = ['', '/dir', '/dir/a.txt', '/MLmodel', '/new/b.bin', '/dir/a.txt/under'];
  return roots[deal(roots.length)]! + rests[deal(rests.length)]!;
}

/** The random fields of a route as pairs of a name and JSON text. */
function fieldsOf(route: Route, { deal, known, oddity }: Pen): [string, string][] {
  const pairs: [string, string][] = [];
  for (const [name, schema] of Object.entries(shapeOf(route))) {
    if (!schema.isRequired && deal(2) === 0) continue;
    if (oddity > 0 && deal(oddity * 2) === 0) continue;
    pairs.push([
      name,
      jsonFor({ name, schema: schema.schema, root: schema.schema }, { deal, known, oddity, depth: 0 }),
    ]);
  }
  if (deal(6) === 0)
    pairs.push([['__proto__', 'toString', 'unknown', 'runId', 'max_results', 'run_id'][deal(6)]!, junkField(deal)]);
  return pairs;
}

function junkField(deal: Dealer): string {
  return ['null', '{"a":1}', '"x"', '1', '[1,[2]]'][deal(5)]!;
}

function writeFields(fields: [string, string][]): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`)}}`;
}

function queryOf(fields: [string, string][], deal: Dealer): string {
  const query = fields.flatMap(([name, text]) => {
    const value = parsed(text);
    const list = Array.isArray(value) ? value.slice(0, 50) : [value];
    const written = list.map((one) => (typeof one === 'string' ? one : (JSON.stringify(one) ?? '')));
    if (deal(10) === 0) written.push(...written);
    return written.map((one) => `${encodeURIComponent(name)}=${encodePart(one.slice(0, 800), deal)}`);
  });
  if (deal(12) === 0)
    query.push(['=', '&&', 'a[b]=c', '%', 'x=%E0%A4', 'run_id=1&run_id=2', 'path=%2e%2e%2f'][deal(7)]!);
  return query.length > 0 ? `?${query.join('&')}` : '';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.slice(0, 100);
  }
}

type Shape = Record<string, { schema: Schema; isRequired: boolean }>;
const shapes = new WeakMap<Route, Shape>();

/** What a route reads, by field, as JSON schemas; what is preprocessed is as what it becomes. */
function shapeOf(route: Route): Shape {
  const known = shapes.get(route);
  if (known) return known;
  const { shape } = route.fields ?? route.input;
  const made = Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [
      name,
      { schema: schemaOf(field as z.ZodType), isRequired: !(field as z.ZodType).safeParse(undefined).success },
    ]),
  );
  shapes.set(route, made);
  return made;
}

function schemaOf(type: z.ZodType): Schema {
  return z.toJSONSchema(type, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const { def } = zodSchema._zod;
      if (def.type === 'pipe' && (def.in as z.ZodType)._zod.def.type === 'transform') {
        Object.assign(jsonSchema, schemaOf(def.out as z.ZodType));
      }
    },
  }) as Schema;
}
