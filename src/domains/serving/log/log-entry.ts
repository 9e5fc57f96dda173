import type { TensorData } from '../../../onnx/index.ts';
import type { Outputs, OutputValues } from '../batch/batch-tensors.ts';
import type { ModelPlan, PlannedOutput } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';
import { type LogChunk, type LogSource, newChunk } from './log-chunk.ts';

/** One variant as the log knows it: what its rows have in common and where their values are found. */
export interface LogTarget {
  source: LogSource;
  plan: ModelPlan;
  /** Places of the kept columns among a block's numbers and strings. */
  numberPlaces: number[];
  stringPlaces: number[];
  outputs: readonly PlannedOutput[];
}

/** One answered (or refused) request on its way to the log; it only refers to what the reply was made of. */
export interface LogEntry {
  target: LogTarget;
  requestId: string;
  rows: number;
  at: number;
  loggedAt: number;
  latencyMs: number;
  code: number;
  propensity: number;
  block?: RowBlock;
  outputs?: Outputs;
}

/** Whose rows they are. */
export type LogIdentity = Pick<LogSource, 'endpoint' | 'model' | 'version' | 'variant' | 'shadow'>;

/** Plans the logged columns of a variant, those in `drop` left out. */
export function planLog(identity: LogIdentity, plan: ModelPlan, drop: readonly string[]): LogTarget {
  const kept = plan.columns.filter((column) => !drop.includes(column.name));
  const numbers = kept.filter((column) => column.type !== 'string');
  const strings = kept.filter((column) => column.type === 'string');
  const isText = (output: PlannedOutput) => output.type === 'string';
  const columnsOf = (outputs: PlannedOutput[]) => outputs.flatMap(outputColumns);
  const { score, probabilities } = plan;
  const probability = plan.outputs.find((output) => output.name === probabilities);
  const source: LogSource = {
    ...identity,
    features: { numbers: numbers.map((column) => column.name), strings: strings.map((column) => column.name) },
    outputs: {
      numbers: columnsOf(plan.outputs.filter((output) => !isText(output))),
      strings: columnsOf(plan.outputs.filter(isText)),
    },
    score: score ? outputColumn(plan.outputs.find((output) => output.name === score.output)!, score.at) : null,
    probabilities: probability ? outputColumns(probability) : [],
    classes: plan.classes?.map(String) ?? null,
  };
  return {
    source,
    plan,
    numberPlaces: numbers.map((column) => column.place),
    stringPlaces: strings.map((column) => column.place),
    outputs: plan.outputs,
  };
}

function outputColumns(output: PlannedOutput): string[] {
  return Array.from({ length: output.width }, (_, at) => outputColumn(output, at));
}

function outputColumn(output: PlannedOutput, at: number): string {
  return output.width === 1 ? output.name : `${output.name}.${at}`;
}

/** Lays entries of one target into a chunk. */
export function toChunk(target: LogTarget, entries: readonly LogEntry[]): LogChunk {
  let rows = 0;
  for (const entry of entries) rows += entry.rows;
  const chunk = newChunk(target.source, rows);
  let row = 0;
  for (const entry of entries) {
    for (let i = 0; i < entry.rows; i++) {
      const to = row + i;
      chunk.requestIds.push(entry.requestId);
      chunk.rowIndex[to] = i;
      chunk.at[to] = entry.at;
      chunk.loggedAt[to] = entry.loggedAt;
      chunk.latencyMs[to] = entry.latencyMs;
      chunk.code[to] = entry.code;
      chunk.propensity[to] = entry.propensity;
    }
    if (entry.block) writeFeatures(chunk, target, { block: entry.block, row });
    if (entry.outputs) writeOutputs(chunk, target, { outputs: entry.outputs, row, rows: entry.rows });
    row += entry.rows;
  }
  return chunk;
}

function writeFeatures(chunk: LogChunk, target: LogTarget, { block, row }: { block: RowBlock; row: number }) {
  const { plan, numberPlaces, stringPlaces } = target;
  if (numberPlaces.length === plan.numbers) chunk.numbers.set(block.numbers, row * plan.numbers);
  else {
    let to = row * numberPlaces.length;
    for (let i = 0; i < block.rows; i++) {
      for (const place of numberPlaces) chunk.numbers[to++] = block.numbers[i * plan.numbers + place]!;
    }
  }
  let to = row * stringPlaces.length;
  for (let i = 0; i < block.rows; i++) {
    for (const place of stringPlaces) chunk.strings[to++] = block.strings[i * plan.strings + place] || null;
  }
}

interface Answered {
  outputs: Outputs;
  row: number;
  rows: number;
}

function writeOutputs(chunk: LogChunk, target: LogTarget, { outputs, row, rows }: Answered) {
  const { numbers, strings } = target.source.outputs;
  let numberAt = 0;
  let stringAt = 0;
  for (const { name, width, type } of target.outputs) {
    const values: OutputValues | undefined = outputs[name];
    if (type === 'string') {
      if (values)
        copy(values.data, width, { to: chunk.outputStrings, stride: strings.length, first: row, at: stringAt });
      stringAt += width;
    } else {
      if (values)
        copy(values.data, width, { to: chunk.outputNumbers, stride: numbers.length, first: row, at: numberAt });
      numberAt += width;
    }
  }
  return rows;
}

interface Target {
  to: Float64Array | (string | null)[];
  stride: number;
  first: number;
  at: number;
}

function copy(data: TensorData, width: number, { to, stride, first, at }: Target) {
  const rows = width === 0 ? 0 : data.length / width;
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < width; k++) {
      const value = data[i * width + k]!;
      (to as (string | number)[])[(first + i) * stride + at + k] = typeof value === 'bigint' ? Number(value) : value;
    }
  }
}
