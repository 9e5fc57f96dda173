import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createManualClock } from '../../src/kernel/clock.ts';
import { openServer } from '../support/in-process.ts';
import { cleanUp } from '../support/server-process.ts';

const base = '/api/2.0/mlflow-artifacts';
const clock = createManualClock(1_700_000_000_000);
let server: Awaited<ReturnType<typeof openServer>>;
let runId = '';
let place = '';

beforeAll(async () => {
  server = await openServer({}, { clock });
  const run = await server.call('POST', 'runs', { experiment: 'Default' });
  runId = run.body.id;
  place = `0/${runId}/artifacts`;
});

afterAll(async () => {
  await server?.close();
  await cleanUp();
});

const put = (path: string, body: string | Buffer) =>
  fetch(`${server.url}${base}/artifacts/${path}`, { method: 'PUT', body });
const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}${base}/artifacts/${path}`, { headers });
const list = async (path: string) =>
  (await server.call('GET', `${base}/artifacts?path=${encodeURIComponent(path)}`)).body;
const post = (path: string, body: unknown) => server.call('POST', `${base}/${path}`, body);
const objects = () =>
  readdirSync(join(server.home, 'objects'), { recursive: true, withFileTypes: true }).filter((one) => one.isFile());

describe('files by their location', () => {
  test('are listed as clients expect: base names, sizes of files that have one, nothing for what is no folder', async () => {
    for (const path of ['a b.txt', 'dir/größe.txt', 'dir/deep/100%25.txt', 'dir/empty']) {
      const stored = await put(`${place}/${path}`, path.endsWith('empty') ? '' : 'text');
      expect({ status: stored.status, body: await stored.text() }).toEqual({ status: 200, body: '{}' });
    }
    expect(await list(place)).toEqual({
      files: [
        { path: 'a b.txt', is_dir: false, file_size: 4 },
        { path: 'dir', is_dir: true },
      ],
    });
    const dir = [
      { path: 'deep', is_dir: true },
      { path: 'empty', is_dir: false },
      { path: 'größe.txt', is_dir: false, file_size: 4 },
    ];
    expect(await list(`${place}/dir`)).toEqual({ files: dir });
    for (const same of [`${place}/dir/`, `./${place}/./dir`]) expect(await list(same)).toEqual({ files: dir });
    for (const none of [`${place}/a b.txt`, `${place}/none`, 'nobody/none']) expect(await list(none)).toEqual({});
    const ofRun = await server.call('GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=dir`);
    expect(ofRun.body).toEqual({
      root_uri: `mlflow-artifacts:/${(await server.call('GET', `runs/${runId}`)).body.experimentId}/${runId}/artifacts`,
      files: dir.map((file) => ({ ...file, path: `dir/${file.path}` })),
    });
    expect((await server.call('GET', `/api/2.0/mlflow/artifacts/list?run_id=${'0'.repeat(32)}`)).body).toMatchObject({
      error_code: 'RESOURCE_DOES_NOT_EXIST',
    });
    expect((await server.call('GET', `runs/${runId}/artifacts?folder=dir`)).body.items).toHaveLength(3);
  });

  test('are given as attachments of the type their name tells, whole, in part and to HEAD', async () => {
    await put(`${place}/MLmodel`, 'flavors: {}');
    const whole = await get(`${place}/MLmodel`);
    expect(await whole.text()).toBe('flavors: {}');
    expect(whole.headers.get('content-type')).toBe('text/plain');
    expect(whole.headers.get('content-disposition')).toBe('attachment; filename="MLmodel"');
    const part = await get(`${place}/MLmodel`, { range: 'bytes=-2' });
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([206, '{}', 'bytes 9-10/11']);
    const tag = whole.headers.get('etag')!;
    expect((await get(`${place}/MLmodel`, { 'if-none-match': tag })).status).toBe(304);
    expect((await get(`${place}/MLmodel`, { range: 'bytes=90-' })).status).toBe(416);
    for (const path of [`${base}/artifacts/${place}/MLmodel`, `/api/v1/runs/${runId}/artifacts/MLmodel`]) {
      const head = await fetch(`${server.url}${path}`, { method: 'HEAD' });
      expect([head.status, head.headers.get('content-length')]).toEqual([200, '11']);
      const own = await fetch(`${server.url}${path}`, { headers: { range: 'bytes=0-6', 'if-range': tag } });
      expect([own.status, await own.text()]).toEqual([206, 'flavors']);
    }
    expect(await (await fetch(`${server.url}/get-artifact?run_uuid=${runId}&path=MLmodel`)).text()).toBe('flavors: {}');
  });

  test('that are not there, or are folders, are 404 in the words clients know', async () => {
    for (const path of ['none', 'dir']) {
      const answer = await get(`${place}/${path}`);
      expect(answer.status).toBe(404);
      expect(await answer.json()).toEqual({
        error_code: 'RESOURCE_DOES_NOT_EXIST',
        message: `No such artifact: '${path}'`,
      });
    }
  });

  test('are removed with all below them, again and again', async () => {
    await put(`${place}/gone/a/b`, 'x');
    for (let turn = 0; turn < 2; turn++) {
      const answer = await fetch(`${server.url}${base}/artifacts/${place}/gone`, { method: 'DELETE' });
      expect([answer.status, await answer.text()]).toEqual([200, '{}']);
    }
    expect(await list(`${place}/gone`)).toEqual({});
  });

  test('of the same content are stored once', async () => {
    const before = objects().length;
    const content = randomBytes(100_000);
    for (const path of [
      `${place}/one`,
      `${place}/two`,
      'nobody/three',
      `0/models/m-${'a'.repeat(32)}/artifacts/four`,
    ]) {
      expect((await put(path, content)).status).toBe(200);
    }
    expect(objects().length).toBe(before + 1);
  });

  test('over a folder, and below a file, are the mistake of who sends them', async () => {
    for (const path of ['dir', 'a b.txt/below']) {
      const answer = await put(`${place}/${path}`, 'x');
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({ error_code: 'INVALID_PARAMETER_VALUE' });
    }
  });

  test('of a page are small, and named', async () => {
    const upload = (query: string, body: string | Buffer) =>
      fetch(`${server.url}/ajax-api/2.0/mlflow/upload-artifact?${query}`, { method: 'POST', body });
    expect((await upload(`run_uuid=${runId}&path=page/x.txt`, 'of a page')).status).toBe(200);
    expect(await (await get(`${place}/page/x.txt`)).text()).toBe('of a page');
    for (const [query, body, message] of [
      ['path=x', 'x', 'Request must specify run_uuid.'],
      [`run_uuid=${runId}`, 'x', 'Request must specify path.'],
      [`run_uuid=${runId}&path=x`, '', 'Request must specify data.'],
    ] as const) {
      expect(await (await upload(query, body)).json()).toMatchObject({ message });
    }
    expect((await upload(`run_uuid=${runId}&path=x`, Buffer.alloc(11_000_000))).status).toBeLessThan(500);
  });
});

describe('large files', () => {
  test('come in parts at addresses of their own, and are made of them', async () => {
    const parts = [randomBytes(300_000), randomBytes(200_000)];
    const folder = `${place}/large`;
    const begun = await post(`mpu/create/${folder}`, { path: '/home/ada/model.bin', num_parts: 2 });
    expect(begun.body.credentials.map((one: { part_number: number }) => one.part_number)).toEqual([1, 2]);
    const sent = await Promise.all(
      begun.body.credentials.map((one: { url: string; part_number: number }) =>
        fetch(one.url, { method: 'PUT', body: parts[one.part_number - 1]! }),
      ),
    );
    expect(await list(folder)).toEqual({});
    const ended = {
      path: '/home/ada/model.bin',
      upload_id: begun.body.upload_id,
      parts: sent.map((answer: Response, i) => ({ part_number: i + 1, etag: answer.headers.get('etag'), url: 'x' })),
    };
    expect((await post(`mpu/complete/${place}/other`, ended)).status).toBe(400);
    expect(await post(`mpu/complete/${folder}`, ended)).toMatchObject({ status: 200, body: {} });
    expect(await post(`mpu/complete/${folder}`, ended)).toMatchObject({ status: 200 });
    const stored = Buffer.from(await (await get(`${folder}/model.bin`)).arrayBuffer());
    const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(digest(stored)).toBe(digest(Buffer.concat(parts)));
  });

  test('given up, or with parts that are not theirs, are none', async () => {
    const begun = await post(`mpu/create/${place}`, { path: 'x.bin', num_parts: 1 });
    const { upload_id } = begun.body;
    const wrong = await post(`mpu/complete/${place}`, {
      path: 'x.bin',
      upload_id,
      parts: [{ part_number: 1, etag: 'x' }],
    });
    expect([wrong.status, wrong.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE']);
    expect((await post(`mpu/abort/${place}`, { path: 'x.bin', upload_id })).status).toBe(200);
    const [{ url }] = begun.body.credentials;
    expect((await fetch(url, { method: 'PUT', body: 'late' })).status).toBe(404);
    for (const parts of [0, -1, 10_001]) {
      expect((await post(`mpu/create/${place}`, { path: 'x', num_parts: parts })).status).toBe(400);
    }
  });

  test('are fetched by range at an address that lives five minutes and shows one content', async () => {
    await put(`${place}/ranged.bin`, '0123456789');
    const { body } = await server.call('GET', `${base}/presigned/${place}/ranged.bin`);
    expect(body).toMatchObject({ headers: {}, file_size: 10 });
    await put(`${place}/ranged.bin`, 'abcdefghij');
    const part = await fetch(body.url, { headers: { range: 'bytes=2-4' } });
    expect([part.status, await part.text()]).toEqual([206, '234']);
    expect((await server.call('GET', `${base}/presigned/${place}/none`)).status).toBe(404);
    clock.advance(299_000);
    expect((await fetch(body.url)).status).toBe(200);
    clock.advance(1_000);
    expect((await fetch(body.url)).status).toBe(403);
    for (const ticket of [
      '',
      'x',
      'sealed:1:00000000:AAAA',
      new URL(body.url).searchParams.get('ticket')!.slice(0, -2),
    ]) {
      const at = `ticket=${encodeURIComponent(ticket)}`;
      expect((await fetch(`${server.url}${base}/file?${at}`)).status).toBe(403);
      expect((await fetch(`${server.url}${base}/part?${at}`, { method: 'PUT', body: 'x' })).status).toBe(403);
    }
  });

  test('of a store behind the server have no address', async () => {
    const answer = await server.call('POST', '/api/2.0/mlflow/artifacts/presigned-upload-url', {
      run_id: runId,
      path: 'x',
    });
    expect(answer).toMatchObject({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
    expect(answer.body.message).toMatch(/^Presigned upload is not supported for proxied artifact storage/);
  });
});
