import { TidemillError } from '../../../kernel/errors.ts';
import type { RowBlock } from '../predict/row-block.ts';
import { type ReadRows, takeRows, withoutRows } from './batch-rows.ts';
import type { BatchModel } from './batch-session.ts';
import type { Outputs } from './batch-tensors.ts';

/** Rows with their answers: `rows` says the place of each answer among the rows that were read. */
export interface ScoredRows {
  read: ReadRows;
  rows: Int32Array;
  /** One piece of answers after the other. */
  pieces: Outputs[];
  bad: ReadonlyMap<number, string>;
}

/** Scores what can be: rows on which the model fails are found by halving and named with its words. */
export async function scoreRows(model: BatchModel, read: ReadRows): Promise<ScoredRows> {
  const { block, rows } = withoutRows(model.plan, read.block, read.bad);
  const bad = new Map(read.bad);
  const pieces: Outputs[] = [];
  const good: Int32Array[] = [];
  await halve({ model, bad, pieces, good }, block, rows);
  const total = good.reduce((sum, part) => sum + part.length, 0);
  const places = new Int32Array(total);
  let at = 0;
  for (const part of good) {
    places.set(part, at);
    at += part.length;
  }
  return { read, rows: places, pieces, bad };
}

interface Halving {
  model: BatchModel;
  bad: Map<number, string>;
  pieces: Outputs[];
  good: Int32Array[];
}

async function halve(work: Halving, block: RowBlock, rows: Int32Array): Promise<void> {
  if (rows.length === 0) return;
  const { model } = work;
  try {
    work.pieces.push(await model.score(block));
    work.good.push(rows);
  } catch (error) {
    if (!isOfRows(error)) throw error;
    if (rows.length === 1) return void work.bad.set(rows[0]!, `The model fails on it: ${(error as Error).message}`);
    // Runs may have taken the block's memory along, but not the block: it is copied into tensors.
    const half = rows.length >> 1;
    const places = Int32Array.from({ length: rows.length }, (_, place) => place);
    for (const [from, to] of [
      [0, half],
      [half, rows.length],
    ] as const) {
      await halve(work, takeRows(model.plan, block, places.subarray(from, to)), rows.subarray(from, to));
    }
  }
}

const ofRows = new Set<string>(['invalid_input', 'model_failed']);

/** Whether other rows may fare better: what a model that is gone or too slow says holds for all of them. */
function isOfRows(error: unknown): boolean {
  return error instanceof TidemillError && ofRows.has(error.code);
}
