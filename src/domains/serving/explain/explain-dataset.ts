import { type Actor, may } from '../../../kernel/actor.ts';
import { fail } from '../../../kernel/errors.ts';
import { openInput, planInput } from '../batch/batch-input.ts';
import { readBatch, withoutRows } from '../batch/batch-rows.ts';
import { BatchRequest } from '../batch/batch-schema.ts';
import type { ServingDeps } from '../deps.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import { mostBackgroundRows } from './explain-background.ts';
import type { Background } from './explain-ports.ts';

/** Rows of a dataset version, drawn with a fixed seed; whoever asks must be allowed to read data. */
export async function datasetBackground(
  deps: Pick<ServingDeps, 'engine' | 'data'>,
  actor: Actor,
  { reference, plan }: { reference: string; plan: ModelPlan },
): Promise<Background> {
  if (!may(actor, 'data.read')) {
    fail('forbidden', `A background of a dataset needs the permission 'data.read'.`, { field: 'explain.background' });
  }
  const input = await openInput(deps, { order: BatchRequest.parse({ dataset: reference }), actor, plan });
  const { sql, readers } = planInput(plan, input, []);
  const drawn = await deps.engine.columns(
    `SELECT * FROM (${sql}) USING SAMPLE reservoir(${mostBackgroundRows} ROWS) REPEATABLE (1)`,
  );
  const read = readBatch(plan, { sql, readers, kept: [] }, [drawn]);
  const { block } = withoutRows(plan, read.block, read.bad);
  if (block.rows > 0) return { label: reference, block };
  return fail('invalid_input', `No row of '${reference}' can be a background.`, { field: 'explain.background' });
}
