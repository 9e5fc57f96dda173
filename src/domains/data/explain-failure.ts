import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Engine, literal } from '../../engine/index.ts';
import { messageOf, TidemillError } from '../../kernel/errors.ts';
import { badFile, type SourceFile } from './bad-file.ts';
import type { CsvDialect } from './csv-dialect.ts';
import { csvSettings } from './read-source.ts';

interface Failure {
  engine: Engine;
  files: readonly SourceFile[];
  dialect?: CsvDialect | undefined;
}

/** Throws what DuckDB threw while it read files as an `invalid_data` that names file, line and cure. */
export async function explainFailure(failure: Failure, thrown: unknown): Promise<never> {
  if (!(thrown instanceof TidemillError) || thrown.code !== 'invalid_query') throw thrown;
  const message = fullMessage(thrown);
  const file = failure.files.find((each) => message.includes(each.path)) ?? failure.files[0]!;
  if (failure.dialect) {
    if (/Error when sniffing/.test(message)) await findRaggedLine(failure, failure.dialect);
    explainCsv(file, message, thrown);
  }
  if (file.format === 'ndjson') for (const each of failure.files) await findBadJson(each);
  if (file.format === 'json') {
    badFile(file, `The file is not JSON: ${summary(message)}`, { cure: 'Check it with a JSON tool.', cause: thrown });
  }
  return badFile(file, `The file cannot be read: ${summary(message)}`, {
    cure: file.format === 'parquet' ? 'Copy or write it again, whole.' : 'Check the file or its format.',
    cause: thrown,
  });
}

function fullMessage(error: TidemillError): string {
  return `${error.message}\n${messageOf(error.cause)}`;
}

function summary(message: string): string {
  return message
    .split('\n')[0]!
    .replace(/^[A-Za-z ]+ Error: /, '')
    .trim();
}

/** Turns an error of DuckDB's CSV reader into ours. */
function explainCsv(file: SourceFile, message: string, cause: unknown): never {
  const line = Number(/CSV Error on Line: (\d+)/.exec(message)?.[1]) || undefined;
  const at = line === undefined ? { cause } : { line, cause };
  const conversion = /Error when converting column "(.*?)"\. Could not convert string "(.*?)" to '(.*?)'/s.exec(
    message,
  );
  if (conversion) {
    const [, column, value, type] = conversion;
    return badFile(file, `Column '${column}' is ${type}, but the value is '${value}'.`, {
      ...at,
      column: column!,
      cure: `Correct the value, add it to \`csv.nullText\`, or set \`types.${column}\` to VARCHAR.`,
    });
  }
  const columns = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message);
  if (columns) {
    return badFile(file, `The line has ${columns[2]} fields instead of ${columns[1]}.`, {
      ...at,
      cure: 'Add or remove fields, or put quotes round a field that holds the delimiter.',
    });
  }
  if (/unterminated quote/i.test(message)) {
    return badFile(file, 'A quoted field does not end.', { ...at, cure: 'Close the quotes; double those inside.' });
  }
  if (/unicode|utf-8/i.test(message)) {
    return badFile(file, 'The text is not UTF-8.', {
      ...at,
      cure: "Save it as UTF-8, or set `csv.encoding` to 'latin-1' or 'utf-16'.",
    });
  }
  if (/maximum line size|Maximum line size/i.test(message)) {
    return badFile(file, 'A line is longer than 2 MB.', { ...at, cure: 'Check for a quote that is not closed.' });
  }
  return badFile(file, `The file cannot be read as CSV: ${summary(message)}`, {
    ...at,
    cure: 'Check delimiter, quotes and line ends, which must be the same in the whole file.',
  });
}

/** Reads each file again as text only: without guessing, DuckDB names the line that has too few or too many fields. */
async function findRaggedLine({ engine, files }: Failure, dialect: CsvDialect): Promise<void> {
  for (const file of files) {
    const columns = dialect.names.map((_, i) => `${literal(`c${i}`)}: 'VARCHAR'`).join(', ');
    const scan = `read_csv([${literal(file.path)}], auto_detect = false, columns = {${columns}}, ${csvSettings(dialect).join(', ')})`;
    try {
      await engine.query(`SELECT count(*) AS n, ${dialect.names.map((_, i) => `max(c${i})`).join(', ')} FROM ${scan}`);
    } catch (error) {
      if (error instanceof TidemillError && error.code === 'invalid_query') explainCsv(file, fullMessage(error), error);
      throw error;
    }
  }
}

/** Finds the first line that is not JSON. */
async function findBadJson(file: SourceFile): Promise<void> {
  const lines = createInterface({ input: createReadStream(file.path), crlfDelay: Number.POSITIVE_INFINITY });
  let number = 0;
  for await (const line of lines) {
    number++;
    if (number === 1 && line.startsWith('\ufeff')) {
      badFile(file, 'The file begins with a byte order mark.', { line: 1, cure: 'Save it as UTF-8 without BOM.' });
    }
    if (line.trim() === '') continue;
    try {
      JSON.parse(line);
    } catch (cause) {
      badFile(file, `The line is not JSON: ${messageOf(cause)}.`, {
        line: number,
        cure: 'Each line must be one whole JSON object.',
        cause,
      });
    }
  }
}
