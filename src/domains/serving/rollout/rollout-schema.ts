import { z } from 'zod';
import { nameSchema } from '../../../kernel/names.ts';
import { rolloutRulesSchema } from './judge-rules.ts';
import { judgementSchema } from './judgement-schema.ts';
import { metricStateSchema, rolloutMetricSchema } from './metric-schema.ts';

export { type RolloutRules, rolloutRulesSchema } from './judge-rules.ts';
export { type Finding, findingSchema, type Judgement, judgementSchema } from './judgement-schema.ts';

const until = {
  predictions: z.number().int().min(1).optional().describe('Rows the candidate must have answered in this step.'),
  labels: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Rows of the candidate whose labels must have arrived in this step.'),
  bakeMs: z.number().int().min(0).optional().describe('Time the step must last.'),
  maxMs: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Longest time of the step; then `onInconclusive` says what is done.'),
  onInconclusive: z
    .enum(['hold', 'advance', 'promote', 'rollback'])
    .optional()
    .describe(
      'When `maxMs` is over: `hold` (unless said) waits for a person, `advance` goes on to the next step, `promote` gives ' +
        'it all traffic, `rollback` takes it back.',
    ),
};
const shadowPercent = z
  .number()
  .min(0.01)
  .max(100)
  .optional()
  .describe('Share of requests it answers unseen; all unless said.');

/** Where a rollout may wait for a person. */
export const rolloutGateSchema = z.enum(['rollout', 'traffic-increase', 'promotion']).meta({ id: 'RolloutGate' });

/** One step of a rollout; it ends when all it asks for has come and no rule has failed. */
export const rolloutStepSchema = z
  .discriminatedUnion('kind', [
    z
      .strictObject({ kind: z.literal('shadow'), percent: shadowPercent, ...until })
      .describe('The candidate answers unseen, after the reply.'),
    z
      .strictObject({ kind: z.literal('smoke'), ...until })
      .describe('The candidate is warm without traffic and answers who asks for the variant `candidate`.'),
    z.strictObject({ kind: z.literal('weight'), percent: z.number().min(0).max(100), ...until }),
    z
      .strictObject({
        kind: z.literal('pause'),
        durationMs: z.number().int().min(1).optional().describe('Goes on by itself after this time.'),
        gate: rolloutGateSchema.optional().describe('Which gate of the plan it is.'),
        byAnother: z.boolean().optional().describe('Who started the rollout may not confirm it.'),
        note: z.string().max(2000).optional().describe('What the person shall look at.'),
      })
      .describe('Waits until somebody confirms, or for a time; traffic stays as it is.'),
    z
      .strictObject({ kind: z.literal('bake'), ...until })
      .describe('The candidate has all traffic while the champion stays warm: a failure still takes it back.'),
  ])
  .meta({ id: 'RolloutStep' });

/** One step of a rollout. */
export type RolloutStep = z.output<typeof rolloutStepSchema>;

const percent = z.number().min(0.01).max(100);

/** How a candidate gets traffic: named strategies make their steps, `steps` gives your own. */
export const rolloutDefaultsSchema = z
  .strictObject({
    strategy: z.enum(['canary', 'linear', 'blue-green', 'all-at-once']).default('canary'),
    shadow: z
      .strictObject({ percent: shadowPercent, ...until })
      .optional()
      .describe('A shadow step before the strategy’s own.'),
    percent: percent.optional().describe('Share of traffic of the strategy `canary`; 10 unless said.'),
    stepPercent: percent
      .optional()
      .describe('What each step of the strategy `linear` adds; 10, 25, 50 and 75 percent unless said.'),
    maxPercent: percent.optional().describe('Where the strategy `linear` ends before all traffic; 100 unless said.'),
    smoke: z
      .strictObject(until)
      .optional()
      .describe('A stage of `blue-green` before the switch: warm, without traffic, asked by name only.'),
    step: z
      .strictObject(until)
      .prefault({ predictions: 200 })
      .describe('What each weight step of the strategy asks for; its `bakeMs` is the interval of `linear`.'),
    bake: z
      .union([z.strictObject(until), z.literal(false)])
      .optional()
      .describe(
        'A stretch with all traffic before the promotion is final. Unless said: `blue-green` bakes by `step`, `all-at-once` ' +
          'for a minute, the others not; false bakes never.',
      ),
    steps: z.array(rolloutStepSchema).min(1).max(50).optional().describe('Steps of your own instead of a strategy’s.'),
    confirm: z
      .union([z.boolean(), z.array(rolloutGateSchema).max(3)])
      .default(false)
      .describe('Where to wait for a person; true: before promotion.'),
    confirmByAnother: z.boolean().default(false).describe('Who started the rollout may not confirm it.'),
    metrics: z.array(rolloutMetricSchema).max(30).default([]).describe('Metrics of your own beside the judge’s rules.'),
    coolDownMs: z
      .number()
      .int()
      .min(0)
      .max(31 * 86_400_000)
      .default(3_600_000)
      .describe('How long a version that was rolled back may not be rolled out again, unless forced.'),
    candidateAlias: nameSchema
      .nullable()
      .default(null)
      .describe('An alias of the registry that names the candidate while the rollout lasts.'),
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
    reason: z.string().min(1).max(2000).optional().describe('Why; kept in its events.'),
    force: z.boolean().default(false).describe('Start although the version was rolled back lately; needs a reason.'),
    skipAnalysis: z
      .boolean()
      .default(false)
      .describe('For emergencies: all traffic at once, unjudged; the registry’s gate still decides. Needs a reason.'),
  })
  .meta({ id: 'RolloutSpec' });

/** Starts a rollout. */
export type RolloutSpec = z.input<typeof RolloutSpec>;

/** What a paused rollout waits for. */
export const waitingSchema = z
  .object({
    kind: z
      .enum(['step', 'inconclusive', 'metric', 'person'])
      .describe('A pause step; a step or a rollout whose time is up; a metric nobody can tell; somebody’s pause.'),
    since: z.iso.datetime(),
    reason: z.string(),
    by: z.string().optional().describe('Who paused it.'),
  })
  .meta({ id: 'RolloutWaiting' });

/** What a paused rollout waits for. */
export type Waiting = z.output<typeof waitingSchema>;

/** A rollout as it stands. */
export const rolloutSchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    model: z.string(),
    candidate: z.number().int().describe('The version that shall take over.'),
    champion: z.number().int().nullable().describe('The version that served before; null where there was none.'),
    state: z.enum(['running', 'paused', 'promoted', 'rolled-back', 'aborted']),
    strategy: z.string().describe('Its strategy, or `steps` where the plan gave steps of its own.'),
    step: z.number().int().describe('Index into `steps`.'),
    steps: z.array(rolloutStepSchema),
    stepStartedAt: z.iso.datetime(),
    rules: rolloutRulesSchema,
    metrics: z.array(rolloutMetricSchema).optional().describe('Metrics of the plan; not in lists.'),
    metricStates: z.array(metricStateSchema).optional().describe('How they stand; not in lists.'),
    waitingFor: waitingSchema.optional().describe('What it waits for while it is paused.'),
    judgement: judgementSchema.optional().describe('The last one; not in lists.'),
    reason: z.string().optional().describe('Why it ended.'),
    startReason: z.string().optional().describe('Why it was started, where somebody said so.'),
    skippedAnalysis: z.boolean().optional().describe('Whether it was promoted unjudged.'),
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
    decision: z.enum([
      'advance',
      'pause',
      'resume',
      'promote',
      'rollback',
      'confirm',
      'abort',
      'hold',
      'skip-analysis',
    ]),
    reason: z.string(),
    judgement: judgementSchema.optional(),
  })
  .meta({ id: 'RolloutDecision' });

/** A decision of a rollout. */
export type RolloutDecision = z.output<typeof rolloutDecisionSchema>;
