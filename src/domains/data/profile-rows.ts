import { type Engine, identifier, parquetScan, type QueryLimits, type Row } from '../../engine/index.ts';
import type { ColumnProfile, Profile } from './profile-schema.ts';
import type { DatasetColumn } from './schema.ts';

/** The probabilities whose quantiles a profile holds. */
export const profileQuantiles = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
const bins = 20;
const topValues = 10;
/** Above this, distinct values are estimated; an exact count would hold them all in memory. */
const exactRows = 200_000;
/** Above this, quantiles come from a t-digest. */
const exactQuantileRows = 5_000_000;
const mostDistinctForTop = 100_000;

interface Rows {
  paths: readonly string[];
  columns: readonly DatasetColumn[];
}

/** Profiles rows: one aggregate query for all columns, then histograms and most frequent values column by column. */
export async function profileRows(engine: Engine, rows: Rows, limits: QueryLimits = {}): Promise<Profile> {
  const from = parquetScan(rows.paths);
  const [counted] = await engine.query(`SELECT count(*) AS n FROM ${from}`, [], limits);
  const total = Number(counted!['n']);
  const parts = rows.columns.flatMap((column, i) => aggregates(column, i, total));
  const [seen] = await engine.query(`SELECT ${['count(*) AS n', ...parts].join(',\n')} FROM ${from}`, [], limits);
  const columns: ColumnProfile[] = [];
  for (const [i, column] of rows.columns.entries()) {
    const profile = toProfile(column, { seen: seen!, i, total });
    const run = (sql: string) => engine.query(sql, [], limits);
    if (profile.kind === 'number') await addHistogram(run, from, profile);
    if (hasTop(profile)) await addTop(run, from, profile);
    columns.push(profile);
  }
  return { rows: total, columns };
}

function kindOf(type: string): ColumnProfile['kind'] {
  if (/^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(\d+,\d+\))$/.test(type)) return 'number';
  if (/^(VARCHAR|JSON|ENUM.*|UUID)$/.test(type)) return 'text';
  if (type === 'BOOLEAN') return 'boolean';
  return /^(DATE|TIMESTAMP.*)$/.test(type) ? 'time' : 'other';
}

function aggregates({ name, type }: DatasetColumn, i: number, total: number): string[] {
  const column = identifier(name);
  const kind = kindOf(type);
  const parts = [`count(${column}) AS c${i}`];
  if (kind !== 'other') {
    parts.push(`${total <= exactRows ? `count(DISTINCT ${column})` : `approx_count_distinct(${column})`} AS d${i}`);
  }
  if (kind === 'number') {
    const finite = /FLOAT|DOUBLE/.test(type) ? ` FILTER (WHERE isfinite(${column}))` : '';
    const quantile = total <= exactQuantileRows ? 'quantile_cont' : 'approx_quantile';
    parts.push(`min(${column})${finite}::DOUBLE AS lo${i}`, `max(${column})${finite}::DOUBLE AS hi${i}`);
    parts.push(`avg(${column}::DOUBLE)${finite} AS m${i}`, `stddev_samp(${column}::DOUBLE)${finite} AS s${i}`);
    parts.push(`${quantile}(${column}::DOUBLE, [${profileQuantiles.join(', ')}])${finite} AS q${i}`);
  }
  if (kind === 'text') {
    parts.push(`min(length(${column}::VARCHAR)) AS l${i}`, `max(length(${column}::VARCHAR)) AS g${i}`);
  }
  if (kind === 'text' || kind === 'time') {
    const value = kind === 'text' ? `left(${column}::VARCHAR, 200)` : column;
    parts.push(`min(${value}) AS lo${i}`, `max(${value}) AS hi${i}`);
  }
  return parts;
}

function toProfile({ name, type }: DatasetColumn, from: { seen: Row; i: number; total: number }): ColumnProfile {
  const { seen, i, total } = from;
  const kind = kindOf(type);
  const present = Number(seen[`c${i}`]);
  const distinct = Math.min(present, Number(seen[`d${i}`] ?? 0));
  const profile: ColumnProfile = { name, type, kind, nulls: total - present, distinct };
  if (kind === 'number' || kind === 'text' || kind === 'time') {
    profile.min = (seen[`lo${i}`] ?? null) as string | number | null;
    profile.max = (seen[`hi${i}`] ?? null) as string | number | null;
  }
  if (kind === 'number') {
    profile.mean = (seen[`m${i}`] ?? null) as number | null;
    profile.sd = (seen[`s${i}`] ?? null) as number | null;
    const quantiles = seen[`q${i}`] as number[] | null;
    if (quantiles) profile.quantiles = Object.fromEntries(profileQuantiles.map((p, at) => [p, quantiles[at]!]));
  }
  if (kind === 'text') {
    profile.minLength = (seen[`l${i}`] ?? null) as number | null;
    profile.maxLength = (seen[`g${i}`] ?? null) as number | null;
  }
  return profile;
}

type Run = (sql: string) => Promise<Row[]>;

async function addHistogram(run: Run, from: string, profile: ColumnProfile): Promise<void> {
  const { min, max } = profile as { min: number | null; max: number | null };
  if (min === null || max === null || !Number.isFinite(max - min)) return;
  const width = (max - min) / bins || 1;
  const column = `${identifier(profile.name)}::DOUBLE`;
  const bin = `least(floor((${column} - ${min}::DOUBLE) / ${width}::DOUBLE), ${bins - 1})::INTEGER`;
  const rows = await run(`SELECT ${bin} AS b, count(*) AS n FROM ${from} WHERE isfinite(${column}) GROUP BY 1`);
  const counts = new Array<number>(bins).fill(0);
  for (const row of rows) counts[Math.max(0, Number(row['b']))]! += Number(row['n']);
  const edges = Array.from({ length: bins + 1 }, (_, at) => (at === bins && max > min ? max : min + at * width));
  profile.histogram = { edges, counts };
}

function hasTop(profile: ColumnProfile): boolean {
  if (profile.kind === 'boolean') return true;
  if (profile.kind === 'text') return profile.distinct <= mostDistinctForTop;
  return profile.kind === 'number' && profile.distinct <= 100;
}

async function addTop(run: Run, from: string, profile: ColumnProfile): Promise<void> {
  const column = identifier(profile.name);
  const value =
    profile.kind === 'text'
      ? `left(${column}::VARCHAR, 200)`
      : profile.kind === 'number'
        ? `${column}::DOUBLE`
        : column;
  const rows = await run(
    `SELECT ${value} AS v, count(*) AS n FROM ${from} WHERE ${column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT ${topValues}`,
  );
  profile.top = rows.map((row) => ({ value: row['v'] as string | number | boolean, count: Number(row['n']) }));
}
