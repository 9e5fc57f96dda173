import { z } from 'zod';
import { nameSchema } from '../../../kernel/names.ts';

/** What is measured of each request, and whether its truth comes by feedback. */
export const experimentMetricSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('label') }).describe('The label itself as a number: a reward, a click, a sale.'),
    z.strictObject({ kind: z.literal('accuracy') }).describe('1 where the predicted class is the label, else 0.'),
    z
      .strictObject({ kind: z.literal('loss') })
      .describe('Brier loss of class probabilities (0 to 1), or the squared error of a predicted number.'),
    z
      .strictObject({ kind: z.literal('output'), output: z.string().min(1).max(300) })
      .describe('A numeric output column; needs no label.'),
  ])
  .meta({ id: 'ExperimentMetric' });

/** What is measured of each request. */
export type ExperimentMetric = z.output<typeof experimentMetricSchema>;

/** One arm: the champion, a declared variant, or a version under a name of its own. */
export const experimentArmSchema = z
  .strictObject({
    name: nameSchema.describe('`champion`, a variant the endpoint declares, or a new name with `version`.'),
    version: z.number().int().min(1).optional().describe('The version; the declared one unless said.'),
    share: z.number().min(0.01).max(99.99).optional().describe('Percent of the traffic; equal shares unless said.'),
  })
  .meta({ id: 'ExperimentArm' });

const limit = {
  relative: z.number().min(1).max(1000).optional().describe('At most this many times what the control has.'),
  absolute: z.number().min(0).optional().describe('At most this: a share from 0 to 1, or milliseconds.'),
};

/** What must not get worse while the metric is watched. */
export const experimentGuardSchema = z
  .strictObject({
    metric: z.enum(['error-rate', 'invalid-rate', 'latency-p50', 'latency-p95', 'latency-p99']),
    ...limit,
  })
  .refine(
    (guard) => (guard.relative === undefined) !== (guard.absolute === undefined),
    'needs `relative` or `absolute`',
  )
  .meta({ id: 'ExperimentGuard' });

/** What must not get worse while the metric is watched. */
export type ExperimentGuard = z.output<typeof experimentGuardSchema>;

/** How a bandit explores. */
export const banditSchema = z
  .strictObject({
    reward: z.enum(['binary', 'real']).default('binary').describe('Beta–Bernoulli, or normal–inverse-gamma.'),
    floor: z.number().min(0.001).max(0.5).default(0.05).describe('Least share of each arm, 0 to 1.'),
    floorDecay: z
      .strictObject({
        to: z.number().min(0.001).max(0.5),
        halfLifeRequests: z.number().int().min(1).describe('Rewarded requests in which the distance to `to` halves.'),
      })
      .optional(),
    everyMs: z.number().int().min(100).max(86_400_000).default(10_000).describe('How often shares are set anew.'),
    sticky: z.boolean().default(false).describe('Deal by the sticky key, so that a caller moves only as shares move.'),
  })
  .meta({ id: 'ExperimentBandit' });

const shape = {
  kind: z
    .enum(['ab', 'bandit', 'shadow'])
    .default('ab')
    .describe('Fixed shares, shares that follow the rewards, or challengers that answer unseen beside the champion.'),
  description: z.string().max(2000).default(''),
  arms: z.array(experimentArmSchema).min(2).max(10).describe('The first is the control: `champion`.'),
  metric: experimentMetricSchema,
  direction: z.enum(['up', 'down']).optional().describe('Which way is better; down for loss, else up, unless said.'),
  minimumEffect: z
    .number()
    .min(0)
    .default(0)
    .describe('Smallest difference that matters; arms surely closer than it are called alike.'),
  alpha: z.number().min(1e-6).max(0.2).default(0.05).describe('Chance of a false winner, over all looks and arms.'),
  guards: z.array(experimentGuardSchema).max(20).default([]),
  guardAlpha: z.number().min(1e-9).max(0.2).default(0.001).describe('Chance of a false alarm of each guard and arm.'),
  minSamples: z
    .number()
    .int()
    .min(10)
    .default(200)
    .describe('Measured requests of each arm before anything is decided.'),
  maxMs: z.number().int().min(1).max(31_536_000_000).default(1_209_600_000).describe('Longest time; two weeks.'),
  labelWindowMs: z
    .number()
    .int()
    .min(1)
    .optional()
    .describe('Labels that come later after their prediction do not count; all count unless said.'),
  unlabelled: z
    .enum(['ignore', 'zero'])
    .default('ignore')
    .describe(
      'What a request without a label is worth once `labelWindowMs` has passed: nothing known, or 0. With `zero` labels, too, count only then.',
    ),
  onGuard: z.enum(['stop', 'tell']).default('stop'),
  onDecision: z.enum(['tell', 'promote']).default('tell').describe('`promote` gives the winner the alias.'),
  bandit: banditSchema.optional(),
};

/** An experiment among the variants of an endpoint. */
export const EndpointExperimentSpec = z
  .strictObject(shape)
  .refine((spec) => spec.arms[0]?.name === 'champion', { message: 'must begin with `champion`', path: ['arms'] })
  .refine((spec) => new Set(spec.arms.map((arm) => arm.name)).size === spec.arms.length, {
    message: 'need names that differ',
    path: ['arms'],
  })
  .refine((spec) => sharesFit(spec.arms), { message: 'need shares of 100 percent together, or none', path: ['arms'] })
  .refine((spec) => spec.unlabelled === 'ignore' || spec.labelWindowMs !== undefined, {
    message: '`zero` needs `labelWindowMs`',
    path: ['unlabelled'],
  })
  .refine((spec) => spec.kind === 'bandit' || spec.bandit === undefined, {
    message: 'belongs to the kind `bandit`',
    path: ['bandit'],
  })
  .refine((spec) => spec.kind !== 'bandit' || (spec.bandit?.floor ?? 0.05) * spec.arms.length <= 1, {
    message: 'leaves no arm its floor',
    path: ['bandit'],
  })
  .meta({ id: 'EndpointExperimentSpec' });

function sharesFit(arms: readonly { share?: number | undefined }[]): boolean {
  const shares = arms.map((arm) => arm.share).filter((share) => share !== undefined);
  if (shares.length === 0) return true;
  return shares.length === arms.length && Math.abs(shares.reduce((sum, share) => sum + share, 0) - 100) < 1e-6;
}

/** An experiment among the variants of an endpoint. */
export type EndpointExperimentSpec = z.output<typeof EndpointExperimentSpec>;

/** How an experiment came out. */
export const experimentDecisionSchema = z
  .object({
    at: z.iso.datetime(),
    verdict: z.enum(['winner', 'control', 'alike', 'inconclusive', 'guard']),
    winner: z.string().nullable().describe('The arm that should answer from now on.'),
    reason: z.string(),
    promoted: z.boolean().describe('Whether the winner was given the alias.'),
  })
  .meta({ id: 'ExperimentDecision' });

/** How an experiment came out. */
export type ExperimentDecision = z.output<typeof experimentDecisionSchema>;

/** An experiment as it stands. */
export const endpointExperimentSchema = z
  .object({
    id: z.string(),
    endpoint: z.string(),
    model: z.string(),
    state: z
      .enum(['running', 'decided', 'stopped', 'ended'])
      .describe('`decided`: a winner is known and the arms still share the traffic; `stopped`: a guard ended it.'),
    frozen: z.boolean().describe('Whether a bandit keeps its shares as they are.'),
    spec: EndpointExperimentSpec,
    arms: z.array(
      z.object({ name: z.string(), version: z.number().int(), share: z.number().describe('Percent, as dealt now.') }),
    ),
    decision: experimentDecisionSchema.optional(),
    reason: z.string().optional().describe('Why it ended.'),
    startedBy: z.string(),
    createdAt: z.iso.datetime(),
    lookedAt: z.iso.datetime().optional().describe('When it was last analysed.'),
    endedAt: z.iso.datetime().optional(),
  })
  .meta({ id: 'EndpointExperiment' });

/** An experiment as it stands. */
export type EndpointExperiment = z.output<typeof endpointExperimentSchema>;
