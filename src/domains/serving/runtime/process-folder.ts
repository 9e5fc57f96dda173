import { createWriteStream } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { processStart, signalGroup } from '../../pipelines/index.ts';
import type { Registry } from '../../registry/index.ts';
import type { WantedModel } from './runtime-model.ts';

/** Folders of a process: the version's files, which it only reads, and one it may write in. */
export interface ProcessFolder {
  root: string;
  model: string;
  work: string;
}

/** Lays a version's files out in a folder of its own that nobody else may enter; they can only be read. */
export async function layOut(
  registry: Registry,
  parent: string,
  { model, version }: WantedModel,
): Promise<ProcessFolder> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const root = await mkdtemp(join(parent, 'process-'));
  const folder = { root, model: join(root, 'model'), work: join(root, 'work') };
  await mkdir(folder.work, { mode: 0o700 });
  await mkdir(folder.model, { mode: 0o700 });
  const at = { model, version };
  const folders = new Set([folder.model]);
  for (const { path } of await registry.versions.files(at)) {
    const target = join(folder.model, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    for (let one = dirname(target); one.length > folder.model.length; one = dirname(one)) folders.add(one);
    const { stream } = await registry.versions.openFile(at, path);
    await pipeline(stream, createWriteStream(target, { mode: 0o400, flags: 'wx' }));
  }
  for (const one of folders) await chmod(one, 0o500);
  return folder;
}

/** Removes a process's folders. */
export async function removeFolder({ root }: Pick<ProcessFolder, 'root'>): Promise<void> {
  await makeWritable(join(root, 'model')).catch(() => {});
  await rm(root, { recursive: true, force: true, maxRetries: 3 });
}

async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await makeWritable(join(folder, entry.name));
  }
}

const pidFile = 'process.json';

/** Notes which process uses a folder, so that one that outlives this server can be ended by the next. */
export async function notePid({ root }: Pick<ProcessFolder, 'root'>, pid: number): Promise<void> {
  await writeFile(join(root, pidFile), JSON.stringify({ pid, startedAt: processStart(pid) }));
}

/** Ends what a server that was killed left behind, and removes its folders; only before anything is started. */
export async function endStrays(parent: string): Promise<number> {
  const roots = (await readdir(parent).catch(() => [])).filter((name) => name.startsWith('process-'));
  let ended = 0;
  for (const name of roots) {
    const root = join(parent, name);
    const noted = await readFile(join(root, pidFile), 'utf8').catch(() => '{}');
    const { pid, startedAt } = parseNote(noted);
    // A number alone may by now be another program's.
    if (pid !== undefined && startedAt !== undefined && processStart(pid) === startedAt) {
      signalGroup(pid, 'SIGKILL');
      ended++;
    }
    await removeFolder({ root });
  }
  return ended;
}

function parseNote(text: string): { pid?: number; startedAt?: string } {
  try {
    return JSON.parse(text) as { pid?: number; startedAt?: string };
  } catch {
    return {};
  }
}
