import type { z } from 'zod';
import { type ErrorCode, fail } from './errors.ts';
import { plainIssue } from './issue.ts';

/** Parses a value with a schema, or fails with `invalid_input` (or the code given), naming the first wrong field. */
export function parseAs<S extends z.ZodType>(
  schema: S,
  value: unknown,
  code: ErrorCode = 'invalid_input',
): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = plainIssue(parsed.error.issues[0]!);
  const field = path.map(String).join('.');
  const at = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const shown = at === undefined ? 'is missing' : `has the value ${show(at)}`;
  return fail(code, `${field === '' ? 'The value' : `Field '${field}'`} ${shown}: ${message}.`, { field });
}

function show(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
