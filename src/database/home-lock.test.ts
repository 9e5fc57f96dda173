import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHome } from './home-lock.ts';

let home: string;
let children: ChildProcess[] = [];

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tidemill-home-'));
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await rm(home, { recursive: true, force: true });
});

/** A process that takes the home, says `ready` or the error's code and message, and stays. */
async function holder(): Promise<{ child: ChildProcess; said: string }> {
  const program = `
    import { lockHome } from ${JSON.stringify(join(import.meta.dirname, 'home-lock.ts'))};
    setInterval(() => {}, 1000);
    try { globalThis.lock = await lockHome(process.argv[1]); console.log('ready'); }
    catch (error) { console.log(error.code + ' ' + error.message); process.exit(1); }`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [said] = await once(child.stdout!, 'data');
  return { child, said: String(said).trim() };
}

test('a second server is refused, told which process has the home, and let in when that one was killed', async () => {
  const { child, said } = await holder();
  expect(said).toBe('ready');
  await expect(lockHome(home)).rejects.toMatchObject({
    code: 'home_locked',
    message: expect.stringMatching(new RegExp(`process ${child.pid}, started 2.*Z\\) is using ${home}`)),
  });
  expect((await holder()).said).toMatch(/^home_locked Another server/);
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  const lock = await lockHome(home);
  expect(JSON.parse(await readFile(join(home, 'server.json'), 'utf8')).pid).toBe(process.pid);
  expect((await holder()).said).toContain(`process ${process.pid}`);
  lock.release();
  lock.release();
  expect((await holder()).said).toBe('ready');
});

test('a home is locked against the same process too, and a card that cannot be read does no harm', async () => {
  const lock = await lockHome(join(home, 'new', 'folder'));
  await writeFile(join(home, 'new', 'folder', 'server.json'), '{ half');
  await expect(lockHome(join(home, 'new', 'folder'))).rejects.toThrow('Another server is using');
  lock.release();
  (await lockHome(join(home, 'new', 'folder'))).release();
});
