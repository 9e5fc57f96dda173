import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BenchResult } from './result.ts';

const program = fileURLToPath(new URL('../bin/tidemill.js', import.meta.url));
const rounds = 5;
const idleMs = 3000;

/** The least a Node HTTP server does: what of the time is Node's own. */
const bare = `const server = require('node:http').createServer((_, reply) => reply.end('{"status":"ok"}'));
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ url: 'http://127.0.0.1:' + server.address().port })));`;

interface Started {
  seconds: number;
  child: ChildProcess;
}

/** Starts a process that prints `{url}` and asks it once for its health: seconds from spawn to the answer. */
async function start(words: string[]): Promise<Started> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}.`)));
    child.stdout!.on('data', (part: Buffer) => {
      text += part;
      if (text.includes('\n')) resolve(text);
    });
  });
  const { url } = JSON.parse(line) as { url: string };
  const answer = await fetch(`${url}/api/v1/health`);
  await answer.text();
  if (!answer.ok) throw new Error(`The first answer was ${answer.status}.`);
  return { seconds: (performance.now() - startedAt) / 1000, child };
}

async function stop({ child }: Started): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** Megabytes (2^20) of a process in memory now. */
async function memoryOf({ child }: Started): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024;
}

const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const server = (home: string) => start([program, 'server', '--port', '0', '--home', home, '--json']);

/** Seconds from start to the first healthy answer, on a fresh home folder and on one that exists, and memory at rest. */
export default async function startup(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-startup-'));
  const times = { bare: [] as number[], fresh: [] as number[], existing: [] as number[] };
  const home = (name: string | number) => join(folder, String(name));
  await stop(await server(home('existing')));
  for (let round = 0; round < rounds; round++) {
    for (const [which, begin] of [
      ['bare', () => start(['-e', bare])],
      ['fresh', () => server(home(round))],
      ['existing', () => server(home('existing'))],
    ] as const) {
      const started = await begin();
      times[which].push(started.seconds);
      await stop(started);
    }
  }
  const memory: number[] = [];
  for (const begin of [() => start(['-e', bare]), () => server(home('existing'))]) {
    const started = await begin();
    await sleep(idleMs);
    memory.push(await memoryOf(started));
    await stop(started);
  }
  await rm(folder, { recursive: true, force: true });
  const bareSeconds = median(times.bare);
  const ratio = (value: number) => `${(value / bareSeconds).toFixed(1)}x a bare Node server`;
  const [fresh, existing] = [median(times.fresh), median(times.existing)];
  const goal = '<= 0.7 s';
  return {
    name: 'startup',
    figures: [
      { label: 'bare Node server: start to first answer', value: bareSeconds, unit: 's' },
      { label: 'fresh home: start to first healthy answer', value: fresh, unit: 's', goal, ratio: ratio(fresh) },
      {
        label: 'existing home: start to first healthy answer',
        value: existing,
        unit: 's',
        goal,
        ratio: ratio(existing),
      },
      { label: 'bare Node server: memory at rest', value: memory[0]!, unit: 'MB' },
      { label: 'memory at rest, 3 s after start', value: memory[1]!, unit: 'MB', goal: '<= 150 MB' },
    ],
  };
}
