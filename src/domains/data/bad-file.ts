import { fail } from '../../kernel/errors.ts';

/** A file that rows are read from: where it is on this machine, and what the user calls it. */
export interface SourceFile {
  path: string;
  name: string;
  format: 'csv' | 'parquet' | 'json' | 'ndjson';
}

/** Throws `invalid_data` for a file, in words that name file and line and say what to do. */
export function badFile(
  file: Pick<SourceFile, 'name'>,
  problem: string,
  details: { line?: number; column?: string; cure: string; cause?: unknown },
): never {
  const place = details.line === undefined ? file.name : `${file.name}, line ${details.line}`;
  return fail('invalid_data', `${place}: ${problem} ${details.cure}`, { file: file.name, ...details });
}
