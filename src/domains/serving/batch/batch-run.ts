import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Columns, parquetScan } from '../../../engine/index.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import type { EndpointSpec } from '../schema.ts';
import { openInput, planInput } from './batch-input.ts';
import { type BatchPart, openParts, PartWriter } from './batch-parts.ts';
import { readBatch } from './batch-rows.ts';
import type { BatchResult } from './batch-schema.ts';
import { type ScoredRows, scoreRows } from './batch-score.ts';
import { type BatchModel, openBatchModel } from './batch-session.ts';
import type { StoredBatch } from './batch-store.ts';

/** How far a batch is. */
export interface BatchProgress {
  rows: number;
  quarantinedRows: number;
  totalRows: number | null;
}

interface RunOptions {
  batch: StoredBatch;
  spec: EndpointSpec;
  folder: string;
  signal: AbortSignal;
  /** Hears of every part that is done. */
  onProgress(progress: BatchProgress): Promise<void>;
}

type RunDeps = Pick<ServingDeps, 'runtimes' | 'registry' | 'blobs' | 'engine' | 'data'>;

/** Rows of the input in one part: what a kill can cost, and what is held in memory. */
const partRows = 262_144;

/** Scores what is not scored yet and writes the results; memory stays the same however long the input is. */
export async function runBatch(deps: RunDeps, options: RunOptions): Promise<BatchProgress & { result: BatchResult }> {
  const { batch, spec, folder } = options;
  const startedAt = performance.now();
  const model = await openBatchModel(deps, batch, spec);
  try {
    const { order, actor } = batch;
    const input = await openInput(deps, { order, actor, plan: model.plan });
    const plan = planInput(model.plan, input, order.keep);
    const parts = await openParts(folder, `${input.fingerprint} ${plan.sql}`);
    const done = parts.at(-1)?.to ?? 0;
    const progress = () => ({
      rows: parts.at(-1)?.to ?? 0,
      quarantinedRows: parts.reduce((sum, part) => sum + part.badRows, 0),
      totalRows: input.totalRows,
    });
    await options.onProgress(progress());
    const onPart = async (part: BatchPart) => {
      parts.push(part);
      await options.onProgress(progress());
    };
    const { engine } = deps;
    const { signal } = options;
    const target = {
      engine,
      folder,
      plan: model.plan,
      kept: plan.kept,
      version: batch.version,
      partRows,
      signal,
      onPart,
    };
    const writer = new PartWriter(target, done);
    const chunks = engine.chunks(`${plan.sql} OFFSET ${done}`, [], { signal });
    await pump(model, { chunks, read: (group) => readBatch(model.plan, plan, group), from: done, order }, writer);
    await writer.end();
    const rows = progress().rows - done;
    const rowsPerSecond = Math.round((rows / (performance.now() - startedAt)) * 1000);
    const written = await writeResult(deps, options, { parts, versionId: input.versionId });
    return { ...progress(), result: { ...written, rowsPerSecond } };
  } finally {
    await model.close();
  }
}

interface Rows {
  chunks: AsyncGenerator<Columns, void>;
  read(group: readonly Columns[]): ReturnType<typeof readBatch>;
  /** The first row. */
  from: number;
  order: StoredBatch['order'];
}

/** Reads ahead of the model, and takes answers in the order of the rows. */
async function pump(model: BatchModel, { chunks, read, from, order }: Rows, writer: PartWriter): Promise<void> {
  const underWay: Promise<ScoredRows>[] = [];
  let at = from;
  const take = async () => {
    const scored = await underWay.shift()!;
    if (order.onBadRow === 'fail' && scored.bad.size > 0) refuseRow(scored, at);
    at += scored.read.rows;
    await writer.add(scored);
  };
  try {
    for await (const group of groups(chunks, model.blockRows)) {
      const scoring = scoreRows(model, read(group));
      scoring.catch(() => {});
      underWay.push(scoring);
      if (underWay.length > model.atOnce) await take();
    }
    while (underWay.length > 0) await take();
  } finally {
    await Promise.allSettled(underWay);
  }
}

function refuseRow({ bad }: ScoredRows, from: number): never {
  const [row, reason] = [...bad].sort(([a], [b]) => a - b)[0]!;
  const cure = 'Correct the input, or let such rows be put apart (`onBadRow: quarantine`).';
  return fail('invalid_data', `Row ${from + row} cannot be scored. ${reason} ${cure}`, { field: 'source', cure });
}

/** Neighbouring chunks together until they have so many rows. */
async function* groups(chunks: AsyncGenerator<Columns, void>, rows: number): AsyncGenerator<Columns[], void> {
  let group: Columns[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    group.push(chunk);
    size += chunk.rows;
    if (size < rows) continue;
    yield group;
    group = [];
    size = 0;
  }
  if (group.length > 0) yield group;
}

interface Written {
  parts: readonly BatchPart[];
  versionId: string | undefined;
}

async function writeResult(
  deps: RunDeps,
  { batch, folder, signal }: RunOptions,
  { parts, versionId }: Written,
): Promise<Omit<BatchResult, 'rowsPerSecond'>> {
  const { order, actor, endpoint, model, version, modelVersionId } = batch;
  const bad = parts.filter((part) => part.badRows > 0);
  const badRows = bad.reduce((sum, part) => sum + part.badRows, 0);
  const rows = (parts.at(-1)?.to ?? 0) - badRows;
  const paths = parts.map((part) => part.path);
  const result: Omit<BatchResult, 'rowsPerSecond'> = {};
  if (bad.length > 0) {
    const path = join(folder, 'quarantine.ndjson');
    await rm(path, { force: true });
    for (const part of bad) await pipeline(createReadStream(part.badPath), createWriteStream(path, { flags: 'a' }));
    result.quarantine = { ...(await deps.blobs.put(createReadStream(path))), rows: badRows };
  }
  if (order.as !== undefined) {
    const scoring = { batchId: batch.id, endpoint, model, version, modelVersionId };
    const { version: made } = await deps.data.writeVersion(actor, {
      dataset: order.as,
      source: { parquetPaths: paths },
      lineage: { inputs: versionId === undefined ? [] : [versionId], producer: { ...batch.producer, scoring } },
      signal,
    });
    result.dataset = { name: made.dataset, version: made.version, versionId: made.id, digest: made.digest };
  }
  if (order.file ?? order.as === undefined) {
    const path = paths.length === 1 ? paths[0]! : join(folder, 'all.parquet');
    if (paths.length > 1)
      await deps.engine.writeParquet(path, { sql: `SELECT * FROM ${parquetScan(paths)}` }, { signal });
    result.file = { ...(await deps.blobs.put(createReadStream(path))), rows };
  }
  return result;
}
