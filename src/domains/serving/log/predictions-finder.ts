import type { ServingDeps } from '../deps.ts';
import { createLabelStore } from './label-store.ts';
import type { LogChunk } from './log-chunk.ts';
import { chunkSource, pickRows, type SegmentPick } from './log-sources.ts';
import type { LoggedRow } from './logged-prediction.ts';
import type { PredictionFilter } from './predictions-schema.ts';
import type { Segment } from './segment-store.ts';

/** Where a row stands in the list: event time, prediction id, variant, time of logging; all descending. */
export type RowKey = readonly [at: number, id: string, variant: string, loggedAt: number];

/** What is looked for: as many rows as `need`, the first of the list behind a place. */
export interface Finder {
  deps: Pick<ServingDeps, 'database' | 'engine' | 'blobs'>;
  endpoint: string;
  filter: Omit<PredictionFilter, 'limit' | 'pageToken'>;
  need: number;
  /** Readings of Parquet so far, and the most there may be. */
  reads: number;
  mostReads: number;
}

/** Rows in the order of the list; where reading ended early, rows behind `reachedTo` were not looked at. */
export interface Found {
  rows: LoggedRow[];
  reachedTo?: RowKey | undefined;
}

/** The place of a row in the list. */
export function keyOf({ source, row }: LoggedRow): RowKey {
  return [source.at[row]!, source.predictionId(row), source.variant(row), source.loggedAt[row]!];
}

/** Below 0 where `a` comes before `b` in the list. */
export function compareKeys(a: RowKey, b: RowKey): number {
  for (let part = 0; part < a.length; part++) {
    if (a[part]! !== b[part]!) return a[part]! > b[part]! ? -1 : 1;
  }
  return 0;
}

const labelsAtOnce = 2000;

/** Finds rows among chunks in memory. */
export async function findInMemory(finder: Finder, chunks: readonly LogChunk[], after?: RowKey): Promise<Found> {
  const matching: { place: LoggedRow; key: RowKey }[] = [];
  for (const chunk of chunks) {
    const source = chunkSource(chunk);
    for (let row = 0; row < source.rows; row++) {
      const place = { source, row };
      if (!fits(finder.filter, place)) continue;
      const key = keyOf(place);
      if (!after || compareKeys(key, after) > 0) matching.push({ place, key });
    }
  }
  matching.sort((a, b) => compareKeys(a.key, b.key));
  const rows: LoggedRow[] = [];
  for (let from = 0; from < matching.length && rows.length < finder.need; from += labelsAtOnce) {
    const part = matching.slice(from, from + labelsAtOnce).map((one) => one.place);
    rows.push(...(await withLabels(finder, part)));
  }
  return { rows: rows.slice(0, finder.need) };
}

function fits(filter: Finder['filter'], { source, row }: LoggedRow): boolean {
  const { from, to, version, variant, shadow, code, id } = filter;
  const at = source.at[row]!;
  if (from !== undefined && at < Date.parse(from)) return false;
  if (to !== undefined && at >= Date.parse(to)) return false;
  if (version !== undefined && source.source.version !== version) return false;
  if (variant !== undefined && source.variant(row) !== variant) return false;
  if (shadow !== undefined && source.shadow(row) !== shadow) return false;
  if (code !== undefined && source.code[row] !== code) return false;
  return id === undefined || source.predictionId(row).startsWith(id);
}

/** Finds rows of a segment; where labels decide, some more at a time until there are enough or too much was read. */
export async function findInSegment(finder: Finder, segment: Segment, after?: RowKey): Promise<Found> {
  const { filter, need, deps } = finder;
  const limit = filter.labelled === undefined ? need : Math.max(need, labelsAtOnce);
  const rows: LoggedRow[] = [];
  let last = after;
  for (;;) {
    finder.reads++;
    const source = await pickRows(deps, segment, pickOf(filter, last, limit));
    const part = Array.from({ length: source.rows }, (_, row) => ({ source, row }));
    rows.push(...(await withLabels(finder, part)));
    if (part.length < limit) return { rows: rows.slice(0, need) };
    last = keyOf(part.at(-1)!);
    if (rows.length >= need) return { rows: rows.slice(0, need) };
    if (finder.reads >= finder.mostReads) return { rows, reachedTo: last };
  }
}

/** Those that have a label, or none, where that is asked. */
async function withLabels({ filter, deps }: Finder, rows: LoggedRow[]): Promise<LoggedRow[]> {
  if (filter.labelled === undefined || rows.length === 0) return rows;
  const ids = rows.map(({ source, row }) => source.predictionId(row));
  const labelled = await createLabelStore(deps.database.query).labelled(ids);
  return rows.filter((_, at) => labelled.has(ids[at]!) === filter.labelled);
}

function pickOf(filter: Finder['filter'], after: RowKey | undefined, limit: number): SegmentPick {
  const { from, to, variant, shadow, code, id } = filter;
  const where: { sql: string; parameters: (string | number)[] }[] = [];
  const demand = (sql: string, ...parameters: (string | number)[]) => where.push({ sql, parameters });
  const time = 'epoch_ms(?::BIGINT)';
  if (from !== undefined) demand(`"at" >= ${time}`, Date.parse(from));
  if (to !== undefined) demand(`"at" < ${time}`, Date.parse(to));
  if (variant !== undefined) demand('variant = ?', variant);
  if (shadow !== undefined) demand(shadow ? 'shadow' : 'NOT shadow');
  if (code !== undefined) demand('code = ?', code);
  if (id !== undefined) demand('starts_with(prediction_id, ?)', id);
  if (after) {
    const [at, last, itsVariant, loggedAt] = after;
    // The first condition alone lets row groups be passed over by their smallest and largest time.
    demand(`"at" <= ${time}`, at);
    const row = `("at", prediction_id, variant, logged_at) < (${time}, ?, ?, ${time})`;
    demand(row, at, last, itsVariant, loggedAt);
  }
  const tail = `ORDER BY "at" DESC, prediction_id DESC, variant DESC, logged_at DESC LIMIT ${limit}`;
  return { where, tail };
}
