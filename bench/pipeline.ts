import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { createLocalBlobs } from '../src/blobs/index.ts';
import { createBackground } from '../src/database/background.ts';
import { connect } from '../src/database/connect.ts';
import { migrate } from '../src/database/migrate.ts';
import { createPipelines, type PipelineDocument, type Pipelines } from '../src/domains/pipelines/index.ts';
import { systemActor } from '../src/kernel/actor.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { createLedger } from '../src/ledger/index.ts';
import type { BenchResult } from './result.ts';

type Figure = BenchResult['figures'][number];

const processSlots = Math.max(4, availableParallelism() * 2);

/** A real pipelines service over SQLite and files in a folder that is removed afterwards. */
async function withPipelines<T>(work: (pipelines: Pipelines) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-bench-'));
  const database = await connect(join(folder, 'tidemill.db'));
  await migrate(database);
  const onError = (what: string, error: unknown) => console.error(what, error);
  const background = createBackground({ database, clock: systemClock, onError });
  const pipelines = createPipelines({
    database,
    background,
    clock: systemClock,
    ledger: createLedger({ database, clock: systemClock, background }),
    blobs: await createLocalBlobs(join(folder, 'blobs')),
    root: join(folder, 'work'),
    url: () => 'http://127.0.0.1:1',
    environment: process.env,
    limits: { processes: processSlots },
    onError,
  });
  pipelines.addBuiltin({ name: 'noop', params: z.object({}), run: async () => ({}) });
  await pipelines.open();
  background.start();
  try {
    return await work(pipelines);
  } finally {
    await background.stop();
    await pipelines.drain(0);
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

type Shape = 'chain' | 'fan';

function noops(count: number, shape: Shape): PipelineDocument {
  const entries = Array.from({ length: count }, (_, index) => {
    const needs = shape === 'chain' ? (index === 0 ? [] : [`s${index - 1}`]) : index === 0 ? [] : ['s0'];
    return [`s${index}`, { kind: 'builtin', builtin: 'noop', needs }];
  });
  return { steps: Object.fromEntries(entries) } as PipelineDocument;
}

/** Declares, starts and awaits a run; gives the milliseconds from start to end. */
async function timeRun(pipelines: Pipelines, name: string, document: PipelineDocument): Promise<number> {
  await pipelines.declare(systemActor, name, document);
  const from = performance.now();
  const run = await pipelines.start(systemActor, { pipeline: name });
  const ended = await pipelines.wait(run.id);
  if (ended.status !== 'succeeded') throw new Error(`${name} ended ${ended.status}: ${ended.error}`);
  return performance.now() - from;
}

async function benchNoops(pipelines: Pipelines): Promise<Figure[]> {
  const figures: Figure[] = [];
  await timeRun(pipelines, 'warm-up', noops(200, 'chain'));
  for (const shape of ['chain', 'fan'] as const) {
    const ms = await timeRun(pipelines, shape, noops(1000, shape));
    figures.push({ label: `1,000 no-op steps, ${shape}`, value: ms / 1000, unit: 'ms a step', goal: '≤ 1' });
  }
  return figures;
}

/** What the machine can do: the same number of bare spawns, as many at once. */
async function bareSpawns(count: number): Promise<number> {
  const from = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) await new Promise((resolve) => spawn('/bin/true', { stdio: 'ignore' }).on('exit', resolve));
  };
  await Promise.all(Array.from({ length: processSlots }, worker));
  return count / ((performance.now() - from) / 1000);
}

async function benchProcesses(pipelines: Pipelines): Promise<Figure[]> {
  const steps = Object.fromEntries(
    Array.from({ length: 1000 }, (_, index) => [`s${index}`, { kind: 'shell' as const, command: ['/bin/true'] }]),
  );
  const bare = await bareSpawns(1000);
  const perSecond = 1000 / ((await timeRun(pipelines, 'processes', { steps })) / 1000);
  return [
    {
      label: '1,000 /bin/true processes',
      value: perSecond,
      unit: 'processes/s',
      goal: '≥ 500',
      ratio: `${(perSecond / bare).toFixed(2)} of bare spawn`,
    },
    { label: '1,000 bare child_process.spawn', value: bare, unit: 'processes/s' },
  ];
}

async function benchLarge(pipelines: Pipelines): Promise<Figure[]> {
  const document = noops(10_000, 'fan');
  // The process first grows to the size such a run needs; what counts is whether it goes on growing.
  for (let warm = 0; warm < 4; warm++) await timeRun(pipelines, 'large', document);
  const before = process.memoryUsage().rss;
  let peak = before;
  const watching = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const times = [await timeRun(pipelines, 'large', document), await timeRun(pipelines, 'large', document)];
  clearInterval(watching);
  const growth = (process.memoryUsage().rss - before) / 2 ** 20;
  return [
    { label: '10,000-step run', value: Math.min(...times) / 10_000, unit: 'ms a step', goal: '≤ 1' },
    { label: 'memory after two more runs of 10,000 steps', value: growth, unit: 'MB more', goal: 'flat' },
    { label: 'memory at the peak of them', value: (peak - before) / 2 ** 20, unit: 'MB more' },
  ];
}

/** What scheduling costs: steps that do nothing, processes that do nothing, and a run of 10,000 steps. */
export default async function bench(): Promise<BenchResult> {
  const figures = await withPipelines(async (pipelines) => [
    ...(await benchNoops(pipelines)),
    ...(await benchProcesses(pipelines)),
    ...(await benchLarge(pipelines)),
  ]);
  return { name: 'pipeline', figures };
}

if (import.meta.main) {
  for (const { label, value, unit, goal, ratio } of (await bench()).figures) {
    console.log(`${label}: ${value.toFixed(3)} ${unit}${goal ? ` (goal ${goal})` : ''}${ratio ? `, ${ratio}` : ''}`);
  }
}
