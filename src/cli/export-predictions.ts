import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import type { Client, InputOf, OutputOf } from '@tidemill/sdk';
import { createEngine, literal } from '../engine/index.ts';
import { UsageError } from './context.ts';

const path = '/api/v1/endpoints/{name}/predictions';
type Prediction = OutputOf<typeof path, 'get'>['items'][number];

/** What to export: an endpoint's log, narrowed, and where to. */
export interface PredictionExport {
  name: string;
  filter: Record<string, unknown>;
  out: string;
  limit: number;
}

const pageRows = 1000;

/** Writes logged predictions to a file, newest first, page by page with the memory of one; gives how many. */
export async function exportPredictions(
  client: Client,
  { name, filter, out, limit }: PredictionExport,
): Promise<number> {
  const form = extname(out);
  if (!['.ndjson', '.csv', '.parquet'].includes(form)) {
    throw new UsageError('--out is a file of JSON lines, CSV or Parquet: name it *.ndjson, *.csv or *.parquet.');
  }
  const lines = `${out}.lines.part`;
  const csv = `${out}.csv.part`;
  try {
    const columns = new Set<string>();
    const rows = await writeLines(lines, readPages(client, { name, filter, limit }), (one) => {
      if (form === '.ndjson') return JSON.stringify(one);
      const flat = flatten(one);
      for (const column of Object.keys(flat)) columns.add(column);
      return JSON.stringify(flat);
    });
    if (form === '.ndjson') await rename(lines, out);
    else {
      await writeCsv(lines, csv, [...columns]);
      if (form === '.csv') await rename(csv, out);
      else await toParquet(csv, out);
    }
    return rows;
  } finally {
    await Promise.all([rm(lines, { force: true }), rm(csv, { force: true })]);
  }
}

async function* readPages(
  client: Client,
  { name, filter, limit }: Omit<PredictionExport, 'out'>,
): AsyncGenerator<Prediction, void> {
  let left = limit;
  let pageToken: string | undefined;
  do {
    const asked = { name, ...filter, limit: Math.min(left, pageRows), ...(pageToken && { pageToken }) };
    const page = await client.get(path, asked as InputOf<typeof path, 'get'>);
    yield* page.items;
    left -= page.items.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && left > 0);
}

async function writeLines<T>(to: string, items: AsyncIterable<T>, lineOf: (item: T) => string): Promise<number> {
  const file = createWriteStream(to);
  let rows = 0;
  for await (const item of items) {
    rows++;
    if (!file.write(`${lineOf(item)}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
  return rows;
}

/** A prediction as one level of columns: `feature.<name>`, `output.<name>` and `feedback.<name>` beside what all have. */
function flatten({ features, outputs, values, ...plain }: Prediction): Record<string, unknown> {
  const named = (kind: string, record: object) =>
    Object.entries(record).map(([name, value]) => [`${kind}.${name}`, value]);
  return {
    ...plain,
    ...Object.fromEntries([
      ...named('feature', features),
      ...named('output', outputs),
      ...named('feedback', values ?? {}),
    ]),
  };
}

async function writeCsv(from: string, to: string, columns: readonly string[]): Promise<void> {
  async function* records() {
    yield columns as readonly unknown[];
    for await (const line of createInterface({ input: createReadStream(from), crlfDelay: Number.POSITIVE_INFINITY })) {
      const flat = JSON.parse(line) as Record<string, unknown>;
      yield columns.map((column) => flat[column]);
    }
  }
  await writeLines(to, records(), (cells) => cells.map(csvCell).join(','));
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
}

async function toParquet(csv: string, out: string): Promise<void> {
  const engine = createEngine({ threads: 1 });
  try {
    const scan = `read_csv(${literal(csv)}, header = true, sample_size = -1, delim = ',', quote = '"', escape = '"')`;
    await engine.writeParquet(out, { sql: `SELECT * FROM ${scan}` });
  } finally {
    await engine.close();
  }
}
