import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { systemActor } from '../kernel/actor.ts';
import { fail } from '../kernel/errors.ts';
import { type Route, route } from './route.ts';
import { listen, type Server } from './server.ts';

const declared = { method: 'POST', permission: 'a.write', summary: 'x', input: z.object({}) } as const;
const routes: Route[] = [
  route({
    ...declared,
    path: '/half',
    body: 'stream',
    async handle({ stream }) {
      let bytes = 0;
      for await (const part of stream) {
        bytes += (part as Buffer).length;
        if (bytes > 300_000) fail('disk_full', 'The disk is full.');
      }
    },
  }),
  route({
    ...declared,
    path: '/count',
    body: 'stream',
    output: z.object({ bytes: z.number() }),
    async handle({ stream }) {
      let bytes = 0;
      for await (const part of stream) bytes += (part as Buffer).length;
      return { bytes };
    },
  }),
];

let server: Server;
beforeAll(async () => {
  server = await listen({
    ...{ routes, host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 1_000_000 },
    authenticator: { authenticate: () => systemActor },
    onFault: (error) => console.error(error),
  });
});
afterAll(() => server.close());

const late = route({
  ...declared,
  path: '/late',
  body: 'stream',
  async handle({ stream }) {
    const body = stream;
    await new Promise((resolve) => setTimeout(resolve, 150));
    for await (const _ of body);
    heard.push('whole');
  },
});
routes.push({ ...late, handle: (call) => Promise.resolve(late.handle(call)).catch((error) => heard.push(error.code)) });
const heard: string[] = [];

const post = async (path: string, bytes: number) => {
  const body = Buffer.alloc(bytes, 1);
  const answer = await fetch(server.url + path, { method: 'POST', body });
  return [answer.status, await answer.text()];
};

test('a handler that stops in the middle of a body answers, and the next request on the connection is not lost', async () => {
  for (const bytes of [400_000, 4_000_000, 40_000_000, 4_000_000]) {
    expect((await post('/half', bytes))[0]).toBe(503);
    expect(await post('/count', bytes)).toEqual([200, JSON.stringify({ bytes })]);
  }
});

test('a client that goes away in the middle is an error of the reader, not an end', async () => {
  const gone = new AbortController();
  const parts = new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.alloc(1000)),
    pull: () => new Promise(() => setTimeout(() => gone.abort(), 20)),
  });
  const sent = fetch(`${server.url}/count`, { method: 'POST', body: parts, duplex: 'half', signal: gone.signal });
  await expect(sent).rejects.toThrow();
  expect(await post('/count', 5)).toEqual([200, '{"bytes":5}']);
});

test('a client that goes away before anybody reads ends nothing but its own request', async () => {
  const gone = new AbortController();
  const parts = new ReadableStream({ start: (controller) => controller.enqueue(Buffer.alloc(1000)) });
  const sent = fetch(`${server.url}/late`, { method: 'POST', body: parts, duplex: 'half', signal: gone.signal });
  setTimeout(() => gone.abort(), 50);
  await expect(sent).rejects.toThrow();
  await vi.waitFor(() => expect(heard).toEqual(['cancelled']));
  expect(await post('/count', 5)).toEqual([200, '{"bytes":5}']);
});
