import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const run = promisify(execFile);
const longestStartMs = 120_000;

/** A server under measure. */
export interface Measured {
  url: string;
  child: ChildProcess;
  /** Seconds from its start to the first healthy answer. */
  seconds: number;
}

/** What a load generator saw. */
export interface Load {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  statuses: Record<string, number>;
}

/** The real MLflow server's program, where one is installed: in the conformance environments, on the PATH, or named by `MLFLOW`. */
export function findMlflow(): string | undefined {
  const cache = join(root, '.cache', 'conformance');
  const cached = existsSync(cache)
    ? readdirSync(cache)
        .sort()
        // The newest first.
        .reverse()
        .map((name) => join(cache, name, 'bin', 'mlflow'))
    : [];
  const onPath = (process.env['PATH'] ?? '').split(':').map((folder) => join(folder, 'mlflow'));
  return [process.env['MLFLOW'] ?? '', ...cached, ...onPath].find((path) => path !== '' && existsSync(path));
}

/** Starts ours over a home folder. */
export async function startTidemill(home: string): Promise<Measured> {
  const port = await freePort();
  const program = join(root, 'bin', 'tidemill.js');
  return start(port, process.execPath, [program, 'server', '--port', String(port), '--home', home]);
}

/** Starts the real one with one worker over a SQLite file, as its manual does. */
export async function startMlflow(program: string, folder: string): Promise<Measured> {
  const port = await freePort();
  const store = [
    '--backend-store-uri',
    `sqlite:///${folder}/mlflow.db`,
    '--artifacts-destination',
    `${folder}/artifacts`,
  ];
  return start(port, program, ['server', ...store, '--host', '127.0.0.1', '--port', String(port), '--workers', '1']);
}

async function start(port: number, command: string, words: string[]): Promise<Measured> {
  const url = `http://127.0.0.1:${port}`;
  const began = performance.now();
  const child = spawn(command, words, { stdio: 'ignore', detached: true });
  for (;;) {
    const ok = await fetch(`${url}/health`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) break;
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null) throw new Error(`${command} ended with ${ended}.`);
    if (performance.now() - began > longestStartMs) {
      process.kill(-child.pid!, 'SIGKILL');
      throw new Error(`${command} was not healthy after ${longestStartMs / 1000} s.`);
    }
    // Seldom enough that asking does not slow the start.
    await sleep(15);
  }
  return { url, child, seconds: (performance.now() - began) / 1000 };
}

/** Stops a server and what it started. */
export async function stop({ child }: Measured): Promise<void> {
  const ended = once(child, 'exit');
  process.kill(-child.pid!, 'SIGTERM');
  await ended;
}

/** Megabytes (2^20) in memory of a server and of the processes below it. */
export async function memoryOf({ child }: Measured): Promise<number> {
  const { stdout } = await run('ps', ['-eo', 'pgid=,pid=']);
  const own = stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([group]) => group === String(child.pid));
  let kb = 0;
  for (const [, pid] of own) {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    kb += Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0);
  }
  return kb / 1024;
}

/** The most memory of the server's own process so far, in megabytes; `reset` begins anew. */
export async function peakOf({ child }: Measured): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

/** Posts JSON and gives the answer; fails loudly. */
export async function post<T>(server: Measured, path: string, body: unknown): Promise<T> {
  const answer = await fetch(`${server.url}/api/2.0/mlflow/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

/** Milliseconds that requests take one after the other: the median. */
export async function medianMs(times: number, once: () => Promise<unknown>): Promise<number> {
  await once();
  const took: number[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    await once();
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}

/** Loads one path with a body on some connections. */
export async function load(
  server: Measured,
  path: string,
  { body, connections = 8, seconds = 5 }: { body: string; connections?: number; seconds?: number },
): Promise<Load> {
  const words = [`${server.url}/api/2.0/mlflow/${path}`, 'POST', String(connections), String(seconds), body];
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'http-load.ts'), ...words]);
  const seen = JSON.parse(stdout) as Load;
  const wrong = Object.keys(seen.statuses).filter((status) => status !== '200');
  if (wrong.length > 0) throw new Error(`${path} answered ${JSON.stringify(seen.statuses)}.`);
  return seen;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as { port: number };
  probe.close();
  await once(probe, 'close');
  return port;
}
