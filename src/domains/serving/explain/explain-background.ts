import type { ServingDeps } from '../deps.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import { newBlock, writeValue } from '../predict/row-block.ts';
import type { Background } from './explain-ports.ts';

/** The most rows that are compared with. */
export const mostBackgroundRows = 1000;

/** The rows that a version was judged on, evenly taken; undefined where none are kept. */
export async function trainingBackground(
  deps: Pick<ServingDeps, 'trainingRows'>,
  { model, version, plan }: { model: string; version: number; plan: ModelPlan },
): Promise<Background | undefined> {
  const found = await deps.trainingRows?.find(model, version);
  if (!found || plan.columns.some(({ name }) => found.columns[name] === undefined)) return undefined;
  const all = found.columns[plan.columns[0]?.name ?? '']?.length ?? 0;
  const rows = Math.min(all, mostBackgroundRows);
  if (rows === 0) return undefined;
  const block = newBlock(plan, rows);
  for (const column of plan.columns) {
    const values = found.columns[column.name]!;
    for (let row = 0; row < rows; row++) {
      const value = values[Math.floor((row * all) / rows)]!;
      const isNumber = column.type !== 'string' && typeof value === 'string';
      writeValue(
        { plan, block, row },
        column,
        column.type === 'string' && value !== null ? String(value) : isNumber ? Number(value) : value,
      );
    }
  }
  return { label: found.label, block };
}
