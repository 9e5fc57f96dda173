import { z } from 'zod';
import { modelNameSchema, nameSchema } from '../../kernel/names.ts';
import { logSpecSchema } from './log/log-spec.ts';
import { batchingSchema } from './predict/batching.ts';
import { callerLimitsSchema } from './predict/caller-limits.ts';
import { featureJoinSchema } from './processing/online-features.ts';
import { postprocessSchema, preprocessSchema } from './processing/processing-schema.ts';
import { rolloutDefaultsSchema } from './rollout/rollout-schema.ts';
import { runtimeSpecSchema } from './runtime/runtime-schema.ts';

/** How many parts traffic is dealt in: a weight of 10000 is all of it. */
export const fullWeight = 10_000;

/** A further version behind an endpoint: an A/B arm with its share of traffic, or a shadow that answers unseen. */
export const declaredVariantSchema = z
  .strictObject({
    name: nameSchema.refine((name) => !['champion', 'candidate', 'previous'].includes(name), 'is a name of our own'),
    version: z.number().int().min(1).optional().describe('A fixed version; or else `alias`.'),
    alias: nameSchema.optional().describe('The version this alias names.'),
    percent: z.number().min(0).max(100).default(0).describe('Share of traffic; the champion has what is left.'),
    shadow: z.boolean().default(false),
  })
  .refine((variant) => (variant.version === undefined) !== (variant.alias === undefined), 'needs `version` or `alias`')
  .meta({ id: 'DeclaredVariant' });

/** An endpoint as a project declares it: the model it answers with and the rules around it. */
export const EndpointSpec = z
  .strictObject({
    model: modelNameSchema.describe('The registered model that answers.'),
    alias: nameSchema.default('champion').describe('The alias whose version serves; the endpoint follows it.'),
    description: z.string().max(2000).default(''),
    stickyKey: z
      .strictObject({
        header: z.string().min(1).optional().describe('Request header whose value keeps a caller on one variant.'),
        field: z
          .string()
          .min(1)
          .optional()
          .describe('Column of the first row whose value keeps a caller on one variant.'),
        cookie: z.string().min(1).optional().describe('Cookie whose value keeps a caller on one variant.'),
      })
      .optional(),
    variants: z
      .array(declaredVariantSchema)
      .max(20)
      .default([])
      .refine((list) => list.reduce((sum, one) => sum + one.percent, 0) <= 100, 'may have 100 percent together')
      .refine((list) => new Set(list.map((one) => one.name)).size === list.length, 'need names that differ'),
    extraColumns: z.enum(['ignore', 'refuse']).default('ignore').describe('What to do with columns the model has not.'),
    timeoutMs: z.number().int().min(1).max(600_000).default(10_000).describe('Deadline of a request, queue included.'),
    maxQueueRows: z.number().int().min(1).max(1_000_000).default(8192).describe('Rows that may wait; more answer 429.'),
    batching: batchingSchema.optional().describe('How requests wait to run together; they never do unless said.'),
    limits: callerLimitsSchema.optional().describe('What each caller may ask; no limit unless said.'),
    placement: z.enum(['auto', 'inline', 'worker']).default('auto').describe('Where the model runs; `auto` measures.'),
    runtime: runtimeSpecSchema
      .prefault({ kind: 'onnx' })
      .describe('Where the model computes: as ONNX in this server, in a process beside it, or at another server.'),
    features: featureJoinSchema.optional().describe('Columns that are looked up by whom a row is about.'),
    preprocess: preprocessSchema.optional().describe('What is done to rows before the model sees them.'),
    postprocess: postprocessSchema.optional().describe('What is done to its answers before callers see them.'),
    scoringOutput: z
      .string()
      .min(1)
      .optional()
      .describe('The one output that scoring routes (MLflow, V1) answer with; all unless said.'),
    log: logSpecSchema.prefault({}),
    rollout: rolloutDefaultsSchema.prefault({}),
  })
  .meta({ id: 'EndpointSpec' });

/** An endpoint's declaration, complete. */
export type EndpointSpec = z.output<typeof EndpointSpec>;

/** Whether an endpoint's answers are those of its version's ONNX file alone, which others may then read and run as well. */
export function isPlainOnnx({ runtime, features, preprocess, postprocess }: EndpointSpec): boolean {
  return runtime.kind === 'onnx' && !features && !preprocess && !postprocess;
}

/** One version behind an endpoint and its share of the traffic. */
export const variantSchema = z
  .object({
    name: z.string().describe('`champion`, `candidate`, or a name of your own.'),
    role: z.enum(['live', 'shadow', 'standby']).describe('Standby versions are warm and answer only when asked for.'),
    model: z.string(),
    version: z.number().int(),
    weight: z.number().int().min(0).max(fullWeight).describe('Share of traffic in hundredths of a percent.'),
  })
  .meta({ id: 'Variant' });

/** One version behind an endpoint and its share of the traffic. */
export type Variant = z.output<typeof variantSchema>;

/** The routing of one endpoint: immutable, replaced as a whole. */
export interface Routing {
  revision: number;
  /** Salt of the sticky hash; a new experiment has a new one. */
  salt: string;
  variants: Variant[];
  /** Whether each request is dealt by itself, sticky keys notwithstanding. */
  byRequest?: boolean;
  /** Its models are freed until somebody loads them again. */
  isUnloaded?: boolean;
}

/** An endpoint as it stands. */
export const endpointSchema = z
  .object({
    name: z.string(),
    state: z
      .enum(['waiting', 'ready', 'failed'])
      .describe('`waiting`: the alias names no version yet, or it was unloaded.'),
    reason: z.string().optional().describe('Why it is not ready, and the cure.'),
    revision: z.number().int(),
    variants: z.array(variantSchema),
    rolloutId: z.string().optional().describe('The rollout under way.'),
    experimentId: z.string().optional().describe('The experiment under way.'),
    spec: EndpointSpec,
    createdAt: z.iso.datetime(),
    updatedAt: z.iso.datetime(),
  })
  .meta({ id: 'Endpoint' });

/** An endpoint as it stands. */
export type Endpoint = z.output<typeof endpointSchema>;

export { type EndpointStats, endpointStatsSchema, type VariantStats } from './stats/stats-schema.ts';

const cell = z.union([z.number(), z.string(), z.boolean(), z.null()]);

/** One logged prediction, with its label where one has arrived. */
export const loggedPredictionSchema = z
  .object({
    predictionId: z.string(),
    requestId: z.string(),
    row: z.number().int(),
    at: z.iso.datetime().describe('Event time.'),
    loggedAt: z.iso.datetime(),
    endpoint: z.string(),
    model: z.string(),
    version: z.number().int(),
    variant: z.string(),
    shadow: z.boolean(),
    propensity: z.number().describe('Probability with which the request was dealt to this variant.'),
    latencyMs: z.number(),
    code: z.number().int(),
    features: z.record(z.string(), cell),
    outputs: z.record(z.string(), cell),
    score: z.number().nullable(),
    entity: z.string().nullable().optional().describe('Whom the row is about, as the log keeps it.'),
    label: cell.optional(),
    labelledAt: z.iso.datetime().optional(),
    values: z.record(z.string(), cell).optional().describe('Further values that feedback gave.'),
  })
  .meta({ id: 'LoggedPrediction' });

/** One logged prediction, with its label where one has arrived. */
export type LoggedPrediction = z.output<typeof loggedPredictionSchema>;

export { type Feedback, type FeedbackResult, feedbackResultSchema, feedbackSchema } from './log/feedback-schema.ts';
