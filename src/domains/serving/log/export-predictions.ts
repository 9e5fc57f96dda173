import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { literal } from '../../../engine/index.ts';
import { newId } from '../../../kernel/ids.ts';
import type { ServingDeps } from '../deps.ts';
import type { LoggedPrediction } from '../schema.ts';
import { listPredictions } from './list-predictions.ts';
import { type ExportFilter, predictionFilterSchema } from './predictions-schema.ts';

const pageRows = 1000;

/** Writes logged predictions, newest first, to a file of the server with the memory of one page; whoever asked removes it. */
export async function exportPredictions(
  deps: ServingDeps,
  endpoint: string,
  { format, limit, ...filter }: ExportFilter,
): Promise<string> {
  const folder = join(deps.folder, 'exports');
  await mkdir(folder, { recursive: true });
  const id = newId();
  const out = join(folder, `${id}.${format}`);
  const lines = join(folder, `${id}.lines`);
  const csv = join(folder, `${id}.cells`);
  try {
    const columns = new Set<string>();
    await writeLines(lines, readPages(deps, endpoint, { ...filter, limit }), (one) => {
      if (format === 'ndjson') return JSON.stringify(one);
      const flat = flatten(one);
      for (const column of Object.keys(flat)) columns.add(column);
      return JSON.stringify(flat);
    });
    if (format === 'ndjson') await rename(lines, out);
    else {
      await writeCsv(lines, csv, [...columns]);
      if (format === 'csv') await rename(csv, out);
      else await toParquet(deps, csv, out);
    }
    return out;
  } finally {
    await Promise.all([rm(lines, { force: true }), rm(csv, { force: true })]);
  }
}

async function* readPages(
  deps: ServingDeps,
  endpoint: string,
  { limit, ...filter }: Omit<ExportFilter, 'format'>,
): AsyncGenerator<LoggedPrediction, void> {
  let left = limit ?? Number.POSITIVE_INFINITY;
  let pageToken: string | undefined;
  do {
    const asked = predictionFilterSchema.parse({ ...filter, limit: Math.min(left, pageRows), pageToken });
    const page = await listPredictions(deps, endpoint, asked);
    yield* page.items;
    left -= page.items.length;
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined && left > 0);
}

async function writeLines<T>(to: string, items: AsyncIterable<T>, lineOf: (item: T) => string): Promise<void> {
  const file = createWriteStream(to, { mode: 0o600 });
  for await (const item of items) if (!file.write(`${lineOf(item)}\n`)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}

/** A prediction as one level of columns: `feature.<name>`, `output.<name>` and `feedback.<name>` beside what all have. */
function flatten({ features, outputs, values, ...plain }: LoggedPrediction): Record<string, unknown> {
  const named = (kind: string, record: object) =>
    Object.entries(record).map(([name, value]) => [`${kind}.${name}`, value]);
  const columns = [...named('feature', features), ...named('output', outputs), ...named('feedback', values ?? {})];
  return { ...plain, ...Object.fromEntries(columns) };
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

async function toParquet({ engine }: ServingDeps, csv: string, out: string): Promise<void> {
  const scan = `read_csv(${literal(csv)}, header = true, sample_size = -1, delim = ',', quote = '"', escape = '"')`;
  await engine.writeParquet(out, { sql: `SELECT * FROM ${scan}` });
}
