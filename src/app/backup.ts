import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { lockHome } from '../database/home-lock.ts';
import { fail } from '../kernel/errors.ts';
import type { Settings } from '../settings.ts';
import { databaseFile } from './foundations.ts';
import { version } from './version.ts';

/** What a backup holds. */
export interface Backup {
  folder: string;
  madeAt: string;
  version: string;
  files: number;
  bytes: number;
}

/** What is copied of a home folder beside the database. The rest is made again, or belongs to the running process. */
const folders = ['objects', 'artifacts', 'predictions'];
const card = 'backup.json';

/**
 * Copies a home folder, also beside a server that uses it. Files are copied before and after the database: whatever its
 * snapshot refers to was there at one of the two times.
 */
export async function backupHome(
  settings: Settings,
  to: string,
  onFile: () => void = () => undefined,
): Promise<Backup> {
  const { home, database } = settings;
  if (database) {
    const cure = 'Back it up with pg_dump, and copy the home folder.';
    fail('unsupported', `The data is in PostgreSQL. ${cure}`, { field: 'database', cure });
  }
  if (!existsSync(databaseFile(home)))
    fail('not_found', `${home} is not the home of a server.`, { field: 'home', value: home });
  await refuseFull(to);
  await mkdir(to, { recursive: true, mode: 0o700 });
  // Keys go first: a checkpoint kept with them must not be newer than the database.
  const copied = await copyTree(join(home, 'secrets'), join(to, 'secrets'), onFile);
  for (const name of folders) await copyTree(join(home, name), join(to, name), onFile);
  snapshot(databaseFile(home), databaseFile(to));
  for (const name of folders) add(copied, await copyTree(join(home, name), join(to, name), onFile));
  const { size } = await stat(databaseFile(to));
  const made = { madeAt: new Date().toISOString(), version, files: copied.files + 1, bytes: copied.bytes + size };
  await writeFile(join(to, card), `${JSON.stringify(made, null, 2)}\n`);
  return { folder: to, ...made };
}

/** Makes a home folder of a backup; it must be empty or missing. */
export async function restoreHome(from: string, home: string, onFile: () => void = () => undefined): Promise<Backup> {
  if (!existsSync(join(from, card))) {
    fail('not_found', `${from} is not a complete backup: it holds no ${card}.`, { field: 'from', value: from });
  }
  const made = JSON.parse(await readFile(join(from, card), 'utf8')) as Omit<Backup, 'folder'>;
  await refuseFull(home);
  const lock = await lockHome(home);
  try {
    for (const name of ['secrets', ...folders]) await copyTree(join(from, name), join(home, name), onFile);
    snapshot(databaseFile(from), databaseFile(home));
  } finally {
    lock.release();
  }
  return { folder: home, ...made };
}

async function refuseFull(folder: string): Promise<void> {
  const standing = existsSync(folder) ? await readdir(folder) : [];
  if (standing.length === 0) return;
  const cure = 'Name one that is empty or does not exist.';
  fail('already_exists', `The folder ${folder} is not empty. ${cure}`, { field: 'folder', value: folder, cure });
}

/** A copy of a database as it stands at one moment, checked. */
function snapshot(from: string, to: string): void {
  const source = new DatabaseSync(from);
  try {
    source.prepare('vacuum into ?').run(to);
  } finally {
    source.close();
  }
  const copy = new DatabaseSync(to, { readOnly: true });
  try {
    const found = Object.values(copy.prepare('pragma quick_check(1)').get() ?? {})[0];
    if (found !== 'ok') fail('corrupt', `The copy of the database is damaged: ${found}.`);
  } finally {
    copy.close();
  }
}

interface Copied {
  files: number;
  bytes: number;
}

function add(sum: Copied, one: Copied): void {
  sum.files += one.files;
  sum.bytes += one.bytes;
}

/** Copies what is not there yet in the same size; files that go while it copies are left out. */
async function copyTree(from: string, to: string, onFile: () => void): Promise<Copied> {
  const copied = { files: 0, bytes: 0 };
  if (!existsSync(from)) return copied;
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(to, relative(from, source));
    try {
      const { size } = await stat(source);
      add(copied, { files: 1, bytes: size });
      if ((await stat(target).catch(() => undefined))?.size === size) continue;
      await mkdir(dirname(target), { recursive: true });
      await copyFile(source, target);
      onFile();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return copied;
}
