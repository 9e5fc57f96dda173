import { createRandom, type Random, sampleSorted } from '../../../kernel/random.ts';
import type { Task, TreesPredictor } from '../fitted.ts';
import { addTree } from '../predict.ts';
import type { SlotColumn } from './bins.ts';
import { type Crew, createCrew, soloCrew } from './crew.ts';
import { type GrowthRules, growTree } from './grow.ts';
import { createMemory, type SplitRules, type TreeMemory } from './memory.ts';
import { type Objective, objectiveOf } from './objective.ts';
import { emptyTrees, sealTrees, type TreeArrays } from './tree.ts';

/** Parameters of gradient boosting. */
export interface BoostParams extends SplitRules, GrowthRules {
  iterations: number;
  maxBins: number;
  /** Share of rows, and of features, that each tree sees. */
  rowShare: number;
  featureShare: number;
  /** Stop when the validation loss has not fallen for so many iterations; null to go on to the end. */
  patience: number | null;
  seed: number;
  /** Threads that search for splits; the model does not depend on it. */
  threads: number;
}

/** The parameters unless said otherwise. */
export const boostDefaults: BoostParams = {
  iterations: 100,
  learningRate: 0.1,
  maxLeaves: 31,
  maxDepth: null,
  minLeafRows: 20,
  minLeafWeight: 1e-3,
  minGain: 0,
  l2: 0,
  maxBins: 255,
  rowShare: 1,
  featureShare: 1,
  patience: null,
  seed: 0,
  threads: 1,
};

/** Rows to learn from or to watch: float32-exact slot columns, and the target (a number, or the class index). */
export interface BoostData {
  slots: SlotColumn[];
  target: Float64Array;
  weights: Float64Array | null;
}

/** What is known after an iteration. Losses are half squared error or log loss, a mean over rows. */
export interface BoostProgress {
  iteration: number;
  trainingLoss: number | null;
  validationLoss: number | null;
}

/** What to boost. */
export interface BoostRequest {
  task: Task;
  classes: number;
  training: BoostData;
  validation?: BoostData | null;
  params: BoostParams;
  /** Whether to compute the training loss at each iteration. */
  trackTraining?: boolean;
  /** Called after each iteration; answering false ends the training there. May throw to give up. */
  onIteration?(progress: BoostProgress): boolean | undefined;
}

interface Boosting {
  request: BoostRequest;
  objective: Objective;
  memory: TreeMemory;
  crew: Crew;
  trees: TreeArrays;
  random: Random;
  scores: Float64Array;
  validationScores: Float64Array | null;
  gradients: Float64Array;
  hessians: Float64Array;
  spare: Int32Array;
  baseline: Float64Array;
}

/** Fits a boosted ensemble; with several threads the helpers live for this call only. */
export async function boostTrees(request: BoostRequest): Promise<TreesPredictor> {
  const memory = memoryFor(request, request.params.threads > 1);
  const crew = await createCrew(memory, request.params.threads);
  try {
    return boost(request, memory, crew);
  } finally {
    await crew.close();
  }
}

/** Fits a boosted ensemble on the calling thread. */
export function boostTreesHere(request: BoostRequest): TreesPredictor {
  const memory = memoryFor(request, false);
  return boost(request, memory, soloCrew(memory));
}

function memoryFor({ training, params }: BoostRequest, shared: boolean): TreeMemory {
  const { l2, minLeafRows, minLeafWeight, minGain, seed } = params;
  const shape = { rows: training.target.length, leaves: params.maxLeaves, bins: params.maxBins, seed, shared };
  return createMemory(training.slots, { l2, minLeafRows, minLeafWeight, minGain }, shape);
}

function boost(request: BoostRequest, memory: TreeMemory, crew: Crew): TreesPredictor {
  const state = openBoosting(request, memory, crew);
  const { objective, trees, baseline } = state;
  let best = { iteration: 0, loss: Number.POSITIVE_INFINITY };
  for (let iteration = 1; iteration <= request.params.iterations; iteration++) {
    boostOnce(state);
    const progress = measure(state, iteration);
    const { validationLoss } = progress;
    if (validationLoss !== null && validationLoss < best.loss) best = { iteration, loss: validationLoss };
    if (request.onIteration?.(progress) === false) break;
    const { patience } = request.params;
    if (patience !== null && validationLoss !== null && iteration - best.iteration >= patience) break;
  }
  const { outputs, link, name } = objective;
  const kept = request.params.patience !== null && best.iteration > 0 ? best.iteration * outputs : trees.roots.length;
  return sealTrees(trees, { objective: name, outputs, link, baseline }, kept);
}

function openBoosting(request: BoostRequest, memory: TreeMemory, crew: Crew): Boosting {
  const { training, validation, params } = request;
  const objective = objectiveOf(request.task, request.classes);
  const baseline = objective.baseline(training.target, training.weights).map(Math.fround);
  const rows = training.target.length;
  return {
    request,
    objective,
    memory,
    crew,
    baseline,
    trees: emptyTrees(),
    random: createRandom(params.seed),
    scores: repeat(baseline, rows),
    validationScores: validation ? repeat(baseline, validation.target.length) : null,
    gradients: new Float64Array(rows),
    hessians: new Float64Array(rows),
    spare: new Int32Array(rows),
  };
}

function repeat(baseline: Float64Array, rows: number): Float64Array {
  return Float64Array.from({ length: rows * baseline.length }, (_, i) => baseline[i % baseline.length]!);
}

/** One tree for each output. */
function boostOnce(state: Boosting): void {
  const { objective, request, memory, scores, gradients, hessians, trees } = state;
  const { target, weights } = request.training;
  objective.refresh?.(scores);
  for (let output = 0; output < objective.outputs; output++) {
    objective.derive({ scores, target, weights }, output, { gradients, hessians });
    const rows = drawRows(state);
    drawFeatures(state);
    trees.treeOutput.push(output);
    const from = { gradients, hessians, rows };
    const leaves = growTree({ memory, crew: state.crew, rules: request.params, from, trees, spare: state.spare });
    if (rows < target.length) addLastTree(state, request.training, scores);
    else {
      for (const leaf of leaves) {
        for (let i = leaf.start; i < leaf.start + leaf.rows; i++) {
          scores[memory.order[i]! * objective.outputs + output]! += leaf.value;
        }
      }
    }
    if (state.validationScores !== null) addLastTree(state, request.validation!, state.validationScores);
  }
}

function drawRows({ request, memory, random }: Boosting): number {
  const total = request.training.target.length;
  const wanted = Math.max(1, Math.round(total * request.params.rowShare));
  if (wanted < total) memory.order.set(sampleSorted(total, wanted, random));
  else for (let row = 0; row < total; row++) memory.order[row] = row;
  return wanted;
}

function drawFeatures({ request, memory, random }: Boosting): void {
  const total = memory.features.length;
  const drawn = sampleSorted(total, Math.max(1, Math.round(total * request.params.featureShare)), random);
  memory.active.set(drawn);
  memory.control[4] = drawn.length;
}

/** Routes rows down the newest tree by their values: for rows that did not take part in growing it. */
function addLastTree(state: Boosting, data: BoostData, scores: Float64Array): void {
  const { trees, objective, baseline } = state;
  const first = trees.roots.at(-1)!;
  const { name, outputs, link } = objective;
  const shift = (child: number) => (child < 0 ? -1 : child - first);
  const last: TreeArrays = {
    roots: [0],
    treeOutput: [trees.treeOutput.at(-1)!],
    feature: trees.feature.slice(first),
    threshold: trees.threshold.slice(first),
    left: trees.left.slice(first).map(shift),
    right: trees.right.slice(first).map(shift),
    missingLeft: trees.missingLeft.slice(first),
    setOffset: trees.setOffset.slice(first),
    setWords: trees.setWords,
    value: trees.value.slice(first),
  };
  const columns: Float64Array[] = [];
  for (const column of data.slots) columns[column.slot] = column.values;
  addTree(sealTrees(last, { objective: name, outputs, link, baseline }), 0, { slots: columns, scores });
}

function measure({ request, objective, scores, validationScores }: Boosting, iteration: number): BoostProgress {
  const { training, validation } = request;
  return {
    iteration,
    trainingLoss: request.trackTraining ? objective.loss(scores, training.target, training.weights) : null,
    validationLoss:
      validationScores === null ? null : objective.loss(validationScores, validation!.target, validation!.weights),
  };
}
