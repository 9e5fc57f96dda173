import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { residentBytes, startServer, stopServer } from './child-server.ts';
import type { BenchResult } from './result.ts';
import { jsonWork, type Load, load, values, type Work } from './serving-work.ts';

const run = promisify(execFile);
const seconds = 8;

/** What a server answered, and the memory it held while it did. */
interface Seen extends Load {
  bytes: number;
}

/** Another server with the same kind of model: how it is started and asked. */
interface Peer {
  name: string;
  /** Its program; left out of the comparison where it is not installed. */
  program: string;
  start(folder: string, port: number): Promise<ChildProcess>;
  /** What answers 200 when it is ready. */
  health: string;
  path: string;
  work: Work;
}

const script = join(import.meta.dirname, 'forest.py');
const pythonOf = (program: string) => join(dirname(program), 'python');
// It leads a group of its own, so that what it starts ends with it; its own folder is searched for what it starts.
const launch = (program: string, words: string[], cwd: string) => {
  const env = { ...process.env, PATH: `${dirname(program)}:${process.env['PATH']}` };
  return spawn(program, words, { cwd, env, stdio: 'ignore', detached: true });
};

const mlflow: Peer = {
  name: 'MLflow',
  program: process.env['MLFLOW'] ?? '/work/venvs/m3/bin/mlflow',
  async start(folder, port) {
    await run(pythonOf(this.program), [script, 'mlflow', folder]);
    const words = ['models', 'serve', '-m', join(folder, 'model'), '--env-manager', 'local', '-p', String(port)];
    return launch(this.program, words, folder);
  },
  health: '/ping',
  path: '/invocations',
  work: { kind: 'rest', body: Buffer.from(JSON.stringify({ inputs: [values(1)] })) },
};

const mlserver: Peer = {
  name: 'MLServer',
  program: process.env['MLSERVER'] ?? '/work/venvs/mlserver/bin/mlserver',
  async start(folder, port) {
    const ports = [port, await freePort(), await freePort()].map(String);
    await run(pythonOf(this.program), [script, 'mlserver', folder, ...ports]);
    return launch(this.program, ['start', folder], folder);
  },
  health: '/v2/models/forest/ready',
  path: '/v2/models/forest/infer',
  work: jsonWork(1),
};

/** Requests a second and memory beside the servers that users come from: a forest of 100 trees, JSON 1x30, 32 connections. */
export default async function servingPeers(): Promise<BenchResult> {
  const ours = await measureOurs();
  const figures: BenchResult['figures'] = [
    { label: 'Tidemill, everything logged: requests a second', value: ours.perSecond, unit: 'req/s' },
    { label: 'Tidemill: memory under load', value: ours.bytes / 2 ** 20, unit: 'MB' },
  ];
  for (const peer of [mlflow, mlserver]) {
    if (!existsSync(peer.program)) continue;
    const theirs = await measurePeer(peer);
    const speed = `ours is ${(ours.perSecond / theirs.perSecond).toFixed(1)}x`;
    const memory = `ours is ${(ours.bytes / theirs.bytes).toFixed(2)} of it`;
    figures.push(
      {
        label: `${peer.name}: requests a second`,
        value: theirs.perSecond,
        unit: 'req/s',
        goal: 'ours >= 10x',
        ratio: speed,
      },
      { label: `${peer.name}: p99`, value: theirs.p99Ms, unit: 'ms', ratio: `ours ${ours.p99Ms.toFixed(1)} ms` },
      {
        label: `${peer.name}: memory under load`,
        value: theirs.bytes / 2 ** 20,
        unit: 'MB',
        goal: 'ours <= 1/5',
        ratio: memory,
      },
      { label: `${peer.name}: requests that failed`, value: theirs.errors, unit: '' },
    );
  }
  return { name: 'serving-peers', figures };
}

async function measureOurs(): Promise<Seen> {
  const server = await startServer('serving-server.ts', ['logged']);
  try {
    return await ask(`${server.words[0]}/v2/models/forest/infer`, jsonWork(1), server.child.pid!);
  } finally {
    await stopServer(server.child);
  }
}

async function ask(target: string, work: Work, pid: number): Promise<Seen> {
  await load(target, work, { seconds: 3 });
  const underWay = load(target, work, { seconds });
  await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / 2));
  const bytes = residentBytes(pid);
  return { ...(await underWay), bytes };
}

async function measurePeer(peer: Peer): Promise<Seen> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-peer-'));
  const port = await freePort();
  const child = await peer.start(folder, port);
  try {
    const url = `http://127.0.0.1:${port}`;
    await answers(url + peer.health, child);
    return await ask(url + peer.path, peer.work, child.pid!);
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 240 && child.exitCode === null; tries++) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${url} did not answer in time.`);
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await servingPeers(), null, 2)}\n`);
