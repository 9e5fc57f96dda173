import type { ErrorCode, ErrorDetails } from '../kernel/errors.ts';
import type { Tensor } from './tensor.ts';

/** What a worker is started with. */
export interface WorkerStart {
  bytes: Uint8Array;
  threads: number;
}

/** One run asked of a worker. */
export interface WorkerRequest {
  id: number;
  feeds: Record<string, Tensor>;
  outputs: readonly string[];
}

/** A failure as it crosses threads. */
export interface WorkerFailure {
  code: ErrorCode;
  message: string;
  details: ErrorDetails;
}

/** What a worker says: loaded or not (id 0), then one answer a request. */
export type WorkerAnswer =
  | { id: number; results: Record<string, Tensor>; error?: undefined }
  | { id: number; error: WorkerFailure };

/** The buffers of tensors that may be handed over to another thread; each once. */
export function buffersOf(tensors: Record<string, Tensor>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { data } of Object.values(tensors)) {
    if (!Array.isArray(data) && data.buffer instanceof ArrayBuffer) buffers.add(data.buffer);
  }
  return [...buffers];
}
