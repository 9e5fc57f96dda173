import { TidemillError } from '../../kernel/errors.ts';
import { refuse } from './errors.ts';
import { pythonRepr } from './python-repr.ts';

/** The parameters that were written before with other values, with those; none where the error is another. */
export function conflictsOf(error: unknown): readonly { key: string; value: string }[] {
  const conflicts =
    error instanceof TidemillError && error.code === 'conflict' ? error.details['conflicts'] : undefined;
  return Array.isArray(conflicts) ? conflicts : [];
}

/** Says of a batch's conflict, in the words clients know, which parameters it was; passes other errors on. */
export function refuseChangedParams(error: unknown, runId: string, params: Record<string, string>): never {
  const conflicts = conflictsOf(error);
  if (conflicts.length === 0) throw error;
  const changed = conflicts.map(({ key, value }) => ({ key, old_value: value, new_value: params[key]! }));
  const message = `Changing param values is not allowed. Params were already logged='${pythonRepr(changed)}' for run ID='${runId}'.`;
  return refuse('INVALID_PARAMETER_VALUE', message);
}
