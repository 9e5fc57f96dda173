import type { ServerDuplexStream } from '@grpc/grpc-js';
import type { Predictor } from '../../../domains/serving/index.ts';
import { authorise, type Calling, readable, toStatus } from './calls.ts';
import { inferMessage } from './infer-call.ts';
import type { InferMessage, InferResponseMessage } from './messages.ts';
import { beginTrace, endTrace, type TracedCall } from './trace-calls.ts';

interface StreamResponse {
  error_message?: string;
  infer_response?: InferResponseMessage;
}

/** A stream of requests and responses. */
export type InferStream = ServerDuplexStream<InferMessage, StreamResponse>;

interface Streaming extends Calling {
  serving: Predictor;
  stopping: AbortSignal;
}

/** Requests of one stream that are answered at once; more are read when those are done. */
const mostAtOnce = 64;
const method = 'ModelStreamInfer';

/**
 * Answers a stream in the order of its requests. A request that fails is answered with its error and the stream goes on;
 * a client that does not read is not read from either.
 */
export async function answerStream(streaming: Streaming, stream: InferStream): Promise<void> {
  try {
    // Nothing is read before the caller may.
    if (streaming.tracing) beginTrace(streaming.tracing, stream as TracedCall & typeof stream, method);
    await authorise(streaming, stream, 'predict.invoke');
  } catch (error) {
    const status = toStatus(streaming, error, method);
    endTrace(stream as TracedCall, status.code);
    stream.emit('error', status);
    return;
  }
  const waiting: Promise<StreamResponse>[] = [];
  const stop = () => stream.destroy();
  streaming.stopping.addEventListener('abort', stop, { once: true });
  let writing = Promise.resolve();
  stream.on('data', (message: InferMessage) => {
    if (stream.cancelled) return;
    const answer = answerOne(streaming, stream, message);
    waiting.push(answer);
    if (waiting.length >= mostAtOnce) stream.pause();
    writing = writing.then(async () => {
      await write(stream, await answer);
      waiting.shift();
      if (waiting.length < mostAtOnce && stream.isPaused()) stream.resume();
    });
  });
  // What was sent before has to be read, or the connection would wait for it for ever.
  stream.on('cancelled', () => stream.resume());
  stream.on('end', () => void writing.then(() => stream.end()));
  stream.on('error', () => {});
  stream.on('close', () => {
    streaming.stopping.removeEventListener('abort', stop);
    endTrace(stream as TracedCall, 0);
  });
}

async function answerOne(streaming: Streaming, stream: InferStream, message: InferMessage): Promise<StreamResponse> {
  const { underWay } = streaming;
  if (underWay) underWay.count++;
  try {
    // A token may be revoked, or have had its share, while its stream goes on.
    const { id: caller } = await authorise(streaming, stream, 'predict.invoke');
    const response = await inferMessage(streaming.serving, readable(message), { call: stream, caller });
    if (message.parameters?.['triton_enable_empty_final_response']?.bool_param) {
      response.parameters = { ...response.parameters, triton_final_response: { bool_param: true } };
    }
    return { infer_response: response };
  } catch (error) {
    const { details = '' } = toStatus(streaming, error, method);
    return { error_message: details, infer_response: { model_name: message.model_name ?? '', id: message.id ?? '' } };
  } finally {
    if (underWay) underWay.count--;
  }
}

function write(stream: InferStream, response: StreamResponse): Promise<void> | void {
  if (stream.cancelled || stream.destroyed || stream.write(response)) return;
  return new Promise((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
    stream.once('cancelled', resolve);
  });
}
