import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { newFolder, type ServerProcess, startServerProcess } from '../../support/server-process.ts';

/** How a suite ended. */
export interface Tally {
  passed: number;
  failed: number;
}

interface SuiteOptions {
  python: string;
  url: string;
  /** What else the checks know of the server. */
  server?: object;
  modules?: string[];
  only?: string | undefined;
  /** Where the suite tells which check begins. */
  mark?: string;
  /** Before each line. */
  label: string;
}

/** Runs the Python checks against a server, telling one line a check. */
export async function runSuite(options: SuiteOptions): Promise<Tally> {
  const { python, url, server = {}, modules = [], only, mark, label } = options;
  const args = ['suite/run.py', '--url', url, '--server', JSON.stringify(server)];
  if (only) args.push('--only', only);
  if (mark) args.push('--mark', mark);
  return runPython(python, [...args, ...modules], label);
}

/** Runs a Python program in this folder that tells `ok …` and `FAIL …` lines and ends with `done`. */
export async function runPython(python: string, args: string[], label: string): Promise<Tally> {
  const child = spawn(python, args, {
    cwd: import.meta.dirname,
    env: environment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const complaints: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (part: string) => complaints.push(part));
  const tally = { passed: 0, failed: 0 };
  let isDone = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('ok ')) tally.passed += 1;
    if (line.startsWith('FAIL')) tally.failed += 1;
    if (line.startsWith('done ')) isDone = true;
    else console.log(`${label} ${line}`);
  }
  const code = await ended;
  if (isDone) return tally;
  console.log(`${label} FAIL ended with ${code} before all was checked:\n${complaints.join('').slice(-5000)}`);
  return { ...tally, failed: tally.failed + 1 };
}

/** The environment of a user who has set nothing for the client. */
export function environment(): Record<string, string | undefined> {
  const kept = Object.entries(process.env).filter(([name]) => !/^(MLFLOW_|TIDEMILL_|PYTHON)/.test(name));
  return { ...Object.fromEntries(kept), LOGNAME: 'mia', USER: 'mia', PYTHONUNBUFFERED: '1', PYTHONUTF8: '1' };
}

/** A server that lets webhooks reach this machine. */
export async function startOpenServer(flags: string[] = []): Promise<ServerProcess> {
  return startServerProcess(await newFolder(), { flags: ['--allow-private-addresses', ...flags] });
}

/** A server that demands tokens, and two of them: one may do all, the other only read. */
export async function startGuardedServer(
  flags: string[] = [],
): Promise<{ server: ServerProcess; token: string; readerToken: string }> {
  const server = await startServerProcess(await newFolder(), { flags: ['--auth', ...flags] });
  const made = await server.ok('POST', 'tokens', { name: 'reader', permissions: ['tracking.read', 'models.read'] });
  return { server, token: server.adminToken!, readerToken: made.secret ?? made.token };
}
