import { fileURLToPath } from 'node:url';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { decodeInfer } from './decode-infer.ts';
import { encodeInfer } from './encode-infer.ts';
import type { InferResponseMessage } from './messages.ts';

/** A message that is none of its type; the method answers that, rather than the transport with a fault. */
export class Unreadable {
  readonly reason: string;

  constructor(cause: unknown) {
    this.reason = cause instanceof Error ? cause.message : String(cause);
  }
}

// Each address whole, so that what copies a program finds the files it opens.
const files = [new URL('./open-inference.proto', import.meta.url), new URL('./health.proto', import.meta.url)].map(
  (url) => fileURLToPath(url),
);

/** The services of the protocol and of health, with codecs that never throw for what a client sent. */
export function loadServices(): { inference: ServiceDefinition; health: ServiceDefinition } {
  // Without `longs`, 64-bit integers stay exact.
  const loaded = loadSync(files, { keepCase: true, enums: String, arrays: true });
  const service = (name: string) => tolerant(loaded[name] as ServiceDefinition);
  const inference = service('inference.GRPCInferenceService');
  return {
    inference: { ...inference, ModelInfer: swiftly(inference['ModelInfer']!) },
    health: service('grpc.health.v1.Health'),
  };
}

/** The method that most calls are of: what is plain is read and written by hand, the rest by the general codec. */
function swiftly(method: Method): Method {
  return {
    ...method,
    requestDeserialize: (bytes) => decodeInfer(bytes) ?? method.requestDeserialize(bytes),
    responseSerialize: (message) => encodeInfer(message as InferResponseMessage) ?? method.responseSerialize(message),
  };
}

function tolerant(service: ServiceDefinition): ServiceDefinition {
  const methods = Object.entries(service).map(([name, method]) => [name, tolerantMethod(method)]);
  return Object.fromEntries(methods);
}

type Method = MethodDefinition<unknown, unknown>;

function tolerantMethod(method: Method): Method {
  const requestDeserialize = (bytes: Buffer) => {
    try {
      return method.requestDeserialize(bytes);
    } catch (error) {
      return new Unreadable(error);
    }
  };
  return { ...method, requestDeserialize };
}
