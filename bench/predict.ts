import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchResult } from './result.ts';

const run = promisify(execFile);
const connections = 32;
const features = 30;

/** What a load generator saw. */
interface Load {
  requests: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

interface Measured extends Load {
  /** CPU time of the server a request, all its threads. */
  cpuMicros: number;
}

/** HTTP JSON predictions, one row of 30 features, a forest of 100 trees, everything logged, against a bare JSON echo. */
export default async function predict(): Promise<BenchResult> {
  const rounded = Array.from({ length: features }, (_, i) => Number(((i * 0.618034) % 1).toFixed(6)));
  const full = Array.from({ length: features }, (_, i) => (i * 0.6180339887498949 + 0.1) % 1);
  const echo = await measure('echo', rounded);
  const logged = await measure('logged', rounded);
  const unlogged = await measure('unlogged', rounded);
  const digits = await measure('logged', full);
  const ratio = (one: Measured) => `${(one.cpuMicros / echo.cpuMicros).toFixed(2)}x the CPU of a bare echo`;
  return {
    name: 'predict',
    figures: [
      { label: 'requests a second', value: Math.round(logged.perSecond), unit: 'req/s', goal: '>= 12000 req/s' },
      { label: 'latency p50', value: round(logged.p50Ms), unit: 'ms' },
      { label: 'latency p99', value: round(logged.p99Ms), unit: 'ms', goal: '<= 10 ms' },
      { label: 'CPU a request', value: round(logged.cpuMicros), unit: 'µs', goal: '<= 2x echo', ratio: ratio(logged) },
      {
        label: 'cost of logging a request',
        value: round(logged.cpuMicros - unlogged.cpuMicros),
        unit: 'µs',
        goal: '<= 8 µs',
      },
      { label: 'CPU a request, 17-digit numbers', value: round(digits.cpuMicros), unit: 'µs', ratio: ratio(digits) },
      { label: 'requests that failed', value: logged.errors + digits.errors, unit: '' },
      { label: 'bare echo: requests a second', value: Math.round(echo.perSecond), unit: 'req/s' },
      { label: 'bare echo: CPU a request', value: round(echo.cpuMicros), unit: 'µs' },
    ],
  };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

async function measure(kind: 'echo' | 'logged' | 'unlogged', values: readonly number[]): Promise<Measured> {
  const entry = join(import.meta.dirname, 'predict-server.ts');
  const child = spawn(process.execPath, [entry, kind], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let text = '';
      child.stdout.on('data', (part: Buffer) => {
        text += part;
        const ready = /^ready (\S+)$/m.exec(text);
        if (ready) resolve(ready[1]!);
      });
      child.once('exit', (code) => reject(new Error(`The ${kind} server ended with ${code}.`)));
    });
    const body = JSON.stringify({ rows: [Object.fromEntries(values.map((value, i) => [`X.${i}`, value]))] });
    await load(url, body, 3);
    const before = cpuSeconds(child.pid!);
    const seen = await load(url, body, 8);
    return { ...seen, cpuMicros: ((cpuSeconds(child.pid!) - before) * 1e6) / seen.requests };
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}

const ticksPerSecond = 100;

/** User and system time of a process with all its threads, from /proc. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** wrk where it is installed, else a Node process. */
async function load(url: string, body: string, seconds: number): Promise<Load> {
  try {
    return await loadWithWrk(url, body, seconds);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const script = join(import.meta.dirname, 'predict-load.ts');
    const { stdout } = await run(process.execPath, [script, url, body, String(connections), String(seconds)]);
    return JSON.parse(stdout) as Load;
  }
}

async function loadWithWrk(url: string, body: string, seconds: number): Promise<Load> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-bench-'));
  try {
    const script = join(folder, 'post.lua');
    await writeFile(script, wrkScript(body));
    const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, '-s', script, url]);
    const told = /TOLD (.*)$/m.exec(stdout);
    if (!told) throw new Error(`wrk told nothing: ${stdout}`);
    return JSON.parse(told[1]!) as Load;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function wrkScript(body: string): string {
  return `wrk.method = "POST"
wrk.body = ${JSON.stringify(body)}
wrk.headers["Content-Type"] = "application/json"
done = function(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.write(string.format('TOLD {"requests":%d,"perSecond":%f,"p50Ms":%f,"p99Ms":%f,"errors":%d}\\n',
    summary.requests, summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, errors))
end
`;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await predict(), null, 2)}\n`);
