import type { ServerWritableStream } from '@grpc/grpc-js';
import type { Predictor } from '../../../domains/serving/index.ts';
import { notFound } from '../../../kernel/errors.ts';
import { areReady } from '../present-model.ts';

interface HealthRequest {
  service?: string;
}

type Status = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN';

const lookMs = 1000;
const services = new Set(['', 'inference.GRPCInferenceService', 'grpc.health.v1.Health']);

/** Answers the standard health check: of the server, or of a model by its name. */
export function checkHealth(serving: Predictor, stopping: AbortSignal, { service = '' }: HealthRequest) {
  const status = statusOf(serving, stopping, service);
  if (status === 'SERVICE_UNKNOWN') notFound('service', service);
  return { status };
}

/** Tells the status at once and whenever it has changed, until the client goes or the server stops. */
export function watchHealth(
  serving: Predictor,
  stopping: AbortSignal,
  stream: ServerWritableStream<HealthRequest, { status: Status }>,
): void {
  const { service = '' } = stream.request;
  let told: Status | undefined;
  const look = () => {
    const status = statusOf(serving, stopping, service);
    if (status !== told) stream.write({ status });
    told = status;
  };
  const end = () => {
    look();
    stream.end();
  };
  look();
  const timer = setInterval(look, lookMs).unref();
  stopping.addEventListener('abort', end, { once: true });
  const forget = () => {
    clearInterval(timer);
    stopping.removeEventListener('abort', end);
  };
  stream.once('cancelled', forget);
  stream.once('close', forget);
}

function statusOf(serving: Predictor, stopping: AbortSignal, service: string): Status {
  const states = serving.modelStates();
  const isReady = (ready: boolean): Status => (ready && !stopping.aborted ? 'SERVING' : 'NOT_SERVING');
  if (services.has(service)) return isReady(areReady(states));
  const model = states.find(({ endpoint }) => endpoint === service);
  return model ? isReady(model.state === 'ready') : 'SERVICE_UNKNOWN';
}
