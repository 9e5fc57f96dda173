import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../src/engine/index.ts';
import { systemActor } from '../src/kernel/actor.ts';
import { openServing, type ServingStack } from '../test/support/serving.ts';
import { forestModel } from '../test/support/test-models.ts';
import type { BenchResult } from './result.ts';

const features = 30;
const rows = Number(process.env['BATCH_ROWS'] ?? 5_000_000);

async function writeInput(path: string): Promise<void> {
  const engine = createEngine();
  const columns = Array.from({ length: features }, (_, k) => `random()::FLOAT AS "X.${k}"`);
  await engine.writeParquet(path, { sql: `SELECT i AS id, ${columns.join(', ')} FROM range(${rows}) t(i)` });
  await engine.close();
}

interface Speed {
  rowsPerSecond: number;
  /** Over all threads; what other work on the machine does not change. */
  cpuMicros: number;
}

/** Of which the fastest counts: other work on the machine only ever slows one down. */
const rounds = 2;

/** Starts a clock; its end tells the speed. */
function timer(): () => Speed {
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { rowsPerSecond: rows / ((performance.now() - startedAt) / 1000), cpuMicros: (user + system) / rows };
  };
}

/** The runtime as it is: rows read in chunks, fed in blocks of the same size, its answers dropped. */
async function bare(path: string, model: Uint8Array, threads: number): Promise<Speed> {
  const ort = await import('onnxruntime-node');
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const session = await ort.InferenceSession.create(model, {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
  });
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const names = Array.from({ length: features }, (_, k) => `"X.${k}"`).join(', ');
  const end = timer();
  const result = await connection.stream(`SELECT ${names} FROM read_parquet('${path}')`);
  const block = 8192;
  let matrix = new Float32Array(block * features);
  let filled = 0;
  let answered = 0;
  const run = async () => {
    const x = new ort.Tensor('float32', matrix.subarray(0, filled * features), [filled, features]);
    answered += (await session.run({ X: x }))['label']!.dims[0]!;
    matrix = new Float32Array(block * features);
    filled = 0;
  };
  for (let chunk = await result.fetchChunk(); chunk && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
    for (let k = 0; k < features; k++) {
      const values = (chunk.getColumnVector(k) as unknown as { items: Float32Array }).items;
      for (let row = 0, to = filled * features + k; row < chunk.rowCount; row++, to += features)
        matrix[to] = values[row]!;
    }
    filled += chunk.rowCount;
    if (filled + 2048 > block) await run();
  }
  if (filled > 0) await run();
  const speed = end();
  connection.closeSync();
  await session.release();
  if (answered !== rows) throw new Error(`${answered} of ${rows} rows were answered.`);
  return speed;
}

async function ours({ serving }: ServingStack, path: string): Promise<Speed> {
  const request = { source: { files: [path] }, keep: ['id'] };
  const end = timer();
  const { id } = await serving.batches.start(systemActor, { endpoint: 'forest', request });
  let batch = await serving.batches.find(id);
  while (!batch.endedAt) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    batch = await serving.batches.find(id);
  }
  if (batch.state !== 'succeeded') throw new Error(JSON.stringify(batch.error));
  return end();
}

const speedOf = (runs: Speed[]): Speed => ({
  rowsPerSecond: Math.max(...runs.map((run) => run.rowsPerSecond)),
  cpuMicros: Math.min(...runs.map((run) => run.cpuMicros)),
});

async function measure(stack: ServingStack) {
  const path = join(stack.folder, 'input.parquet');
  await writeInput(path);
  const model = forestModel();
  await stack.register('forest', model, 'champion');
  await stack.serving.declare(systemActor, 'forest', { model: 'forest' });
  const runs = { one: [] as Speed[], all: [] as Speed[], own: [] as Speed[] };
  let peak = 0;
  for (let round = 0; round < rounds; round++) {
    runs.one.push(await bare(path, model, 1));
    runs.all.push(await bare(path, model, availableParallelism()));
    runs.own.push(await ours(stack, path));
    peak = Math.max(peak, process.memoryUsage().rss);
  }
  return { one: speedOf(runs.one), all: speedOf(runs.all), own: speedOf(runs.own), peak };
}

/** A forest of 100 trees over a Parquet file of 30 columns: the whole batch prediction against the bare runtime. */
export default async function batch(): Promise<BenchResult> {
  const stack = await openServing();
  try {
    const { one, all, own, peak } = await measure(stack);
    const best = one.rowsPerSecond > all.rowsPerSecond ? one : all;
    const percent = (part: number, whole: number) => `${Math.round((part / whole) * 100)} % of bare`;
    const what = `${rows.toLocaleString('en')} rows x ${features}, forest of 100 trees`;
    return {
      name: 'batch',
      figures: [
        { label: `bare onnxruntime, one thread, ${what}`, value: one.rowsPerSecond, unit: 'rows/s' },
        { label: 'bare onnxruntime, a thread a core', value: all.rowsPerSecond, unit: 'rows/s' },
        {
          label: 'batch prediction, written as Parquet',
          value: own.rowsPerSecond,
          unit: 'rows/s',
          goal: '>= 80 % of the better',
          ratio: percent(own.rowsPerSecond, best.rowsPerSecond),
        },
        { label: 'bare, CPU a row', value: best.cpuMicros, unit: 'µs' },
        { label: 'batch prediction, CPU a row', value: own.cpuMicros, unit: 'µs' },
        { label: 'memory at the end, both together', value: peak / 2 ** 20, unit: 'MB' },
      ],
    };
  } finally {
    await stack.dispose();
  }
}

if (import.meta.main) console.log(JSON.stringify(await batch(), null, 1));
