import type { Blobs } from '../../../blobs/index.ts';
import {
  type Column,
  type Columns,
  type Engine,
  identifier,
  numbersOf,
  parquetScan,
  textsOf,
} from '../../../engine/index.ts';
import { type LogChunk, type LogSource, predictionIdOf } from './log-chunk.ts';
import type { ObservationQuery } from './observations.ts';
import type { Segment } from './segment-store.ts';

/** A column of numbers or text inside a larger array: value of row `i` is `values[i * stride + offset]`. */
export interface Strided {
  values: ArrayLike<number> | ArrayLike<string | null>;
  stride: number;
  offset: number;
}

/** Logged rows from memory or from a segment, behind one face. */
export interface RowSource {
  source: LogSource;
  rows: number;
  predictionId(row: number): string;
  variant(row: number): string;
  shadow(row: number): boolean;
  /** Whom a row is about; undefined where the endpoint named no entity then. */
  entity(row: number): string | null | undefined;
  at: Float64Array;
  loggedAt: Float64Array;
  latencyMs: Float64Array;
  code: Float64Array;
  propensity: Float64Array;
  /** A feature or output by name; undefined where these rows have none of it. */
  column(kind: 'feature' | 'output', name: string): Strided | undefined;
}

/** A chunk in memory as rows to read. */
export function chunkSource(chunk: LogChunk): RowSource {
  const { source } = chunk;
  const { variant, shadow } = source;
  return {
    ...chunk,
    source,
    predictionId: (row) => predictionIdOf(chunk, row),
    variant: () => variant,
    shadow: () => shadow,
    entity: (row) => chunk.entities?.[row],
    column(kind, name) {
      const names = kind === 'feature' ? source.features : source.outputs;
      const numberAt = names.numbers.indexOf(name);
      if (numberAt >= 0) {
        const values = kind === 'feature' ? chunk.numbers : chunk.outputNumbers;
        return { values, stride: names.numbers.length, offset: numberAt };
      }
      const textAt = names.strings.indexOf(name);
      const values = kind === 'feature' ? chunk.strings : chunk.outputStrings;
      return textAt < 0 ? undefined : { values, stride: names.strings.length, offset: textAt };
    },
  };
}

/** Reads the wanted columns of segments, one query for all that share their columns. */
export async function segmentSources(
  deps: { engine: Engine; blobs: Blobs },
  segments: readonly Segment[],
  query: Pick<ObservationQuery, 'features' | 'from' | 'to'> & { predictionId?: string },
): Promise<RowSource[]> {
  const groups = new Map<string, Segment[]>();
  for (const segment of segments) {
    const { variant, shadow, ...same } = segment.source;
    const key = JSON.stringify(same);
    groups.set(key, [...(groups.get(key) ?? []), segment]);
  }
  const sources: RowSource[] = [];
  for (const group of groups.values()) {
    const paths = await Promise.all(group.map((segment) => deps.blobs.localPath(segment.digest)));
    const { source } = group[0]!;
    const { sql, parameters } = selectRows(paths, source, query);
    sources.push(columnsSource(source, await deps.engine.columns(sql, parameters)));
  }
  return sources;
}

/** How rows of one segment are picked. */
export interface SegmentPick {
  /** Conditions in SQL with `?` for each of their parameters, all of which must hold. */
  where: readonly { sql: string; parameters: readonly (string | number)[] }[];
  /** What follows the conditions, such as an order and a limit. */
  tail: string;
}

/** Reads some rows of one segment with all their columns. */
export async function pickRows(
  deps: { engine: Engine; blobs: Blobs },
  segment: Segment,
  { where, tail }: SegmentPick,
): Promise<RowSource> {
  const parameters = where.flatMap((one) => one.parameters);
  let at = 0;
  const conditions = where.map(({ sql }) => sql.replaceAll('?', () => `$${++at}`)).join(' AND ') || 'true';
  const scan = parquetScan([await deps.blobs.localPath(segment.digest)]);
  const sql = `SELECT ${rowColumns(segment.source).map(identifier).join(', ')} FROM ${scan} WHERE ${conditions} ${tail}`;
  return columnsSource(segment.source, await deps.engine.columns(sql, parameters));
}

/** The columns of a segment's rows, the features but some. */
function rowColumns({ features, outputs, entity }: LogSource, only?: readonly string[]): string[] {
  const all = [...features.numbers, ...features.strings];
  return [
    ...['prediction_id', 'variant', 'shadow', 'at', 'logged_at', 'latency_ms', 'code', 'propensity'],
    ...(entity === undefined ? [] : ['entity']),
    ...(only ? all.filter((name) => only.includes(name)) : all).map((name) => `feature.${name}`),
    ...[...outputs.numbers, ...outputs.strings].map((name) => `output.${name}`),
  ];
}

type Wanted = Parameters<typeof segmentSources>[2];

function selectRows(paths: string[], source: LogSource, { features, from, to, predictionId }: Wanted) {
  const columns = rowColumns(source, features);
  const conditions: string[] = [];
  const parameters: (string | number)[] = [];
  const demand = (condition: string, value: string | number) => {
    parameters.push(value);
    conditions.push(condition.replace('?', `$${parameters.length}`));
  };
  if (from !== undefined) demand('"at" >= epoch_ms(?::BIGINT)', Math.ceil(from));
  if (to !== undefined) demand('"at" < epoch_ms(?::BIGINT)', Math.ceil(to));
  if (predictionId !== undefined) demand('prediction_id = ?', predictionId);
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : '';
  return { sql: `SELECT ${columns.map(identifier).join(', ')} FROM ${parquetScan(paths)}${where}`, parameters };
}

function columnsSource(source: LogSource, columns: Columns): RowSource {
  const ids = columns.column('prediction_id').values as string[];
  const variants = columns.column('variant').values as string[];
  const shadows = columns.column('shadow').values as Uint8Array;
  const numbers = (name: string) => numbersOf(columns.column(name));
  const entities = source.entity === undefined ? undefined : textsOf(columns.column('entity'));
  const known = new Map(columns.list.map((column) => [column.name, column]));
  const read = new Map<string, Strided>();
  return {
    source,
    rows: columns.rows,
    predictionId: (row) => ids[row]!,
    variant: (row) => variants[row]!,
    shadow: (row) => shadows[row] === 1,
    entity: (row) => entities?.[row],
    at: numbers('at'),
    loggedAt: numbers('logged_at'),
    latencyMs: numbers('latency_ms'),
    code: numbers('code'),
    propensity: numbers('propensity'),
    column(kind, name) {
      const key = `${kind}.${name}`;
      const column = known.get(key);
      if (column && !read.has(key)) read.set(key, stridedOf(column));
      return read.get(key);
    },
  };
}

function stridedOf(column: Column): Strided {
  const values = column.kind === 'text' ? textsOf(column) : numbersOf(column);
  return { values, stride: 1, offset: 0 };
}
