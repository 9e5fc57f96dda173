import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Engine, identifier, literal } from '../../engine/index.ts';
import type { ExportColumn, ExportedRun } from './export-columns.ts';

/**
 * Writes runs as one Parquet file and gives it as a stream; closing that removes it. The rows go through a text file on disk:
 * a table of a thousand columns in memory would take hundreds of megabytes however few its rows.
 */
export async function parquetOf(
  engine: Pick<Engine, 'writeParquet'>,
  columns: readonly ExportColumn[],
  runs: AsyncIterable<readonly ExportedRun[]>,
): Promise<{ stream: Readable; bytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-export-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const [rows, whole] = [join(folder, 'rows.csv'), join(folder, 'runs.parquet')];
    const seen = { longest: 0 };
    await pipeline(Readable.from(rowPieces(columns, runs, seen)), createWriteStream(rows));
    const rowGroupRows = Math.max(2048, Math.min(122_880, Math.floor(1_500_000 / columns.length)));
    const sql = selectOf(columns, rows, seen.longest);
    const { bytes } = await engine.writeParquet(whole, { sql }, { rowGroupRows });
    const stream = createReadStream(whole);
    stream.once('close', () => void remove());
    return { stream, bytes };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A value as a cell that the SELECT reads back as it was: texts always in quotes, nothing for what is missing. */
function cellOf(value: string | number | null): string {
  if (value === null) return '';
  return typeof value === 'number' ? String(value) : `"${value.replaceAll('"', '""')}"`;
}

async function* rowPieces(
  columns: readonly ExportColumn[],
  runs: AsyncIterable<readonly ExportedRun[]>,
  seen: { longest: number },
): AsyncGenerator<string> {
  for await (const page of runs) {
    for (const run of page) {
      const line = `${columns.map(({ read }) => cellOf(read(run))).join(',')}\n`;
      seen.longest = Math.max(seen.longest, Buffer.byteLength(line));
      yield line;
    }
  }
}

const readAs = { VARCHAR: 'VARCHAR', DOUBLE: 'DOUBLE', TIMESTAMP: 'BIGINT' } as const;

function selectOf(columns: readonly ExportColumn[], path: string, longest: number): string {
  const names = distinctNames(columns);
  const types = columns.map(({ type }, i) => `c${i}: '${readAs[type]}'`);
  const selected = columns.map(({ type }, i) => {
    const value = type === 'TIMESTAMP' ? `make_timestamp(c${i} * 1000)` : `c${i}`;
    return `${value} AS ${identifier(names[i]!)}`;
  });
  const line = Math.max(2_000_000, longest + 1);
  const form = "header = false, auto_detect = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n'";
  const limits = `max_line_size = ${line}, buffer_size = ${line * 4}, parallel = false, allow_quoted_nulls = false`;
  return `SELECT ${selected.join(', ')}
    FROM read_csv(${literal(path)}, columns = {${types.join(', ')}}, nullstr = '', ${form}, ${limits})`;
}

/** Columns whose names differ in case alone are one to SQL: later ones get a number. */
function distinctNames(columns: readonly ExportColumn[]): string[] {
  const taken = new Set<string>();
  return columns.map(({ name }) => {
    let free = name;
    for (let n = 2; taken.has(free.toLowerCase()); n++) free = `${name} (${n})`;
    taken.add(free.toLowerCase());
    return free;
  });
}
