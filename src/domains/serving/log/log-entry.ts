import type { TensorData } from '../../../onnx/index.ts';
import type { Outputs, OutputValues } from '../batch/batch-tensors.ts';
import type { ModelPlan, PlannedOutput } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';
import { type HiddenColumn, hiddenColumns, writeHidden } from './hidden-columns.ts';
import { type LogChunk, type LogSource, writeId } from './log-chunk.ts';
import type { LogRules } from './log-rules.ts';
import { type LoggedEntity, planEntity, writeEntities } from './logged-entity.ts';

/** One variant as the log knows it: what its rows have in common and where their values are found. */
export interface LogTarget {
  source: LogSource;
  plan: ModelPlan;
  /** Places of the kept columns among a block's numbers and strings. */
  numberPlaces: number[];
  stringPlaces: number[];
  /** Columns that are hashed or masked; they stand behind the kept text. Absent where there are none. */
  hidden?: HiddenColumn[];
  /** How the entity of a row is found; absent where the endpoint names none. */
  entity?: LoggedEntity;
  outputs: readonly PlannedOutput[];
  /** How text outputs that are hashed or masked are hidden, by name; absent where there are none. */
  hiddenOutputs?: ReadonlyMap<string, (value: string) => string>;
}

/** One answered (or refused) request on its way to the log, which copies what it keeps of it. */
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
  /** The entity of each row, where it is no column of the model. */
  entities?: readonly unknown[];
}

/** Whose rows they are. */
export type LogIdentity = Pick<LogSource, 'endpoint' | 'model' | 'version' | 'variant' | 'shadow'>;

/** Plans the logged columns of a variant by the endpoint's rules. */
export function planLog(identity: LogIdentity, plan: ModelPlan, rules: LogRules): LogTarget {
  const kept = plan.columns.filter((column) => rules.treatment(column.name) === 'keep');
  const hidden = hiddenColumns(plan, rules);
  const numbers = kept.filter((column) => column.type !== 'string');
  const strings = kept.filter((column) => column.type === 'string');
  const isText = (output: PlannedOutput) => output.type === 'string';
  const outputs = plan.outputs.filter((output) => isOutputLogged(output, rules));
  const hiddenOutputs = hidersOf(outputs, rules);
  const columnsOf = (outputs: PlannedOutput[]) => outputs.flatMap(outputColumns);
  const { score, probabilities } = plan;
  const probability = outputs.find((output) => output.name === probabilities);
  const scored = outputs.find((output) => output.name === score?.output);
  const source: LogSource = {
    ...identity,
    features: {
      numbers: numbers.map((column) => column.name),
      strings: [...strings, ...hidden].map(({ name }) => name),
    },
    outputs: {
      numbers: columnsOf(outputs.filter((output) => !isText(output))),
      strings: columnsOf(outputs.filter(isText)),
    },
    score: score && scored ? outputColumn(scored, score.at) : null,
    probabilities: probability ? outputColumns(probability) : [],
    classes: plan.classes?.map(String) ?? null,
    ...(rules.entity !== undefined && { entity: rules.entity }),
  };
  return {
    source,
    plan,
    numberPlaces: numbers.map((column) => column.place),
    stringPlaces: strings.map((column) => column.place),
    ...(hidden.length > 0 && { hidden }),
    ...(rules.entity !== undefined && { entity: planEntity(plan, rules, rules.entity) }),
    outputs,
    ...(hiddenOutputs.size > 0 && { hiddenOutputs }),
  };
}

/** Text that is to be hidden can be; a number would be another column type, so it is left out. */
function isOutputLogged({ name, type }: PlannedOutput, rules: LogRules): boolean {
  const treatment = rules.treatment(name);
  return treatment === 'keep' || (treatment !== 'drop' && type === 'string');
}

function hidersOf(outputs: readonly PlannedOutput[], rules: LogRules): Map<string, (value: string) => string> {
  const hiders = new Map<string, (value: string) => string>();
  for (const { name } of outputs) {
    const treatment = rules.treatment(name);
    if (treatment === 'hash' || treatment === 'mask') hiders.set(name, (value) => rules.hide(treatment, value));
  }
  return hiders;
}

/** The columns of the log that an output fills: one, or one a place of its width. */
export function outputColumns(output: PlannedOutput): string[] {
  return Array.from({ length: output.width }, (_, at) => outputColumn(output, at));
}

function outputColumn(output: PlannedOutput, at: number): string {
  return output.width === 1 ? output.name : `${output.name}.${at}`;
}

/** Lays an entry into the rows of a chunk from `row` on. */
export function layEntry(chunk: LogChunk, target: LogTarget, { entry, row }: { entry: LogEntry; row: number }): void {
  const { rows, at, loggedAt, latencyMs, code, propensity, block, outputs } = entry;
  writeId(chunk, entry.requestId, { row, rows });
  for (let i = 0; i < rows; i++) {
    const to = row + i;
    chunk.rowIndex[to] = i;
    chunk.at[to] = at;
    chunk.loggedAt[to] = loggedAt;
    chunk.latencyMs[to] = latencyMs;
    chunk.code[to] = code;
    chunk.propensity[to] = propensity;
  }
  if (block) writeFeatures(chunk, target, { block, row });
  if (outputs) writeOutputs(chunk, target, { outputs, row, rows });
  const { plan, entity } = target;
  if (entity) writeEntities(chunk, { plan, entity }, { entry, row });
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
  const hiddenColumns = target.hidden?.length ?? 0;
  let to = row * (stringPlaces.length + hiddenColumns);
  for (let i = 0; i < block.rows; i++, to += hiddenColumns) {
    for (const place of stringPlaces) chunk.strings[to++] = block.strings[i * plan.strings + place] || null;
  }
  if (target.hidden) writeHidden(chunk, target.hidden, { plan, block, row });
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
      const hide = target.hiddenOutputs?.get(name);
      const data = values && (hide ? (values.data as readonly string[]).map((text) => hide(text)) : values.data);
      if (data) copy(data, width, { to: chunk.outputStrings, stride: strings.length, first: row, at: stringAt });
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
