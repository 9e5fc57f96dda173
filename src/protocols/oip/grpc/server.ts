import { setTimeout as sleep } from 'node:timers/promises';
import {
  logVerbosity,
  Server,
  ServerCredentials,
  setLogVerbosity,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import type { Predictor } from '../../../domains/serving/index.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ServerNames } from '../present-model.ts';
import { type Calling, handlerOf } from './calls.ts';
import { loadServices } from './codec.ts';
import { checkHealth, watchHealth } from './health.ts';
import { inferenceMethods } from './methods.ts';
import { answerStream, type InferStream } from './stream.ts';

/** How the protocol is offered over gRPC. */
export interface GrpcOptions extends ServerNames, Calling {
  host: string;
  /** 0 takes any free one. */
  port: number;
  /** The largest message in bytes, either way; 64 MiB unless said. */
  maxMessageBytes?: number;
}

/** A listening gRPC server. */
export interface GrpcServer {
  /** `127.0.0.1:8001` */
  address: string;
  /** Takes no new calls, ends streams, and waits for the calls under way, for 15 seconds at the most. */
  close(): Promise<void>;
}

const drainMs = 15_000;
/** What the last answers get to leave by. */
const flushMs = 250;
const windowBytes = 2 ** 20;

/** Starts the gRPC server, without TLS, which is a proxy's; fails with `port_taken` when another listens there. */
export async function startGrpc(serving: Predictor, options: GrpcOptions): Promise<GrpcServer> {
  const { maxMessageBytes = 64 * 2 ** 20, host, port } = options;
  // What goes wrong is told to whoever started it, not to standard error.
  setLogVerbosity(logVerbosity.NONE);
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc-node.flow_control_window': windowBytes,
    'grpc.enable_channelz': 0,
  });
  const stopping = new AbortController();
  const underWay = { count: 0 };
  addServices(server, { serving, options: { ...options, underWay }, stopping: stopping.signal });
  const bound = await bind(server, host, port);
  return {
    address: `${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      stopping.abort();
      await Promise.race([new Promise((resolve) => server.tryShutdown(resolve)), drained(underWay)]);
      // A client that keeps its connection, or does not read, holds nobody up.
      server.forceShutdown();
    },
  };
}

async function drained(underWay: { count: number }): Promise<void> {
  const endsAt = performance.now() + drainMs;
  while (underWay.count > 0 && performance.now() < endsAt) await sleep(10);
  await sleep(flushMs);
}

interface Offer {
  serving: Predictor;
  options: GrpcOptions;
  stopping: AbortSignal;
}

function addServices(server: Server, { serving, options, stopping }: Offer): void {
  const services = loadServices();
  const inference: UntypedServiceImplementation = {
    ModelStreamInfer: (stream: InferStream) => void answerStream({ ...options, serving, stopping }, stream),
  };
  for (const [name, method] of Object.entries(inferenceMethods(serving, options))) {
    inference[name] = handlerOf(options, name, method) as never;
  }
  server.addService(services.inference, inference);
  server.addService(services.health, {
    Check: handlerOf(options, 'Check', {
      permission: 'public',
      answer: (request: object) => checkHealth(serving, stopping, request),
    }) as never,
    Watch: (stream: Parameters<typeof watchHealth>[2]) => watchHealth(serving, stopping, stream),
  });
}

function bind(server: Server, host: string, port: number): Promise<number> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, bound) => {
      if (!error) return resolve(bound);
      try {
        const cure = 'Choose another with --grpc-port.';
        fail('port_taken', `gRPC cannot listen on ${address}: ${error.message}. ${cure}`, {
          field: 'grpcPort',
          value: port,
          cure,
          cause: error,
        });
      } catch (refusal) {
        reject(refusal);
      }
    });
  });
}
