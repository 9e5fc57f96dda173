import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fail } from '../kernel/errors.ts';

/** The right to use a home folder, held until it is released or the process ends in whatever way. */
export interface HomeLock {
  release(): void;
}

interface Holder {
  pid: number;
  host: string;
  startedAt: string;
}

/**
 * Takes a home folder for this process, or fails with `home_locked` naming the process that has it.
 * The lock is the operating system's lock on `server.lock`, taken through SQLite because Node has no call for it: it goes
 * with the process, also after `kill -9`, so that none is ever left behind. `server.json` only says who holds it.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const lock = new DatabaseSync(join(home, 'server.lock'));
  const card = join(home, 'server.json');
  try {
    lock.exec('pragma busy_timeout = 0; pragma journal_mode = memory; begin exclusive;');
  } catch (error) {
    lock.close();
    const code = (error as { errcode?: number }).errcode;
    if (code === undefined || (code & 0xff) !== 5) throw error;
    return fail('home_locked', `${await holderOf(card)} is using ${home}. Stop it, or use another --home.`, {
      field: 'home',
      value: home,
    });
  }
  const startedAt = new Date(Date.now() - process.uptime() * 1000).toISOString();
  await writeFile(card, `${JSON.stringify({ pid: process.pid, host: hostname(), startedAt } satisfies Holder)}\n`);
  return { release: () => (lock.isOpen ? lock.close() : undefined) };
}

async function holderOf(card: string): Promise<string> {
  try {
    const { pid, host, startedAt } = JSON.parse(await readFile(card, 'utf8')) as Holder;
    const where = host === hostname() ? '' : ` on ${host}`;
    return `Another server (process ${pid}${where}, started ${startedAt})`;
  } catch {
    return 'Another server';
  }
}
