import type { Runtime } from '../runtime/runtime.ts';
import { family, type MetricFamily, single } from './metric-family.ts';

/** What endpoints of the same version load, as one: labels must not appear twice. */
interface LoadedVersion {
  model: string;
  version: number;
  kind: string;
  runs: number;
  rows: number;
  queuedRows: number;
  queuedBytes: number;
  bytes: number;
  up: boolean;
  open: boolean;
  restarts: number;
}

/** Queues, memory and health of loaded models, by model, version and kind of runtime. */
export function runtimeFamilies(runtimes: readonly Runtime[]): MetricFamily[] {
  const loaded = byVersion(runtimes);
  const each = (made: MetricFamily, value: (one: LoadedVersion) => number) => {
    for (const one of loaded) {
      const { model, version, kind } = one;
      made.values.push({ labels: { model, version, runtime: kind }, value: value(one) });
    }
    return made;
  };
  return [
    each(family('counter', 'tidemill_batch_runs_total', 'Merged runs of a model.'), ({ runs }) => runs),
    each(family('counter', 'tidemill_batch_rows_total', 'Rows of merged runs of a model.'), ({ rows }) => rows),
    each(family('gauge', 'tidemill_queue_rows', 'Rows that wait for a model.'), ({ queuedRows }) => queuedRows),
    each(family('gauge', 'tidemill_queue_bytes', 'Bytes of rows that wait.'), ({ queuedBytes }) => queuedBytes),
    each(family('gauge', 'tidemill_model_memory_bytes', 'Memory of a loaded model.'), ({ bytes }) => bytes),
    each(family('gauge', 'tidemill_runtime_up', 'Whether what answers for a model is there.'), ({ up }) => Number(up)),
    each(
      family('gauge', 'tidemill_runtime_circuit_open', 'Whether a failing remote model is not asked for now.'),
      ({ open }) => Number(open),
    ),
    each(
      family('counter', 'tidemill_runtime_restarts_total', 'Restarts of the process of a model.'),
      ({ restarts }) => restarts,
    ),
    single('gauge', 'tidemill_models_loaded', { help: 'Models that are in memory.', value: countInMemory(runtimes) }),
  ];
}

function countInMemory(runtimes: readonly Runtime[]): number {
  return runtimes.filter((runtime) => runtime.describe().state !== 'unloaded').length;
}

function byVersion(runtimes: readonly Runtime[]): LoadedVersion[] {
  const found = new Map<string, LoadedVersion>();
  for (const runtime of runtimes) {
    const { model, version, batcher } = runtime;
    const { kind, state, restarts = 0, memoryBytes } = runtime.describe();
    const key = `${model}@${version} ${kind}`;
    const none = { runs: 0, rows: 0, queuedRows: 0, queuedBytes: 0, bytes: 0, restarts: 0 };
    const sum = found.get(key) ?? { model, version, kind, ...none, up: true, open: false };
    sum.runs += batcher.totals.runs;
    sum.rows += batcher.totals.rows;
    sum.queuedRows += batcher.queuedRows;
    sum.queuedBytes += batcher.queuedBytes;
    sum.bytes += memoryBytes;
    sum.restarts += restarts;
    sum.up &&= state === 'ready' || state === 'unloaded';
    sum.open ||= state === 'open';
    found.set(key, sum);
  }
  return [...found.values()];
}
