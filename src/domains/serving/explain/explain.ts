import type { Actor } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import { takeRows } from '../batch/batch-rows.ts';
import type { Outputs } from '../batch/batch-tensors.ts';
import type { ServingDeps } from '../deps.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { Arm } from '../predict/routing.ts';
import type { RowBlock } from '../predict/row-block.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { trainingBackground } from './explain-background.ts';
import { explainLinear, linearParts } from './explain-linear.ts';
import { type Explainer, type ExplainerDeps, explainerOf } from './explain-model.ts';
import type { Background, DatasetBackground } from './explain-ports.ts';
import { explainSampled, numberOf } from './explain-sampled.ts';
import type { Explained, ExplainedBy, ExplainOrder, Explanation } from './explain-schema.ts';
import {
  agrees,
  countCovers,
  explainRow,
  type MarginShap,
  marginsOf,
  seenByTrees,
  type TreeExplainer,
} from './explain-trees.ts';

/** Answered rows that are to be explained. */
export interface ExplainCall {
  arm: Arm;
  /** Whether the answers are those of the version's ONNX file alone. */
  isPlain: boolean;
  order: ExplainOrder;
  block: RowBlock;
  outputs: Outputs;
  actor: Actor;
  deadline: number;
  maxQueueRows: number;
}

/** What explaining works with; without the port, no dataset can be the background. */
export type ExplainDeps = ExplainerDeps & Pick<ServingDeps, 'trainingRows'> & { datasetBackground?: DatasetBackground };
type Deps = ExplainDeps;

const mostRows = 100;

/** Says what each column gave to each answer: exactly for trees and linear models, else by samples within the deadline. */
export async function explain(deps: Deps, call: ExplainCall): Promise<Explained> {
  const { block, arm, order } = call;
  if (block.rows > mostRows) {
    const cure = `Ask for up to ${mostRows} rows at once.`;
    fail('invalid_input', `${block.rows} rows are to be explained. ${cure}`, { field: 'explain', cure });
  }
  const index = classIndex(arm.runtime.plan, order);
  const explainer = await explainerOf(deps, arm.runtime, call.isPlain);
  const background = await backgroundOf(deps, call);
  if (order.method === 'sampled') return sample(call, { background, index });
  if (explainer.kind === 'trees') {
    const explained = await explainTrees(explainer, call, { background, index });
    return explained ?? sample(call, { background, index, note: 'Its trees compute otherwise than they were read.' });
  }
  if (explainer.kind === 'linear') return explainSums(explainer, call, { background: needed(background), index });
  return sample(call, { background, index, note: explainer.reason });
}

function classIndex({ classes }: ModelPlan, order: ExplainOrder): number | undefined {
  if (order.class === undefined) return undefined;
  const index = classes?.findIndex((label) => String(label) === String(order.class)) ?? -1;
  if (index >= 0) return index;
  const cure = classes ? `Its classes are ${classes.join(', ')}.` : 'It has no classes.';
  return fail('invalid_input', `The model has no class '${order.class}'. ${cure}`, { field: 'explain.class', cure });
}

const ofTraining = new WeakMap<Runtime, Promise<Background | undefined>>();

function backgroundOf(deps: Deps, { arm, order, actor }: ExplainCall): Promise<Background | undefined> {
  const { runtime } = arm;
  const { plan, model, version } = runtime;
  if (order.background !== undefined) {
    if (deps.datasetBackground) return deps.datasetBackground(actor, { reference: order.background, plan });
    fail('unsupported', 'A packaged endpoint has no datasets to compare with.', { field: 'explain.background' });
  }
  let found = ofTraining.get(runtime);
  if (!found) {
    found = trainingBackground(deps, { model, version, plan });
    found.catch(() => ofTraining.delete(runtime));
    ofTraining.set(runtime, found);
  }
  return found;
}

function needed(background: Background | undefined): Background {
  if (background) return background;
  const cure = 'Give a dataset version as `explain.background`.';
  return fail('invalid_input', `Nothing is kept of the rows this version was judged on. ${cure}`, {
    field: 'explain.background',
    cure,
  });
}

interface With<B> {
  background: B;
  index: number | undefined;
  note?: string;
}

const covers = new WeakMap<Runtime, Promise<Float64Array>>();

async function explainTrees(
  explainer: TreeExplainer,
  { arm, block, order, deadline }: ExplainCall,
  { background, index }: With<Background | undefined>,
): Promise<Explained | undefined> {
  const { runtime } = arm;
  const { plan } = runtime;
  const { trees } = explainer;
  const { x, width, sums } = await seenByTrees(explainer, plan, block);
  let cover = order.background === undefined ? trees.cover : undefined;
  const by: ExplainedBy = { method: 'tree-shap', isExact: true, space: 'margin', covers: cover ? 'file' : 'even' };
  if (!cover && background) {
    Object.assign(by, { covers: 'background', background: background.label, backgroundRows: background.block.rows });
    const known = order.background === undefined ? covers.get(runtime) : undefined;
    const counting = known ?? countCovers(explainer, plan, background);
    if (order.background === undefined) covers.set(runtime, counting);
    cover = await counting;
  }
  const rows: Explanation[] = [];
  const sumWidth = sums.length / block.rows;
  for (let row = 0; row < block.rows; row++) {
    const margins = marginsOf(trees, x, row * width);
    if (!agrees(trees, margins, sums.subarray(row * sumWidth, (row + 1) * sumWidth))) return undefined;
    const output = chosen(margins, index);
    const players = plan.columns.length;
    const shap = await explainRow(explainer, { x, from: row * width, output, cover, players, deadline });
    rows.push(told(plan, turnedFor(shap, { index, outputs: trees.outputs }), classAt(plan, { output, index })));
  }
  return { by, rows };
}

/** Which sum to explain: the class asked for, the second of two, else the largest. */
function chosen(margins: Float64Array, index: number | undefined): number {
  if (margins.length === 1) return 0;
  if (index !== undefined) return index;
  return margins.length === 2 ? 1 : margins.indexOf(Math.max(...margins));
}

/** One sum for two classes is that of the second; that of the first is its opposite. */
function turnedFor(shap: MarginShap, { index, outputs }: { index: number | undefined; outputs: number }): MarginShap {
  if (outputs !== 1 || index !== 0) return shap;
  return { base: -shap.base, value: -shap.value, contributions: shap.contributions.map((one) => -one) };
}

function classAt({ classes }: ModelPlan, { output, index }: { output: number; index: number | undefined }) {
  if (!classes) return undefined;
  return classes[index ?? (classes.length === 2 ? 1 : output)];
}

async function explainSums(
  explainer: Extract<Explainer, { kind: 'linear' }>,
  { arm, block }: ExplainCall,
  { background, index }: With<Background>,
): Promise<Explained> {
  const { plan } = arm.runtime;
  const { outputs, intercept } = explainer.linear;
  const parts = await linearParts(explainer, plan, block);
  const compared = { parts: await linearParts(explainer, plan, background.block), rows: background.block.rows };
  const players = plan.columns.length;
  const rows: Explanation[] = [];
  for (let row = 0; row < block.rows; row++) {
    const sums = Float64Array.from(intercept);
    for (let at = 0; at < players * outputs; at++) sums[at % outputs]! += parts[row * players * outputs + at]!;
    const output = chosen(sums, index);
    const shap = explainLinear(explainer, players, { parts, row, output, background: compared });
    rows.push(told(plan, turnedFor(shap, { index, outputs }), classAt(plan, { output, index })));
  }
  const { label: name } = background;
  const by: ExplainedBy = {
    method: 'linear-shap',
    isExact: true,
    space: 'margin',
    background: name,
    backgroundRows: compared.rows,
  };
  return { by, rows };
}

async function sample(call: ExplainCall, given: With<Background | undefined>): Promise<Explained> {
  const { arm, block, order, outputs, maxQueueRows } = call;
  const { plan, batcher } = arm.runtime;
  const background = needed(given.background);
  const { label: name } = background;
  const rows: Explanation[] = [];
  let fewest = order.samples;
  // Its own time at the end is left for the answer to be written.
  const last = call.deadline - 5;
  const most = Math.max(1, Math.min(1024, maxQueueRows >> 1));
  const score = (asked: RowBlock) =>
    scoreInParts(plan, asked, { most, run: (part) => batcher.run({ block: part, deadline: call.deadline }) });
  for (let row = 0; row < block.rows; row++) {
    const now = performance.now();
    const deadline = now + (last - now) / (block.rows - row);
    const number = numberOf(plan, outputs, { row, index: given.index });
    const own = takeRows(plan, block, Int32Array.of(row));
    const found = await explainSampled({ plan, block: own, background, number, order, deadline, score });
    fewest = Math.min(fewest, found.samples);
    const value = found.base + found.contributions.reduce((sum, one) => sum + one, 0);
    const label = plan.probabilities === number.output ? plan.classes?.[number.at] : undefined;
    const explanation = told(plan, { ...found, value }, label);
    rows.push({ ...explanation, ...(found.samples > 1 && { errors: byName(plan, found.errors) }) });
  }
  const by: ExplainedBy = {
    ...{
      method: 'permutation-shap',
      isExact: false,
      space: 'output',
      background: name,
      backgroundRows: background.block.rows,
    },
    ...{ samples: fewest, seed: order.seed },
    ...(fewest < order.samples && { samplesAsked: order.samples }),
    ...(given.note && { note: given.note }),
  };
  return { by, rows };
}

interface InParts {
  most: number;
  run(part: RowBlock): Promise<Outputs>;
}

/** Asks for many rows in parts that the queue takes. */
async function scoreInParts(plan: ModelPlan, block: RowBlock, { most, run }: InParts): Promise<Outputs> {
  if (block.rows <= most) return run(block);
  const places = Int32Array.from({ length: block.rows }, (_, row) => row);
  const joined: Outputs = {};
  for (let from = 0; from < block.rows; from += most) {
    const part = await run(takeRows(plan, block, places.subarray(from, from + most)));
    for (const [name, values] of Object.entries(part)) {
      const before = joined[name];
      const data = [
        ...((before?.data as ArrayLike<number>) ? Array.from(before!.data as ArrayLike<number>) : []),
        ...Array.from(values.data as ArrayLike<number>),
      ];
      joined[name] = { ...values, data: data as never };
    }
  }
  return joined;
}

function told(plan: ModelPlan, shap: MarginShap, label: string | number | boolean | undefined): Explanation {
  const { base, value, contributions } = shap;
  return { ...(label !== undefined && { class: label }), base, value, contributions: byName(plan, contributions) };
}

function byName({ columns }: ModelPlan, values: Float64Array): Record<string, number> {
  return Object.fromEntries(columns.map(({ name }, player) => [name, values[player]!]));
}
