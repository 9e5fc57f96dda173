import { readdir, rename, stat, unlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = 'unused-';

/** Where content lies while it is being cleared away. */
export function asideOf(staging: string, digest: string): string {
  return join(staging, prefix + digest);
}

/** Marks a file as put now, so that nobody clears it away; gives whether it was still there. */
export async function touch(place: string): Promise<boolean> {
  const now = new Date();
  return utimes(place, now, now).then(
    () => true,
    () => false,
  );
}

/** Whether a file is there and was last put before a moment. */
export async function isOlder(place: string, before: number): Promise<boolean> {
  const found = await stat(place).catch(() => undefined);
  return found !== undefined && found.mtimeMs < before;
}

/**
 * Removes a file that was last put before a moment; gives whether it did. The name goes before the age is looked at again:
 * whoever puts the same content meanwhile either marked it before, which shows and gives it its name back, or finds no file
 * and writes it anew.
 */
export async function clearAway({ place, aside }: { place: string; aside: string }, before: number): Promise<boolean> {
  if (!(await isOlder(place, before))) return false;
  try {
    await rename(place, aside);
    if (await isOlder(aside, before)) {
      await unlink(aside);
      return true;
    }
    await rename(aside, place);
  } catch (error) {
    // Another process that opened the store meanwhile has put it back.
    if ((error as { code?: string }).code !== 'ENOENT') throw error;
  }
  return false;
}

/** Gives back their names to files that a process was clearing away when it died. */
export async function restoreAside(staging: string, placeOf: (digest: string) => string): Promise<void> {
  for (const name of await readdir(staging)) {
    if (!name.startsWith(prefix)) continue;
    await rename(join(staging, name), placeOf(name.slice(prefix.length))).catch(() => {});
  }
}
