import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { systemActor } from '../../../src/kernel/actor.ts';
import { answeringRoutes, openWithProcesses, processCommand, registerWeights } from '../../support/runtimes.ts';
import { openServing, type ServingStack } from '../../support/serving.ts';
import { logisticModel } from '../../support/test-models.ts';

const stacks: ServingStack[] = [];
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  for (const stack of stacks.splice(0)) await stack.dispose();
});

async function openAt(stack: Promise<ServingStack>) {
  const opened = await stack;
  stacks.push(opened);
  const server = await opened.listen({ routes: answeringRoutes(opened) });
  const predict = async (endpoint: string, a: number) => {
    const url = `${server.url}/api/v1/endpoints/${endpoint}/predict`;
    const response = await fetch(url, { method: 'POST', body: JSON.stringify({ rows: [{ a, b: 0 }] }) });
    const text = await response.text();
    return { status: response.status, wait: response.headers.get('retry-after'), text };
  };
  return { stack: opened, server, predict };
}

/** Ids of processes of this machine whose command line holds a text. */
function processesOf(text: string): number[] {
  const names = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  return names.map(Number).filter((pid) => commandOf(pid).includes(text));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

describe.runIf(process.platform === 'linux')('a process', () => {
  async function openProcess() {
    const opened = await openAt(openWithProcesses());
    const { stack } = opened;
    await registerWeights(stack, { model: 'm', weights: { a: 1, b: 0 }, alias: 'champion' });
    await stack.serving.declare(systemActor, 'e', {
      model: 'm',
      runtime: { kind: 'process', command: processCommand },
    });
    expect((await stack.serving.endpoint('e')).reason).toBeUndefined();
    return opened;
  }

  test('that is killed again and again answers 503 meanwhile, never anything wrong, and comes back', async () => {
    const { stack, predict } = await openProcess();
    const found = new Map<number, number>();
    let stop = false;
    const load = Array.from({ length: 4 }, async () => {
      while (!stop) {
        const { status, wait, text } = await predict('e', 1);
        found.set(status, (found.get(status) ?? 0) + 1);
        if (status === 200) expect(text).toContain('0.731058');
        else expect([status, Number(wait)]).toEqual([503, 1]);
        await sleep(5);
      }
    });
    for (let round = 0; round < 6; round++) {
      const [pid] = processesOf(stack.folder);
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      await sleep(150);
    }
    await expect.poll(async () => (await predict('e', 1)).status, { timeout: 10_000 }).toBe(200);
    stop = true;
    await Promise.all(load);
    expect([...found.keys()].sort()).toEqual([200, 503]);
    expect(stack.serving.runtimes('e')[0]!.restarts).toBeGreaterThanOrEqual(3);
  }, 30_000);

  test('that ends itself on a row fails that row alone, and is started again', async () => {
    const { stack, predict } = await openProcess();
    expect((await predict('e', 99)).status).toBe(503);
    await expect.poll(async () => (await predict('e', 1)).status, { timeout: 10_000 }).toBe(200);
    const lines = stack.serving.runtimeLogs('e').flatMap((one) => one.lines);
    expect(lines).toContain('[tidemill] it ended with code 3; it is started again');
    // Whoever runs as root may write anywhere; what counts is what the files allow.
    const folder = join(stack.folder, 'predictions-processes');
    const model = join(folder, readdirSync(folder)[0]!, 'model');
    expect([model, join(model, 'weights.json')].map((path) => statSync(path).mode & 0o777)).toEqual([0o500, 0o400]);
    const environment = lines.find((line) => line.startsWith('environment'));
    expect(environment).toContain('HOME');
    expect(environment).not.toContain('AWS');
  }, 20_000);

  test('that stands still is ended and started again', async () => {
    const { stack, predict } = await openProcess();
    const pid = processesOf(stack.folder).find((one) => !commandOf(one).includes('/bin/sh'));
    process.kill(pid!, 'SIGSTOP');
    await expect.poll(() => processesOf(stack.folder).includes(pid!), { timeout: 15_000 }).toBe(false);
    await expect.poll(async () => (await predict('e', 1)).status, { timeout: 10_000 }).toBe(200);
  }, 30_000);

  test('ends with the server, its folders too; what a server left is ended by the next', async () => {
    const { stack } = await openProcess();
    const folder = join(stack.folder, 'predictions-processes');
    expect(readdirSync(folder)).toHaveLength(1);
    const [pid] = processesOf(stack.folder);
    const { endStrays } = await import('../../../src/domains/serving/runtime/process-folder.ts');
    expect(await endStrays(folder)).toBe(1);
    await expect.poll(() => processesOf(stack.folder).includes(pid!)).toBe(false);
    await stack.serving.undeclare(systemActor, 'e');
    stacks.splice(stacks.indexOf(stack), 1);
    await stack.close();
    expect(processesOf(stack.folder)).toEqual([]);
    expect(existsSync(folder) ? readdirSync(folder) : []).toEqual([]);
  }, 20_000);

  test('is started only where the server allows it, by those who may, and never by itself', async () => {
    const { stack } = await openAt(openServing());
    await registerWeights(stack, { model: 'm', weights: { a: 1, b: 0 }, alias: 'champion' });
    const runtime = { kind: 'process', command: processCommand };
    const refused = await stack.serving.declare(systemActor, 'e', { model: 'm', runtime });
    expect(refused).toMatchObject({ state: 'failed', reason: expect.stringContaining('--allow-process-runtimes') });
    const clerk = { id: 'c', kind: 'user' as const, name: 'clerk', permissions: ['endpoints.write'] };
    await expect(stack.serving.declare(clerk, 'f', { model: 'm', runtime })).rejects.toMatchObject({
      code: 'forbidden',
    });
    const plain = await stack.serving.declare(systemActor, 'g', { model: 'm' });
    expect(plain).toMatchObject({ state: 'failed', reason: expect.stringContaining('without an ONNX file') });
    expect(processesOf(stack.folder)).toEqual([]);
  });
});

describe('a remote server', () => {
  /** A server that answers metadata and, of `infer`, what `behave` says. */
  async function openFar(behave: (respond: (status: number, body: string) => void) => void) {
    const seen: { headers: Record<string, unknown>; url: string }[] = [];
    const tensors = (names: string[]) => names.map((name) => ({ name, datatype: 'FP64', shape: [-1, 1] }));
    const metadata = JSON.stringify({ name: 'm', inputs: tensors(['a', 'b']), outputs: tensors(['y']) });
    const far = createServer((request, response) => {
      request.resume();
      if (request.method === 'GET') return void response.end(request.url === '/v2' ? '{}' : metadata);
      seen.push({ headers: request.headers, url: request.url! });
      behave((status, body) => response.writeHead(status, { 'retry-after': '7' }).end(body));
    });
    servers.push(far);
    await once(far.listen(0, '127.0.0.1'), 'listening');
    return { far, seen, url: `http://127.0.0.1:${(far.address() as AddressInfo).port}/v2/models/m` };
  }

  async function openTowards(url: string, more: Record<string, unknown> = {}, allowPrivateAddresses = true) {
    const { createSecretBox } = await import('../../../src/kernel/secret-box.ts');
    const secrets = createSecretBox(new Uint8Array(32).fill(7));
    const opened = await openAt(openServing({ runtimes: { allowPrivateAddresses, secrets } }));
    await opened.stack.register('m', logisticModel({ a: 1, b: 0, bias: 0 }), 'champion');
    const { timeoutMs = 300, ...runtime } = more;
    const declare = () =>
      opened.stack.serving.declare(systemActor, 'e', {
        model: 'm',
        timeoutMs,
        runtime: { kind: 'remote', url, ...runtime },
      });
    return { ...opened, declare, endpoint: await declare() };
  }

  const answer = JSON.stringify({ outputs: [{ name: 'y', datatype: 'FP64', shape: [1, 1], data: [0.5] }] });

  test('that stalls costs each request its deadline at first, then nothing: the circuit opens, and closes when it is well', async () => {
    let isWell = false;
    const { url, seen } = await openFar((respond) => void (isWell && respond(200, answer)));
    const { predict, stack } = await openTowards(url, { breaker: { failures: 3, openMs: 1000 } });
    for (let i = 0; i < 3; i++) expect((await predict('e', 1)).status).toBe(504);
    const asked = seen.length;
    const shed = await Promise.all(Array.from({ length: 50 }, () => predict('e', 1)));
    // Where this takes so long that one request may try again, that one waits in vain.
    const refused = shed.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    expect(shed.filter(({ status }) => status !== 503 && status !== 504)).toEqual([]);
    expect(Number(refused[0]!.wait)).toBeGreaterThanOrEqual(1);
    expect(seen.length - asked).toBeLessThanOrEqual(2);
    expect(stack.serving.runtimes('e')[0]!.state).toBe('open');
    isWell = true;
    await expect.poll(async () => (await predict('e', 1)).status, { timeout: 10_000 }).toBe(200);
    expect(stack.serving.runtimes('e')[0]!.state).toBe('ready');
  }, 20_000);

  test.each([
    [429, 429, '7'],
    [500, 500, null],
    [400, 500, null],
    [503, 503, '7'],
    [504, 504, null],
    [302, 503, '7'],
  ])('its %d is our %d', async (theirs, ours, wait) => {
    const { url, seen } = await openFar((respond) => respond(theirs, '{"error":"as told"}'));
    const { predict } = await openTowards(url);
    const reply = await predict('e', 1);
    expect([reply.status, reply.wait]).toEqual([ours, wait]);
    expect(reply.text).toContain('as told');
    // What was answered is never asked again behind the caller's back.
    expect(seen).toHaveLength(1);
  });

  test('that answers nonsense is a failure of the model', async () => {
    for (const body of [
      '',
      'no json',
      '{}',
      '{"outputs":[{"name":"y","datatype":"FP64","shape":[1,1],"data":[1,2]}]}',
    ]) {
      const { url } = await openFar((respond) => respond(200, body));
      const { predict } = await openTowards(url);
      expect((await predict('e', 1)).status).toBe(500);
    }
  });

  test('is shown its credential, which nobody else is', async () => {
    const { url, seen } = await openFar((respond) => respond(200, answer));
    const { stack, predict } = await openTowards(url);
    await stack.serving.setCredential(systemActor, 'e', { header: 'Authorization', value: 'Bearer far-secret' });
    await predict('e', 1);
    expect(seen.at(-1)!.headers['authorization']).toBe('Bearer far-secret');
    const told = JSON.stringify([await stack.serving.endpoint('e'), await stack.ledger.read({ limit: 1000 })]);
    expect(told).not.toContain('far-secret');
    await stack.serving.setCredential(systemActor, 'e');
    await predict('e', 1);
    expect(seen.at(-1)!.headers['authorization']).toBeUndefined();
  });

  test('at a private address is not asked unless that is allowed', async () => {
    const { url, seen } = await openFar((respond) => respond(200, answer));
    const { endpoint } = await openTowards(url, {}, false);
    expect(endpoint).toMatchObject({ state: 'failed', reason: expect.stringContaining('not a public address') });
    for (const address of [
      'http://0x7f000001/v2/models/m',
      'http://[::ffff:127.0.0.1]/v2/models/m',
      'file:///etc/passwd',
    ]) {
      expect((await openTowards(address, {}, false)).endpoint.state).toBe('failed');
    }
    expect(seen).toEqual([]);
  });

  test('that is away when the endpoint is declared is found when it comes', async () => {
    const { url, far } = await openFar((respond) => respond(200, answer));
    const { port } = far.address() as AddressInfo;
    far.closeAllConnections();
    await new Promise((resolve) => far.close(resolve));
    const { endpoint, predict } = await openTowards(url);
    expect(endpoint.state).toBe('failed');
    expect((await predict('e', 1)).status).toBe(503);
    await once(far.listen(port, '127.0.0.1'), 'listening');
    await expect.poll(async () => (await predict('e', 1)).status, { timeout: 15_000, interval: 500 }).toBe(200);
  }, 20_000);
});

test('clients that never read hold up nobody', async () => {
  const { stack, server, predict } = await openAt(openServing());
  await stack.register('m', logisticModel({ a: 1, b: 0, bias: 0 }), 'champion');
  await stack.serving.declare(systemActor, 'e', { model: 'm' });
  const { hostname, port } = new URL(server.url);
  const rows = Array.from({ length: 5000 }, () => ({ a: 1, b: 0 }));
  const body = JSON.stringify({ dataframe_records: rows });
  const head = `POST /endpoints/e/invocations HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
  const lazy = Array.from({ length: 20 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    socket.pause();
    socket.write(head + body);
    return socket;
  });
  for (let i = 0; i < 50; i++) expect((await predict('e', 1)).status).toBe(200);
  for (const socket of lazy) socket.destroy();
  expect((await predict('e', 1)).status).toBe(200);
  expect(stack.errors).toEqual([]);
}, 30_000);
