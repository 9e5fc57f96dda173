import type { OnnxSession, TensorSpec } from '../../../onnx/index.ts';
import { toFeeds } from '../batch/batch-tensors.ts';
import { type KnownSignature, type ModelPlan, planModel } from '../predict/model-plan.ts';
import { newBlock } from '../predict/row-block.ts';
import type { LoadableModel } from './half-session.ts';

/** The longest that a merged run may hold this thread. */
const inlineMs = 4;
/** From here on a run of one row belongs in a thread of its own. */
export const workerMs = inlineMs / 2;
/** Rows of a merged run in a worker. */
export const workerBatchRows = 1024;

/** A session where it belongs, and how many rows it takes at once there. */
export interface Placed {
  session: OnnxSession;
  plan: ModelPlan;
  maxBatchRows: number;
}

/** Loads the model where it belongs: in this thread while a batch takes a few milliseconds, else in a worker. */
export async function placeSession(
  model: LoadableModel,
  placement: 'auto' | 'inline' | 'worker',
  known: KnownSignature,
): Promise<Placed> {
  const first = await model.open(placement === 'worker' ? 'worker' : 'inline');
  const draft = planModel(first, known);
  const plan = planModel({ inputs: first.inputs, outputs: await seenOutputs(first, draft) }, known);
  const one = await timeRun(first, plan, 1);
  const many = await timeRun(first, plan, 64);
  const perRow = Math.max(1e-5, (many - one) / 63);
  const maxBatchRows = Math.max(16, Math.min(workerBatchRows, Math.floor((inlineMs - one) / perRow)));
  if (placement !== 'auto' || one <= workerMs) {
    return { session: first, plan, maxBatchRows: first.placement === 'worker' ? workerBatchRows : maxBatchRows };
  }
  const session = await openWorker(model, plan);
  await first.close();
  return { session, plan, maxBatchRows: workerBatchRows };
}

/** Loads and warms the model in a thread of its own. */
export async function openWorker(model: LoadableModel, plan: ModelPlan): Promise<OnnxSession> {
  const session = await model.open('worker');
  await timeRun(session, plan, 1);
  return session;
}

/** The model's outputs with the sizes a run gave, where the model leaves them open. */
async function seenOutputs(session: OnnxSession, plan: ModelPlan): Promise<TensorSpec[]> {
  try {
    const results = await session.run(toFeeds(plan, [newBlock(plan, 1)]));
    return session.outputs.map((output) => {
      const dims = results[output.name]?.dims;
      return dims?.[0] === 1 ? { ...output, shape: [null, ...dims.slice(1)] } : output;
    });
  } catch {
    return session.outputs;
  }
}

/** The fastest of three runs over empty rows, in milliseconds; also warms the model. 0 where it refuses empty rows. */
async function timeRun(session: OnnxSession, plan: ModelPlan, rows: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i++) {
    const startedAt = performance.now();
    try {
      await session.run(toFeeds(plan, [newBlock(plan, rows)]));
    } catch {
      return 0;
    }
    best = Math.min(best, performance.now() - startedAt);
  }
  return best;
}
