import { setTimeout as sleep } from 'node:timers/promises';
import {
  type ChannelCredentials,
  type ClientDuplexStream,
  type ClientReadableStream,
  credentials,
  Metadata,
  makeGenericClientConstructor,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { type Actor, systemActor } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import { type GrpcServer, openGrpc } from '../index.ts';
import { loadServices } from './codec.ts';

type Message = Record<string, unknown>;
type Unary = (
  message: Message,
  metadata: Metadata,
  options: object,
  done: (error: ServiceError | null, reply: Message) => void,
) => { cancel(): void };
interface Wire {
  [method: string]: Unary;
}

let stack: ServingStack;
let server: GrpcServer;
let wire: Wire;
let health: Wire;
const reader: Actor = { id: 'r', kind: 'user', name: 'reader', permissions: ['endpoints.read'] };
const actors: Record<string, Actor> = { 'Bearer all': systemActor, 'Bearer reader': reader };

const clientOf = (service: object, address: string) =>
  new (makeGenericClientConstructor(service as never, ''))(
    address,
    credentials.createInsecure() as ChannelCredentials,
  ) as never as Wire;

const metadataOf = (token?: string) => {
  const metadata = new Metadata();
  if (token) metadata.set('authorization', `Bearer ${token}`);
  return metadata;
};

function call(
  method: string,
  message: Message = {},
  { token = 'all', ...options }: { token?: string; deadline?: number } = {},
) {
  return new Promise<Message>((resolve, reject) => {
    wire[method]!(message, metadataOf(token), options, (error, reply) => (error ? reject(error) : resolve(reply)));
  });
}

const input = (name: string, value: number) => ({
  name,
  datatype: 'FP32',
  shape: [1, 1],
  contents: { fp32_contents: [value] },
});
const risk = (id: string, a: number, model = 'risk') => ({
  model_name: model,
  id,
  inputs: [input('a', a), input('b', 0)],
});
const open = () => {
  const authenticate = ({ authorization = '' }) => actors[authorization] ?? fail('unauthenticated', 'Who are you?');
  const options = { name: 'tidemill', version: '1', host: '127.0.0.1', port: 0, authenticator: { authenticate } };
  return openGrpc(stack.serving, {
    ...options,
    maxMessageBytes: 100_000,
    onFault: (error) => stack.errors.push(error),
  });
};

beforeAll(async () => {
  stack = await openServing();
  await stack.register('risk', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.serving.declare(systemActor, 'risk', { model: 'risk' });
  server = await open();
  const services = loadServices();
  wire = clientOf(services.inference, server.address);
  health = clientOf(services.health, server.address);
});
afterAll(async () => {
  (wire as never as { close(): void }).close();
  (health as never as { close(): void }).close();
  await server.close();
  await stack.dispose();
});

describe('who may', () => {
  test('probes need no token, everything else the permission that REST asks for', async () => {
    for (const method of ['ServerLive', 'ServerReady', 'ServerMetadata']) await call(method, {}, { token: '' });
    await expect(call('ModelInfer', risk('x', 1), { token: '' })).rejects.toMatchObject({
      code: status.UNAUTHENTICATED,
    });
    await expect(call('ModelInfer', risk('x', 1), { token: 'reader' })).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    await expect(call('RepositoryModelUnload', { model_name: 'risk' }, { token: 'reader' })).rejects.toMatchObject({
      code: status.PERMISSION_DENIED,
    });
    await call('ModelStatistics', { name: 'risk' }, { token: 'reader' });
  });

  test('a stream of a stranger ends before anything is answered', async () => {
    const stream = openStream('nobody');
    stream.write(risk('x', 1));
    await expect(collect(stream)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  });
});

function openStream(token = 'all'): ClientDuplexStream<Message, Message> {
  const start = wire['ModelStreamInfer'] as never as (metadata: Metadata) => ClientDuplexStream<Message, Message>;
  return start.call(wire, metadataOf(token));
}

function collect(stream: ClientReadableStream<Message>, seen: Message[] = []): Promise<Message[]> {
  return new Promise((resolve, reject) => {
    stream.on('data', (message: Message) => seen.push(message));
    stream.on('error', reject);
    stream.on('end', () => resolve(seen));
  });
}

describe('streams', () => {
  test('answer in the order of the requests, errors among them, however many', async () => {
    const stream = openStream();
    const answers = collect(stream);
    for (let at = 0; at < 300; at++) stream.write(risk(`s${at}`, at, at % 10 === 9 ? 'nobody' : 'risk'));
    stream.end();
    const seen = (await answers) as { error_message?: string; infer_response: { id: string } }[];
    expect(seen.map((one) => one.infer_response.id)).toEqual(Array.from({ length: 300 }, (_, at) => `s${at}`));
    const failed = seen.filter((one) => one.error_message);
    expect(failed).toHaveLength(30);
    expect(failed[0]!.error_message).toMatch(/^Request for unknown model/);
  });

  test('the last answer is marked where the client wants that', async () => {
    const stream = openStream();
    const answers = collect(stream);
    stream.write({ ...risk('f', 1), parameters: { triton_enable_empty_final_response: { bool_param: true } } });
    stream.end();
    expect(await answers).toMatchObject([
      { infer_response: { parameters: { triton_final_response: { bool_param: true } } } },
    ]);
  });

  test('a client that leaves in the middle harms nobody', async () => {
    const stream = openStream();
    stream.on('error', () => {});
    for (let at = 0; at < 100; at++) stream.write(risk(`g${at}`, at));
    stream.cancel();
    expect(await call('ModelInfer', risk('after', 1))).toMatchObject({ id: 'after' });
  });
});

describe('limits', () => {
  test('a deadline that has passed, and one that passes', async () => {
    await expect(call('ModelInfer', risk('d', 1), { deadline: Date.now() - 1 })).rejects.toMatchObject({
      code: status.DEADLINE_EXCEEDED,
    });
    const message = { ...risk('d', 1), parameters: { timeout: { int64_param: 1 } } };
    await expect(call('ModelInfer', message)).rejects.toMatchObject({ code: status.DEADLINE_EXCEEDED });
  });

  test('a call that is cancelled while it waits is dropped before the model runs', async () => {
    await stack.serving.declare(systemActor, 'lone', { model: 'risk' });
    const calls = Array.from({ length: 20 }, (_, at) => {
      const one = wire['ModelInfer']!(risk(`c${at}`, at, 'lone'), metadataOf('all'), {}, () => {});
      one.cancel();
      return one;
    });
    expect(calls).toHaveLength(20);
    expect(await call('ModelInfer', risk('after', 1, 'lone'))).toMatchObject({ id: 'after' });
    const { rows, failed } = stack.serving.inferenceStats({ endpoint: 'lone' })[0]!;
    // What the server never saw is no request; what it saw either ran or was dropped.
    expect(rows + failed.count).toBeLessThanOrEqual(21);
    await stack.serving.undeclare(systemActor, 'lone');
  });

  test('a message over the limit is refused, one below it answered', async () => {
    const big = (bytes: number) => call('ModelInfer', { ...risk('x'.repeat(bytes), 1) });
    await expect(big(120_000)).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
    expect(await big(90_000)).toMatchObject({ model_name: 'risk' });
  });

  test('a full queue says when to come again', async () => {
    await stack.serving.declare(systemActor, 'narrow', { model: 'risk', maxQueueRows: 2 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, at) => call('ModelInfer', risk(`n${at}`, at, 'narrow'))),
    );
    const refused = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as ServiceError] : []));
    for (const error of refused) {
      expect(error.code).toBe(status.RESOURCE_EXHAUSTED);
      expect(Number(error.metadata.get('grpc-retry-pushback-ms')[0])).toBeGreaterThanOrEqual(1000);
    }
    expect(refused.length).toBeLessThan(60);
    await stack.serving.undeclare(systemActor, 'narrow');
  });
});

describe('repository and health', () => {
  const check = (service: string) =>
    new Promise<unknown>((resolve, reject) => {
      health['Check']!({ service }, new Metadata(), {}, (error, reply) =>
        error ? reject(error) : resolve(reply['status']),
      );
    });

  test('an endpoint that is unloaded is not ready until it is loaded', async () => {
    await call('RepositoryModelUnload', { model_name: 'risk' });
    expect(await call('ModelReady', { name: 'risk' })).toEqual({ ready: false });
    expect(await check('risk')).toBe('NOT_SERVING');
    expect(await check('')).toBe('SERVING');
    await expect(call('ModelInfer', risk('u', 1))).rejects.toMatchObject({ code: status.UNAVAILABLE });
    expect(await call('RepositoryIndex')).toMatchObject({
      models: [{ name: 'risk', state: 'UNAVAILABLE', reason: 'unloaded' }],
    });
    await call('RepositoryModelLoad', { model_name: 'risk' });
    expect(await call('ModelReady', { name: 'risk' })).toEqual({ ready: true });
    expect(await call('ModelReady', { name: 'risk', version: '7' })).toEqual({ ready: false });
    expect(await call('ModelReady', { name: 'nobody' })).toEqual({ ready: false });
    await expect(call('RepositoryModelLoad', { model_name: 'nobody' })).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: expect.stringContaining('failed to load'),
    });
    await expect(check('nobody')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('a watcher hears of the end, and a server that stops answers what is under way', async () => {
    const second = await open();
    const services = loadServices();
    const [other, watching] = [clientOf(services.inference, second.address), clientOf(services.health, second.address)];
    const watch = watching['Watch'] as never as (message: Message) => ClientReadableStream<Message>;
    const heard: Message[] = [];
    const ended = collect(watch.call(watching, { service: '' }), heard);
    const answers = Promise.all(
      Array.from({ length: 20 }, (_, at) => {
        return new Promise((resolve) => {
          other['ModelInfer']!(risk(`z${at}`, at), metadataOf('all'), {}, (error, reply) =>
            resolve(error?.code ?? reply['id']),
          );
        });
      }),
    );
    while (heard.length === 0) await sleep(5);
    await second.close();
    expect((await answers).every((one) => one === status.UNAVAILABLE || /^z\d+$/.test(String(one)))).toBe(true);
    await ended;
    expect(heard).toEqual([{ status: 'SERVING' }, { status: 'NOT_SERVING' }]);
    for (const client of [other, watching]) (client as never as { close(): void }).close();
  });
});
