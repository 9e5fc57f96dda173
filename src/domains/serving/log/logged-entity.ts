import type { ModelPlan } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';
import { cellText } from './hidden-columns.ts';
import type { LogChunk } from './log-chunk.ts';
import type { LogRules } from './log-rules.ts';

/** How the entity of a row is found: a column of the model, or one that the request has beside it. */
export interface LoggedEntity {
  name: string;
  column: { isText: boolean; place: number } | undefined;
  /** As the log may keep it. */
  keep(value: string): string;
}

/** Plans where the entity comes from. */
export function planEntity(plan: ModelPlan, rules: LogRules, name: string): LoggedEntity {
  const column = plan.columns.find((one) => one.name === name);
  return {
    name,
    column: column && { isText: column.type === 'string', place: column.place },
    keep: entityKeeper(rules, name),
  };
}

/** How the log writes the value of an entity: the same for predictions and for feedback that names it. */
export function entityKeeper(rules: LogRules, name: string): (value: string) => string {
  return rules.treatment(name) === 'hash' ? (value) => rules.hide('hash', value) : (value) => value;
}

/** Writes the entity of each row of an entry. */
export function writeEntities(
  chunk: LogChunk,
  { plan, entity }: { plan: ModelPlan; entity: LoggedEntity },
  { entry, row }: { entry: { rows: number; block?: RowBlock; entities?: readonly unknown[] }; row: number },
): void {
  const { column, keep } = entity;
  const { block, entities } = entry;
  for (let i = 0; i < entry.rows; i++) {
    const text = column ? block && cellText({ plan, block }, i, column) : entityText(entities?.[i]);
    chunk.entities![row + i] = text ? keep(text) : null;
  }
}

/** An entity as text, such as `7` or `customer-7`; undefined for what names nobody. */
export function entityText(value: unknown): string | undefined {
  const names = typeof value === 'string' || typeof value === 'bigint' || Number.isFinite(value);
  return names && value !== '' ? String(value) : undefined;
}
