import { messageOf, TidemillError } from '../../../kernel/errors.ts';
import { toFeeds } from '../batch/batch-tensors.ts';
import { type ModelPlan, planModel } from '../predict/model-plan.ts';
import { type RowBlock, readColumns } from '../predict/row-block.ts';
import { CodeProcess } from './code-process.ts';
import { tensorSpecs, toCodeValues, toTensors } from './code-tensors.ts';
import type { Postprocess, Preprocess } from './processing-schema.ts';
import type { Before, Behind, Tensors } from './stage.ts';

type Code<S> = Extract<S, { kind: 'typescript' }>;

/** Code that makes the model's columns of what callers give. */
export async function openCodeBefore(spec: Code<Preprocess>, model: ModelPlan, folder: string): Promise<Before> {
  const { columns, numbers, strings, inputs } = planModel({ inputs: tensorSpecs(spec.columns), outputs: [] });
  const code = await CodeProcess.open(spec, folder);
  const wanted = model.columns.map(({ name, type }) => ({ name, type }));
  return {
    face: { columns, numbers, strings, inputs },
    async run(given) {
      const lists = await code.run({ rows: rowsOf(given), tables: [toCodeValues(given)], wanted });
      const made = Object.fromEntries(wanted.map(({ name }, at) => [name, lists[at]!]));
      return toFeeds(model, [readMade(model, made)]);
    },
    ...partOf(code, spec.memoryMb),
  };
}

/** Code that makes what callers get of the model's answers and what callers gave. */
export async function openCodeBehind(spec: Code<Postprocess>, folder: string): Promise<Behind> {
  const { outputs, classes, score, probabilities } = planModel({ inputs: [], outputs: tensorSpecs(spec.outputs) });
  const code = await CodeProcess.open(spec, folder);
  return {
    answer: { outputs, classes, score, probabilities },
    async run(answers, given) {
      const tables = [toCodeValues(answers), toCodeValues(given)];
      return toTensors(spec.outputs, await code.run({ rows: rowsOf(given), tables, wanted: spec.outputs }));
    },
    ...partOf(code, spec.memoryMb),
  };
}

/** What code made as the model's rows: where the model does not take it, that is the code's fault and not the caller's. */
function readMade(model: ModelPlan, made: Record<string, unknown>): RowBlock {
  try {
    return readColumns(model, made, 'ignore');
  } catch (error) {
    const message = `The endpoint's code gave what the model does not take. ${messageOf(error)}`;
    throw new TidemillError('model_failed', message);
  }
}

function rowsOf(tensors: Tensors): number {
  return Object.values(tensors)[0]?.dims[0] ?? 0;
}

function partOf(code: CodeProcess, memoryMb: number) {
  return {
    memoryBytes: () => (code.pid === undefined ? 0 : memoryMb * 2 ** 20),
    logs: () => code.log.lines(),
    close: () => code.close(),
  };
}
