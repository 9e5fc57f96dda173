import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { registerModel } from '../../support/seed.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess, until } from '../../support/server-process.ts';

afterEach(cleanUp);

const biases = [0, 2];
const scoreOf = (version: number, a: number) => 1 / (1 + Math.exp(-(a + biases[version - 1]!)));

async function openEndpoint(home: string): Promise<ServerProcess> {
  const server = await startServerProcess(home);
  for (const bias of biases) await registerModel(server.call, 'm', bias);
  await server.ok('PUT', 'models/m/aliases/champion', { version: 1 });
  await server.ok('PUT', 'endpoints/e', { spec: { model: 'm' } });
  return server;
}

interface Seen {
  failures: unknown[];
  answered: number;
  versions: Set<number>;
}

/** Asks without a pause until told to stop; each answer must be what its version gives. */
function askOn(server: ServerProcess, callers: number): Seen & { stop(): Promise<void> } {
  const seen: Seen = { failures: [], answered: 0, versions: new Set() };
  let isOver = false;
  const caller = async (at: number) => {
    while (!isOver) {
      const a = (at * 31 + seen.answered) % 7;
      const { status, body } = await server
        .call('POST', 'endpoints/e/predict', { rows: [{ a, b: 0 }] })
        .catch((error: Error) => ({ status: 0, body: error.message }));
      const version = body?.version as number;
      const wanted = status === 200 ? scoreOf(version, a) : Number.NaN;
      const found = body?.predictions?.[0]?.outputs?.probabilities?.[1];
      if (!(Math.abs(wanted - found) < 1e-5)) seen.failures.push([status, body]);
      seen.versions.add(version);
      seen.answered++;
    }
  };
  const all = Array.from({ length: callers }, (_, at) => caller(at));
  return Object.assign(seen, {
    async stop() {
      isOver = true;
      await Promise.all(all);
    },
  });
}

test('versions change, others come and go, the same is loaded again: no request fails, no answer is of two versions', {
  timeout: 60_000,
}, async () => {
  const server = await openEndpoint(await newFolder());
  await server.ok('PUT', 'endpoints/other', { spec: { model: 'm' } });
  const seen = askOn(server, 6);
  for (let round = 0; round < 6; round++) {
    const version = 1 + ((round + 1) % 2);
    await server.ok('PUT', 'models/m/aliases/champion', { version });
    await server.ok('POST', '/v2/repository/models/other/unload', {});
    await until('the version to change', async () => {
      const { body } = await server.call('POST', 'endpoints/e/predict', { rows: [{ a: 0, b: 0 }] });
      return body.version === version;
    });
    await server.ok('POST', '/v2/repository/models/e/load', {});
    await server.ok('POST', '/v2/repository/models/other/load', {});
    await server.ok('PUT', 'endpoints/e', { spec: { model: 'm', timeoutMs: 5000 + round } });
    await server.ok('PUT', `endpoints/more-${round}`, { spec: { model: 'm' } });
    if (round > 0) await server.call('DELETE', `endpoints/more-${round - 1}`);
    await sleep(50);
  }
  await seen.stop();
  expect(seen.failures).toEqual([]);
  expect([...seen.versions].sort()).toEqual([1, 2]);
  expect(seen.answered).toBeGreaterThan(100);
  console.log(`${seen.answered} requests answered through 6 changes of version`);
  expect(await server.stop()).toBe(0);
});

/** The file of a digest below a server's home. */
async function fileOf(home: string, digest: string): Promise<string> {
  const names = await readdir(home, { recursive: true });
  const found = names.find((name) => name.replaceAll('/', '').endsWith(digest));
  return join(home, found!);
}

test('a model file that was corrupted on disk is refused with its digest, while what serves goes on', {
  timeout: 60_000,
}, async () => {
  const home = await newFolder();
  let server = await openEndpoint(home);
  const { digest } = await server.ok('GET', 'models/m/versions/2');
  const file = await fileOf(home, digest);
  const whole = await readFile(file);
  expect(createHash('sha256').update(whole).digest('hex')).toBe(digest);
  const broken = Buffer.from(whole);
  broken[broken.length >> 1]! ^= 0x55;
  await writeFile(file, broken);

  const seen = askOn(server, 3);
  await server.ok('PUT', 'models/m/aliases/champion', { version: 2 });
  const told = await until('the refusal', async () => {
    const endpoint = await server.ok('GET', 'endpoints/e');
    return JSON.stringify(endpoint).includes(digest.slice(0, 12)) && endpoint;
  });
  expect(told.reason).toContain(digest.slice(0, 12));
  await sleep(200);
  await seen.stop();
  expect(seen.failures).toEqual([]);
  expect([...seen.versions]).toEqual([1]);

  // A server that starts with it does not serve it either, and says why; whole again, it is served.
  await server.kill();
  server = await startServerProcess(home);
  const { status, body } = await server.call('POST', 'endpoints/e/predict', { rows: [{ a: 0, b: 0 }] });
  if (status === 200) expect(body.version).toBe(1);
  else expect(status).toBe(503);
  await writeFile(file, whole);
  await server.call('POST', '/v2/repository/models/e/load', {});
  await until('version 2', async () => {
    const { body: now } = await server.call('POST', 'endpoints/e/predict', { rows: [{ a: 0, b: 0 }] });
    return now.version === 2;
  });
  expect(await server.stop()).toBe(0);
});
