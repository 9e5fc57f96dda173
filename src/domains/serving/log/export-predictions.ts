import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { literal } from '../../../engine/index.ts';
import type { ServingDeps } from '../deps.ts';
import type { LoggedPrediction } from '../schema.ts';
import { listPredictions } from './list-predictions.ts';
import { type ExportFilter, predictionFilterSchema } from './predictions-schema.ts';
import { scratchPath } from './scratch-files.ts';

const pageRows = 1000;

type ColumnTypes = Map<string, 'VARCHAR' | 'BOOLEAN' | 'BIGINT' | 'DOUBLE' | 'TIMESTAMPTZ' | undefined>;

/** The columns that every prediction has, also where there is none. An id stays a text, whatever it looks like. */
const common: ColumnTypes = new Map([
  ...(['predictionId', 'requestId'] as const).map((name) => [name, 'VARCHAR'] as const),
  ['row', 'BIGINT'],
  ...(['at', 'loggedAt'] as const).map((name) => [name, 'TIMESTAMPTZ'] as const),
  ...(['endpoint', 'model'] as const).map((name) => [name, 'VARCHAR'] as const),
  ['version', 'BIGINT'],
  ['variant', 'VARCHAR'],
  ['shadow', 'BOOLEAN'],
  ...(['propensity', 'latencyMs'] as const).map((name) => [name, 'DOUBLE'] as const),
  ['code', 'BIGINT'],
  ['score', 'DOUBLE'],
]);

/** Takes note of what a column holds; text is what holds more than one kind. */
function noteType(columns: ColumnTypes, name: string, value: unknown): void {
  if (common.has(name)) return;
  const before = columns.get(name);
  const type = value === null || value === undefined ? before : typeOf(name, value);
  columns.set(name, before === undefined || before === type ? type : 'VARCHAR');
}

function typeOf(name: string, value: unknown) {
  if (name === 'labelledAt') return 'TIMESTAMPTZ';
  if (typeof value === 'number') return 'DOUBLE';
  return typeof value === 'boolean' ? 'BOOLEAN' : 'VARCHAR';
}

/** Writes logged predictions, newest first, to a file of the server with the memory of one page; whoever asked removes it. */
export async function exportPredictions(
  deps: ServingDeps,
  endpoint: string,
  { format, limit, ...filter }: ExportFilter,
): Promise<string> {
  const out = await scratchPath(deps, format);
  const lines = `${out}.lines`;
  const csv = `${out}.cells`;
  try {
    const columns = new Map(common);
    await writeLines(lines, readPages(deps, endpoint, { ...filter, limit }), (one) => {
      if (format === 'ndjson') return JSON.stringify(one);
      const flat = flatten(one);
      for (const [name, value] of Object.entries(flat)) noteType(columns, name, value);
      return JSON.stringify(flat);
    });
    if (format === 'ndjson') await rename(lines, out);
    else {
      await writeCsv(lines, csv, [...columns.keys()]);
      if (format === 'csv') await rename(csv, out);
      else await toParquet(deps, { csv, columns, out });
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
  async function* lines() {
    for await (const item of items) yield `${lineOf(item)}\n`;
  }
  await pipeline(lines, createWriteStream(to, { mode: 0o600 }));
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

async function toParquet(
  { engine }: ServingDeps,
  { csv, columns, out }: { csv: string; columns: ColumnTypes; out: string },
) {
  const types = [...columns].map(([name, type]) => `${literal(name)}: ${literal(type ?? 'VARCHAR')}`).join(', ');
  const scan = `read_csv(${literal(csv)}, header = true, auto_detect = false, columns = {${types}}, delim = ',', quote = '"', escape = '"')`;
  await engine.writeParquet(out, { sql: `SELECT * FROM ${scan}` });
}
