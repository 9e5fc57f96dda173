import { type ChildServer, startServer, stopServer } from './child-server.ts';
import type { BenchResult } from './result.ts';
import { binaryWork, grpcWork, jsonWork, type LoadOptions, type Measured, measure, type Work } from './serving-work.ts';

type Figure = BenchResult['figures'][number];

/** The Open Inference Protocol over a forest of 100 trees, everything logged: JSON, binary and gRPC, beside bare servers. */
export default async function serving(): Promise<BenchResult> {
  const bare = await withServer('bare-server.ts', ['model'], async (server, [url, address]) => ({
    rest: await measure(server, `${url}/`, jsonWork(1), { seconds: 6 }),
    grpc: await measure(server, `http://${address}`, grpcWork(1), { seconds: 6 }),
  }));
  const ask = (work: Work, options: LoadOptions, log = 'logged') =>
    withServer('serving-server.ts', [log], (server, [url, address]) =>
      measure(server, work.kind === 'grpc' ? `http://${address}` : `${url}/v2/models/forest/infer`, work, options),
    );
  const json = await ask(jsonWork(1), { seconds: 8 });
  const steady = await ask(jsonWork(1), { seconds: 8, rate: 2000 });
  const grpc = await ask(grpcWork(1), { seconds: 8 });
  const binary = await ask(binaryWork(64), { seconds: 8 });
  const unlogged = await ask(binaryWork(64), { seconds: 5 }, 'unlogged');
  const failed = [json, steady, grpc, binary, unlogged].reduce((sum, { errors }) => sum + errors, 0);
  const figures = [
    ...restFigures(json, bare.rest),
    { label: 'REST JSON 1x30 at 2,000 req/s: p50', value: steady.p50Ms, unit: 'ms', goal: '<= 0.5 ms' },
    { label: 'REST JSON 1x30 at 2,000 req/s: p99', value: steady.p99Ms, unit: 'ms', goal: '<= 3 ms' },
    ...grpcFigures(grpc, bare.grpc),
    ...binaryFigures(binary, unlogged),
    { label: 'requests that failed', value: failed, unit: '', goal: '0' },
  ];
  return { name: 'serving', figures };
}

async function withServer<T>(
  script: string,
  words: string[],
  use: (server: ChildServer, ready: string[]) => Promise<T>,
): Promise<T> {
  const server = await startServer(script, words);
  try {
    return await use(server, server.words);
  } finally {
    await stopServer(server.child);
  }
}

const times = (ours: number, theirs: number) => `${(ours / theirs).toFixed(2)}x`;

function restFigures(ours: Measured, bare: Measured): Figure[] {
  const what = 'REST JSON 1x30, 32 connections';
  const perSecond = `${times(ours.perSecond, bare.perSecond)} bare node:http with onnxruntime`;
  const cpu = `${times(ours.cpuMicros, bare.cpuMicros)} bare`;
  return [
    {
      label: `${what}: requests a second`,
      value: ours.perSecond,
      unit: 'req/s',
      goal: '>= 12000 req/s',
      ratio: perSecond,
    },
    { label: `${what}: CPU a request`, value: ours.cpuMicros, unit: 'µs', goal: '<= 50 µs', ratio: cpu },
    { label: `${what}: p50`, value: ours.p50Ms, unit: 'ms' },
    {
      label: `${what}: p99`,
      value: ours.p99Ms,
      unit: 'ms',
      goal: '<= 10 ms',
      ratio: `${times(ours.p99Ms, bare.p99Ms)} bare`,
    },
    { label: 'bare node:http with onnxruntime: requests a second', value: bare.perSecond, unit: 'req/s' },
    { label: 'bare node:http with onnxruntime: CPU a request', value: bare.cpuMicros, unit: 'µs' },
  ];
}

function grpcFigures(ours: Measured, bare: Measured): Figure[] {
  const perSecond = `${times(ours.perSecond, bare.perSecond)} a bare grpc-js echo`;
  const cpu = `${times(ours.cpuMicros, bare.cpuMicros)} bare`;
  return [
    {
      label: 'gRPC raw 1x30: requests a second',
      value: ours.perSecond,
      unit: 'req/s',
      goal: '>= 10000 req/s',
      ratio: perSecond,
    },
    { label: 'gRPC raw 1x30: CPU a request', value: ours.cpuMicros, unit: 'µs', ratio: cpu },
    { label: 'gRPC raw 1x30: p99', value: ours.p99Ms, unit: 'ms' },
    { label: 'bare grpc-js echo: requests a second', value: bare.perSecond, unit: 'req/s' },
    { label: 'bare grpc-js echo: CPU a request', value: bare.cpuMicros, unit: 'µs' },
  ];
}

function binaryFigures(logged: Measured, unlogged: Measured): Figure[] {
  const rows = 64;
  const ratio = `${times(logged.perSecond, unlogged.perSecond)} unlogged`;
  return [
    {
      label: 'binary 64x30: rows a second',
      value: logged.perSecond * rows,
      unit: 'rows/s',
      goal: '>= 250000 rows/s',
      ratio,
    },
    { label: 'binary 64x30: CPU a row, compaction included', value: logged.cpuMicros / rows, unit: 'µs' },
    { label: 'binary 64x30: p99', value: logged.p99Ms, unit: 'ms' },
    { label: 'binary 64x30, nothing logged: rows a second', value: unlogged.perSecond * rows, unit: 'rows/s' },
    { label: 'binary 64x30, nothing logged: CPU a row', value: unlogged.cpuMicros / rows, unit: 'µs' },
  ];
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await serving(), null, 2)}\n`);
