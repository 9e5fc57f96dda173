import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, 'serving-process.ts');

/** Serving over a folder of its own, in a process that tests start, kill and start again. */
export interface KillableServing {
  folder: string;
  /** Starts the process; gives its address when it is ready. */
  start(): Promise<string>;
  /** `kill -9`, and waits until it is gone. */
  kill(): Promise<void>;
  /** Kills it and removes the folder. */
  dispose(): Promise<void>;
}

/** Makes the folder; nothing runs over it yet, so that a test may fill it in its own process. */
export async function newKillableServing(): Promise<KillableServing> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-crash-'));
  let child: ChildProcess | undefined;
  async function kill() {
    if (!child) return;
    const ended = new Promise((resolve) => child!.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    child = undefined;
  }
  return {
    folder,
    start() {
      const made = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      child = made;
      return new Promise((resolve, reject) => {
        made.stdout.on('data', (part: Buffer) => resolve(/ready (\S+)/.exec(String(part))![1]!));
        made.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
      });
    },
    kill,
    async dispose() {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
