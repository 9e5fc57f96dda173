import type { RunCall } from '../predict/batcher.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { LoadedModel } from '../runtime/runtime-model.ts';
import type { Before, Behind, Tensors } from './stage.ts';

/**
 * A model with what runs before and behind it, which together are one model to everybody else: batched together, logged as
 * what callers gave and got, reloaded and closed as one.
 */
export function chain(
  model: LoadedModel,
  { before, behind }: { before: readonly Before[]; behind?: Behind },
): LoadedModel {
  const parts = [...before, model, ...(behind ? [behind] : [])];
  return {
    plan: { ...model.plan, ...before[0]?.face, ...behind?.answer } satisfies ModelPlan,
    get limits() {
      return model.limits;
    },
    async predict(given, call) {
      let feeds = given;
      for (const stage of before) feeds = await stage.run(feeds, call);
      if (!behind) return model.predict(feeds, call);
      const answers = await model.predict(feeds, { ...call, outputs: undefined });
      return only(await behind.run(answers, given, call), call);
    },
    describe: () => model.describe(),
    memoryBytes: () => parts.reduce((sum, part) => sum + part.memoryBytes(), 0),
    logs: () => parts.flatMap((part) => part.logs()),
    async close() {
      await Promise.all(parts.map((part) => part.close()));
    },
  };
}

function only(results: Tensors, { outputs }: RunCall): Tensors {
  return outputs ? Object.fromEntries(outputs.map((name) => [name, results[name]!])) : results;
}
