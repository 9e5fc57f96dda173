import { Readable } from 'node:stream';
import type { z } from 'zod';
import { fail } from '../../kernel/errors.ts';
import type { Page } from '../../kernel/page.ts';
import { parseAs } from '../../kernel/parse.ts';
import { experimentOf, type TrackingDeps } from './deps.ts';
import { checkWidth, type ExportColumn, type ExportedRun, type ExportKeys, exportColumns } from './export-columns.ts';
import { csvHead, csvLine } from './export-csv.ts';
import { parquetOf } from './export-parquet.ts';
import type { Run } from './schema.ts';
import { type RunSearch, runSearchSchema } from './search-schema.ts';

/** The forms in which found runs are exported. */
export const exportFormats = ['csv', 'parquet'] as const;
/** One of `exportFormats`. */
export type ExportFormat = (typeof exportFormats)[number];

/** An export as a stream; `bytes` where its size is known beforehand. */
export interface RunExport {
  stream: Readable;
  bytes?: number;
}

/** What an export is made with. */
export interface ExportDeps extends TrackingDeps {
  search(search: RunSearch): Promise<Page<Run>>;
}

const exportedSearch = runSearchSchema.omit({ limit: true, pageToken: true });
type Search = z.output<typeof exportedSearch>;

/** How many runs at once, so that a page of wide runs is not larger than one of narrow ones. */
const cellsOfPage = 50_000;

/** Exports all runs that a search finds, page by page, with a column for each field and each metric, parameter and tag. */
export async function exportRuns(deps: ExportDeps, given: unknown, format: ExportFormat): Promise<RunExport> {
  const search = parseAs(exportedSearch, given);
  const columns = exportColumns(await keysOf(deps, search));
  const limit = Math.max(10, Math.min(1000, Math.floor(cellsOfPage / columns.length)));
  const pages = exportedPages(deps, search, limit);
  if (format === 'csv') return { stream: Readable.from(csvPieces(columns, pages)) };
  const { engine } = deps;
  if (!engine) return fail('unavailable', 'This server has no engine to write Parquet with.');
  return parquetOf(engine, columns, pages);
}

async function* csvPieces(
  columns: readonly ExportColumn[],
  pages: AsyncIterable<readonly ExportedRun[]>,
): AsyncGenerator<string> {
  yield `\uFEFF${csvHead(columns)}`;
  for await (const page of pages) yield page.map((run) => csvLine(columns, run)).join('');
}

async function* exportedPages(deps: ExportDeps, search: Search, limit: number): AsyncGenerator<ExportedRun[]> {
  const names = new Map<string, string>();
  for await (const page of pagesOf(deps, search, limit)) {
    for (const { experimentId } of page) {
      if (!names.has(experimentId)) {
        names.set(experimentId, (await experimentOf(deps.database.query, experimentId)).name);
      }
    }
    yield page.map((run) => ({ ...run, experiment: names.get(run.experimentId)! }));
  }
}

async function* pagesOf({ search: find }: ExportDeps, search: Search, limit: number): AsyncGenerator<Run[]> {
  for (let pageToken: string | undefined; ; ) {
    const page: Page<Run> = await find({ ...search, limit, ...(pageToken !== undefined && { pageToken }) });
    if (page.items.length > 0) yield page.items;
    pageToken = page.nextPageToken;
    if (pageToken === undefined) return;
    // The page is read without waiting where the database is in this process; others get their turn between two.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The keys of the columns: those named, or all that the runs found have, which takes reading them once before. */
async function keysOf(deps: ExportDeps, search: Search): Promise<ExportKeys> {
  const kinds = ['metrics', 'params', 'tags'] as const;
  const seen = { metrics: new Set<string>(), params: new Set<string>(), tags: new Set<string>() };
  const open = kinds.filter((kind) => search[kind] === 'all');
  for (const kind of kinds) if (search[kind] !== 'all') for (const key of search[kind]) seen[kind].add(key);
  if (open.length > 0) {
    const none = { metrics: [], params: [], tags: [] };
    const survey = { ...search, ...none, ...Object.fromEntries(open.map((kind) => [kind, 'all'])) } as Search;
    for await (const page of pagesOf(deps, survey, 100)) {
      for (const run of page) for (const kind of open) for (const key of Object.keys(run[kind])) seen[kind].add(key);
      checkWidth(seen.metrics.size + seen.params.size + seen.tags.size);
    }
  }
  const listed = (kind: (typeof kinds)[number]) =>
    search[kind] === 'all' ? [...seen[kind]].sort() : [...new Set(search[kind])];
  return { metrics: listed('metrics'), params: listed('params'), tags: listed('tags') };
}
