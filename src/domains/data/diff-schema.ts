import { z } from 'zod';
import { DatasetColumn } from './schema.ts';

const sides = z.object({ from: z.number().nullable(), to: z.number().nullable() });

/** How two versions differ. */
export const VersionDiff = z
  .object({
    from: z.object({ dataset: z.string(), version: z.number().int(), rows: z.number().int() }),
    to: z.object({ dataset: z.string(), version: z.number().int(), rows: z.number().int() }),
    sameRows: z.boolean().describe('Whether both have the same rows, whatever their order.'),
    columnsAdded: z.array(DatasetColumn),
    columnsRemoved: z.array(DatasetColumn),
    columnsRetyped: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
    rowsAdded: z.number().int().describe('Rows of `to` that `from` lacks, compared by the columns both have.'),
    rowsRemoved: z.number().int(),
    addedExamples: z.array(z.record(z.string(), z.unknown())),
    removedExamples: z.array(z.record(z.string(), z.unknown())),
    columns: z
      .array(z.object({ name: z.string(), nulls: sides, distinct: sides, mean: sides, sd: sides }))
      .describe('Profiles side by side, for columns both have.'),
  })
  .meta({ id: 'DatasetVersionDiff' });
/** How two versions differ. */
export type VersionDiff = z.output<typeof VersionDiff>;
