import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { BenchResult } from './result.ts';

const run = promisify(execFile);
const folder = import.meta.dirname;
const input = { name: 'X', datatype: 'FP32', shape: [1, 30] };
const body = JSON.stringify({ inputs: [{ ...input, data: Array.from({ length: 30 }, (_, at) => at / 30) }] });

/** What answering through a remote runtime costs beside asking the model's server itself: JSON 1x30, everything logged. */
export default async function proxy(): Promise<BenchResult> {
  const far = await start('serving-server.ts', 'unlogged');
  const near = await start('proxy-server.ts', `${far.url}/v2/models/forest`);
  try {
    const busy = await measure(near, 32);
    const direct = await measure(far, 1);
    const alone = await measure(near, 1);
    const errors = busy.errors + direct.errors + alone.errors;
    return {
      name: 'proxy',
      figures: [
        {
          label: '32 connections: CPU a request, of the proxy alone',
          value: busy.cpuMicros,
          unit: 'µs',
          goal: '<= 80 µs',
        },
        { label: '32 connections: requests a second', value: busy.perSecond, unit: 'req/s' },
        { label: '1 connection: CPU a request, of the proxy alone', value: alone.cpuMicros, unit: 'µs' },
        { label: '1 connection: p50 added', value: alone.p50Ms - direct.p50Ms, unit: 'ms', goal: '<= 0.3 ms' },
        { label: 'requests that failed', value: errors, unit: '' },
      ],
    };
  } finally {
    await stop(near.child);
    await stop(far.child);
  }
}

interface Started {
  child: ChildProcess;
  url: string;
}

async function start(script: string, word: string): Promise<Started> {
  const child = spawn(process.execPath, [join(folder, script), word], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.on('data', (part: Buffer) => {
      text += part;
      const ready = /^ready (\S+) /m.exec(text);
      if (ready) resolve(ready[1]!);
    });
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}.`)));
  });
  return { child, url };
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

interface Measured {
  requests: number;
  perSecond: number;
  p50Ms: number;
  errors: number;
  cpuMicros: number;
}

async function measure({ child, url }: Started, callers: number): Promise<Measured> {
  const load = async (seconds: number) => {
    const words = [`${url}/v2/models/forest/infer`, seconds, callers, 'rest', Buffer.from(body).toString('base64'), ''];
    const { stdout } = await run(process.execPath, [join(folder, 'serving-load.ts'), ...words.map(String)]);
    return JSON.parse(stdout) as Omit<Measured, 'cpuMicros'>;
  };
  await load(3);
  const before = cpuSeconds(child.pid!);
  const seen = await load(6);
  return { ...seen, cpuMicros: ((cpuSeconds(child.pid!) - before) * 1e6) / seen.requests };
}

const ticksPerSecond = 100;

/** User and system time of a process with all its threads, from /proc. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await proxy(), null, 2)}\n`);
