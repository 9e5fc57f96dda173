import { credentials, Metadata, makeGenericClientConstructor } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Server } from '../../src/http/server.ts';
import { systemActor } from '../../src/kernel/actor.ts';
import { loadServices } from '../../src/protocols/oip/grpc/codec.ts';
import { type GrpcServer, openGrpc } from '../../src/protocols/oip/index.ts';
import { answeringRoutes } from '../support/runtimes.ts';
import { openServing, type ServingStack } from '../support/serving.ts';
import { logisticModel } from '../support/test-models.ts';

type Headers = Record<string, string>;
type Send = (message: object, metadata: Metadata, done: (error: unknown, reply: GrpcReply) => void) => void;
interface GrpcReply {
  parameters: { variant: { string_param: string } };
}

let stack: ServingStack;
let server: Server;
let grpc: GrpcServer;
let client: { ModelInfer: Send; close(): void };

beforeAll(async () => {
  stack = await openServing();
  await stack.register('m', logisticModel({ a: 1, b: 0, bias: 0 }), 'champion');
  const second = await stack.register('m', logisticModel({ a: 2, b: 0, bias: 0 }));
  const stickyKey = { header: 'X-User', cookie: 'uid', field: 'b' };
  const variants = [{ name: 'other', version: second, percent: 50 }];
  await stack.serving.declare(systemActor, 'e', { model: 'm', stickyKey, variants });
  server = await stack.listen({ routes: answeringRoutes(stack) });
  const onFault = (error: unknown) => stack.errors.push(error);
  const options = { name: 'tidemill', version: '1', host: '127.0.0.1', port: 0, maxMessageBytes: 100_000, onFault };
  grpc = await openGrpc(stack.serving, { ...options, authenticator: { authenticate: () => systemActor } });
  const Client = makeGenericClientConstructor(loadServices().inference as never, '');
  client = new Client(grpc.address, credentials.createInsecure()) as never as typeof client;
});
afterAll(async () => {
  client.close();
  await grpc.close();
  await stack.dispose();
});

async function post(path: string, body: object, headers: Headers): Promise<string> {
  const all = { 'content-type': 'application/json', ...headers };
  const response = await fetch(`${server.url}${path}`, { method: 'POST', headers: all, body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  await response.text();
  expect(response.headers.get('x-tidemill-version')).toMatch(/^[12]$/);
  return response.headers.get('x-tidemill-variant')!;
}

const tensor = (name: string, value: number) => ({ name, datatype: 'FP32', shape: [1, 1], data: [value] });
const grpcTensor = (name: string, value: number) => ({
  ...{ name, datatype: 'FP32', shape: [1, 1] },
  contents: { fp32_contents: [value] },
});

/** Each asks for one row whose column `b` is the given number, and tells which variant answered. */
const protocols: Record<string, (b: number, headers: Headers) => Promise<string>> = {
  native: (b, headers) => post('/api/v1/endpoints/e/predict', { rows: [{ a: 1, b }] }, headers),
  oip: (b, headers) => post('/v2/models/e/infer', { inputs: [tensor('a', 1), tensor('b', b)] }, headers),
  v1: (b, headers) => post('/v1/models/e:predict', { instances: [{ a: 1, b }] }, headers),
  mlflow: (b, headers) => post('/endpoints/e/invocations', { dataframe_records: [{ a: 1, b }] }, headers),
  grpc: (b, headers) =>
    new Promise((resolve, reject) => {
      const metadata = new Metadata();
      for (const [name, value] of Object.entries(headers)) metadata.set(name, value);
      const message = { model_name: 'e', inputs: [grpcTensor('a', 1), grpcTensor('b', b)] };
      client.ModelInfer(message, metadata, (error, reply) =>
        error ? reject(error) : resolve(reply.parameters.variant.string_param),
      );
    }),
};

/** Two keys that are dealt to different variants. */
async function keysOf(keyed: (key: number) => Promise<string>): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (let key = 1; Object.keys(found).length < 2 && key < 100; key++) found[await keyed(key)] ??= key;
  return found;
}

test('an asked variant goes before header, cookie, column and id, alike in every protocol', async () => {
  const byColumn = await keysOf((key) => protocols['native']!(key, {}));
  const byHeader = await keysOf((key) => protocols['native']!(0, { 'x-user': `u${key}` }));
  const byCookie = await keysOf((key) => protocols['native']!(0, { cookie: `uid=c${key}` }));
  const cookie = (variant: string) => `theme=dark; uid="c${byCookie[variant]}"`;
  for (const [name, ask] of Object.entries(protocols)) {
    for (const variant of ['champion', 'other']) {
      const rest = variant === 'champion' ? 'other' : 'champion';
      const told = (what: string) => `${name} by ${what}`;
      expect(await ask(byColumn[variant]!, {}), told('column')).toBe(variant);
      expect(await ask(byColumn[rest]!, { cookie: cookie(variant) }), told('cookie')).toBe(variant);
      const both = { 'x-user': `u${byHeader[variant]}`, cookie: cookie(rest) };
      expect(await ask(byColumn[rest]!, both), told('header')).toBe(variant);
      const asked = { 'x-tidemill-variant': variant, 'x-user': `u${byHeader[rest]}` };
      expect(await ask(byColumn[rest]!, asked), told('name')).toBe(variant);
    }
  }
  // Who asked by name was dealt to nothing: its propensity is 1.
  await stack.serving.compactLog();
  const { propensity } = await stack.serving.observations({ endpoint: 'e' });
  expect(new Set(propensity)).toEqual(new Set([0.5, 1]));
  expect(stack.errors).toEqual([]);
});
