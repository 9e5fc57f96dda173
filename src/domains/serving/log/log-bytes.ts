import type { Outputs } from '../batch/batch-tensors.ts';
import { type LogChunk, type LogSource, perRow } from './log-chunk.ts';
import type { LogEntry } from './log-entry.ts';

/** What a text costs beside its letters: its place and the head of the string. */
const bytesOfText = 24;
/** The beginning and length of the id, and an id of its own. */
const bytesOfIds = 4 + 2 + 40;

/** Bytes of memory that a row of a source takes, the letters of its texts not counted. */
export function rowBytes({ features, outputs, entity }: LogSource): number {
  const numbers = perRow.length + features.numbers.length + outputs.numbers.length;
  const texts = features.strings.length + outputs.strings.length + (entity === undefined ? 0 : 1);
  return 8 * numbers + bytesOfText * texts + bytesOfIds;
}

/** Bytes of memory that the log needs for a request; a little more where texts are left out or hidden. */
export function entryBytes({ target, rows, block, outputs }: LogEntry): number {
  const { source, outputs: logged } = target;
  let bytes = rows * rowBytes(source);
  if (block && source.features.strings.length > 0) bytes += lettersOf(block.strings);
  if (outputs && source.outputs.strings.length > 0) {
    for (const { name } of logged) bytes += lettersOf(textsOf(outputs, name));
  }
  return bytes;
}

/** Bytes of memory that the rows of a chunk take, and about as many in a file. */
export function chunkBytes({ source, rows, strings, outputStrings }: LogChunk): number {
  return rows * rowBytes(source) + lettersOf(strings) + lettersOf(outputStrings);
}

const noTexts: readonly string[] = [];

function textsOf(outputs: Outputs, name: string): readonly (string | null)[] {
  const data = outputs[name]?.data;
  return Array.isArray(data) ? data : noTexts;
}

function lettersOf(texts: readonly (string | null)[]): number {
  let letters = 0;
  for (const text of texts) letters += text?.length ?? 0;
  return letters;
}
