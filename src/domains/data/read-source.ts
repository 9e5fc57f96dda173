import { type Engine, identifier, literal, parquetScan } from '../../engine/index.ts';
import { fail } from '../../kernel/errors.ts';
import { badFile, type SourceFile } from './bad-file.ts';
import { type CsvDialect, csvDialect } from './csv-dialect.ts';
import { inspectFile } from './inspect-file.ts';
import type { DataSource } from './schema.ts';

/** A SELECT that reads all files of a source, and how their CSV is written. */
export interface SourceQuery {
  sql: string;
  dialect?: CsvDialect;
}

/** Looks at every file and gives the SELECT that reads them; fails with `invalid_data` for what can be seen beforehand. */
export async function readSource(
  engine: Engine,
  files: readonly SourceFile[],
  source: DataSource,
): Promise<SourceQuery> {
  for (const file of files) await inspectFile(file, source.csv?.encoding);
  const paths = files.map((file) => file.path);
  const format = files[0]!.format;
  if (format === 'csv') {
    const dialect = await csvDialect(files, source);
    return { sql: `SELECT * FROM ${csvScan(paths, dialect, source)}`, dialect };
  }
  const union = source.unionByName ? ', union_by_name = true' : '';
  if (format === 'parquet') {
    await compareParquet(engine, files, source);
    const scan = parquetScan(paths).replace(/\)$/, `${union})`);
    return { sql: `SELECT ${withTypes(source.types)} FROM ${scan}` };
  }
  const list = paths.map((path) => literal(path)).join(', ');
  const shape = format === 'ndjson' ? 'newline_delimited' : 'auto';
  const scan = `read_json([${list}], format = '${shape}', sample_size = -1, union_by_name = true, maximum_depth = 8)`;
  return { sql: `SELECT ${withTypes(source.types)} FROM ${scan}` };
}

/** A table function that reads CSV files; everything but the types of the columns is fixed. */
function csvScan(paths: readonly string[], dialect: CsvDialect, source: DataSource): string {
  const settings = csvSettings(dialect);
  if (source.types && Object.keys(source.types).length > 0) {
    const types = Object.entries(source.types).map(
      ([name, type]) => `${literal(name)}: ${literal(type.toUpperCase())}`,
    );
    settings.push(`types = {${types.join(', ')}}`);
  }
  if (paths.length > 1) settings.push('union_by_name = true');
  const list = paths.map((path) => literal(path)).join(', ');
  return `read_csv([${list}], auto_detect = true, sample_size = -1, ${settings.join(', ')})`;
}

/** The settings of `read_csv` that say how the files are written. */
export function csvSettings(dialect: CsvDialect): string[] {
  const settings = [
    `delim = ${literal(dialect.delimiter)}`,
    `quote = ${literal(dialect.quote)}`,
    `escape = ${literal(dialect.escape)}`,
    `header = ${dialect.header}`,
    `nullstr = [${dialect.nullText.map(literal).join(', ')}]`,
    `encoding = ${literal(dialect.encoding)}`,
    `decimal_separator = ${literal(dialect.decimalSeparator)}`,
    "skip = 0, comment = '', strict_mode = true, null_padding = false, ignore_errors = false",
  ];
  if (dialect.dateFormat) settings.push(`dateformat = ${literal(dialect.dateFormat)}`);
  if (dialect.timestampFormat) settings.push(`timestampformat = ${literal(dialect.timestampFormat)}`);
  return settings;
}

function withTypes(types: Record<string, string> | undefined): string {
  const casts = Object.entries(types ?? {}).map(
    ([name, type]) => `CAST(${identifier(name)} AS ${type.toUpperCase()}) AS ${identifier(name)}`,
  );
  return casts.length === 0 ? '*' : `* REPLACE (${casts.join(', ')})`;
}

async function compareParquet(engine: Engine, files: readonly SourceFile[], source: DataSource): Promise<void> {
  let first: Record<string, string> | undefined;
  for (const file of files) {
    const columns = await parquetColumns(engine, file);
    first ??= columns;
    if (source.unionByName) continue;
    const names = new Set([...Object.keys(first), ...Object.keys(columns)]);
    const different = [...names].filter((name) => first![name] !== columns[name]);
    if (different.length > 0) {
      const told = different
        .slice(0, 5)
        .map((name) => `${name} (${first![name] ?? 'missing'} → ${columns[name] ?? 'missing'})`);
      badFile(file, `Its columns differ from those of ${files[0]!.name}: ${told.join(', ')}.`, {
        cure: 'Ingest files of the same columns together, or set `unionByName`.',
      });
    }
  }
  const unknown = Object.keys(source.types ?? {}).find((name) => !(name in first!));
  if (unknown !== undefined) {
    fail('invalid_input', `\`types\` names '${unknown}', which is no column of ${files[0]!.name}.`, { field: 'types' });
  }
}

async function parquetColumns(engine: Engine, file: SourceFile): Promise<Record<string, string>> {
  try {
    const rows = await engine.query(`DESCRIBE SELECT * FROM ${parquetScan([file.path])}`);
    return Object.fromEntries(rows.map((row) => [String(row['column_name']), String(row['column_type'])]));
  } catch (cause) {
    return badFile(file, 'The Parquet file cannot be read: its footer or schema is broken.', {
      cure: 'Copy or write it again, whole.',
      cause,
    });
  }
}
