import { fail } from './errors.ts';
import { newId } from './ids.ts';

const idPattern = /^[\w.:@+=/-]{1,200}$/;

/** Ids become prediction ids and file columns: a caller's strange one is refused, a proxy's is replaced. */
export function checkId(id: string, fromBody: boolean): string {
  if (idPattern.test(id)) return id;
  if (!fromBody) return newId();
  const cure = 'Use up to 200 letters, digits and the characters . _ : @ + = / -';
  return fail('invalid_input', `Field 'id' has the value ${JSON.stringify(id).slice(0, 80)}. ${cure}`, {
    field: 'id',
    cure,
  });
}
