import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { type ColumnToWrite, type Engine, parquetScan } from '../../engine/index.ts';
import type { ExportColumn, ExportedRun } from './export-columns.ts';

/** So many cells are held in memory before they go to a file. */
const cellsOfPart = 500_000;

/** Writes runs as one Parquet file by parts of bounded size, and gives it as a stream; closing that removes it. */
export async function parquetOf(
  engine: Pick<Engine, 'writeParquet'>,
  columns: readonly ExportColumn[],
  runs: AsyncIterable<readonly ExportedRun[]>,
): Promise<{ stream: Readable; bytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-export-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const parts = await writeParts(engine, columns, { runs, folder });
    const whole = { path: parts[0]!, bytes: 0 };
    if (parts.length > 1) whole.path = join(folder, 'runs.parquet');
    const sql = `SELECT * FROM ${parquetScan(parts)}`;
    whole.bytes = (await engine.writeParquet(whole.path, { sql })).bytes;
    const stream = createReadStream(whole.path);
    stream.once('close', () => void remove());
    return { stream, bytes: whole.bytes };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function writeParts(
  engine: Pick<Engine, 'writeParquet'>,
  columns: readonly ExportColumn[],
  { runs, folder }: { runs: AsyncIterable<readonly ExportedRun[]>; folder: string },
): Promise<string[]> {
  const names = distinctNames(columns);
  const parts: string[] = [];
  let held = columns.map((): (string | number | null)[] => []);
  const flush = async () => {
    const path = join(folder, `part-${String(parts.length).padStart(6, '0')}.parquet`);
    const filled = columns.map(({ type }, i): ColumnToWrite => ({ name: names[i]!, type, values: held[i]! }));
    await engine.writeParquet(path, { columns: filled });
    parts.push(path);
    held = columns.map(() => []);
  };
  for await (const page of runs) {
    for (const run of page) for (const [i, { read }] of columns.entries()) held[i]!.push(read(run));
    if (held[0]!.length * columns.length >= cellsOfPart) await flush();
  }
  if (parts.length === 0 || held[0]!.length > 0) await flush();
  return parts;
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
