import type { WritableType } from '../../engine/index.ts';
import { fail } from '../../kernel/errors.ts';
import type { Run } from './schema.ts';

/** The keys whose values are exported. */
export interface ExportKeys {
  metrics: readonly string[];
  params: readonly string[];
  tags: readonly string[];
}

/** One column of an export: how it is called, what it holds, and how it is read of a run. */
export interface ExportColumn {
  name: string;
  type: Extract<WritableType, 'VARCHAR' | 'DOUBLE' | 'TIMESTAMP'>;
  read(run: ExportedRun): string | number | null;
}

/** A run with the name of its experiment. */
export type ExportedRun = Run & { experiment: string };

/** As many as a spreadsheet has. */
const mostColumns = 16_384;

const fields: ExportColumn[] = [
  { name: 'id', type: 'VARCHAR', read: (run) => run.id },
  { name: 'name', type: 'VARCHAR', read: (run) => run.name },
  { name: 'experimentId', type: 'VARCHAR', read: (run) => run.experimentId },
  { name: 'experiment', type: 'VARCHAR', read: (run) => run.experiment },
  { name: 'status', type: 'VARCHAR', read: (run) => run.status },
  { name: 'lifecycle', type: 'VARCHAR', read: (run) => run.lifecycle },
  { name: 'startedAt', type: 'TIMESTAMP', read: (run) => run.startedAt },
  { name: 'endedAt', type: 'TIMESTAMP', read: (run) => run.endedAt },
  {
    name: 'durationMs',
    type: 'DOUBLE',
    read: ({ startedAt, endedAt }) => (endedAt === null ? null : endedAt - startedAt),
  },
  { name: 'parentRunId', type: 'VARCHAR', read: (run) => run.parentRunId },
  { name: 'user', type: 'VARCHAR', read: (run) => run.user },
];

/** The columns of an export: the fields of runs, then `metrics.*`, `params.*` and `tags.*`. */
export function exportColumns(keys: ExportKeys): ExportColumn[] {
  const columns: ExportColumn[] = [
    ...fields,
    ...keys.metrics.map(
      (key): ExportColumn => ({
        name: `metrics.${key}`,
        type: 'DOUBLE',
        read: (run) => run.metrics[key]?.value ?? null,
      }),
    ),
    ...(['params', 'tags'] as const).flatMap((kind) =>
      keys[kind].map(
        (key): ExportColumn => ({
          name: `${kind}.${key}`,
          type: 'VARCHAR',
          read: (run) => run[kind][key] ?? null,
        }),
      ),
    ),
  ];
  checkWidth(columns.length);
  return columns;
}

/** Fails with `too_large` where an export would be wider than a spreadsheet. */
export function checkWidth(columns: number): void {
  if (columns <= mostColumns) return;
  fail('too_large', `The export would have more than ${mostColumns} columns.`, {
    field: 'metrics',
    cure: 'Name the metrics, parameters and tags to export.',
  });
}
