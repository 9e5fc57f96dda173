import type { Column, Columns, ColumnToWrite, ConstantColumn } from '../../../engine/index.ts';
import { fail } from '../../../kernel/errors.ts';
import type { TensorData } from '../../../onnx/index.ts';
import type { ModelPlan, PlannedOutput } from '../predict/model-plan.ts';
import type { KeptColumn } from './batch-input.ts';
import type { ScoredRows } from './batch-score.ts';

type Type = ColumnToWrite['type'];

interface Piece {
  values: ArrayLike<unknown>;
  nulls?: Uint8Array | undefined;
}

/** A column that grows piece by piece. */
interface Growing {
  name: string;
  type: Type;
  as?: string;
  pieces: Piece[];
}

/** Answers beside the columns to keep, collected until they are written. */
export class AnswerColumns {
  readonly #plan: ModelPlan;
  readonly #kept: readonly KeptColumn[];
  readonly #version: number;
  #keptColumns: Growing[] = [];
  #answers: Growing[] = [];

  constructor({ plan, kept, version }: { plan: ModelPlan; kept: readonly KeptColumn[]; version: number }) {
    this.#plan = plan;
    this.#kept = kept;
    this.#version = version;
    this.#reset();
  }

  add({ read, rows, pieces }: ScoredRows): void {
    let from = 0;
    for (const chunk of read.chunks) {
      for (const [i, { alias }] of this.#kept.entries()) {
        this.#keptColumns[i]!.pieces.push(keptPiece(chunk.column(alias), { from, rows, chunk, total: read.rows }));
      }
      from += chunk.rows;
    }
    for (const outputs of pieces) {
      let at = 0;
      for (const output of this.#plan.outputs) {
        const given = outputs[output.name];
        if (!given) continue;
        for (let k = 0; k < given.width; k++) {
          this.#answers[at] ??= answerColumn(this.#plan, output, k);
          this.#answers[at]!.pieces.push({ values: every(given.data, k, given.width) });
          at++;
        }
      }
    }
  }

  /** All columns so far, to be written; begins anew. */
  take(): (ColumnToWrite | ConstantColumn)[] {
    const columns = [...this.#keptColumns, ...this.#answers].map(joined);
    this.#reset();
    checkNames(columns);
    return [...columns, { name: 'model_version', type: 'INTEGER', value: this.#version }];
  }

  #reset(): void {
    this.#keptColumns = this.#kept.map(({ name, type }) => ({ name, ...writtenAs(type), pieces: [] }));
    this.#answers = this.#plan.outputs.flatMap((output) =>
      Array.from({ length: output.width }, (_, k) => answerColumn(this.#plan, output, k)),
    );
  }
}

function checkNames(columns: readonly { name: string }[]): void {
  const seen = new Set(['model_version']);
  for (const { name } of columns) {
    if (!seen.has(name)) seen.add(name);
    else {
      fail('invalid_input', `The column '${name}' cannot be kept: the answers have one of that name.`, {
        field: 'keep',
        value: name,
        cure: 'Rename it in the input.',
      });
    }
  }
}

const answerTypes: Record<string, Type> = {
  float32: 'FLOAT',
  float64: 'DOUBLE',
  bool: 'BOOLEAN',
  string: 'VARCHAR',
  int64: 'BIGINT',
  uint64: 'BIGINT',
  uint32: 'BIGINT',
};

function answerColumn(plan: ModelPlan, output: PlannedOutput, k: number): Growing {
  const type = answerTypes[output.type] ?? 'INTEGER';
  const single = output.width === 1 || (output.width === 0 && plan.probabilities !== output.name);
  if (single && k === 0) return { name: output.name, type, pieces: [] };
  const isClass = plan.probabilities === output.name && plan.classes?.[k] !== undefined;
  return { name: isClass ? `probability_${plan.classes![k]}` : `${output.name}_${k}`, type, pieces: [] };
}

/** How a kept column is written so that it has its own type again. */
function writtenAs(type: string): { type: Type; as?: string } {
  if (type === 'SMALLINT' || type === 'TINYINT') return { type: 'INTEGER', as: type };
  const plain = ['VARCHAR', 'BIGINT', 'DOUBLE', 'FLOAT', 'INTEGER', 'BOOLEAN'].includes(type);
  return plain ? { type: type as Type } : { type: 'VARCHAR', as: type };
}

interface Place {
  /** First row of the chunk among the rows read. */
  from: number;
  /** Rows that have answers, among the rows read. */
  rows: Int32Array;
  chunk: Columns;
  total: number;
}

/** The values of the rows that have answers. */
function keptPiece(column: Column, { from, rows, chunk, total }: Place): Piece {
  if (rows.length === total) return { values: column.values, nulls: column.nulls };
  const own = rows.filter((row) => row >= from && row < from + chunk.rows);
  const values = Array.from(own, (row) => column.values[row - from]);
  const nulls = column.nulls && Uint8Array.from(own, (row) => column.nulls![row - from]!);
  return { values, nulls };
}

/** Every `width`th value from the `k`th on. */
function every(data: TensorData, k: number, width: number): ArrayLike<unknown> {
  if (width === 1) return data;
  if (!(data instanceof Float32Array))
    return Array.from({ length: data.length / width }, (_, row) => data[row * width + k]);
  const values = new Float32Array(data.length / width);
  for (let row = 0, from = k; row < values.length; row++, from += width) values[row] = data[from]!;
  return values;
}

const stores = { FLOAT: Float32Array, DOUBLE: Float64Array, INTEGER: Float64Array, BIGINT: BigInt64Array } as const;

/** All pieces in one list, numbers in a typed one. */
function joined({ name, type, as, pieces }: Growing): ColumnToWrite {
  const rows = pieces.reduce((sum, piece) => sum + piece.values.length, 0);
  const Store = stores[type as keyof typeof stores];
  const isRaw = Store && pieces.every(({ values }) => Store !== BigInt64Array || values instanceof BigInt64Array);
  const values = isRaw ? new Store(rows) : new Array<unknown>(rows);
  const nulls = pieces.some((piece) => piece.nulls) ? new Uint8Array(rows) : undefined;
  let at = 0;
  for (const piece of pieces) {
    if (isRaw) (values as Float64Array).set(piece.values as ArrayLike<number>, at);
    else for (let i = 0; i < piece.values.length; i++) (values as unknown[])[at + i] = piece.values[i];
    if (piece.nulls) nulls!.set(piece.nulls, at);
    at += piece.values.length;
  }
  return { name, type, values, ...(nulls && { nulls }), ...(as !== undefined && { as }) };
}
