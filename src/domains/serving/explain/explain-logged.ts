import type { Actor } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import type { ServingDeps } from '../deps.ts';
import { findPrediction } from '../log/observe.ts';
import { readyRoute } from '../predict/routing.ts';
import { readRows } from '../predict/row-block.ts';
import { isPlainOnnx } from '../schema.ts';
import { explain } from './explain.ts';
import { type ExplainedBy, ExplainRequest, type Explanation } from './explain-schema.ts';

/**
 * Explains a prediction of the log with the version that made it, which its endpoint must still have; the log hears nothing of
 * it. Fails with `conflict` where that version is gone, `invalid_input` where the log was told to drop a column.
 */
export async function explainLogged(
  deps: ServingDeps,
  actor: Actor,
  id: string,
): Promise<{ explanation: Explanation; explained: ExplainedBy }> {
  const { endpoint, model, version, features } = await findPrediction(deps, id);
  const route = readyRoute(deps.table, endpoint);
  const arm =
    route.arms.find(({ variant }) => variant.model === model && variant.version === version) ??
    fail('conflict', `The endpoint '${endpoint}' has version ${version} of '${model}' no more.`, { field: 'id' });
  const { timeoutMs, maxQueueRows } = route.spec;
  const deadline = performance.now() + timeoutMs;
  const block = readRows(arm.runtime.plan, [features], 'ignore');
  const outputs = await arm.runtime.batcher.run({ block, deadline });
  const order = ExplainRequest.parse({});
  const asked = { arm, order, block, outputs, actor, deadline, maxQueueRows, isPlain: isPlainOnnx(route.spec) };
  const { rows, by } = await explain(deps, asked);
  return { explanation: rows[0]!, explained: by };
}
