import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Where a value is wrong and what it must be: of a choice among forms, as the form nearest to what was given says it. */
export function plainIssue(issue: Issue): { path: PropertyKey[]; message: string } {
  if (issue.code === 'unrecognized_keys') return { path: [...issue.path, issue.keys[0]!], message: issue.message };
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return { path: issue.path, message: issue.message };
  const types = issue.errors.map(([first]) => typeAsked(first));
  if (types.every((type) => type !== undefined)) {
    return { path: issue.path, message: `Invalid input: expected ${[...new Set(types)].join(' or ')}` };
  }
  const inner = plainIssue(nearest(issue.errors)[0]!);
  return { path: [...issue.path, ...inner.path], message: inner.message };
}

const typeAsked = (issue: Issue | undefined) =>
  issue?.code === 'invalid_type' && issue.path.length === 0 ? issue.expected : undefined;

/** The form with fewest faults; of several the one whose fault lies deepest. */
function nearest(forms: readonly Issue[][]): Issue[] {
  const depth = ([first]: Issue[]) => first?.path.length ?? 0;
  return forms.toSorted((a, b) => a.length - b.length || depth(b) - depth(a))[0]!;
}
