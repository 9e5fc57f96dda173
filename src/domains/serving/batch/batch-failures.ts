import { TidemillError } from '../../../kernel/errors.ts';
import type { Tensor } from '../../../onnx/index.ts';

/** A request whose time ran out. */
export function expired(): TidemillError {
  return new TidemillError('timeout', 'The deadline passed before the model answered.');
}

/** A request whose caller left before the model ran. */
export function cancelled(): TidemillError {
  return new TidemillError('cancelled', 'The caller went away before the model ran.');
}

/** An answer whose lines are not those of the rows. */
export function notRowWise(results: Record<string, Tensor>, rows: number): TidemillError {
  const [name, tensor] = Object.entries(results).find(([, result]) => result.dims[0] !== rows)!;
  const message = `Output '${name}' has shape [${tensor.dims.join(', ')}] for ${rows} rows.`;
  return new TidemillError('model_failed', message, { cure: 'Export a model that answers one line a row.' });
}

/** Rows that fit the signature but break the run are the model's failure, not the caller's. */
export function modelFailure(error: unknown): unknown {
  if (error instanceof TidemillError && error.code !== 'invalid_input') return error;
  const message = error instanceof Error ? error.message : String(error);
  return new TidemillError('model_failed', `The model failed: ${message}`, { cause: error });
}
