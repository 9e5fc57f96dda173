import type { Tensor } from '../../../onnx/index.ts';
import type { RunCall } from '../predict/batcher.ts';
import type { UpstreamAnswer } from './remote-http.ts';

/** A request as it goes over the wire. */
export interface WireRequest {
  headers: Record<string, string | number>;
  body: string | Buffer;
}

/** How tensors are said to another server, and its answer read. */
export interface RemoteCodec {
  /** What follows the model's address. */
  path: string;
  write(feeds: Record<string, Tensor>, call: RunCall): WireRequest;
  /** Fails with `model_failed` where the answer is none. */
  read(answer: UpstreamAnswer): Record<string, Tensor>;
}
