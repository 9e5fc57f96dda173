import { TidemillError } from '../../kernel/errors.ts';
import { refuse } from './errors.ts';

/** What was asked of a run; that there is none, or that it is deleted, is said in the words clients know. */
export async function ofRun<T>(runId: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TidemillError)) throw error;
    if (error.code === 'not_found' && error.details.field === 'run') {
      return refuse('RESOURCE_DOES_NOT_EXIST', `Run with id=${error.details.value} not found`);
    }
    if (error.code === 'conflict' && error.details.field === 'runId') {
      const message = `The run ${runId} must be in the 'active' state. Current state is deleted.`;
      return refuse('INVALID_PARAMETER_VALUE', message);
    }
    throw error;
  }
}

/** The id of the run a request names; older clients call it `run_uuid`. */
export function runIdOf({ run_id, run_uuid }: { run_id?: string | undefined; run_uuid?: string | undefined }): string {
  return run_id || run_uuid || missing('run_id');
}

/** Fails because a field that must be there is not, or is empty. */
export function missing(path: string): never {
  const message = `Missing value for required parameter '${path}'. See the API docs for more information about request parameters.`;
  return refuse('INVALID_PARAMETER_VALUE', message, path);
}

/** A page of a search; a token that is none is said in the words clients know. */
export async function ofPage<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TidemillError && error.code === 'invalid_page_token')) throw error;
    return refuse('INVALID_PARAMETER_VALUE', `Invalid page token: ${error.message}`, 'page_token');
  }
}

/** How many results were asked for; fails outside 1 to 50,000. */
export function pageSize(given: number | undefined, fallback = 0): number {
  const size = given ?? fallback;
  const wrong = (why: string) =>
    refuse('INVALID_PARAMETER_VALUE', `Invalid value ${size} for parameter 'max_results' supplied. ${why}`);
  if (size < 1) wrong('It must be a positive integer');
  return size > 50_000 ? wrong('It must be at most 50000') : size;
}
