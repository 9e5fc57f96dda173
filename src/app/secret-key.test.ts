import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSecretBox } from './secret-key.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-key-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('the key is made on first use, for its owner alone, and opens what it sealed from then on', async () => {
  const file = join(folder, 'secrets', 'secret-key');
  const boxes = await Promise.all([openSecretBox(file), openSecretBox(file)]);
  const sealed = boxes[0]!.seal('the secret', 'here');
  for (const box of [...boxes, await openSecretBox(file)]) expect(box.open(sealed, 'here')).toBe('the secret');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'secrets'))).mode & 0o777).toBe(0o700);
  expect(Buffer.from(await readFile(file, 'utf8'), 'base64')).toHaveLength(32);
});

test.each(['', 'short', 'A'.repeat(88)])('a file that holds no key (%j) is refused, not replaced', async (text) => {
  const file = join(folder, 'wrong');
  await writeFile(file, text);
  await expect(openSecretBox(file)).rejects.toMatchObject({ code: 'invalid_setting' });
  expect(await readFile(file, 'utf8')).toBe(text);
});
