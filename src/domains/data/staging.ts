import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../kernel/ids.ts';

/** Folders for work that is not finished; nothing in them is ever seen as data. */
export interface Staging {
  /** Runs work with a folder of its own, which is gone afterwards. */
  within<T>(work: (folder: string) => Promise<T>): Promise<T>;
}

/** Opens the staging folder, removing what processes that are gone have left in it. */
export async function openStaging(folder: string): Promise<Staging> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const pid = Number(/^(\d+)-/.exec(name)?.[1]);
    if (!pid || pid === process.pid || !isAlive(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
  return {
    async within(work) {
      const own = join(folder, `${process.pid}-${newId()}`);
      await mkdir(own, { recursive: true });
      try {
        return await work(own);
      } finally {
        await rm(own, { recursive: true, force: true });
      }
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
