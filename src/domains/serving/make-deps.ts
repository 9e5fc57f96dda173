import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServingDeps, ServingOptions } from './deps.ts';
import { followAlias } from './endpoints.ts';
import { datasetBackground } from './explain/explain-dataset.ts';
import type { WrittenSegment } from './log/compact.ts';
import { logRulesOf } from './log/log-rules.ts';
import { createLogSinks, sinkCredentials } from './log/log-sinks.ts';
import { followPersonalColumns } from './log/personal-columns.ts';
import { PredictionLog } from './log/prediction-log.ts';
import { createPseudonyms } from './log/pseudonym.ts';
import { dropOldPredictions } from './log/retention.ts';
import { createSegmentStore, type Segment } from './log/segment-store.ts';
import { CallerGate } from './predict/caller-limits.ts';
import { createRoutingTable } from './predict/routing.ts';
import { ShadowQueue } from './predict/shadow.ts';
import { moveRollouts } from './rollout/move-rollouts.ts';
import type { RolloutWatch } from './rollout/rollout-watch.ts';
import { rolloutTask } from './rollout/rollouts.ts';
import { Credentials } from './runtime/remote-credentials.ts';
import { addressesOf, createAllRuntimes } from './runtime/runtime-kinds.ts';
import { createServingCounts } from './stats/serving-counts.ts';

/** Everything the verbs of serving work with. */
export function makeDeps(options: ServingOptions): ServingDeps {
  const credentials = new Credentials({ ...options, secrets: options.runtimes?.secrets });
  const runtimes = createAllRuntimes(options, credentials);
  const { folder, onError, flushMs, segmentRows } = options;
  const log = new PredictionLog({
    onChunks: (chunks) => sinks.chunks(chunks),
    folder: join(folder, 'wal'),
    onError,
    sink: {
      hasFile: (file) => createSegmentStore(options.database.query).hasFile(file),
      keep: (file, segments) => keepSegments(options, file, segments),
    },
    ...(flushMs !== undefined && { flushMs }),
    ...(segmentRows !== undefined && { segmentRows }),
  });
  const secrets = options.runtimes?.secrets;
  const pseudonyms = secrets && createPseudonyms(secrets.derive('prediction-log'));
  const table = createRoutingTable(runtimes, logRulesOf({ data: options.data, pseudonyms }));
  const sinks = createLogSinks({
    policy: addressesOf(options.runtimes),
    declared: (endpoint) => table.find(endpoint)?.spec.log.sink,
    credentials: sinkCredentials(credentials),
    tuning: options.sinkTuning,
  });
  const counts = createServingCounts(options.ledger);
  const fromDataset: ServingDeps['datasetBackground'] = (actor, asked) => datasetBackground(options, actor, asked);
  return {
    ...options,
    datasetBackground: fromDataset,
    runtimes,
    credentials,
    addresses: addressesOf(options.runtimes),
    log,
    table,
    pseudonyms,
    sinks,
    counts,
    shadows: new ShadowQueue(),
    callers: new CallerGate(),
  };
}

/** Stores the Parquet files of a write-ahead file, then their rows in one commit: the file counts as done with that. */
async function keepSegments(options: ServingOptions, file: string, written: readonly WrittenSegment[]): Promise<void> {
  const createdAt = options.clock.now();
  const segments: Segment[] = [];
  for (const [at, { path, ...segment }] of written.entries()) {
    const { digest } = await options.blobs.put(createReadStream(path));
    segments.push({ ...segment, id: `${file}.${at}`, file, digest, createdAt });
    await rm(path, { force: true });
  }
  await options.database.transaction((tx) => createSegmentStore(tx).insertSegments(segments));
}

/** Adds what serving does by itself: moving rollouts, dropping what is old, following aliases and contracts. */
export function addTasks(deps: ServingDeps, watch: RolloutWatch): void {
  const { background, ledger, judgeMs = 500 } = deps;
  background.add({ name: rolloutTask, everyMs: judgeMs, run: ({ signal }) => moveRollouts(deps, watch, signal) });
  background.add({ name: 'serving:retention', everyMs: 3_600_000, run: () => dropOldPredictions(deps) });
  ledger.addReader({
    name: 'serving-personal-columns',
    types: ['dataset.declared', 'dataset.undeclared'],
    handle: (event, tx) => followPersonalColumns(deps, event, tx),
  });
  ledger.addReader({
    name: 'serving-aliases',
    types: ['model-alias.moved'],
    handle: (event, tx) => followAlias(deps, event, tx),
  });
}
