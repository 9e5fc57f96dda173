import { TidemillError } from '../../kernel/errors.ts';
import { refuse } from './errors.ts';
import { pythonRepr } from './python-repr.ts';

/** What was asked of a model; that there is none is said in the words clients know. */
export async function known<T>(id: string, asked: Promise<T>, tag?: string): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TidemillError && error.code === 'not_found')) throw error;
    if (tag !== undefined && error.details.field === 'key') {
      const message = `No tag with key ${pythonRepr(tag)} found for model with ID ${pythonRepr(id)}.`;
      return refuse('RESOURCE_DOES_NOT_EXIST', message);
    }
    return refuse('RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${id}' not found.`);
  }
}
