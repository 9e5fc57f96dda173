import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cleanUp, createCaller, newFolder, runTidemill, startServerProcess, until } from '../support/server-process.ts';

afterEach(cleanUp);

test('SIGTERM drains: what is under way is answered, new connections are refused, the exit code is 0', async () => {
  const server = await startServerProcess(await newFolder());
  await server.ok('POST', 'experiments', { name: 'e' });
  const { id } = await server.ok('POST', 'runs', { experiment: 'e' });
  const { port } = new URL(server.url);
  // An upload whose body is still coming when the signal arrives.
  const socket = connect(Number(port), '127.0.0.1');
  let answer = '';
  socket.on('data', (part) => {
    answer += part;
  });
  const ended = new Promise((resolve) => socket.once('close', resolve));
  const size = 200_000;
  socket.write(`PUT /api/v1/runs/${id}/artifacts/slow.bin HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${size}\r\n`);
  socket.write(`Content-Type: application/octet-stream\r\n\r\n${'x'.repeat(size / 2)}`);
  const stream = fetch(`${server.url}/api/v1/ledger/stream`).then((reply) => reply.text());
  await server.call('GET', 'health');

  const exit = server.stop();
  const isRefused = () =>
    fetch(`${server.url}/api/v1/health`).then(
      () => false,
      () => true,
    );
  await until('new connections to be refused', isRefused);
  socket.write('x'.repeat(size / 2));
  expect(await exit).toBe(0);
  await ended;
  expect(answer).toMatch(/^HTTP\/1\.1 201 /);
  await stream.catch(() => undefined);
  expect(server.stderr()).not.toMatch(/"level":50/);

  const next = await startServerProcess(
    server.stdout().length ? (JSON.parse(server.stdout()) as { home: string }).home : '',
  );
  expect((await next.call('GET', `runs/${id}/artifacts/slow.bin`)).body).toHaveLength(size);
  expect(await next.stop()).toBe(0);
});

test('the line a server prints names where it is; without --json it is one for people', async () => {
  const home = await newFolder();
  const server = await startServerProcess(home);
  expect(JSON.parse(server.stdout())).toEqual({ url: server.url, home, pid: server.child.pid });
  expect(server.stdout().trim().split('\n')).toHaveLength(1);
  expect(await server.stop()).toBe(0);
});

test('/metrics is Prometheus text, the API document is OpenAPI 3.1 and the committed one, HEAD and OPTIONS are sane', async () => {
  const server = await startServerProcess(await newFolder());
  await server.call('GET', 'datasets');
  checkMetrics((await server.call('GET', '/metrics')).body);

  const document = (await server.call('GET', 'openapi.json')).body;
  const committed = JSON.parse(await readFile(join(import.meta.dirname, '../../openapi.json'), 'utf8'));
  expect(document).toEqual(committed);
  checkOpenApi(document);

  const head = await server.call('HEAD', 'health');
  const full = await server.call('GET', 'health');
  expect([head.status, head.body]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(full.headers.get('content-length'));
  const options = await server.call('OPTIONS', 'health');
  expect(options.status).toBeLessThan(500);
  expect(options.headers.get('access-control-allow-origin')).toBeNull();
  for (const headers of [{ host: 'evil.example' }, { origin: 'https://evil.example' }] as Record<string, string>[]) {
    const refused = await server.call('GET', 'health', undefined, headers);
    // fetch sets Host itself; what it lets through is Origin.
    if ('origin' in headers) expect([refused.status, refused.body.code]).toEqual([403, 'forbidden_host']);
  }
  expect(await server.stop()).toBe(0);
});

/** Checks the exposition format line by line, as Prometheus reads it. */
function checkMetrics(text: string): void {
  const label = '[a-zA-Z_]\\w*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"';
  const sample = new RegExp(`^([a-zA-Z_:][\\w:]*)(?:\\{(?:${label}(?:,${label})*,?)?\\})? (\\S+)(?: \\d+)?$`);
  const types = new Map<string, string>();
  const seen = new Set<string>();
  for (const line of text.trimEnd().split('\n')) {
    if (line === '' || line.startsWith('# HELP ')) continue;
    const declared = /^# TYPE (\S+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (declared) {
      expect([declared[1], types.has(declared[1]!)]).toEqual([declared[1], false]);
      types.set(declared[1]!, declared[2]!);
      continue;
    }
    const [, name, value] = sample.exec(line) ?? expect.fail(`not a sample: ${line}`);
    expect(value === '+Inf' || /^nan$/i.test(value!) || Number.isFinite(Number(value))).toBe(true);
    const family = types.has(name!) ? name! : name!.replace(/_(bucket|sum|count)$/, '');
    expect([line, types.has(family)]).toEqual([line, true]);
    const series = line.slice(0, line.lastIndexOf(' '));
    expect([series, seen.has(series)]).toEqual([series, false]);
    seen.add(series);
  }
  expect(types.get('tidemill_http_request_duration_seconds')).toBe('histogram');
  expect(text.endsWith('\n')).toBe(true);
}

interface Operation {
  operationId?: string;
  responses?: object;
  parameters?: { name: string; in: string; required?: boolean }[];
}

/** Checks the structure: version, operations, parameters of paths, and that every reference leads somewhere. */
function checkOpenApi(document: { openapi: string; info: object; paths: Record<string, Record<string, Operation>> }) {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.info).toMatchObject({ title: expect.any(String), version: expect.any(String) });
  const ids = new Set<string>();
  for (const [path, operations] of Object.entries(document.paths)) {
    expect(path).toMatch(/^\/[^:?]*$/);
    const named = [...path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]!);
    for (const [method, operation] of Object.entries(operations)) {
      expect(['get', 'put', 'post', 'patch', 'delete']).toContain(method);
      expect([path, method, ids.has(operation.operationId!)]).toEqual([path, method, false]);
      ids.add(operation.operationId!);
      expect(Object.keys(operation.responses ?? {}).length).toBeGreaterThan(0);
      const inPath = (operation.parameters ?? []).filter((one) => one.in === 'path');
      expect([path, inPath.map((one) => one.name).sort()]).toEqual([path, named.sort()]);
      expect(inPath.every((one) => one.required)).toBe(true);
    }
  }
  const text = JSON.stringify(document);
  for (const [, reference] of text.matchAll(/"\$ref":"([^"]+)"/g)) {
    expect(reference).toMatch(/^#\//);
    const found = reference!
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key.replaceAll('~1', '/')], document);
    expect([reference, typeof found]).toEqual([reference, 'object']);
  }
}

test('with --auth the admin token is shown once; tokens work, are revoked, and a proxied request needs one', async () => {
  const home = await newFolder();
  const flags = ['--auth'];
  const first = await startServerProcess(home, { flags });
  const token = first.adminToken!;
  expect(token).toMatch(/^tma_/);
  expect((await createCaller(first.url)('GET', 'me')).status).toBe(401);
  const me = await first.ok('GET', 'me');
  expect(me.permissions).toEqual(['*']);
  const made = await first.ok('POST', 'tokens', { name: 'reader', permissions: ['data.read'] });
  const reader = createCaller(first.url, made.secret);
  expect((await reader('GET', 'datasets')).status).toBe(200);
  expect((await reader('GET', 'models')).status).toBe(403);
  await first.ok('DELETE', `tokens/${made.token.id}`);
  expect((await reader('GET', 'datasets')).status).toBe(401);
  expect(await first.stop()).toBe(0);
  for (const secret of [token, made.secret]) expect(first.stderr()).not.toContain(secret);

  const second = await startServerProcess(home, { flags, token });
  expect(second.adminToken).toBeUndefined();
  expect(second.stdout()).not.toContain(token);
  expect((await second.call('GET', 'me')).status).toBe(200);
  expect(await second.stop()).toBe(0);

  const open = await startServerProcess(home);
  expect((await open.call('GET', 'me')).status).toBe(200);
  for (const header of ['x-forwarded-for', 'forwarded']) {
    const proxied = await open.call('GET', 'me', undefined, { [header]: '203.0.113.5' });
    expect([header, proxied.status]).toEqual([header, 401]);
  }
  expect(await open.stop()).toBe(0);
});

test('every address is served with --auth, none but loopback without', async () => {
  const home = await newFolder();
  const { code, stderr } = await runTidemill(['server', '--port', '0', '--host', '0.0.0.0', '--home', home]);
  expect([code, stderr]).toEqual([2, expect.stringContaining('--auth')]);
  const server = await startServerProcess(home, { flags: ['--host', '0.0.0.0', '--auth'] });
  const { port } = new URL(server.url);
  const caller = createCaller(`http://127.0.0.1:${port}`);
  expect((await caller('GET', 'health')).status).toBe(200);
  expect((await caller('GET', 'datasets')).status).toBe(401);
  expect(await server.stop()).toBe(0);
});
