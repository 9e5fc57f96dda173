import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { cleanUp, newFolder, type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

afterEach(cleanUp);

const place = '/api/2.0/mlflow-artifacts/artifacts';
const piece = Buffer.alloc(1024 * 1024, 'tidemill');

/** Begins an upload that says it has 64 MB, sends half of it, and then waits; gives how to cut the connection. */
async function halfUpload(server: ServerProcess, path: string): Promise<() => void> {
  const upload = request(`${server.url}${path}`, { method: 'PUT', headers: { 'content-length': 64 * piece.length } });
  upload.on('error', () => {});
  for (let i = 0; i < 32; i++) await new Promise((sent) => upload.write(piece, sent));
  return () => upload.destroy();
}

const filesOf = async (folder: string) =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());

test('an upload that the client cuts leaves nothing, and what was there stays', async () => {
  const home = await newFolder();
  const server = await startServerProcess(home);
  await fetch(`${server.url}${place}/kept.bin`, { method: 'PUT', body: 'the old file' });
  for (const path of ['kept.bin', 'new.bin']) {
    const cut = await halfUpload(server, `${place}/${path}`);
    await until('1 staging files', async () => (await filesOf(join(home, 'staging'))).length === 1);
    cut();
    await until('0 staging files', async () => (await filesOf(join(home, 'staging'))).length === 0);
  }
  expect(await (await fetch(`${server.url}${place}/kept.bin`)).text()).toBe('the old file');
  expect((await fetch(`${server.url}${place}/new.bin`)).status).toBe(404);
  expect(await filesOf(join(home, 'objects'))).toHaveLength(1);
});

test('kill -9 in the middle of uploads, whole and in parts: nothing half is seen, and staging is clean', async () => {
  const home = await newFolder();
  let server = await startServerProcess(home);
  const created = await server.ok('POST', '/api/2.0/mlflow-artifacts/mpu/create/large', {
    path: 'parts.bin',
    num_parts: 2,
  });
  const [first, second] = created.credentials as { url: string }[];
  const sent = await fetch(first!.url, { method: 'PUT', body: piece });
  expect(sent.status).toBe(200);
  await halfUpload(server, `${place}/large/whole.bin`);
  await halfUpload(server, second!.url.replace(server.url, ''));
  await until('2 staging files', async () => (await filesOf(join(home, 'staging'))).length === 2);
  await server.kill();

  server = await startServerProcess(home);
  expect(await filesOf(join(home, 'staging'))).toEqual([]);
  expect(await filesOf(join(home, 'objects'))).toEqual([]);
  for (const path of ['large/whole.bin', 'large/parts.bin']) {
    expect((await fetch(`${server.url}${place}/${path}`)).status).toBe(404);
  }
  // The part that was acknowledged is still there; the upload goes on.
  const again = await fetch(`${server.url}${second!.url.slice(second!.url.indexOf('/api/'))}`, {
    method: 'PUT',
    body: piece,
  });
  const parts = [sent, again].map((answer, i) => ({ part_number: i + 1, etag: answer.headers.get('etag') }));
  await server.ok('POST', '/api/2.0/mlflow-artifacts/mpu/complete/large', {
    path: 'parts.bin',
    upload_id: created.upload_id,
    parts,
  });
  const whole = Buffer.from(await (await fetch(`${server.url}${place}/large/parts.bin`)).arrayBuffer());
  expect(createHash('sha256').update(whole).digest('hex')).toBe(
    createHash('sha256').update(piece).update(piece).digest('hex'),
  );
  expect(await filesOf(join(home, 'artifacts'))).toEqual([]);
});
