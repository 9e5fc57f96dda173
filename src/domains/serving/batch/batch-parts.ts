import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../../engine/index.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import { AnswerColumns } from './batch-columns.ts';
import type { KeptColumn } from './batch-input.ts';
import type { ScoredRows } from './batch-score.ts';

/** Answers over neighbouring rows of the input, on disk. */
export interface BatchPart {
  /** Rows of the input, the last not included. */
  from: number;
  to: number;
  /** Parquet; it is there whole or not at all. */
  path: string;
  /** JSON lines of the rows that could not be scored. */
  badPath: string;
  badRows: number;
}

const pattern = /^part-(\d+)-(\d+)-(\d+)\.parquet$/;

function partOf(folder: string, [from, to, badRows]: readonly [number, number, number]): BatchPart {
  const name = `part-${[from, to, badRows].map((count) => String(count).padStart(12, '0')).join('-')}`;
  return { from, to, badRows, path: join(folder, `${name}.parquet`), badPath: join(folder, `${name}.ndjson`) };
}

/**
 * The parts that are done, from the first row on without a gap. Parts of another input, or what a killed process left half
 * written, are removed.
 */
export async function openParts(folder: string, fingerprint: string): Promise<BatchPart[]> {
  await mkdir(folder, { recursive: true });
  const note = join(folder, 'input');
  const was = await readFile(note, 'utf8').catch(() => undefined);
  if (was !== fingerprint) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(note, fingerprint);
    return [];
  }
  const names = (await readdir(folder)).sort();
  const parts: BatchPart[] = [];
  for (const name of names) {
    const found = pattern.exec(name);
    if (!found) continue;
    const part = partOf(folder, [Number(found[1]), Number(found[2]), Number(found[3])]);
    if (part.from === (parts.at(-1)?.to ?? 0)) parts.push(part);
  }
  const kept = new Set(['input', ...parts.flatMap((part) => [part.path, part.badPath])]);
  for (const name of names) {
    if (name !== 'input' && !kept.has(join(folder, name))) await rm(join(folder, name), { force: true });
  }
  return parts;
}

interface PartsOptions {
  engine: Engine;
  folder: string;
  plan: ModelPlan;
  kept: readonly KeptColumn[];
  version: number;
  /** Rows of the input in one part. */
  partRows: number;
  signal: AbortSignal;
  onPart(part: BatchPart): Promise<void>;
}

/** Collects answers and writes them as parts; while one is written the next is collected. */
export class PartWriter {
  readonly #options: PartsOptions;
  #columns: AnswerColumns;
  #bad: string[] = [];
  #from: number;
  #to: number;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: PartsOptions, from: number) {
    this.#options = options;
    this.#columns = new AnswerColumns(options);
    this.#from = from;
    this.#to = from;
  }

  async add(scored: ScoredRows): Promise<void> {
    const { read, bad } = scored;
    this.#columns.add(scored);
    for (const [row, reason] of [...bad].sort(([a], [b]) => a - b)) {
      this.#bad.push(badLine(this.#options.plan, scored, { row, at: this.#to + row, reason }));
    }
    this.#to += read.rows;
    if (this.#to - this.#from >= this.#options.partRows) await this.#cut();
  }

  /** Writes what is left. */
  async end(): Promise<void> {
    if (this.#to > this.#from || this.#from === 0) await this.#cut();
    await this.#writing;
  }

  async #cut(): Promise<void> {
    const { engine, folder, signal, onPart } = this.#options;
    await this.#writing;
    const part = partOf(folder, [this.#from, this.#to, this.#bad.length]);
    const columns = this.#columns.take();
    const lines = this.#bad;
    this.#bad = [];
    this.#from = this.#to;
    this.#writing = (async () => {
      if (lines.length > 0) await writeFile(part.badPath, lines.join(''));
      // The answers last: a part is done when they are there.
      await engine.writeParquet(part.path, { columns }, { signal });
      await onPart(part);
    })();
    this.#writing.catch(() => {});
  }
}

/** A row that could not be scored, as a line of JSON: its place in the input, why, and its values. */
function badLine(
  plan: ModelPlan,
  { read }: ScoredRows,
  { row, at, reason }: { row: number; at: number; reason: string },
): string {
  let chunkRow = row;
  const chunk = read.chunks.find((one) => {
    if (chunkRow < one.rows) return true;
    chunkRow -= one.rows;
    return false;
  })!;
  const values: Record<string, unknown> = {};
  for (const column of chunk.list) {
    const number = Number(column.name.slice(1));
    const isText = column.name[0] === 't';
    if (column.name[0] !== 'm' && !isText) continue;
    const value = column.nulls?.[chunkRow] ? null : column.values[chunkRow];
    const name = plan.columns[number]!.name;
    if (isText || !(name in values)) values[name] = typeof value === 'bigint' ? String(value) : value;
  }
  return `${JSON.stringify({ _row: at, _reason: reason, ...values })}\n`;
}
