import { fail } from '../../kernel/errors.ts';
import { badFile, type SourceFile } from './bad-file.ts';
import { firstLine } from './inspect-file.ts';
import { CsvOptions, type DataSource } from './schema.ts';

/** How CSV files are written, everything decided: nothing of it is guessed again while reading. */
export interface CsvDialect {
  delimiter: string;
  quote: string;
  escape: string;
  header: boolean;
  nullText: string[];
  encoding: 'utf-8' | 'latin-1' | 'utf-16';
  decimalSeparator: '.' | ',';
  dateFormat?: string | undefined;
  timestampFormat?: string | undefined;
  /** The fields of the first line. */
  names: string[];
}

/**
 * Decides the dialect from the options and the first lines, and fails with `invalid_data` when columns repeat, have no name,
 * or differ between files: a reader that guesses would rename or reorder them silently.
 */
export async function csvDialect(files: readonly SourceFile[], source: DataSource): Promise<CsvDialect> {
  const options = CsvOptions.parse(source.csv ?? {});
  const line = await firstLine(files[0]!, options.encoding);
  const delimiter = options.delimiter ?? likelyDelimiter(line);
  const dialect: CsvDialect = { ...options, delimiter, names: splitLine(line, delimiter, options.quote) };
  for (const file of files) {
    const names = splitLine(await firstLine(file, options.encoding), delimiter, options.quote);
    if (dialect.header) checkNames(file, names);
    const fits = dialect.header ? sameNames(names, dialect.names) : names.length === dialect.names.length;
    if (fits || (source.unionByName && dialect.header)) continue;
    const missing = dialect.names.filter((name) => !names.includes(name));
    const extra = names.filter((name) => !dialect.names.includes(name));
    const told = dialect.header
      ? [missing.length > 0 && `missing ${missing.join(', ')}`, extra.length > 0 && `extra ${extra.join(', ')}`]
      : [`${names.length} instead of ${dialect.names.length}`];
    badFile(file, `Its columns differ from those of ${files[0]!.name}: ${told.filter(Boolean).join('; ')}.`, {
      line: 1,
      cure: 'Ingest files of the same columns together, or set `unionByName`.',
    });
  }
  const unknown = Object.keys(source.types ?? {}).find((name) => dialect.header && !dialect.names.includes(name));
  if (unknown !== undefined && !source.unionByName) {
    fail('invalid_input', `\`types\` names '${unknown}', which is no column of ${files[0]!.name}.`, { field: 'types' });
  }
  return dialect;
}

function likelyDelimiter(line: string): string {
  const bare = line.replace(/"(?:[^"]|"")*"/g, '');
  let best = ',';
  for (const candidate of [',', ';', '\t', '|']) {
    if (bare.split(candidate).length > bare.split(best).length) best = candidate;
  }
  return best;
}

function splitLine(line: string, delimiter: string, quote: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quoted) {
      if (character !== quote) field += character;
      else if (line[at + 1] === quote) field += line[++at];
      else quoted = false;
    } else if (character === quote && field === '') quoted = true;
    else if (character === delimiter) {
      fields.push(field);
      field = '';
    } else field += character;
  }
  return [...fields, field].map((name) => name.trim());
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}

function checkNames(file: SourceFile, names: readonly string[]) {
  const seen = new Set<string>();
  for (const [i, name] of names.entries()) {
    if (name === '') {
      badFile(file, `Column ${i + 1} has no name.`, { line: 1, cure: 'Name it, or set `csv.header` to false.' });
    }
    if (seen.has(name.toLowerCase())) {
      badFile(file, `The column '${name}' is there twice.`, { line: 1, column: name, cure: 'Rename one of them.' });
    }
    seen.add(name.toLowerCase());
  }
}
