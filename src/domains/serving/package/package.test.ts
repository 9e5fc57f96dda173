import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { openServing, type ServingStack } from '../../../../test/support/serving.ts';
import { logisticModel } from '../../../../test/support/test-models.ts';
import { systemActor } from '../../../kernel/actor.ts';
import { type ReadTarFile, readTar } from '../../../kernel/read-tar.ts';
import { openPackageFolder } from './package-folder.ts';
import { packageRequestSchema } from './package-schema.ts';
import type { Program } from './program.ts';

const program: Program = {
  version: '9.9.9',
  entry: 'src/cli/serve-main.ts',
  files: [{ path: 'package.json', bytes: Buffer.from('{}') }],
};

let stack: ServingStack;
let folder: string;
beforeAll(async () => {
  stack = await openServing({
    background: false,
    program: async () => program,
    runtimes: { allowProcesses: true, allowPrivateAddresses: true },
  });
  folder = await mkdtemp(join(tmpdir(), 'tidemill-package-'));
  await stack.register('risk', logisticModel({ a: 1, b: -1, bias: 0 }), 'champion');
  await stack.register('risk', logisticModel({ a: 2, b: -1, bias: 0 }));
  await declare('risk', { model: 'risk' });
});
afterAll(async () => {
  await stack.dispose();
  await rm(folder, { recursive: true, force: true });
});

const declare = (name: string, spec: object) => stack.serving.declare(systemActor, name, spec);
const request = (asked: object = {}) => packageRequestSchema.parse(asked);
const describeOf = (name: string, asked: object = {}) => stack.serving.packages.describe(name, request(asked));

async function archiveOf(name: string, asked: object = {}): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await stack.serving.packages.archive(name, request(asked))) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function textOf(file: ReadTarFile): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of file.content()) parts.push(part);
  return Buffer.concat(parts);
}

async function filesOf(name: string, asked: object = {}): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const archive = await archiveOf(name, asked);
  for await (const file of readTar(inPieces(archive))) files.set(file.name, await textOf(file));
  return files;
}

async function* inPieces(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1000) yield bytes.subarray(at, at + 1000);
}

type Yaml = ReturnType<typeof JSON.parse>;
const yamlOf = (files: Map<string, Buffer>, path: string): Yaml => parse(files.get(path)!.toString('utf8'));

describe('a package', () => {
  test('is the same bytes each time, and each file what was said of it', async () => {
    const [first, second] = [await archiveOf('risk'), await archiveOf('risk')];
    expect(first.equals(second)).toBe(true);
    const { files, contextBytes, digest } = await describeOf('risk');
    const written = await filesOf('risk');
    expect([...written.keys()].sort()).toEqual(files.map(({ path }) => path).sort());
    for (const { path, sha256 } of files)
      expect(createHash('sha256').update(written.get(path)!).digest('hex'), path).toBe(sha256);
    expect(contextBytes).toBeGreaterThan(written.get('model/model.onnx')!.length);
    expect(createHash('sha256').update(written.get('model/manifest.json')!).digest('hex')).toBe(digest);
  });

  test('holds the version with the largest share, or the one asked for', async () => {
    const variants = [{ name: 'arm', version: 2, percent: 60 }];
    await declare('split', { model: 'risk', variants });
    expect((await describeOf('split')).manifest.version.number).toBe(2);
    const { manifest, notices } = await describeOf('split', { version: 1 });
    expect(manifest.version.number).toBe(1);
    expect(manifest.spec.variants).toEqual([]);
    expect(notices.join()).not.toContain('splits');
    expect((await describeOf('split')).notices.join()).toContain('largest share');
  });

  test('is written for what it is asked for', async () => {
    const paths = [...(await filesOf('risk', { target: 'container' })).keys()];
    expect(paths).toContain('Dockerfile');
    expect(paths.filter((path) => /^(kubernetes|kserve|\.git|Jenkins)/.test(path))).toEqual([]);
  });

  test('maps a name that DNS does not allow, and says so', async () => {
    await declare('My Risk.Model', { model: 'risk' });
    const { resourceName, notices } = await describeOf('My Risk.Model');
    expect(resourceName).toMatch(/^my-risk-model-[0-9a-f]{8}$/);
    expect(notices[0]).toContain("'My Risk.Model'");
    const files = await filesOf('My Risk.Model');
    expect(yamlOf(files, 'kubernetes/deployment.yaml').metadata.name).toBe(resourceName);
  });

  test('keeps names of other alphabets where they are no labels', async () => {
    await stack.register('Прогноз "$x" \'y\' ${{ z }}', logisticModel({ a: 1, b: 0, bias: 0 }), 'champion');
    await declare('forecast', { model: 'Прогноз "$x" \'y\' ${{ z }}' });
    const files = await filesOf('forecast');
    const deployment = yamlOf(files, 'kubernetes/deployment.yaml');
    expect(deployment.metadata.annotations['tidemill.dev/model']).toBe('Прогноз "$x" \'y\' ${{ z }}');
    const dockerfile = files.get('Dockerfile')!.toString('utf8');
    expect(dockerfile).toContain('tidemill.dev/model="Прогноз \\"\\$x\\" \'y\' \\${{ z }}"');
    const workflow = yamlOf(files, '.github/workflows/forecast.yml');
    expect(workflow.env.MODEL).toBe("Прогноз \"$x\" 'y' ${{ '${{' }} z }}");
    expect(files.get('Jenkinsfile')!.toString('utf8')).toContain("MODEL = 'Прогноз \"$x\" \\'y\\' ${{ z }}'");
  });
});

describe('what cannot be packaged is refused with the cure', () => {
  test('an endpoint that is not there, or has no version', async () => {
    await expect(describeOf('nobody')).rejects.toMatchObject({ code: 'not_found' });
    await declare('waiting', { model: 'risk', alias: 'later' });
    await expect(describeOf('waiting')).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('--version'),
    });
    await expect(describeOf('risk', { version: 7 })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('a model over the limit', async () => {
    const big = await openServing({ background: false, program: async () => program });
    try {
      await big.register('big', Buffer.concat([logisticModel({ a: 1, b: 1, bias: 0 }), padding(2 ** 20)]), 'champion');
      await big.serving.declare(systemActor, 'big', { model: 'big' });
      await expect(big.serving.packages.describe('big', request({ maxModelMb: 1 }))).rejects.toMatchObject({
        code: 'too_large',
        message: expect.stringContaining('--max-model-mb'),
      });
    } finally {
      await big.dispose();
    }
  });

  test('a command of this machine', async () => {
    await declare('local', { model: 'risk', runtime: { kind: 'process', command: ['false'], startTimeoutMs: 100 } });
    await expect(describeOf('local')).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('remote'),
    });
  });

  test('wrong options', () => {
    for (const wrong of [
      { target: 'vm' },
      { image: 'UPPER CASE' },
      { namespace: 'Not_DNS' },
      { port: 80 },
      { replicas: 0 },
      { baseImage: 'a\nRUN evil' },
    ])
      expect(packageRequestSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
    const digest = `registry.example.com:5000/team/node:24@sha256:${'a'.repeat(64)}`;
    expect(packageRequestSchema.parse({ baseImage: digest }).baseImage).toBe(digest);
  });
});

/** An unknown field of a protobuf message, which readers pass over. */
function padding(bytes: number): Buffer {
  const varint = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)]);
  return Buffer.concat([Buffer.from([...varint((1000 << 3) | 2), ...varint(bytes)]), Buffer.alloc(bytes)]);
}

describe('a folder is opened only where it is what was packaged', () => {
  async function lay(name: string): Promise<string> {
    const at = join(folder, name);
    for (const [path, bytes] of await filesOf('risk', { target: 'container' })) {
      await mkdir(dirname(join(at, path)), { recursive: true });
      await writeFile(join(at, path), bytes);
    }
    return at;
  }

  test('unchanged, by the package or its model folder', async () => {
    const at = await lay('whole');
    const { manifest, read } = await openPackageFolder(at);
    expect(manifest.endpoint).toBe('risk');
    expect((await openPackageFolder(join(at, 'model'))).manifest).toEqual(manifest);
    expect((await read(manifest.version.servable!)).length).toBe(manifest.files[0]!.bytes);
  });

  test('not with a changed, longer or missing file, nor with another manifest', async () => {
    const at = await lay('changed');
    const { digest } = await openPackageFolder(at);
    await expect(openPackageFolder(at, '0'.repeat(64))).rejects.toMatchObject({ code: 'corrupt' });
    const model = join(at, 'model', 'model.onnx');
    const bytes = (await filesOf('risk')).get('model/model.onnx')!;
    const flipped = Buffer.from(bytes);
    flipped[flipped.length - 1]! ^= 1;
    for (const wrong of [flipped, Buffer.concat([bytes, Buffer.from('x')])]) {
      await writeFile(model, wrong);
      await expect(openPackageFolder(at, digest)).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining('model.onnx'),
      });
    }
    await rm(model);
    await expect(openPackageFolder(at)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining('missing'),
    });
  });

  test('not where a file changes after it was checked', async () => {
    const at = await lay('later');
    const { manifest, read } = await openPackageFolder(at);
    await writeFile(join(at, 'model', 'model.onnx'), 'something else');
    await expect(read(manifest.version.servable!)).rejects.toMatchObject({ code: 'corrupt' });
  });

  test('not where the manifest leads out of it, or is none', async () => {
    const at = await lay('leading');
    const path = join(at, 'model', 'manifest.json');
    const manifest = JSON.parse((await filesOf('risk')).get('model/manifest.json')!.toString());
    await writeFile(path, JSON.stringify({ ...manifest, files: [{ ...manifest.files[0], path: '../Dockerfile' }] }));
    await expect(openPackageFolder(at)).rejects.toMatchObject({ code: 'corrupt' });
    await writeFile(path, JSON.stringify({ ...manifest, format: 'tidemill-package/2' }));
    await expect(openPackageFolder(at)).rejects.toMatchObject({ code: 'invalid_setting' });
    await writeFile(path, 'not JSON');
    await expect(openPackageFolder(at)).rejects.toMatchObject({ code: 'corrupt' });
    await expect(openPackageFolder(folder)).rejects.toMatchObject({
      code: 'invalid_setting',
      message: expect.stringContaining('endpoint package'),
    });
  });
});
