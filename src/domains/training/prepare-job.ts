import { fail } from '../../kernel/errors.ts';
import { digestOf } from '../../kernel/hash.ts';
import { createRandom, sampleSorted } from '../../kernel/random.ts';
import type { DatasetVersion } from '../data/index.ts';
import { takeRows } from './columns.ts';
import type { TrainingDeps } from './deps.ts';
import type { TrainingJob } from './job.ts';
import { loadTable, type WantedColumn } from './load.ts';
import { type ColumnPlan, checkParams, kindOf, planColumns } from './plan.ts';
import type { TrainOrder } from './schema.ts';
import { planTarget, type TargetPlan } from './target.ts';
import { defaultSpaces } from './tuning/default-space.ts';
import { checkSpace, type SearchSpace } from './tuning/space.ts';

/** An order that was checked against its dataset version. */
export interface PlannedTraining {
  order: TrainOrder;
  version: DatasetVersion;
  parquetPaths: readonly string[];
  columns: ColumnPlan;
  /** The space to search, when there is a search. */
  space: SearchSpace | null;
  /** Equal for orders whose searches may be continued by each other. */
  digest: string;
}

/** Finds the dataset version and checks every name and parameter, before anything is written. */
export async function planTraining(deps: Pick<TrainingDeps, 'data'>, order: TrainOrder): Promise<PlannedTraining> {
  checkParams(order.params, order.algorithm);
  const { version, parquetPaths } = await deps.data.open(order.dataset);
  const columns = planColumns(order, version.columns);
  const space = order.tuning ? (order.tuning.space ?? defaultSpaces[order.algorithm]) : null;
  if (space !== null) {
    checkParams(space, order.algorithm, 'tuning.space');
    checkSpace(space);
  }
  if (order.resume !== undefined && space === null) {
    fail('invalid_input', 'Only a search can be resumed.', {
      field: 'resume',
      cure: 'Give `tuning` as in the first call.',
    });
  }
  const { resume, threads, name, tags, tuning, ...rest } = order;
  const searched = tuning && { method: tuning.method, pruning: tuning.pruning, space };
  const digest = digestOf({ ...rest, dataset: version.digest, searched: searched ?? null });
  return { order, version, parquetPaths, columns, space, digest };
}

/** Loads the columns and lays out the job for a worker. */
export async function loadJob(deps: TrainingDeps, planned: PlannedTraining, signal: AbortSignal) {
  const { order, columns, version } = planned;
  const targetType = version.columns.find((column) => column.name === order.target)!.type;
  const targetKind =
    kindOf(targetType) ?? fail('invalid_input', `The target '${order.target}' is ${targetType}.`, { field: 'target' });
  const wanted = new Map<string, WantedColumn>([[order.target, { name: order.target, kind: targetKind }]]);
  for (const { name, kind } of [...columns.preparations, ...columns.others]) {
    if (!wanted.has(name)) wanted.set(name, { name, kind });
  }
  const loaded = await loadTable(deps.engine, { ...planned, columns: [...wanted.values()], signal });
  const whole = planTarget(loaded, order.target, { task: order.task, boolean: /^BOOLEAN$/i.test(targetType) });
  const plan = sampled(whole, order);
  const job: TrainingJob = {
    table: plan.table,
    task: plan.task,
    target: order.target,
    targetType: plan.targetType,
    classes: plan.classes,
    truth: plan.target,
    weight: order.weight ?? null,
    algorithm: order.algorithm,
    preparations: columns.preparations,
    monotone: columns.monotone,
    split: order.split,
    evaluation: order.evaluation,
    seed: order.seed,
    threads: order.threads,
    version: deps.version,
  };
  return { job, droppedRows: plan.droppedRows };
}

/** At most the rows asked for, drawn with the seed, in their order. */
function sampled(plan: TargetPlan, { maxRows, seed }: TrainOrder): TargetPlan {
  if (maxRows === undefined || plan.table.rows <= maxRows) return plan;
  const rows = sampleSorted(plan.table.rows, maxRows, createRandom(seed));
  return { ...plan, table: takeRows(plan.table, rows), target: Float64Array.from(rows, (row) => plan.target[row]!) };
}
