import { z } from 'zod';

const number = z.number().nullable();

/** One arm at one time of a rollout, over all its requests until then. */
export const curveArmSchema = z
  .object({
    requests: z.number().int(),
    rows: z.number().int(),
    errorRate: number,
    invalidRate: number,
    p50Ms: number,
    p95Ms: number,
    p99Ms: number,
    meanLoss: number.describe('Of labelled pairs.'),
  })
  .meta({ id: 'CurveArm' });

/** How a rollout stood at one look. */
export const curvePointSchema = z
  .object({
    at: z.iso.datetime(),
    step: z.number().int(),
    look: z.number().int(),
    verdict: z.enum(['pass', 'fail', 'inconclusive']),
    labels: z.number().int(),
    candidate: curveArmSchema,
    champion: curveArmSchema,
    psi: number,
    disagreement: number,
    score: number.describe('Of the comparison by intervals, 0 to 100.'),
    logE: z
      .record(z.string(), z.number())
      .describe('Most evidence so far by rule, as a natural logarithm; a rule fails at ln(1/alpha).'),
  })
  .meta({ id: 'CurvePoint' });

/** How a rollout stood at one look. */
export type CurvePoint = z.output<typeof curvePointSchema>;

/** The judge's curves of a rollout: at most 500 points over its whole life, oldest first. */
export const curvesSchema = z
  .object({
    rolloutId: z.string(),
    alpha: z.number(),
    failsAt: z.number().describe('ln(1/alpha): where a rule fails.'),
    points: z.array(curvePointSchema),
  })
  .meta({ id: 'RolloutCurves' });

/** The judge's curves of a rollout. */
export type Curves = z.output<typeof curvesSchema>;
