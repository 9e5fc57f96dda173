import { z } from 'zod';
import { pageQuery } from '../../kernel/page.ts';

/** The states of a logged model: being uploaded, ready, failed, or none told. */
export const loggedModelStatuses = ['UNSPECIFIED', 'PENDING', 'READY', 'FAILED'] as const;
/** One of `loggedModelStatuses`. */
export type LoggedModelStatus = (typeof loggedModelStatuses)[number];

/** How much one call may carry, and how long its texts may be. */
export const loggedModelLimits = { pairs: 1000, points: 1000, valueLength: 100_000, history: 1000 } as const;

const isText = (text: string) => text.isWellFormed() && !text.includes('\u0000');
const text = (max: number) => z.string().max(max).refine(isText, 'must be well-formed Unicode without NUL');

/** A logged model's id: `m-` and 32 lower-case hex digits. */
export const loggedModelIdSchema = z.string().regex(/^m-[0-9a-f]{32}$/, "must be 'm-' and 32 lower-case hex digits");

/** A logged model's name: 1 to 500 characters, none of `/ : . % " '`. */
export const loggedModelNameSchema = text(500)
  .min(1)
  .refine((name) => !/[/:.%"']/.test(name), `may not hold any of / : . % " '`);

/** The key of a parameter or tag of a logged model. */
export const pairKeySchema = text(250)
  .min(1)
  .refine((key) => key !== '__proto__', 'may not be "__proto__"');

/** Parameters or tags by key. */
export const pairsSchema = z
  .record(pairKeySchema, text(loggedModelLimits.valueLength))
  .refine((pairs) => Object.keys(pairs).length <= loggedModelLimits.pairs, `at most ${loggedModelLimits.pairs}`);

const wholeNumber = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
const timeMs = z.number().int().min(0).max(8_640_000_000_000_000);

/** A logged model to create; `id`, `status` and `createdAt` are for models that come from elsewhere. */
export const newLoggedModelSchema = z.object({
  experiment: z.string().min(1).max(500).describe('The id or name of the experiment.'),
  name: loggedModelNameSchema.optional().describe('Made from the id unless given.'),
  type: text(500).default('').describe('Such as `classifier` or `agent`.'),
  sourceRunId: text(250).default('').describe('The run that made it.'),
  params: pairsSchema.default({}).describe('Write-once.'),
  tags: pairsSchema.default({}),
  id: loggedModelIdSchema.optional(),
  status: z.enum(loggedModelStatuses).default('PENDING'),
  createdAt: timeMs.optional(),
});
/** A logged model to create. */
export type NewLoggedModel = z.input<typeof newLoggedModelSchema>;

/** A metric point to add to a logged model. */
export const newModelMetricSchema = z.object({
  key: pairKeySchema,
  value: z
    .union([
      z.custom<number>((value) => typeof value === 'number', 'must be a number').meta({ type: 'number' }),
      z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number),
    ])
    .describe('A number; NaN and ±Infinity are kept.'),
  step: wholeNumber.default(0),
  at: timeMs.optional().describe('UTC milliseconds; now unless given.'),
  runId: text(250).default('').describe('The run that measured it.'),
  datasetName: text(500).default(''),
  datasetDigest: text(128).default(''),
});
/** A metric point to add to a logged model. */
export type NewModelMetric = z.input<typeof newModelMetricSchema>;

/** A metric point of a logged model; run and dataset are `''` where none was told. */
export interface ModelMetric {
  key: string;
  value: number;
  step: number;
  at: number;
  runId: string;
  datasetName: string;
  datasetDigest: string;
}

/** A model that a run logged, or that was begun by itself. */
export interface LoggedModel {
  id: string;
  experimentId: string;
  name: string;
  type: string;
  status: LoggedModelStatus;
  sourceRunId: string;
  /** Where the experiment keeps artifacts when that is not this server. */
  artifactLocation: string | null;
  actorId: string;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: ModelMetric[];
}

/** Which metric points come with a model: the latest of each key, run and dataset; or the history, up to its newest 1000. */
export type MetricsShown = 'latest' | 'history';

const datasetSchema = z.object({ name: text(500).min(1), digest: text(128).optional() });

/** A term of an order of logged models. */
export const modelOrderSchema = z.object({
  field: z.string().min(1).max(300).describe('An attribute, or `metrics.<key>`, `params.<key>`, `tags.<key>`.'),
  ascending: z.boolean().default(true),
  datasetName: text(500).optional().describe('Metrics measured on this dataset only.'),
  datasetDigest: text(128).optional(),
});

/** Which logged models, in which order, as the API asks. */
export const loggedModelQuerySchema = z
  .object({
    experiments: z.array(z.string().min(1).max(500)).max(200).optional().describe('Ids or names; all unless given.'),
    filter: z
      .string()
      .max(10_000)
      .default('')
      .describe("Such as `metrics.auc > 0.8 and (params.depth = '3' or not tags.owner like 'a%')`."),
    datasets: z.array(datasetSchema).max(100).default([]).describe('Only metrics measured on one of these count.'),
    orderBy: z.array(modelOrderSchema).max(5).default([]).describe('Newest first unless given; missing values last.'),
    metrics: z.enum(['latest', 'history']).default('latest').describe('Which metric points to return.'),
    ...pageQuery,
  })
  .meta({ id: 'LoggedModelSearch' });

/** Which logged models, in which order; of experiments by id, unknown ones find nothing. */
export const loggedModelSearchSchema = loggedModelQuerySchema
  .extend({ experimentIds: z.array(z.string().max(500)).max(1000).optional() })
  .meta({ id: undefined });
/** Which logged models, in which order. */
export type LoggedModelSearch = z.input<typeof loggedModelSearchSchema>;

/** Which deleted logged models to remove for good. */
export const modelPurgeSchema = z.object({
  deletedBefore: z
    .union([timeMs, z.iso.datetime({ offset: true }).transform((time) => Date.parse(time))])
    .optional()
    .describe('Only what was deleted before; now unless given.'),
  within: z.array(z.string().max(100)).max(10_000).optional().describe('Only those of these experiments (ids).'),
  dryRun: z.boolean().default(false).describe('Only counts.'),
});
/** Which deleted logged models to remove for good. */
export type ModelPurge = z.input<typeof modelPurgeSchema>;

/** What was removed for good, or with a dry run would be. */
export const modelsPurgedSchema = z
  .object({
    dryRun: z.boolean(),
    models: z.number().int(),
    artifacts: z.number().int().describe('Their files.'),
    artifactBytes: z.number().int().describe('Bytes of the files; other files may hold the same content.'),
  })
  .meta({ id: 'LoggedModelsPurged' });
/** What was removed for good. */
export type ModelsPurged = z.output<typeof modelsPurgedSchema>;
