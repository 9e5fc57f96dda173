import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client, OutputOf } from '@tidemill/sdk';
import { TidemillError } from '../kernel/errors.ts';
import { type CommonOptions, clientOf, UsageError } from './context.ts';
import { colour, count, print } from './output.ts';
import { startProgress } from './progress.ts';
import { uploadFiles } from './upload.ts';

type Batch = OutputOf<'/api/v1/batch-predictions/{id}', 'get'>;

/** Options of scoring a whole file or dataset. */
export interface BatchOptions extends CommonOptions {
  in?: string;
  out?: string;
  dataset?: string;
  as?: string;
  keep?: string;
  quarantine?: string;
}

/** Whether a whole file or dataset is meant. */
export function isBatch(options: BatchOptions): boolean {
  return options.in !== undefined || options.dataset !== undefined;
}

/** Scores a whole file or dataset at the server, and fetches what was written. */
export async function batchPredict(name: string, options: BatchOptions): Promise<void> {
  checkOptions(options);
  const client = clientOf(options);
  const { in: file, out, dataset, as, keep, quarantine } = options;
  const started = await client.post('/api/v1/endpoints/{name}/batch-predictions', {
    name,
    ...(dataset !== undefined && { dataset }),
    ...(file !== undefined && { source: { uploads: await uploadFiles(client, [file]) } }),
    ...(as !== undefined && { as, file: out !== undefined }),
    ...(keep !== undefined && { keep: keep.split(',').map((column) => column.trim()) }),
    onBadRow: quarantine === undefined ? 'fail' : 'quarantine',
    // The same command again goes on where one that was stopped ended.
    key: `cli ${out ?? ''} ${as ?? ''}`,
  } as never);
  const done = await follow(client, started);
  if (out !== undefined) await download(client, `/api/v1/batch-predictions/${done.id}/result`, out);
  if (quarantine !== undefined && done.result?.quarantine) {
    await download(client, `/api/v1/batch-predictions/${done.id}/quarantine`, quarantine);
  }
  print(done, options, () => summary(done, options));
}

function checkOptions({ in: file, out, dataset, as }: BatchOptions): void {
  if (file !== undefined && dataset !== undefined) throw new UsageError('Give either --in or --dataset.');
  if (out === undefined && as === undefined) {
    throw new UsageError('Where to? Give --out scored.parquet, or --as <dataset> for a new version of a dataset.');
  }
  if (out !== undefined && extname(out) !== '.parquet')
    throw new UsageError('--out is a Parquet file: name it *.parquet.');
  if (out !== undefined && !existsSync(dirname(out)))
    throw new UsageError(`There is no folder '${dirname(out)}' to write into.`);
}

async function follow(client: Client, started: Batch): Promise<Batch> {
  const progress = await startProgress('scoring', started.totalRows ?? 0, count);
  let batch = started;
  let rows = 0;
  try {
    for (let waitMs = 25; batch.endedAt === undefined; waitMs = Math.min(500, waitMs * 1.5)) {
      await pause(waitMs);
      batch = await client.get('/api/v1/batch-predictions/{id}', { id: started.id });
      progress.add(batch.rows - rows);
      rows = batch.rows;
    }
  } finally {
    progress.end();
  }
  if (batch.state === 'succeeded') return batch;
  const { code, message } = batch.error ?? { code: 'cancelled', message: 'The batch prediction was cancelled.' };
  throw new TidemillError(code as 'invalid_data', message);
}

/** Writes beside the file and renames: what is there is whole. */
async function download(client: Client, path: string, to: string): Promise<void> {
  const partial = `${to}.part`;
  try {
    const answer = await client.open(path);
    await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(partial));
    await rename(partial, to);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

function summary(batch: Batch, { out, quarantine }: BatchOptions): string {
  const { dataset, quarantine: bad, rowsPerSecond } = batch.result!;
  const good = batch.rows - batch.quarantinedRows;
  return [
    `${colour.bold(count(good))} ${good === 1 ? 'row' : 'rows'} scored with version ${batch.version} of ${batch.model}, ${count(rowsPerSecond)} a second.`,
    ...(out === undefined ? [] : [`  ${out}`]),
    ...(dataset ? [`  ${dataset.name}@${dataset.version}`] : []),
    ...(bad ? [`  ${count(bad.rows)} ${bad.rows === 1 ? 'row' : 'rows'} could not be scored: ${quarantine}`] : []),
  ].join('\n');
}
