import type { z } from 'zod';
import { fail } from '../kernel/errors.ts';
import { plainIssue } from '../kernel/issue.ts';

/** Parses a request's fields with a route's schema; the first wrong field is named with its value and what it must be. */
export function parseInput(schema: z.ZodObject, fields: Record<string, unknown>): Record<string, unknown> {
  const parsed = schema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const { path, message } = plainIssue(parsed.error.issues[0]!);
  const field = path.map(String).join('.');
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], fields);
  const wrong = parsed.error.issues.slice(0, 20).map((one) => ({ field: one.path.join('.'), message: one.message }));
  const shown = value === undefined ? 'is missing' : `has the value ${show(value)}`;
  return fail('invalid_input', `Field '${field}' ${shown}: ${message}.`, { field, errors: wrong });
}

function show(value: unknown): string {
  const text = typeof value === 'bigint' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
