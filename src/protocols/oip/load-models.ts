import type { Predictor } from '../../domains/serving/index.ts';
import type { Actor } from '../../kernel/actor.ts';
import { fail, TidemillError } from '../../kernel/errors.ts';

/** A model to load, and what the caller wants it loaded with. */
export interface LoadRequest {
  name: string;
  parameters: unknown;
}

/** Loads an endpoint's models; what fails says `failed to load`, which clients look for. */
export async function loadModel(serving: Predictor, actor: Actor, { name, parameters }: LoadRequest): Promise<void> {
  if (parameters && Object.keys(parameters).length > 0) {
    const cure = 'Register a version and declare the endpoint.';
    fail('unsupported', `failed to load '${name}': models come from the registry, not with the request. ${cure}`, {
      field: 'parameters',
      cure,
    });
  }
  try {
    await serving.load(actor, name);
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'not_found') throw error;
    const message = `failed to load '${name}': there is no endpoint of that name`;
    throw new TidemillError('not_found', message, { cause: error });
  }
}

/** Frees an endpoint's models; `unload_dependents` means nothing, since no endpoint depends on another. */
export function unloadModel(serving: Predictor, actor: Actor, name: string): Promise<void> {
  return serving.unload(actor, name);
}
