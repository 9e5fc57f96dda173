import { z } from 'zod';
import { stringifyJson } from '../../kernel/json.ts';
import { refuse } from './errors.ts';

const seeDocs = 'See the API docs for more information about request parameters.';

/** A text; absent unless sent. */
export const text = () => z.string().optional();
/** A text that must be there and not be empty. */
export const requiredText = () => z.string().min(1);
/** A whole number, also as a numeric text, as JSON of 64-bit integers is written by some clients. */
export const int64 = () =>
  z
    .union([
      z.number().int(),
      z
        .string()
        .regex(/^\s*[+-]?\d+\s*$/)
        .transform(Number),
      z.bigint().transform(Number),
    ])
    .optional();
/** A number: NaN and the infinities also as text; true and false count as 1 and 0. */
export const double = () =>
  z.union([
    z.custom<number>((value) => typeof value === 'number'),
    z.bigint().transform(Number),
    z.boolean().transform(Number),
    z
      .string()
      .transform((value) => numberOf(value))
      .pipe(z.custom<number>((value) => value !== undefined)),
  ]);
/** true or false, also as the texts of a query. */
export const flag = () =>
  z
    .union([
      z.boolean(),
      z
        .string()
        .regex(/^(true|false)$/i)
        .transform((value) => value.toLowerCase() === 'true'),
    ])
    .optional();
/** A list; a single value, as a query gives it, is a list of one. */
export const list = <T extends z.ZodType>(item: T) =>
  z.preprocess((value) => (value === undefined || Array.isArray(value) ? value : [value]), z.array(item).optional());
/** One of some names; what is none of them counts as absent, as unknown enum values do in protobuf's JSON. */
export const oneOf = <const T extends readonly string[]>(names: T) =>
  z.preprocess((value) => (names.includes(value as string) ? value : undefined), z.enum(names).optional());
/** A key and its value, such as a tag or parameter. */
export const pair = z.object({ key: requiredText(), value: z.string().default('') });

function numberOf(text: string): number | undefined {
  const known: Record<string, number> = { nan: Number.NaN, infinity: Infinity, inf: Infinity };
  const bare = text.trim().toLowerCase().replace(/^[+-]/, '');
  const size = Object.hasOwn(known, bare) ? known[bare]! : Number(bare === '' ? 'x' : bare);
  if (Number.isNaN(size) && bare !== 'nan') return undefined;
  return text.trim().startsWith('-') ? -size : size;
}

/** How many results were asked for: `INVALID_PARAMETER_VALUE` outside 1 to `max`; `fallback` where nothing was said. */
export function checkMaxResults(given: number | undefined, { fallback, max }: { fallback?: number; max: number }) {
  const value = given ?? fallback ?? 0;
  if (value >= 1 && value <= max) return value;
  const rule = value < 1 ? 'It must be a positive integer' : `It must be at most ${max}`;
  return refuse(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${value} for parameter 'max_results' supplied: ${rule}, but got value ${value}`,
    'max_results',
  );
}

/** Checks the fields of a request; the first wrong one is named as the reference names it. */
export function readFields<I extends z.ZodType>(schema: I, fields: Record<string, unknown>): z.output<I> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const { path } = parsed.error.issues[0]!;
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], fields);
  const field = path.map(String).join('.');
  if (value === undefined || value === null || value === '') {
    return refuse('INVALID_PARAMETER_VALUE', `Missing value for required parameter '${field}'. ${seeDocs}`, field);
  }
  const hint = ` Hint: Value was of type '${typeName(value)}'.`;
  const message = `Invalid value ${shown(value)} for parameter '${field}' supplied: ${hint} ${seeDocs}`;
  return refuse('INVALID_PARAMETER_VALUE', message, field);
}

/** A value as an error shows it. */
export function shown(value: unknown): string {
  const text = value === undefined ? 'undefined' : stringifyJson(value);
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/** The name that users of the Python client know a type by. */
function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'list';
  const names: Record<string, string> = { string: 'str', boolean: 'bool', object: 'dict', bigint: 'int' };
  if (typeof value === 'number') return Number.isInteger(value) ? 'int' : 'float';
  return names[typeof value] ?? typeof value;
}
