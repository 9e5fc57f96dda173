import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const variant = z.object({
  name: z.string(),
  role: z.string(),
  model: z.string(),
  version: z.number().int(),
  weight: z.number().int(),
});
const rollout = z.object({
  rolloutId: z.string(),
  endpoint: z.string(),
  model: z.string(),
  candidate: z.number().int(),
  champion: z.number().int().nullable(),
});
const batch = z.object({ endpoint: z.string(), model: z.string(), version: z.number().int() });
const experiment = z.object({
  experimentId: z.string(),
  endpoint: z.string(),
  model: z.string(),
  kind: z.string(),
});
const finding = z.object({
  rule: z.string(),
  verdict: z.string(),
  message: z.string(),
  numbers: z.record(z.string(), z.number().nullable()),
});

/** Of a replay of logged requests by another version. */
const replay = z.object({ endpoint: z.string(), version: z.number().int(), rows: z.number().int() });

/** What happens in serving, by event type. Subjects: `endpoint` (id = name), `rollout`, `endpoint-experiment` `batch-prediction` and `prediction-replay` (id, name = endpoint). */
export const servingEvents = {
  'endpoint.declared': z.object({ spec: z.record(z.string(), z.unknown()) }),
  'endpoint.changed': z.object({ spec: z.record(z.string(), z.unknown()), changed: z.array(z.string()) }),
  'endpoint.removed': z.object({}),
  'endpoint.unloaded': z.object({ revision: z.number().int() }),
  'endpoint.loaded': z.object({ revision: z.number().int() }),
  'endpoint.credential-set': z.object({ header: z.string() }),
  'endpoint.credential-removed': z.object({}),
  'endpoint.deployed': z.object({
    model: z.string(),
    version: z.number().int(),
    previousVersion: z.number().int().nullable(),
    revision: z.number().int(),
    variants: z.array(variant),
  }),
  'rollout.started': rollout.extend({
    strategy: z.string(),
    steps: z.array(z.record(z.string(), z.unknown())),
    metrics: z.array(z.string()).optional(),
    reason: z.string().optional(),
    forced: z.boolean().optional(),
  }),
  'rollout.analysis.skipped': rollout.extend({ reason: z.string() }),
  'rollout.step.started': rollout.extend({
    step: z.number().int(),
    kind: z.string(),
    percent: z.number().nullable(),
  }),
  'rollout.step.finished': rollout.extend({ step: z.number().int(), kind: z.string(), reason: z.string() }),
  'rollout.bake.started': rollout.extend({ step: z.number().int() }),
  'rollout.paused': rollout.extend({
    step: z.number().int(),
    waitingFor: z.string().optional(),
    reason: z.string().optional(),
  }),
  'rollout.resumed': rollout.extend({ step: z.number().int(), reason: z.string() }),
  'rollout.confirmed': rollout.extend({ step: z.number().int(), reason: z.string().optional() }),
  'rollout.metric.failed': rollout.extend({
    step: z.number().int(),
    metric: z.string(),
    message: z.string(),
    value: z.number().nullable(),
    failures: z.number().int(),
    failureLimit: z.number().int(),
    effect: z.string(),
  }),
  'rollout.promoted': rollout.extend({ reason: z.string(), findings: z.array(finding) }),
  'rollout.rolled-back': rollout.extend({ reason: z.string(), step: z.number().int(), findings: z.array(finding) }),
  'rollout.aborted': rollout.extend({ reason: z.string(), step: z.number().int() }),
  'rollout.finished': rollout.extend({ state: z.string(), reason: z.string(), tookMs: z.number() }),
  'endpoint-experiment.started': experiment.extend({
    arms: z.array(z.object({ name: z.string(), version: z.number().int(), share: z.number() })),
  }),
  'endpoint-experiment.guard-tripped': experiment.extend({
    metric: z.string(),
    arm: z.string(),
    limit: z.number(),
    value: z.number().nullable(),
    control: z.number().nullable(),
    message: z.string(),
  }),
  'endpoint-experiment.decided': experiment.extend({
    verdict: z.string(),
    winner: z.string().nullable(),
    reason: z.string(),
  }),
  'endpoint-experiment.frozen': experiment,
  'endpoint-experiment.thawed': experiment,
  'endpoint-experiment.ended': experiment.extend({
    state: z.string(),
    verdict: z.string(),
    winner: z.string().nullable(),
    promoted: z.boolean(),
    reason: z.string(),
  }),
  'batch-prediction.started': batch.extend({ input: z.record(z.string(), z.unknown()) }),
  'batch-prediction.succeeded': batch.extend({
    rows: z.number().int(),
    quarantinedRows: z.number().int(),
    result: z.record(z.string(), z.unknown()),
  }),
  'batch-prediction.failed': batch.extend({ rows: z.number().int(), code: z.string(), message: z.string() }),
  'batch-prediction.cancelled': batch.extend({ rows: z.number().int() }),
  'prediction-replay.started': replay,
  'prediction-replay.succeeded': replay,
  'prediction-replay.failed': replay,
  'prediction-replay.cancelled': replay,
  'feedback.received': z.object({
    endpoints: z.array(z.string()),
    accepted: z.number().int(),
    changed: z.number().int(),
    unknown: z.number().int(),
  }),
} as const satisfies EventSchemas;
