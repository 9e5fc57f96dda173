import { randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fail } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import { createSecretBox, type SecretBox } from '../kernel/secret-box.ts';

/** Opens the box that secrets are kept in. Its key, 32 bytes in base64, is in a file of its own, made when it is missing. */
export async function openSecretBox(file: string): Promise<SecretBox> {
  const text = (await readIfThere(file)) ?? (await makeKeyFile(file));
  const key = Buffer.from(text.trim(), 'base64');
  if (key.length !== 32) {
    const cure = 'It must hold 32 bytes in base64; put the right one back from a backup.';
    fail('invalid_setting', `${file} does not hold a key for secrets. ${cure}`, { field: 'secretKeyFile', cure });
  }
  return createSecretBox(key);
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

async function makeKeyFile(file: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${newId()}`;
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(`${randomBytes(32).toString('base64')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  // A link, unlike a rename, does not replace the key that another process has made meanwhile.
  await link(draft, file).catch((error: { code?: string }) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(draft, { force: true });
  return readFile(file, 'utf8');
}
