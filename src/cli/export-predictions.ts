import { createWriteStream, existsSync } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, extname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Client } from '@tidemill/sdk';
import { UsageError } from './context.ts';

/** What to export: an endpoint's log, narrowed, and where to. */
export interface PredictionExport {
  name: string;
  filter: Record<string, unknown>;
  out: string;
}

/** Fetches logged predictions into a file; gives its bytes. */
export async function exportPredictions(client: Client, { name, filter, out }: PredictionExport): Promise<number> {
  const format = extname(out).slice(1);
  if (!['ndjson', 'csv', 'parquet'].includes(format)) {
    throw new UsageError('--out is a file of JSON lines, CSV or Parquet: name it *.ndjson, *.csv or *.parquet.');
  }
  if (!existsSync(dirname(out))) throw new UsageError(`There is no folder '${dirname(out)}' to write into.`);
  const query = new URLSearchParams({ format });
  for (const [field, value] of Object.entries(filter)) query.set(field, String(value));
  const partial = `${out}.part`;
  try {
    const answer = await client.open(`/api/v1/endpoints/${encodeURIComponent(name)}/predictions/file?${query}`);
    await pipeline(Readable.fromWeb(answer.body as never), createWriteStream(partial));
    await rename(partial, out);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return (await stat(out)).size;
}
