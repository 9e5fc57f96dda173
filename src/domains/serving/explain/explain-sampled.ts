import { fail } from '../../../kernel/errors.ts';
import { type MixedRows, permutationShap, type SampledShap } from '../../evaluation/index.ts';
import type { Outputs } from '../batch/batch-tensors.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import { newBlock, type RowBlock } from '../predict/row-block.ts';
import type { Background } from './explain-ports.ts';
import type { ExplainOrder } from './explain-schema.ts';
import { tooLate } from './explain-trees.ts';

/** Where the number that is explained stands among a model's answers. */
export interface ExplainedNumber {
  output: string;
  at: number;
}

interface Sampling {
  plan: ModelPlan;
  /** The row to be explained, alone. */
  block: RowBlock;
  background: Background;
  number: ExplainedNumber;
  order: ExplainOrder;
  /** `performance.now()` by which this row must be done. */
  deadline: number;
  score(block: RowBlock): Promise<Outputs>;
}

/** Estimates what each column gave by asking the whole model; ends early at the deadline with fewer samples. */
export function explainSampled({
  plan,
  block,
  background,
  number,
  order,
  deadline,
  score,
}: Sampling): Promise<SampledShap> {
  if (performance.now() > deadline) tooLate();
  return permutationShap({
    players: plan.columns.length,
    backgroundRows: background.block.rows,
    seed: order.seed,
    samples: order.samples,
    // The first answer tells how long the others take.
    isLate: (roundMs) => performance.now() + 1.5 * roundMs > deadline,
    async evaluate(mixed) {
      const { output, at } = number;
      const answers = (await score(mix(plan, { own: block, background: background.block }, mixed)))[output]!;
      return Float64Array.from({ length: mixed.rows }, (_, row) => Number(answers.data[row * answers.width + at]));
    },
  });
}

function mix(plan: ModelPlan, from: { own: RowBlock; background: RowBlock }, mixed: MixedRows): RowBlock {
  const made = newBlock(plan, mixed.rows);
  const players = plan.columns.length;
  for (let row = 0; row < mixed.rows; row++) {
    for (let player = 0; player < players; player++) {
      const { type, place } = plan.columns[player]!;
      const isOwn = mixed.own[row * players + player] === 1;
      const source = isOwn ? from.own : from.background;
      const at = isOwn ? 0 : mixed.background[row]!;
      if (type === 'string') made.strings[row * plan.strings + place] = source.strings[at * plan.strings + place]!;
      else {
        made.numbers[row * plan.numbers + place] = source.numbers[at * plan.numbers + place]!;
        const exact = source.exact?.get(at * plan.numbers + place);
        if (exact !== undefined) {
          made.exact ??= new Map();
          made.exact.set(row * plan.numbers + place, exact);
        }
      }
    }
  }
  return made;
}

/** The number of an answer to explain: a class's probability, or the one number a model gives. */
export function numberOf(
  plan: ModelPlan,
  outputs: Outputs,
  chosen: { row: number; index: number | undefined },
): ExplainedNumber {
  if (plan.probabilities !== undefined) {
    const { data, width } = outputs[plan.probabilities]!;
    if (chosen.index !== undefined) return { output: plan.probabilities, at: chosen.index };
    if (width === 2) return { output: plan.probabilities, at: 1 };
    let best = 0;
    for (let k = 1; k < width; k++) {
      if (data[chosen.row * width + k]! > data[chosen.row * width + best]!) best = k;
    }
    return { output: plan.probabilities, at: best };
  }
  const output = plan.score ?? numeric(plan);
  return output ?? fail('unsupported', 'The model answers no number that could be explained.', { field: 'explain' });
}

function numeric(plan: ModelPlan): ExplainedNumber | undefined {
  const found = plan.outputs.find((output) => output.type !== 'string' && output.width <= 1);
  return found && { output: found.name, at: 0 };
}
