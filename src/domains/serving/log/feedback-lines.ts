import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { type CsvError, parse } from 'csv-parse';
import { parseJson } from '../../../kernel/json.ts';
import { type FeedbackItem, type InvalidFeedback, readItem } from './feedback-schema.ts';

/** Longest line of a load; a longer one is wrong, and passed over without being held. */
const mostLineChars = 65_536;

/** Rows of a load as they are read, one at a time. */
export type FeedbackRows = AsyncGenerator<FeedbackItem | InvalidFeedback, void>;

/** Reads one JSON object a line; empty lines are passed over. */
export async function* readJsonLines(stream: Readable): FeedbackRows {
  let row = 0;
  for await (const { text, line } of linesOf(stream)) {
    if (text?.trim() === '') continue;
    yield text === undefined
      ? { row: row++, line, message: `The line has more than ${mostLineChars} characters.` }
      : readLine(text, { row: row++, line });
  }
}

function readLine(text: string, place: { row: number; line: number }): FeedbackItem | InvalidFeedback {
  let given: unknown;
  try {
    given = parseJson(text);
  } catch {
    return { ...place, message: 'The line is not JSON.' };
  }
  return readItem(given, place);
}

/** Lines of UTF-8 bytes; one that is too long comes without its text. */
async function* linesOf(stream: Readable): AsyncGenerator<{ text: string | undefined; line: number }, void> {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let isTooLong = false;
  let line = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    const lines = (rest + decoder.write(part)).split('\n');
    rest = lines.pop()!;
    for (const text of lines) {
      line++;
      yield { text: isTooLong || text.length > mostLineChars ? undefined : text, line };
      isTooLong = false;
    }
    if (rest.length > mostLineChars) {
      isTooLong = true;
      rest = '';
    }
  }
  rest += decoder.end();
  if (rest !== '' || isTooLong) yield { text: isTooLong ? undefined : rest, line: line + 1 };
}

const ownColumns = new Set(['predictionId', 'entity', 'endpoint', 'label', 'reward', 'at', '_line', '_reason']);

interface CsvRecord {
  record: string[];
  info: { lines: number };
}

/**
 * Reads CSV with a header line: `predictionId` or `entity`, `endpoint`, `label`, `reward`, `at`; every further column is a
 * named value. Empty cells say nothing; `true`, `false` and numbers are what they look like, but not where they name somebody.
 */
export async function* readCsv(stream: Readable): FeedbackRows {
  const wrong: InvalidFeedback[] = [];
  let row = 0;
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    max_record_size: mostLineChars,
  });
  parser.on('skip', (error: CsvError) => {
    wrong.push({ row: row++, line: Number((error as { lines?: number }).lines), message: 'The line is not CSV.' });
  });
  stream.on('error', (error) => parser.destroy(error));
  stream.pipe(parser);
  let header: string[] | undefined;
  for await (const { record, info } of parser as AsyncIterable<CsvRecord>) {
    yield* wrong.splice(0);
    if (!header) header = record.map((name) => name.trim().replace(/^prediction_id$/, 'predictionId'));
    else yield readRecord(header, record, { row: row++, line: info.lines });
  }
  yield* wrong;
}

function readRecord(
  header: readonly string[],
  record: readonly string[],
  place: { row: number; line: number },
): FeedbackItem | InvalidFeedback {
  if (record.length !== header.length) {
    return { ...place, message: `The line has ${record.length} cells where the header has ${header.length}.` };
  }
  const given: Record<string, unknown> = {};
  const values: [string, unknown][] = [];
  header.forEach((name, at) => {
    const text = record[at]!;
    if (text === '') return;
    if (!ownColumns.has(name)) values.push([name, readCell(text)]);
    else given[name] = name === 'label' || name === 'reward' ? readCell(text) : text;
  });
  if (values.length > 0) given.values = Object.fromEntries(values);
  return readItem(given, place);
}

function readCell(text: string): number | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true';
  return /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
