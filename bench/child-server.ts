import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A server of its own process that a benchmark asks. */
export interface ChildServer {
  child: ChildProcess;
  /** What it printed behind `ready`. */
  words: string[];
}

/** Starts a script of this folder and waits until it prints `ready …`. */
export async function startServer(script: string, words: string[]): Promise<ChildServer> {
  const child = fork(join(import.meta.dirname, script), words, {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    execArgv: [],
  });
  const ready = await new Promise<string[]>((resolve, reject) => {
    let text = '';
    child.stdout!.on('data', (part: Buffer) => {
      text += part;
      const line = /^ready (.*)$/m.exec(text);
      if (line) resolve(line[1]!.split(' '));
    });
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}.`)));
  });
  return { child, words: ready };
}

/** Ends a server and waits for its end. */
export async function stopServer(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

const ticksPerSecond = 100;

/** User and system time of a process with all its threads, from /proc. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory of a process and of all that it started. */
export function residentBytes(pid: number): number {
  const table = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' });
  const all = table
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const family = new Set([pid]);
  // Children come after their parents only as a rule, so look until nobody is added.
  for (let before = 0; before < family.size; ) {
    before = family.size;
    for (const [own, parent] of all) if (family.has(parent!)) family.add(own!);
  }
  return all.reduce((sum, [own, , kilobytes]) => sum + (family.has(own!) ? kilobytes! * 1024 : 0), 0);
}
