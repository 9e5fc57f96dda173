import type { Actor } from '../../../kernel/actor.ts';
import type { ModelPlan } from '../predict/model-plan.ts';
import type { RowBlock } from '../predict/row-block.ts';

/** Rows a version was judged on when it was trained, by column; null is missing. */
export interface TrainingRows {
  label: string;
  columns: Record<string, readonly (number | string | boolean | null)[]>;
}

/** Finds what is kept of a version's training; who joins the domains gives it. */
export interface TrainingRowsSource {
  find(model: string, version: number): Promise<TrainingRows | undefined>;
}

/** Rows to compare with. */
export interface Background {
  label: string;
  block: RowBlock;
}

/** Draws rows of a dataset version to compare with; whoever asks must be allowed to read data. */
export type DatasetBackground = (actor: Actor, asked: { reference: string; plan: ModelPlan }) => Promise<Background>;
