import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../../kernel/ids.ts';
import type { ServingDeps } from '../deps.ts';

type Deps = Pick<ServingDeps, 'folder'>;

const folderOf = ({ folder }: Deps) => join(folder, 'exports');

/** A path for a file that lives as long as one piece of work, where nobody but the server looks: rows of the log are private. */
export async function scratchPath(deps: Deps, suffix: string): Promise<string> {
  await mkdir(folderOf(deps), { recursive: true, mode: 0o700 });
  return join(folderOf(deps), `${newId()}.${suffix}`);
}

/** Deletes what a process that was killed has left. */
export async function removeScratch(deps: Deps): Promise<void> {
  await rm(folderOf(deps), { recursive: true, force: true });
}
