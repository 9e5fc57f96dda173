import { z } from 'zod';

const until = {
  predictions: z.number().int().min(1).optional().describe('Rows the candidate must have answered in this step.'),
  labels: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Rows of the candidate whose labels must have arrived in this step.'),
  bakeMs: z.number().int().min(0).optional().describe('Time the step must last.'),
};

/** One step of a rollout; it ends when all it asks for has come and no rule has failed. */
export const rolloutStepSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('shadow'), ...until }).describe('The candidate answers unseen, after the reply.'),
    z.strictObject({ kind: z.literal('weight'), percent: z.number().min(0).max(100), ...until }),
    z.strictObject({ kind: z.literal('pause') }).describe('Waits until somebody confirms.'),
  ])
  .meta({ id: 'RolloutStep' });

/** One step of a rollout. */
export type RolloutStep = z.output<typeof rolloutStepSchema>;

/** When the judge takes the candidate back. `alpha` bounds the chance of a false rollback per rule, however often it looks. */
export const rolloutRulesSchema = z
  .strictObject({
    alpha: z
      .number()
      .min(1e-9)
      .max(0.2)
      .default(0.01)
      .describe('Chance of a false alarm each rule may have, over all looks.'),
    minSamples: z.number().int().min(1).default(50).describe('Rows of each arm before a rule may decide.'),
    maxErrorRate: z.number().min(0).max(1).default(0.05).describe('Share of failing rows that is never acceptable.'),
    maxInvalidRate: z
      .number()
      .min(0)
      .max(1)
      .default(0.05)
      .describe('Share of refused rows (schema violations) and non-finite outputs that is never acceptable.'),
    maxLatencyMs: z.number().min(0).nullable().default(null).describe('99th percentile that is never acceptable.'),
    latencyRatio: z.number().min(1).default(2).describe('How much slower than the champion, at its 95th percentile.'),
    maxShift: z.number().min(0).nullable().default(null).describe('PSI between the arms’ scores; null only measures.'),
    qualityMargin: z
      .number()
      .min(0)
      .max(1)
      .default(0.01)
      .describe('Loss (0 to 1), and share of wrongly ranked pairs, by which a candidate may be worse.'),
    requireQuality: z.boolean().default(false).describe('Promote only when the quality test has passed.'),
    maxMs: z.number().int().min(1).default(604_800_000).describe('Longest time of the whole rollout.'),
    onInconclusive: z
      .enum(['promote', 'wait', 'rollback'])
      .default('rollback')
      .describe('What to do when the time is up without a verdict.'),
  })
  .meta({ id: 'RolloutRules' });

/** When the judge takes the candidate back. */
export type RolloutRules = z.output<typeof rolloutRulesSchema>;

/** How a candidate gets traffic: named strategies make their steps, `steps` gives your own. */
export const rolloutDefaultsSchema = z
  .strictObject({
    strategy: z.enum(['canary', 'linear', 'blue-green', 'all-at-once']).default('canary'),
    shadow: z.strictObject(until).optional().describe('A shadow step before the strategy’s own.'),
    step: z
      .strictObject(until)
      .prefault({ predictions: 200 })
      .describe('What each weight step of the strategy asks for.'),
    steps: z.array(rolloutStepSchema).min(1).max(50).optional().describe('Steps of your own instead of a strategy’s.'),
    confirm: z.boolean().default(false).describe('Pause for a person before promotion.'),
    rules: rolloutRulesSchema.prefault({}),
  })
  .meta({ id: 'RolloutPlan' });

/** How a candidate gets traffic. */
export type RolloutPlan = z.output<typeof rolloutDefaultsSchema>;

/** Starts a rollout: the candidate, and how. What is not said comes from the endpoint's declaration. */
export const RolloutSpec = z
  .strictObject({
    version: z.number().int().min(1).describe('The version that shall take over.'),
    plan: rolloutDefaultsSchema.optional(),
  })
  .meta({ id: 'RolloutSpec' });

/** Starts a rollout. */
export type RolloutSpec = z.input<typeof RolloutSpec>;

/** What one rule found, with the numbers it saw. */
export const findingSchema = z
  .object({
    rule: z.enum([
      'errors',
      'error-rate',
      'invalid',
      'invalid-rate',
      'latency',
      'latency-limit',
      'shift',
      'quality',
      'ranking',
    ]),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    message: z.string(),
    numbers: z.record(z.string(), z.number().nullable()),
  })
  .meta({ id: 'RolloutFinding' });

/** What one rule found. */
export type Finding = z.output<typeof findingSchema>;

/** One look of the judge: `fail` when any rule failed. */
export const judgementSchema = z
  .object({
    at: z.iso.datetime(),
    step: z.number().int(),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    candidateRows: z.number().int(),
    championRows: z.number().int(),
    candidateLabels: z.number().int(),
    findings: z.array(findingSchema),
  })
  .meta({ id: 'Judgement' });

/** One look of the judge. */
export type Judgement = z.output<typeof judgementSchema>;

/** A rollout as it stands. */
export const rolloutSchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    model: z.string(),
    candidate: z.number().int().describe('The version that shall take over.'),
    champion: z.number().int().nullable().describe('The version that served before; null where there was none.'),
    state: z.enum(['running', 'paused', 'promoted', 'rolled-back', 'aborted']),
    step: z.number().int().describe('Index into `steps`.'),
    steps: z.array(rolloutStepSchema),
    stepStartedAt: z.iso.datetime(),
    rules: rolloutRulesSchema,
    judgement: judgementSchema.optional(),
    reason: z.string().optional(),
    startedBy: z.string(),
    createdAt: z.iso.datetime(),
    endedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'Rollout' });

/** A rollout as it stands. */
export type Rollout = z.output<typeof rolloutSchema>;

/** A decision of a rollout, kept for good with the numbers it was made on. */
export const rolloutDecisionSchema = z
  .object({
    id: z.string(),
    rolloutId: z.string(),
    at: z.iso.datetime(),
    step: z.number().int(),
    decision: z.enum(['advance', 'pause', 'promote', 'rollback', 'confirm', 'abort', 'hold']),
    reason: z.string(),
    judgement: judgementSchema.optional(),
  })
  .meta({ id: 'RolloutDecision' });

/** A decision of a rollout. */
export type RolloutDecision = z.output<typeof rolloutDecisionSchema>;
