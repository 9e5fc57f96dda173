import { z } from 'zod';
import type { ColumnType } from '../predict/model-plan.ts';

/** A column of a feature view. */
export interface FeatureColumn {
  name: string;
  type: ColumnType;
}

/** What a feature view offers. */
export interface FeatureViewFace {
  /** Columns that say whom a row is about. */
  entity: readonly FeatureColumn[];
  features: readonly FeatureColumn[];
}

/** Features of some entities, asked for at once. */
export interface FeatureRead {
  view: string;
  features: readonly string[];
  rows: number;
  /** Keys by entity column, one a row. */
  entity: Readonly<Record<string, readonly unknown[]>>;
  /** `performance.now()` after which nobody waits any more. */
  deadline: number;
}

/** Where the newest features of entities are read: what serving needs of a feature store. */
export interface OnlineFeatures {
  /** What a view offers; `not_found` where there is none of that name. */
  describe(view: string): Promise<FeatureViewFace>;
  /** Values by feature, one a row; null where an entity has none. */
  read(call: FeatureRead): Promise<Readonly<Record<string, readonly unknown[]>>>;
}

/** Columns that are looked up by whom a row is about, instead of being sent by callers. */
export const featureJoinSchema = z
  .strictObject({
    view: z.string().min(1).max(250).describe('The feature view; its entity columns are what callers send.'),
    features: z
      .array(z.string().min(1).max(250))
      .min(1)
      .max(1000)
      .optional()
      .describe('Columns to look up; all that the model takes and the view has, unless said.'),
    onMissing: z
      .enum(['null', 'refuse'])
      .default('null')
      .describe('An entity without features: missing values, or a refusal (400).'),
  })
  .meta({ id: 'FeatureJoin' });

/** Columns that are looked up by whom a row is about. */
export type FeatureJoin = z.output<typeof featureJoinSchema>;
