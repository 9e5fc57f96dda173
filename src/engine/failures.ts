import { fail, messageOf, TidemillError } from '../kernel/errors.ts';

/** Throws what DuckDB threw as an error of the catalogue: wrong SQL is `invalid_query`, limits and full disks have codes of their own. */
export function failAs(thrown: unknown): never {
  if (thrown instanceof TidemillError) throw thrown;
  const message = messageOf(thrown).split('\n\n')[0]!.trim();
  if (/^Out of Memory Error/i.test(message)) {
    return fail('too_large', `The query needs more memory than it may use. ${message}`, {
      cure: 'Read fewer rows or columns, or raise the memory limit of the engine.',
      cause: thrown,
    });
  }
  if (/no space left|disk full|ENOSPC/i.test(message)) {
    return fail('disk_full', 'The disk is full; nothing was written.', { cause: thrown });
  }
  if (/^(INTERNAL|FATAL) Error/.test(message)) return fail('internal', message, { cause: thrown });
  return fail('invalid_query', message, { cause: thrown });
}
