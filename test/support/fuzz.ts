import { z } from 'zod';
import type { Route } from '../../src/http/route.ts';

/** Deals whole numbers below a bound; the same seed deals the same. */
export type Dealer = (below: number) => number;

/** Makes a dealer seeded by a text. */
export function createDealer(seed: string): Dealer {
  let state = 2_166_136_261;
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 16_777_619) >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  additionalProperties?: Schema | boolean;
  $ref?: string;
  $defs?: Record<string, Schema>;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
}

const oddities = [
  ...['null', 'true', '0', '-1', '1e308', '9007199254740993', 'NaN', '-Infinity', '0.1', '""', '"x"', '[]', '{}'],
  ...['"\\u0000"', '"\\ud800"', '"../../etc/passwd"', '"{{ params.x }}"', '"1; drop table runs"', '[null]', '[[[]]]'],
  ...['{"__proto__":{"a":1}}', '{"constructor":1}', '"2026-02-30T25:00:00Z"', `"${'y'.repeat(3000)}"`],
];

/**
 * A body for a route, as text: for even `turn` one that fits the schema's shape, for odd ones the same with some values
 * replaced by something odd, and at the start nothing but oddities.
 */
export function randomBody(route: Route, deal: Dealer, turn: number): string {
  if (turn === 0) return '{}';
  if (turn === 1) return `{${Object.keys(route.input.shape).map((key) => `${JSON.stringify(key)}:${odd(deal)}`)}}`;
  const schema = schemaOf(route);
  return write(schema, { deal, root: schema, depth: 0, oddity: turn % 2 === 0 ? 0 : 12 });
}

const schemas = new WeakMap<Route, Schema>();

/** Made once a route, because making it takes longer than the request. */
function schemaOf(route: Route): Schema {
  const known = schemas.get(route);
  if (known) return known;
  const made = z.toJSONSchema(route.input, { io: 'input', unrepresentable: 'any' }) as Schema;
  schemas.set(route, made);
  return made;
}

interface Pen {
  deal: Dealer;
  root: Schema;
  depth: number;
  /** One in so many values is odd; 0 for none. */
  oddity: number;
}

function odd(deal: Dealer): string {
  return oddities[deal(oddities.length)]!;
}

function write(given: Schema, pen: Pen): string {
  const { deal, depth } = pen;
  if (pen.oddity > 0 && depth > 0 && deal(pen.oddity) === 0) return odd(deal);
  const schema = given.$ref ? resolve(given.$ref, pen.root) : given;
  if (depth > 8) return 'null';
  const inner = { ...pen, depth: depth + 1 };
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return JSON.stringify(schema.enum[deal(schema.enum.length)]);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices) return write(choices[deal(choices.length)]!, pen);
  switch (Array.isArray(schema.type) ? schema.type[deal(schema.type.length)] : schema.type) {
    case 'object':
      return writeObject(schema, inner);
    case 'array':
      return `[${Array.from({ length: deal(4) }, () => write(schema.items ?? {}, inner))}]`;
    case 'integer':
    case 'number':
      return writeNumber(schema, deal);
    case 'boolean':
      return deal(2) ? 'true' : 'false';
    case 'null':
      return 'null';
    case 'string':
      return JSON.stringify(writeString(schema, deal));
    default:
      return odd(deal);
  }
}

function writeObject(schema: Schema, pen: Pen): string {
  const { deal } = pen;
  const parts: string[] = [];
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const wanted = schema.required?.includes(key) || deal(2) === 0;
    if (wanted) parts.push(`${JSON.stringify(key)}:${write(value, pen)}`);
  }
  if (typeof schema.additionalProperties === 'object') {
    for (const key of ['a', 'b', 'c'].slice(0, deal(4))) {
      parts.push(`"${key}":${write(schema.additionalProperties, pen)}`);
    }
  }
  return `{${parts}}`;
}

function writeNumber({ minimum = 0, maximum = minimum + 100, type }: Schema, deal: Dealer): string {
  const top = Math.min(maximum, minimum + 1000);
  const value = minimum + deal(1000) * ((top - minimum) / 1000);
  return String(type === 'integer' ? Math.round(value) : value);
}

function writeString({ format, pattern }: Schema, deal: Dealer): string {
  if (format === 'date-time') return new Date(1.7e12 + deal(1e9)).toISOString();
  if (format === 'uuid') return '0192f0c1-2345-7abc-8def-0123456789ab';
  if (format === 'uri') return 'https://example.org/hook';
  if (pattern?.includes('{64}')) return 'ab'.repeat(32);
  if (pattern?.includes('{32}')) return 'cd'.repeat(16);
  return ['one', 'two', 'champion', 'latest', 'a b', '1', 'x > 1', 'select 1 as a'][deal(8)]!;
}

function resolve(reference: string, root: Schema): Schema {
  return root.$defs?.[reference.split('/').at(-1)!] ?? {};
}

/**
 * Texts of a good body with one value in it replaced by something odd, one more key, or one key less: every place of the
 * body gets some, `most` in all.
 */
export function mutations(body: unknown, deal: Dealer, most: number): string[] {
  const places = placesOf(body);
  const made: string[] = [];
  for (let i = 0; made.length < most && i < places.length * 3; i++) {
    const place = places[i % places.length]!;
    made.push(rewrite(body, place, i < places.length ? odd(deal) : deal(3) === 0 ? undefined : odd(deal)));
  }
  return made;
}

type Place = readonly (string | number)[];

function placesOf(value: unknown, at: Place = []): Place[] {
  if (value === null || typeof value !== 'object') return [at];
  const inside = Object.entries(value).flatMap(([key, part]) => placesOf(part, [...at, key]));
  return at.length === 0 ? inside : [at, ...inside];
}

/** The body as text with raw JSON in one place; nothing there when the text is undefined. */
function rewrite(body: unknown, [key, ...rest]: Place, text: string | undefined): string {
  const parts = Object.entries(body as object).flatMap(([name, value]) => {
    const isHere = name === String(key);
    if (isHere && rest.length === 0 && text === undefined) return [];
    const written = !isHere ? JSON.stringify(value) : rest.length === 0 ? text! : rewrite(value, rest, text);
    return [Array.isArray(body) ? written : `${JSON.stringify(name)}:${written}`];
  });
  return Array.isArray(body) ? `[${parts}]` : `{${parts}}`;
}
