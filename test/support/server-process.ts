import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../bin/tidemill.js', import.meta.url));

/** JSON of whatever shape, for tests to look into. */
export type Parsed = ReturnType<typeof JSON.parse>;

/** An answer of the API, its body parsed where it is JSON. */
export interface Answer {
  status: number;
  body: Parsed;
  headers: Headers;
}

/** The server as a process of its own, as a user starts it. */
export interface ServerProcess {
  url: string;
  pid: number;
  adminToken: string | undefined;
  child: ChildProcess;
  /** All it has written to standard error. */
  stderr(): string;
  /** All it has written to standard output. */
  stdout(): string;
  /** Sends one request below `/api/v1` (or to a full path); JSON in, JSON out; never throws for a status. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** As `call`, but fails unless the answer is a success, and gives its body. */
  ok(method: string, path: string, body?: unknown): Promise<Parsed>;
  /** Kills it as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to stop, and gives its exit code. */
  stop(): Promise<number | null>;
  /** The memory it holds now, in bytes. */
  memoryBytes(): Promise<number>;
}

interface StartOptions {
  flags?: string[];
  env?: Record<string, string>;
  token?: string;
}

/** A command line that has ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

const started = new Set<ChildProcess>();
const folders: string[] = [];

/** A new folder, removed by `cleanUp`. */
export async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-e2e-'));
  folders.push(folder);
  return folder;
}

/** Kills what a test left running and removes its folders. */
export async function cleanUp(): Promise<void> {
  for (const child of started) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Runs the command line with these words. */
export function spawnTidemill(words: string[], env: Record<string, string> = {}): ChildProcess {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEMILL_'));
  const child = spawn(process.execPath, [program, ...words], {
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

/** Runs the command line to its end. */
export async function runTidemill(words: string[], env: Record<string, string> = {}): Promise<Ended> {
  const child = spawnTidemill(words, env);
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')];
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, stdout: stdout(), stderr: stderr() };
}

/** Starts a server on a home folder and a free port, and waits until it says that it is ready. */
export async function startServerProcess(home: string, options: StartOptions = {}): Promise<ServerProcess> {
  const words = ['server', '--port', '0', '--home', home, '--json', ...(options.flags ?? [])];
  const child = spawnTidemill(words, options.env);
  const [stdout, stderr] = [collect(child, 'stdout'), collect(child, 'stderr')];
  const ready = await readyLine(child, stdout, stderr);
  const token = options.token ?? ready.adminToken;
  const call = createCaller(ready.url, token);
  return {
    ...{ url: ready.url, pid: ready.pid, adminToken: ready.adminToken, child, stdout, stderr, call },
    async ok(method, path, body) {
      const answer = await call(method, path, body);
      if (answer.status < 300) return answer.body;
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}\n${stderr()}`);
    },
    kill: () => endWith(child, 'SIGKILL').then(() => undefined),
    stop: () => endWith(child, 'SIGTERM'),
    async memoryBytes() {
      const status = await readFile(`/proc/${ready.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
  };
}

/** Makes a caller of the API at an address. */
export function createCaller(url: string, token?: string): ServerProcess['call'] {
  return async (method, path, body, headers = {}) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array;
    const answer = await fetch(path.startsWith('/') ? `${url}${path}` : `${url}/api/v1/${path}`, {
      method,
      ...(body === undefined ? {} : { body: isRaw ? (body as string) : JSON.stringify(body) }),
      headers: {
        ...(body === undefined ? {} : { 'content-type': isRaw ? 'application/octet-stream' : 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return {
      status: answer.status,
      body: isJson && text.trim() !== '' ? JSON.parse(text) : text,
      headers: answer.headers,
    };
  };
}

/** Waits until `look` gives something; a generous deadline says what it waited for. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  forMs = 60_000,
): Promise<T> {
  const end = performance.now() + forMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (performance.now() > end) throw new Error(`After ${forMs} ms still waiting for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Whether a process runs (one that has ended and only waits to be collected does not). */
export async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  return stat !== undefined && !/^\d+ \(.*\) [ZX]/s.test(stat);
}

function collect(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  const parts: string[] = [];
  child[stream]!.setEncoding('utf8').on('data', (part: string) => parts.push(part));
  return () => parts.join('');
}

async function readyLine(
  child: ChildProcess,
  stdout: () => string,
  stderr: () => string,
): Promise<{ url: string; pid: number; adminToken?: string }> {
  const ended = once(child, 'exit');
  return until('the server to be ready', async () => {
    if (stdout().includes('\n')) return JSON.parse(stdout().split('\n')[0]!);
    if (child.exitCode === null && child.signalCode === null) return undefined;
    await ended;
    throw new Error(`The server ended with ${child.exitCode ?? child.signalCode}: ${stderr()}`);
  });
}

async function endWith(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return child.exitCode;
}
