import { murmur32 } from '../predict/split.ts';
import type { StoredLabel } from './label-store.ts';
import type { RowSource } from './log-sources.ts';
import type { ObservationQuery, Observations, ObservedColumn } from './observations.ts';
import type { ValuesById } from './value-store.ts';

/** A row of one of the sources. */
interface Place {
  source: RowSource;
  row: number;
}

/** Picks the rows a query asks for and gathers them into columns, by event time. */
export function gather(sources: readonly RowSource[], query: ObservationQuery): Observations {
  const matched = sources.flatMap((source) => matching(source, query));
  const places = sample(matched, query.limit);
  places.sort((a, b) => a.source.at[a.row]! - b.source.at[b.row]!);
  const used = [...new Set(places.map((place) => place.source))];
  const numbers = (pick: (place: Place) => number) => Float64Array.from(places, pick);
  const names = (kind: 'feature' | 'output') => columnNames(used, kind, query.features);
  const columns = (kind: 'feature' | 'output') =>
    Object.fromEntries(names(kind).map((name) => [name, gatherColumn(places, kind, name)]));
  const missing = () => new Float64Array(places.length).fill(Number.NaN);
  const widest = Math.max(0, ...used.map(({ source }) => source.probabilities.length));
  return {
    rows: places.length,
    matched: matched.length,
    predictionId: places.map(({ source, row }) => source.predictionId(row)),
    at: numbers(({ source, row }) => source.at[row]!),
    loggedAt: numbers(({ source, row }) => source.loggedAt[row]!),
    model: places.map(({ source }) => source.source.model),
    version: numbers(({ source }) => source.source.version),
    variant: places.map(({ source, row }) => source.variant(row)),
    shadow: Uint8Array.from(places, ({ source, row }) => (source.shadow(row) ? 1 : 0)),
    propensity: numbers(({ source, row }) => source.propensity[row]!),
    latencyMs: numbers(({ source, row }) => source.latencyMs[row]!),
    code: numbers(({ source, row }) => source.code[row]!),
    features: columns('feature'),
    outputs: columns('output'),
    score: numbers(({ source, row }) => numberAt(source, source.source.score, row)),
    probabilities: Array.from({ length: widest }, (_, k) =>
      numbers(({ source, row }) => numberAt(source, source.source.probabilities[k] ?? null, row)),
    ),
    feedback: {},
    label: missing(),
    labelText: new Array<string | null>(places.length).fill(null),
    labelledAt: missing(),
    labelRecordedAt: missing(),
  };
}

function matching(source: RowSource, query: ObservationQuery): Place[] {
  const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
  const { loggedFrom = Number.NEGATIVE_INFINITY, variant, version } = query;
  const places: Place[] = [];
  if (source.source.endpoint !== query.endpoint) return places;
  if (version !== undefined && source.source.version !== version) return places;
  for (let row = 0; row < source.rows; row++) {
    const at = source.at[row]!;
    if (at < from || at >= to || source.loggedAt[row]! < loggedFrom) continue;
    if (variant !== undefined && source.variant(row) !== variant) continue;
    if (!query.includeShadow && source.shadow(row)) continue;
    if (query.includeFailed === false && source.code[row]! >= 400) continue;
    places.push({ source, row });
  }
  return places;
}

/** Keeps the `limit` rows whose ids have the smallest hashes: even over all rows, and the same at every reading. */
function sample(places: Place[], limit: number | undefined): Place[] {
  if (limit === undefined || places.length <= limit) return places;
  const hashes = Float64Array.from(places, ({ source, row }) => murmur32(source.predictionId(row), 0));
  const bound = hashes.slice().sort()[limit]!;
  return places.filter((_, i) => hashes[i]! < bound);
}

function columnNames(sources: readonly RowSource[], kind: 'feature' | 'output', only?: readonly string[]): string[] {
  const names = new Set<string>();
  for (const { source } of sources) {
    const { numbers, strings } = kind === 'feature' ? source.features : source.outputs;
    for (const name of [...numbers, ...strings]) {
      if (kind === 'output' || !only || only.includes(name)) names.add(name);
    }
  }
  return [...names];
}

/** A column over rows of several sources: text where it is text in any of them. */
function gatherColumn(places: readonly Place[], kind: 'feature' | 'output', name: string): ObservedColumn {
  const columns = new Map<RowSource, ReturnType<RowSource['column']>>();
  let isText = false;
  for (const { source } of places) {
    if (columns.has(source)) continue;
    const column = source.column(kind, name);
    columns.set(source, column);
    if (column && !(column.values instanceof Float64Array)) isText = true;
  }
  const cellOf = ({ source, row }: Place) => {
    const column = columns.get(source);
    return column ? column.values[row * column.stride + column.offset] : undefined;
  };
  if (!isText) {
    return {
      type: 'number',
      values: Float64Array.from(places, (place) => (cellOf(place) as number | undefined) ?? Number.NaN),
    };
  }
  const text = (value: number | string | null | undefined) =>
    value === undefined || value === null || Number.isNaN(value) ? null : String(value);
  return { type: 'string', values: places.map((place) => text(cellOf(place))) };
}

function numberAt(source: RowSource, name: string | null, row: number): number {
  const column = name === null ? undefined : source.column('output', name);
  const value = column?.values[row * column.stride + column.offset];
  return typeof value === 'number' ? value : Number.NaN;
}

/** Writes labels beside the rows they belong to. `classesOf` gives the classes of a version as text, where it has some. */
export function joinLabels(
  observations: Observations,
  labels: readonly StoredLabel[],
  classesOf: (version: number) => readonly string[] | null,
): void {
  const byId = new Map(labels.map((label) => [label.predictionId, label]));
  for (let row = 0; row < observations.rows; row++) {
    const label = byId.get(observations.predictionId[row]!);
    if (!label) continue;
    observations.label[row] = labelNumber(label.label, classesOf(observations.version[row]!));
    observations.labelText[row] = String(label.label);
    observations.labelledAt[row] = label.labelledAt;
    observations.labelRecordedAt[row] = label.recordedAt;
  }
}

/** Lays named values of feedback into columns beside the rows they belong to: text where one of them is text. */
export function joinValues(observations: Observations, values: ValuesById): void {
  const { predictionId, rows } = observations;
  const names = new Set([...values.values()].flatMap(Object.keys));
  for (const name of [...names].sort()) {
    const cells = predictionId.map((id) => values.get(id)?.[name]);
    if (cells.every((cell) => cell === undefined)) continue;
    const isText = cells.some((cell) => typeof cell === 'string');
    const column: ObservedColumn = isText
      ? { type: 'string', values: cells.map((cell) => (cell === undefined ? null : String(cell))) }
      : { type: 'number', values: Float64Array.from({ length: rows }, (_, row) => Number(cells[row] ?? Number.NaN)) };
    Object.defineProperty(observations.feedback, name, { value: column, enumerable: true, configurable: true });
  }
}

/** A label as a number: as it is, true 1, false 0, or the index among classes that are text. */
export function labelNumber(label: number | string | boolean, classes: readonly string[] | null): number {
  if (typeof label === 'number') return label;
  if (typeof label === 'boolean') return label ? 1 : 0;
  const index = classes?.indexOf(label) ?? -1;
  if (index >= 0 && Number.isNaN(Number(label))) return index;
  return label.trim() === '' ? Number.NaN : Number(label);
}
