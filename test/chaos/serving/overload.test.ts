import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { identityModel } from '../../support/identity-model.ts';
import { createLoad, type LoadAnswer } from '../../support/load-generator.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { forestModel } from '../../support/test-models.ts';

afterEach(cleanUp);

// In the gate a whole minute, as people run it; otherwise as long as it takes queues to fill many times over.
const overloadMs = Number(process.env['TIDEMILL_TEST_OVERLOAD_SECONDS'] ?? 5) * 1000;
const [features, rows] = [30, 256];

async function openModel(name: string, bytes: Uint8Array, more: object = {}): Promise<ServerProcess> {
  const server = await startServerProcess(await newFolder());
  const { digest } = await server.ok('POST', 'uploads', bytes);
  await server.ok('POST', `models/${name}/versions`, { digest });
  await server.ok('PUT', `models/${name}/aliases/champion`, { version: 1 });
  await server.ok('PUT', `endpoints/${name}`, { spec: { model: name, ...more } });
  return server;
}

/** A binary request of so many rows and columns to a model's one input. */
function binaryRequest(url: string, model: string, [name, count, width]: [string, number, number]) {
  const data = Float32Array.from({ length: count * width }, (_, at) => ((at * 7919) % 1000) / 1000);
  const inputs = [{ name, datatype: 'FP32', shape: [count, width], parameters: { binary_data_size: data.byteLength } }];
  const head = Buffer.from(JSON.stringify({ id: 'o', inputs, parameters: { binary_data_output: true } }));
  const headers = { 'inference-header-content-length': String(head.length) };
  const body = Buffer.concat([head, Buffer.from(data.buffer)]);
  return { url: `${url}/v2/models/${model}/infer`, headers, body };
}

/** The highest of the samples of each half of a time. */
async function watchMemory(server: ServerProcess, during: Promise<unknown>): Promise<[number, number]> {
  const samples: number[] = [];
  let isOver = false;
  void during.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    samples.push(await server.memoryBytes());
    await sleep(200);
  }
  await during;
  const half = samples.length >> 1;
  return [Math.max(...samples.slice(0, half)), Math.max(...samples.slice(half))];
}

test('twice the load that it can take: right answers or an honest refusal, memory flat, and well at once after it', {
  timeout: overloadMs + 60_000,
}, async () => {
  // A forest that keeps a core busy for some milliseconds a request, behind a short queue.
  const forest = forestModel({ trees: 200, depth: 8, features });
  const server = await openModel('forest', forest, { timeoutMs: 1000, maxQueueRows: 8192 });
  const load = createLoad(binaryRequest(server.url, 'forest', ['X', rows, features]));
  const right = (await load.post()).body;
  expect(right.length).toBeGreaterThan(rows * 8);

  let answered = 0;
  const peakMs = 2000;
  await load.closed(16, peakMs, ({ status }) => {
    if (status === 200) answered++;
  });
  const peak = (answered * 1000) / peakMs;

  const counts = new Map<number, number>();
  const wrong: LoadAnswer[] = [];
  const startedAt = performance.now();
  let good = 0;
  const overload = load.open(2 * peak, overloadMs, (answer) => {
    counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
    if (answer.status === 200 ? !answer.body.equals(right) : ![429, 504].includes(answer.status)) wrong.push(answer);
    if (answer.status === 429 && !(Number(answer.retryAfter) >= 1)) wrong.push(answer);
    // Whoever waits longer than the endpoint's time limit has an answer, but no good one.
    if (answer.status === 200 && answer.endedAt - startedAt < overloadMs) good++;
  });
  const [before, after] = await watchMemory(server, overload);
  const goodput = (good * 1000) / overloadMs;
  const told = [...counts].map(([status, count]) => `${status}: ${count}`).join(', ');
  console.log(
    `peak ${peak.toFixed(0)}/s, at twice that ${goodput.toFixed(0)}/s (${((100 * goodput) / peak).toFixed(0)} %); ${told}; ` +
      `memory ${(before / 2 ** 20).toFixed(0)} then ${(after / 2 ** 20).toFixed(0)} MB`,
  );
  expect(wrong.map(({ status, body }) => [status, body.toString('utf8', 0, 200)])).toEqual([]);
  expect(good).toBeGreaterThan(0);
  // What garbage that waits for its collection may look like.
  expect(after - before).toBeLessThan(160 * 2 ** 20);
  expect((await load.post()).status).toBe(200);
  load.close();
  expect(await server.stop()).toBe(0);
  expect(server.stderr()).toBe('');
});

test('clients that ask without end and never read: memory stays, others are answered', {
  timeout: 60_000,
}, async () => {
  // Answers so large that what the system holds for a reader is full after a few.
  const server = await openModel('same', identityModel('FP32', 256));
  const asked = binaryRequest(server.url, 'same', ['x', 200, 256]);
  const { body, headers } = asked;
  const load = createLoad(asked);
  expect((await load.post()).status).toBe(200);
  const { hostname, port } = new URL(server.url);
  const words = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST /v2/models/same/infer HTTP/1.1\r\nhost: ${hostname}\r\n${words.join('')}content-length: ${body.length}\r\n\r\n`;
  const whole = Buffer.concat([Buffer.from(head), body]);
  const before = await server.memoryBytes();
  const greedy = Array.from({ length: 10 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.pause();
    // One after the other without waiting, as fast as the server takes them.
    const write = () => {
      while (!socket.destroyed && socket.writableLength < 2 ** 20 && socket.write(whole));
      if (!socket.destroyed) setTimeout(write, 20).unref();
    };
    write();
    return socket;
  });
  // Until the system holds no byte more for any of them: then nothing is taken from them either.
  const written = () => greedy.reduce((sum, socket) => sum + socket.bytesWritten, 0);
  const others = (async () => {
    for (let still = 0, last = 0; still < 8; last = written()) {
      // Greedy neighbours fill the queue: a refusal is honest, silence or a fault is not.
      expect([200, 429, 504]).toContain((await load.post()).status);
      await sleep(200);
      still = written() === last ? still + 1 : 0;
    }
  })();
  const [, after] = await watchMemory(server, others);
  for (const socket of greedy) socket.destroy();
  console.log(`memory ${(before / 2 ** 20).toFixed(0)} then ${(after / 2 ** 20).toFixed(0)} MB`);
  // Some answers a connection, what the log holds and what the allocator keeps; without bounds it would grow for ever.
  expect(after - before).toBeLessThan(1200 * 2 ** 20);
  await expect.poll(async () => (await load.post()).status, { timeout: 10_000 }).toBe(200);
  load.close();
  expect(await server.stop()).toBe(0);
});
