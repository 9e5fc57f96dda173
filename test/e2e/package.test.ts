import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { assembleImage, type PackageProcess, startPackage } from '../support/package-process.ts';
import {
  cleanUp,
  newFolder,
  type Parsed,
  runTidemill,
  type ServerProcess,
  startServerProcess,
  until,
} from '../support/server-process.ts';
import { logisticModel } from '../support/test-models.ts';

const entry = 'src/cli/serve-main.ts';
let server: ServerProcess;
let folder: string;
let out: string;
let served: PackageProcess;

beforeAll(async () => {
  folder = await newFolder();
  server = await startServerProcess(await newFolder());
  const { digest } = await server.ok('POST', 'uploads', logisticModel({ a: 1, b: -1, bias: 0 }));
  await server.ok('POST', 'models/risk/versions', { digest });
  await server.ok('PUT', 'models/risk/aliases/champion', { version: 1 });
  await server.ok('PUT', 'endpoints/risk', { spec: { model: 'risk' } });
  out = join(folder, 'risk');
  const { code, stderr } = await packageInto(out);
  expect(code, stderr).toBe(0);
  await assembleImage(out, join(folder, 'app'), entry);
  served = await startPackage(join(folder, 'app'), entry, {
    AIP_HEALTH_ROUTE: '/vertex/health',
    AIP_PREDICT_ROUTE: '/vertex/predict',
  });
}, 120_000);
afterAll(async () => {
  if (served?.child.exitCode === null) served.child.kill('SIGKILL');
  await cleanUp();
});

const packageInto = (at: string, ...more: string[]) =>
  runTidemill(['endpoint', 'package', 'risk', '--out', at, '--url', server.url, ...more]);
const post = async (path: string, body: object) => {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(served.url + path, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json().catch(() => undefined)) as Parsed };
};
const get = async (path: string, headers: Record<string, string> = {}) => fetch(served.url + path, { headers });

describe('the command', () => {
  test('touches no folder with something in it, unless told to', async () => {
    const at = join(folder, 'full');
    await mkdir(at);
    await writeFile(join(at, 'notes.txt'), 'mine');
    const refused = await packageInto(at);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--force');
    expect((await packageInto(at, '--force', '--target', 'container')).code).toBe(0);
    expect(await readFile(join(at, 'notes.txt'), 'utf8')).toBe('mine');
    expect(await readFile(join(at, 'model', 'manifest.json'))).toEqual(
      await readFile(join(out, 'model', 'manifest.json')),
    );
  });

  test('tells wrong options and endpoints that are not there', async () => {
    expect((await packageInto(join(folder, 'none'), '--target', 'vm')).stderr).toContain('container, kubernetes');
    const missing = await runTidemill([
      'endpoint',
      'package',
      'nobody',
      '--out',
      join(folder, 'none'),
      '--url',
      server.url,
    ]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("'nobody'");
  });
});

describe('the packaged endpoint, confined as in its image', () => {
  const instances = [{ a: 2, b: 1 }];

  test('answers every protocol as the server does', async () => {
    const rows = { rows: [{ a: 2, b: 1 }] };
    const native = await post('/api/v1/endpoints/risk/predict', rows);
    const there = await server.ok('POST', 'endpoints/risk/predict', rows);
    expect(native.body.predictions[0].outputs).toEqual(there.predictions[0].outputs);
    const [, p] = native.body.predictions[0].outputs.probabilities;
    const input = (name: string, value: number) => ({ name, shape: [1, 1], datatype: 'FP32', data: [value] });
    const oip = await post('/v2/models/risk/infer', { inputs: [input('a', 2), input('b', 1)] });
    expect(oip.body.outputs.find(({ name }: { name: string }) => name === 'probabilities').data[1]).toBeCloseTo(p, 6);
    for (const path of ['/invocations', '/score', '/vertex/predict', '/v1/models/risk:predict']) {
      const { status, body } = await post(path, { instances });
      expect([path, status, JSON.stringify(body)]).toEqual([path, 200, expect.stringContaining(String(p).slice(0, 6))]);
    }
  });

  test('answers over gRPC', async () => {
    const { loadServices } = await import('../../src/protocols/oip/grpc/codec.ts');
    const { credentials, makeGenericClientConstructor } = await import('@grpc/grpc-js');
    const Health = makeGenericClientConstructor(loadServices().health as never, 'Health');
    const client = new Health(served.grpc, credentials.createInsecure());
    const status = await new Promise((resolve, reject) =>
      client['Check']!({ service: '' }, (error: Error | null, answer: { status: string }) =>
        error ? reject(error) : resolve(answer.status),
      ),
    );
    client.close();
    expect(status).toMatch(/SERVING|1/);
  });

  test('says how it is, by any host name', async () => {
    for (const path of ['/healthz', '/readyz', '/ping', '/v2/health/live', '/v2/health/ready', '/vertex/health'])
      expect([path, (await get(path)).status]).toEqual([path, 200]);
    const text = await (await get('/metrics')).text();
    const autoscaler = parse(await readFile(join(out, 'kubernetes', 'horizontalpodautoscaler.yaml'), 'utf8'));
    const names = autoscaler.spec.metrics.flatMap(
      (one: { pods?: { metric: { name: string } } }) => one.pods?.metric.name ?? [],
    );
    expect(names.length).toBe(2);
    for (const name of names) expect(text).toContain(`\n${name}{`);
  });

  test('answers the probes of its manifests', async () => {
    const { spec } = parse(await readFile(join(out, 'kubernetes', 'deployment.yaml'), 'utf8'));
    const [container] = spec.template.spec.containers;
    for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe'])
      expect((await get(container[probe].httpGet.path)).status).toBe(200);
    expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: true, runAsUser: 65_532 });
  });

  test('has no administration', async () => {
    expect((await get('/api/v1/endpoints')).status).toBe(404);
    expect((await get('/api/v1/models')).status).toBe(404);
    expect((await post('/v2/repository/models/risk/unload', {})).status).toBe(403);
    expect((await post('/api/v1/endpoints/risk/predict', { rows: instances, at: '2020-01-01T00:00:00Z' })).status).toBe(
      403,
    );
  });

  test('runs as nobody, where this machine lets a test arrange that', async () => {
    if (!served.isConfined) return;
    const status = await readFile(`/proc/${served.child.pid}/status`, 'utf8');
    expect(status).toMatch(/^Uid:\t65532\t65532/m);
    expect(status).toMatch(/^CapEff:\t0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\t1$/m);
    // Node finds compiled code by the user who wrote it.
    expect(await readdir(join(folder, 'app', 'cache'))).toEqual([expect.stringMatching(/-65532$/)]);
  });

  test('finishes what is under way when it is told to stop, takes nothing new, and ends with 0', async () => {
    const { hostname, port } = new URL(served.url);
    const body = JSON.stringify({ instances });
    const socket = connect(Number(port), hostname);
    const closed = once(socket, 'close');
    let answer = '';
    socket.on('data', (part: Buffer) => {
      answer += part.toString();
    });
    const head = ['POST /invocations HTTP/1.1', 'host: x', 'content-type: application/json', 'expect: 100-continue'];
    socket.write(`${head.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n`);
    // The server has taken the request: it waits for the body.
    await once(socket, 'data');
    served.child.kill('SIGTERM');
    await until('the port to close', () =>
      fetch(`${served.url}/healthz`, { headers: { connection: 'close' } }).then(
        (one) => !one.ok,
        () => true,
      ),
    );
    socket.write(body);
    await closed;
    const [code] = served.child.exitCode === null ? await once(served.child, 'exit') : [served.child.exitCode];
    expect(answer).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    expect(code).toBe(0);
    expect(served.stderr()).toBe('');
  });
});

describe('serve', () => {
  test('refuses what is no package, a changed file, and a wrong setting', async () => {
    const none = await runTidemill(['serve', folder]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('endpoint package');
    await writeFile(join(folder, 'full', 'model', 'model.onnx'), 'changed');
    const changed = await runTidemill(['serve', join(folder, 'full'), '--port', '0']);
    expect(changed.code).toBe(1);
    expect(changed.stderr).toContain('is not what was packaged');
    expect((await runTidemill(['serve', out, '--port', 'eighty'])).code).toBe(2);
  });
});
