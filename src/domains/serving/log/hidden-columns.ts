import type { ModelPlan } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';
import type { LogChunk } from './log-chunk.ts';
import type { LogRules } from './log-rules.ts';

/** A column that the log has as text that hides its values. */
export interface HiddenColumn {
  name: string;
  isText: boolean;
  /** Its place among a block's numbers or strings. */
  place: number;
  hide(value: string): string;
}

/** The columns of a model that are to be hashed or masked. */
export function hiddenColumns(plan: ModelPlan, rules: LogRules): HiddenColumn[] {
  return plan.columns.flatMap(({ name, type, place }) => {
    const treatment = rules.treatment(name);
    if (treatment !== 'hash' && treatment !== 'mask') return [];
    return [{ name, isText: type === 'string', place, hide: (value: string) => rules.hide(treatment, value) }];
  });
}

/** A cell as text, a number as it was written; null where it is missing. */
export function cellText(
  { plan, block }: { plan: ModelPlan; block: RowBlock },
  row: number,
  column: Pick<HiddenColumn, 'isText' | 'place'>,
): string | null {
  if (column.isText) return block.strings[row * plan.strings + column.place] || null;
  const place = row * plan.numbers + column.place;
  const value = block.exact?.get(place) ?? block.numbers[place]!;
  return Number.isNaN(value) ? null : String(value);
}

/** Writes hidden columns behind the kept text of each row. */
export function writeHidden(
  chunk: LogChunk,
  columns: readonly HiddenColumn[],
  { plan, block, row }: { plan: ModelPlan; block: RowBlock; row: number },
): void {
  const stride = chunk.source.features.strings.length;
  for (let i = 0; i < block.rows; i++) {
    let to = (row + i + 1) * stride - columns.length;
    for (const column of columns) {
      const text = cellText({ plan, block }, i, column);
      chunk.strings[to++] = text === null ? null : column.hide(text);
    }
  }
}
