/** Columns of one kind of row: those that hold numbers and those that hold text. */
export interface LogColumns {
  numbers: string[];
  strings: string[];
}

/** What all rows of a chunk have in common. */
export interface LogSource {
  endpoint: string;
  model: string;
  version: number;
  variant: string;
  shadow: boolean;
  features: LogColumns;
  outputs: LogColumns;
  /** The column that says whom a row is about, where the endpoint names one. */
  entity?: string;
  /** The output column that is the score. */
  score: string | null;
  /** Output columns of the class probabilities, in order of the classes. */
  probabilities: string[];
  /** Labels of the classes as text, where the model says them. */
  classes: string[] | null;
}

/** Logged rows of one source: typed columns, features and outputs row-major. Missing: NaN, null. */
export interface LogChunk {
  source: LogSource;
  rows: number;
  /** The requests' ids, ASCII, one behind the other: as bytes they are no burden to the collector. */
  ids: Buffer;
  /** Where the id of a row's request begins in `ids`; rows of one request share it. */
  idFrom: Uint32Array;
  idLength: Uint16Array;
  rowIndex: Float64Array;
  at: Float64Array;
  loggedAt: Float64Array;
  latencyMs: Float64Array;
  code: Float64Array;
  propensity: Float64Array;
  numbers: Float64Array;
  strings: (string | null)[];
  outputNumbers: Float64Array;
  outputStrings: (string | null)[];
  /** Whom each row is about, as the log may keep it; where the source has an entity. */
  entities?: (string | null)[];
}

/** The columns of doubles that have one value a row, in the order of the write-ahead file. */
export const perRow = ['rowIndex', 'at', 'loggedAt', 'latencyMs', 'code', 'propensity'] as const;
const bytesOfId = 40;

/** A chunk with room for `rows` rows, its features and outputs missing until they are written. */
export function newChunk(source: LogSource, rows: number): LogChunk {
  const column = () => new Float64Array(rows);
  const { features, outputs } = source;
  return {
    source,
    rows,
    ids: Buffer.allocUnsafeSlow(rows * bytesOfId),
    idFrom: new Uint32Array(rows),
    idLength: new Uint16Array(rows),
    rowIndex: column(),
    at: column(),
    loggedAt: column(),
    latencyMs: column(),
    code: column(),
    propensity: column(),
    numbers: new Float64Array(rows * features.numbers.length).fill(Number.NaN),
    strings: new Array(rows * features.strings.length).fill(null),
    outputNumbers: new Float64Array(rows * outputs.numbers.length).fill(Number.NaN),
    outputStrings: new Array(rows * outputs.strings.length).fill(null),
    ...(source.entity !== undefined && { entities: new Array<string | null>(rows).fill(null) }),
  };
}

/** Writes the id of the request of `rows` rows from `row` on, behind those written before; `ids` grows as it must. */
export function writeId(chunk: LogChunk, id: string, { row, rows }: { row: number; rows: number }): void {
  const from = row === 0 ? 0 : chunk.idFrom[row - 1]! + chunk.idLength[row - 1]!;
  if (from + id.length > chunk.ids.length) {
    const larger = Buffer.allocUnsafeSlow(2 * (from + id.length));
    chunk.ids.copy(larger, 0, 0, from);
    chunk.ids = larger;
  }
  const length = chunk.ids.write(id, from, 'latin1');
  chunk.idFrom.fill(from, row, row + rows);
  chunk.idLength.fill(length, row, row + rows);
}

/** The id of the request that a row is of. */
export function requestIdOf({ ids, idFrom, idLength }: LogChunk, row: number): string {
  const from = idFrom[row]!;
  return ids.toString('latin1', from, from + idLength[row]!);
}

/** The id of a row of a chunk: its request's id and its place in the request. */
export function predictionIdOf(chunk: LogChunk, row: number): string {
  return `${requestIdOf(chunk, row)}.${chunk.rowIndex[row]}`;
}

/** The first row of a request in a chunk; -1 where it is not there. */
export function rowOfRequest({ ids, idFrom, idLength, rows }: LogChunk, requestId: string): number {
  const wanted = Buffer.from(requestId, 'latin1');
  for (let row = 0; row < rows; row++) {
    const from = idFrom[row]!;
    if (idLength[row] === wanted.length && wanted.compare(ids, from, from + wanted.length) === 0) return row;
  }
  return -1;
}
