import { z } from 'zod';

const cell = z.union([z.number(), z.nan(), z.string(), z.boolean(), z.null()]);
const time = z.iso.datetime();
const person = z.object({ name: z.string(), at: time, reason: z.string() });

/** One rule of a gate and what it found. */
const ruleSchema = z.object({ gate: z.string(), rule: z.string(), passed: z.boolean(), detail: z.string() });

const verdictSchema = z.object({
  id: z.string(),
  at: time,
  target: z.string().describe('Such as `alias champion`.'),
  outcome: z.string(),
  askedBy: z.string(),
  rules: z.array(ruleSchema),
});

const approvalSchema = z.object({
  gate: z.string(),
  target: z.string(),
  status: z.string(),
  requestedBy: z.string(),
  requestedAt: time,
  votes: z.array(person.extend({ decision: z.string() })),
});

const checkSchema = z.object({ rule: z.string(), passed: z.boolean(), severity: z.string(), failedRows: z.number() });

const datasetSchema = z.object({
  name: z.string(),
  depth: z.number().int().describe('0 for what the model was trained on, 1 for what that was made from, and so on.'),
  version: z.number().int().nullable(),
  digest: z.string().nullable(),
  rows: z.number().int().nullable(),
  quarantinedRows: z.number().int().nullable(),
  createdAt: time.nullable(),
  checks: z.array(checkSchema),
  missing: z.boolean().describe('Whether the version has been deleted since.'),
});

const driftSchema = z.object({
  monitor: z.string(),
  kind: z.string(),
  status: z.string(),
  windowFrom: time,
  windowTo: time,
  worst: z.array(
    z.object({
      series: z.string(),
      method: z.string(),
      value: z.number().nullable(),
      threshold: z.number().nullable(),
    }),
  ),
});

/** Everything that led to one prediction, from the answer back to the rows the model learned from. */
export const explanationSchema = z
  .object({
    prediction: z.object({
      id: z.string(),
      at: time,
      endpoint: z.string(),
      variant: z.string(),
      shadow: z.boolean(),
      latencyMs: z.number(),
      features: z.record(z.string(), cell),
      outputs: z.record(z.string(), cell),
      label: cell.optional(),
    }),
    model: z.object({
      name: z.string(),
      version: z.number().int(),
      digest: z.string(),
      registeredAt: time,
      registeredBy: z.string(),
      aliasHistory: z.array(z.object({ alias: z.string(), at: time, by: z.string(), reason: z.string() })),
    }),
    rollout: z
      .object({
        id: z.string(),
        state: z.string(),
        startedBy: z.string(),
        startedAt: time,
        endedAt: time.nullable(),
        reason: z.string(),
      })
      .nullable(),
    verdicts: z.array(verdictSchema),
    approvals: z.array(approvalSchema),
    run: z
      .object({
        id: z.string(),
        name: z.string(),
        startedAt: time,
        metrics: z.record(z.string(), z.number().or(z.nan())),
        params: z.record(z.string(), z.string()),
        commit: z.string().nullable(),
        dirty: z.boolean(),
      })
      .nullable(),
    project: z
      .object({ name: z.string(), revision: z.number().int(), commit: z.string().nullable(), appliedAt: time })
      .nullable()
      .describe(
        'The project the pipeline was declared by, as it stood then; a commit that ends in `+` had uncommitted changes.',
      ),
    datasets: z.array(datasetSchema),
    drift: z.array(driftSchema),
    alerts: z.array(z.object({ id: z.string(), monitor: z.string(), summary: z.string(), openedAt: time })),
  })
  .meta({ id: 'Explanation' });

/** Everything that led to one prediction. */
export type Explanation = z.output<typeof explanationSchema>;
