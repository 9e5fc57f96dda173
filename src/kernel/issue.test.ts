import { expect, test } from 'vitest';
import { z } from 'zod';
import { plainIssue } from './issue.ts';

const said = (schema: z.ZodType, value: unknown) => {
  const { path, message } = plainIssue(schema.safeParse(value).error!.issues[0]!);
  return `${path.join('.')}: ${message}`;
};

test('of a choice among forms the nearest says what is wrong', () => {
  const source = z.union([
    z.strictObject({ sql: z.string(), limit: z.number() }),
    z.strictObject({ builtin: z.enum(['a', 'b']) }),
  ]);
  expect(said(z.object({ source }), { source: { builtin: 'c' } })).toBe(
    'source.builtin: Invalid option: expected one of "a"|"b"',
  );
  expect(said(z.object({ source }), { source: { sql: 'x', limit: 1, more: 2 } })).toBe(
    'source.more: Unrecognized key: "more"',
  );
});

test('a list beside a flag is told by its item', () => {
  const confirm = z.union([z.boolean(), z.array(z.enum(['promotion']))]);
  expect(said(z.object({ confirm }), { confirm: ['promoton'] })).toBe('confirm.0: Invalid input: expected "promotion"');
});

test('where no type fits all are named', () => {
  const label = z.union([z.number(), z.string(), z.boolean()]);
  expect(said(z.object({ label }), { label: null })).toBe('label: Invalid input: expected number or string or boolean');
  expect(said(z.string(), 1)).toBe(': Invalid input: expected string, received number');
});
