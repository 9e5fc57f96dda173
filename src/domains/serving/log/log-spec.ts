import { z } from 'zod';
import { nameSchema } from '../../../kernel/names.ts';
import { logSinkSchema } from './sink-schema.ts';

/** What becomes of a column in the log. */
export const columnTreatment = z
  .enum(['keep', 'drop', 'hash', 'mask'])
  .describe(
    '`keep` as it came, `drop` it, `hash` it with the key of this server (equal values stay equal), or `mask` every letter and digit.',
  );

/** What becomes of a column in the log. */
export type ColumnTreatment = z.output<typeof columnTreatment>;

const columnName = z.string().min(1).max(300);

/** What the prediction log keeps of an endpoint. */
export const logSpecSchema = z
  .strictObject({
    sample: z.number().min(0).max(1).default(1).describe('Share of requests that are logged, dealt by hash of the id.'),
    drop: z.array(columnName).default([]).describe('Columns that are never written to the log.'),
    columns: z
      .record(columnName, columnTreatment)
      .optional()
      .describe('What becomes of columns of the input; those not named are kept, unless they are personal data.'),
    personalOf: nameSchema
      .optional()
      .describe('A dataset: the columns it declares as personal data are hashed unless `columns` says otherwise.'),
    entity: columnName
      .optional()
      .describe('The column that says whom a row is about: feedback may name its value. It need not be of the model.'),
    windowMs: z
      .number()
      .int()
      .min(1)
      .max(3650 * 86_400_000)
      .optional()
      .describe('How long after a prediction feedback by entity still joins it; 30 days unless said.'),
    retentionDays: z.number().int().min(1).max(3650).default(90).describe('Days after which logged rows are deleted.'),
    maxBytes: z
      .number()
      .int()
      .min(1)
      .optional()
      .describe('Bytes of Parquet beyond which the oldest rows are deleted before their days are over.'),
    sink: logSinkSchema.optional().describe('Where logged requests, answers and feedback are sent as CloudEvents.'),
  })
  .superRefine((spec, context) => {
    const { entity } = spec;
    const treatment = entity === undefined ? 'keep' : treatmentOf(spec, entity);
    if (treatment === 'keep' || treatment === 'hash') return;
    const message = `names '${entity}', which would be ${treatment === 'drop' ? 'dropped' : 'masked'}: keep or hash it`;
    context.addIssue({ code: 'custom', path: ['entity'], message });
  })
  .meta({ id: 'PredictionLogSpec' });

/** What the prediction log keeps of an endpoint. */
export type LogSpec = z.output<typeof logSpecSchema>;

/** How long after a prediction feedback by entity joins it, where the endpoint does not say. */
export const defaultWindowMs = 30 * 86_400_000;

/** What becomes of a column: as the endpoint says, or else hashed where it is personal data, or else kept. */
export function treatmentOf(
  spec: { drop: readonly string[]; columns?: Readonly<Record<string, ColumnTreatment>> | undefined },
  column: string,
  personal: readonly string[] = [],
): ColumnTreatment {
  if (spec.drop.includes(column)) return 'drop';
  if (spec.columns && Object.hasOwn(spec.columns, column)) return spec.columns[column]!;
  return personal.includes(column) ? 'hash' : 'keep';
}
