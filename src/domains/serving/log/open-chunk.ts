import { rowBytes } from './log-bytes.ts';
import { type LogChunk, newChunk, perRow } from './log-chunk.ts';
import { type LogEntry, type LogTarget, layEntry } from './log-entry.ts';

const fewestRows = 32;
const roomForMore = 1.25;
/** Room that is taken ahead of need at the most. */
const mostSpareBytes = 4 * 2 ** 20;

/**
 * The rows of one target that are not written yet, in columns from the start: what is remembered of a request as an object
 * would be copied by every collection until it is written.
 */
export class OpenChunk {
  rows = 0;
  readonly #target: LogTarget;
  #chunk: LogChunk;
  #room: number;

  /** `expectedRows` is what its like had before. */
  constructor(target: LogTarget, expectedRows: number) {
    this.#target = target;
    this.#room = this.#roomFor(Math.ceil(expectedRows * roomForMore), fewestRows);
    this.#chunk = newChunk(target.source, this.#room);
  }

  /** Copies what is to be remembered of a request. */
  add(entry: LogEntry): void {
    const rows = this.rows + entry.rows;
    if (rows > this.#room) this.#grow(rows);
    layEntry(this.#chunk, this.#target, { entry, row: this.rows });
    this.rows = rows;
  }

  /** The rows as views of this memory; nothing is added until `clear`. */
  view(): LogChunk {
    return trimmed(this.#chunk, this.rows);
  }

  /** The rows as a chunk that is kept; nothing is added any more. Much unused room is given back. */
  end(): LogChunk {
    return this.rows * 2 < this.#room ? resized(this.#chunk, this.rows, this.rows) : this.view();
  }

  /** Takes the memory for other rows: at hundreds of megabytes a second the collector could not follow. */
  clear(): void {
    const { features, outputs } = this.#target.source;
    const chunk = this.#chunk;
    chunk.numbers.fill(Number.NaN, 0, this.rows * features.numbers.length);
    chunk.outputNumbers.fill(Number.NaN, 0, this.rows * outputs.numbers.length);
    chunk.strings = new Array<string | null>(this.#room * features.strings.length).fill(null);
    chunk.outputStrings = new Array<string | null>(this.#room * outputs.strings.length).fill(null);
    if (chunk.entities) chunk.entities = new Array<string | null>(this.#room).fill(null);
    this.rows = 0;
  }

  /** Bytes of the memory that it holds, the letters of its texts not counted. */
  get roomBytes(): number {
    return this.#room * rowBytes(this.#target.source);
  }

  /** As many rows as are wished, but little more than are needed where rows are wide. */
  #roomFor(wished: number, needed: number): number {
    const spare = Math.floor(mostSpareBytes / rowBytes(this.#target.source));
    return Math.max(needed, Math.min(wished, needed + spare));
  }

  #grow(rows: number): void {
    this.#room = this.#roomFor(2 * this.#room, rows);
    this.#chunk = resized(this.#chunk, this.rows, this.#room);
  }
}

/** The first rows of a chunk as views of its memory. */
function trimmed(chunk: LogChunk, rows: number): LogChunk {
  const part: LogChunk = { ...chunk, rows };
  const { features, outputs } = chunk.source;
  for (const name of perRow) part[name] = chunk[name].subarray(0, rows);
  part.idFrom = chunk.idFrom.subarray(0, rows);
  part.idLength = chunk.idLength.subarray(0, rows);
  part.numbers = chunk.numbers.subarray(0, rows * features.numbers.length);
  part.outputNumbers = chunk.outputNumbers.subarray(0, rows * outputs.numbers.length);
  part.strings.length = rows * features.strings.length;
  part.outputStrings.length = rows * outputs.strings.length;
  if (part.entities) part.entities.length = rows;
  return part;
}

/** A chunk with the first `rows` rows of another and room for `room`. */
function resized(chunk: LogChunk, rows: number, room: number): LogChunk {
  const { idFrom, idLength, ids } = chunk;
  const idBytes = rows === 0 ? 0 : idFrom[rows - 1]! + idLength[rows - 1]!;
  const from = trimmed(chunk, rows);
  const to = newChunk(chunk.source, room);
  for (const name of perRow) to[name].set(from[name]);
  to.idFrom.set(from.idFrom);
  to.idLength.set(from.idLength);
  to.ids = room > rows ? ids : Buffer.from(ids.subarray(0, idBytes));
  to.numbers.set(from.numbers);
  to.outputNumbers.set(from.outputNumbers);
  for (let at = 0; at < from.strings.length; at++) to.strings[at] = from.strings[at]!;
  for (let at = 0; at < from.outputStrings.length; at++) to.outputStrings[at] = from.outputStrings[at]!;
  if (to.entities) for (let at = 0; at < rows; at++) to.entities[at] = from.entities![at]!;
  return to;
}
