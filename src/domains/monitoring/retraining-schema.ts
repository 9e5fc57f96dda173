import { z } from 'zod';
import { modelNameSchema, nameSchema } from '../../kernel/names.ts';
import { severities } from './schema.ts';

/** The document that declares a retraining policy: what starts it, what it runs, how the challenger is let in. */
export const RetrainingSpec = z
  .object({
    on: z
      .object({
        monitors: z
          .array(nameSchema)
          .min(1)
          .optional()
          .describe('Alerts of these monitors; of any on the endpoint unless given.'),
        severities: z.array(z.enum(severities)).min(1).default(['warning', 'critical']),
      })
      .optional()
      .describe('Retrain when an alert opens.'),
    schedule: z
      .object({ cron: z.string().min(1), timeZone: z.string().default('UTC') })
      .optional()
      .describe('Retrain at these times.'),
    pipeline: nameSchema,
    params: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .default({})
      .describe(
        "The pipeline's parameters; texts may hold {{window.from}}, {{window.to}}, {{now}}, {{endpoint}}, {{model}}, {{alert.id}}, {{retraining.id}}; times are ISO 8601.",
      ),
    endpoint: nameSchema,
    model: modelNameSchema,
    minIntervalMs: z.number().int().min(0).default(0).describe('Event time between two retrainings.'),
    minNewLabels: z.number().int().min(0).default(0).describe('Labels of predictions made since the last retraining.'),
    maxPerDay: z.number().int().min(1).default(4).describe('Retrainings in any 24 hours of event time.'),
    rollout: z
      .record(z.string(), z.unknown())
      .optional()
      .describe("The rollout plan: shadow, then canary; the endpoint's own unless given."),
  })
  .refine((spec) => spec.on !== undefined || spec.schedule !== undefined, {
    path: ['on'],
    message: 'a retraining policy needs `on` (alerts) or `schedule`, or both',
  })
  .meta({ id: 'RetrainingSpec' });
/** The document that declares a retraining policy. */
export type RetrainingSpec = z.output<typeof RetrainingSpec>;

/** A retraining policy as it stands. */
export interface RetrainingPolicy {
  id: string;
  name: string;
  spec: RetrainingSpec;
  createdAt: number;
  updatedAt: number;
}

/** Where a retraining is: `starting` → `training` → `deploying` → `rolling-out` → an end. */
export const retrainingStates = [
  'starting',
  'training',
  'deploying',
  'rolling-out',
  'promoted',
  'rejected',
  'failed',
  'skipped',
] as const;
/** One of `retrainingStates`. */
export type RetrainingState = (typeof retrainingStates)[number];

/** A step that a retraining took. */
export interface RetrainingStep {
  state: RetrainingState;
  at: number;
  /** What it made: the run, the model version, the rollout. */
  id: string | null;
  reason: string | null;
}

/** One retraining: from its trigger to the challenger's promotion, rejection or failure. */
export interface Retraining {
  id: string;
  policyId: string;
  policy: string;
  endpoint: string;
  model: string;
  trigger: { kind: 'alert' | 'schedule' | 'manual'; id: string };
  /** The event time it was triggered at: the end of the alert's window. */
  triggeredAt: number;
  windowFromAt: number;
  windowToAt: number;
  state: RetrainingState;
  reason: string | null;
  pipelineRunId: string | null;
  /** The challenger. */
  version: number | null;
  rolloutId: string | null;
  steps: RetrainingStep[];
  createdAt: number;
  updatedAt: number;
}
