import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { credentials, Metadata, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js';
import { loadServices } from '../../src/protocols/oip/grpc/codec.ts';
import { registerModel } from './seed.ts';
import type { ServerProcess } from './server-process.ts';

/** A port that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A model with two versions and an endpoint `ep` over it, with a shadow. */
export async function declareObserved(call: ServerProcess['call']): Promise<void> {
  await registerModel(call, 'm', 0);
  await registerModel(call, 'm', 1);
  await must(call('PUT', 'models/m/aliases/champion', { version: 1 }));
  const spec = { model: 'm', variants: [{ name: 'dark', version: 2, shadow: true }] };
  await must(call('PUT', 'endpoints/ep', { spec }));
}

async function must(answer: ReturnType<ServerProcess['call']>): Promise<void> {
  const { status, body } = await answer;
  if (status >= 300) throw new Error(JSON.stringify(body));
}

const tensor = (name: string) => ({ name, datatype: 'FP32', shape: [2, 1] });
type Send = (method: string, path: string, body: unknown, headers?: Record<string, string>) => Promise<unknown>;

/** Asks the endpoint `ep` once in each protocol; each call gets the headers given. */
export function askEach(call: ServerProcess['call'], grpcAddress: string) {
  const send: Send = (method, path, body, headers) => call(method, path, body, headers);
  const rows = [
    { a: 1, b: 0 },
    { a: 0, b: 1 },
  ];
  const inputs = ['a', 'b'].map((name) => ({ ...tensor(name), data: [1, 0] }));
  return {
    native: (headers = {}) => send('POST', 'endpoints/ep/predict', { rows }, headers),
    'oip-rest': (headers = {}) => send('POST', '/v2/models/ep/infer', { inputs }, headers),
    'oip-grpc': (headers = {}) => askGrpc(grpcAddress, headers),
    mlflow: (headers = {}) => send('POST', '/endpoints/ep/invocations', { dataframe_records: rows }, headers),
    v1: (headers = {}) => send('POST', '/v1/models/ep:predict', { instances: rows }, headers),
  };
}

/** Sends messages over one stream of gRPC and gives back what came. */
export async function streamGrpc(
  address: string,
  messages: number,
  headers: Record<string, string>,
): Promise<unknown[]> {
  const Client = makeGenericClientConstructor(loadServices().inference as never, '');
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const inputs = ['a', 'b'].map((name) => ({ ...tensor(name), contents: { fp32_contents: [1, 0] } }));
  const stream = (client as never as { ModelStreamInfer(metadata: Metadata): Duplex }).ModelStreamInfer(metadata);
  for (let at = 0; at < messages; at++) stream.write({ model_name: 'ep', inputs });
  stream.end();
  const replies = await stream.toArray();
  client.close();
  return replies;
}

type Unary = (message: object, metadata: Metadata, done: (error: ServiceError | null, reply: object) => void) => void;

async function askGrpc(address: string, headers: Record<string, string>): Promise<unknown> {
  const Client = makeGenericClientConstructor(loadServices().inference as never, '');
  const client = new Client(address, credentials.createInsecure());
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
  const inputs = ['a', 'b'].map((name) => ({ ...tensor(name), contents: { fp32_contents: [1, 0] } }));
  const ask = (client as never as { ModelInfer: Unary }).ModelInfer.bind(client);
  try {
    return await new Promise((resolve, reject) => {
      ask({ model_name: 'ep', inputs }, metadata, (error, reply) => (error ? reject(error) : resolve(reply)));
    });
  } finally {
    client.close();
  }
}
