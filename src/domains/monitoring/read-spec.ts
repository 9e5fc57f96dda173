import type { z } from 'zod';
import { fail } from '../../kernel/errors.ts';

/** Parses a document, or fails with `invalid_input` naming each field and what is wrong with it. */
export function readSpec<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [first] = parsed.error.issues;
  const said = parsed.error.issues.map((issue) => `${issue.path.join('.') || what}: ${issue.message}`);
  return fail('invalid_input', `The ${what} is not valid: ${said.join('; ')}.`, {
    field: first?.path.join('.') || what,
    issues: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}
