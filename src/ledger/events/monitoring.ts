import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const value = z.object({
  series: z.string(),
  method: z.string(),
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  pValue: z.number().nullable(),
  breached: z.boolean(),
});
const alert = z.object({
  monitor: z.string(),
  endpoint: z.string(),
  kind: z.string(),
  severity: z.enum(['info', 'warning', 'critical']),
  dedupeKey: z.string(),
  model: z.string(),
  version: z.number(),
  windowFromAt: z.number(),
  windowToAt: z.number(),
  breaches: z.number(),
  pressure: z.number(),
  summary: z.string(),
  worst: z.array(value),
  runId: z.string(),
});
const declared = z.object({ spec: z.record(z.string(), z.unknown()) });
const retraining = z.object({
  policy: z.string(),
  endpoint: z.string(),
  model: z.string(),
  trigger: z.object({ kind: z.enum(['alert', 'schedule', 'manual']), id: z.string() }),
  triggeredAt: z.number(),
  windowFromAt: z.number(),
  windowToAt: z.number(),
  pipelineRunId: z.string().nullable(),
  version: z.number().nullable(),
  rolloutId: z.string().nullable(),
  reason: z.string().nullable(),
});

/** What happens in monitoring, by event type. Subjects: `monitor`, `alert`, `retraining-policy`, `retraining`. */
export const monitoringEvents = {
  'monitor.created': declared,
  'monitor.updated': declared,
  'monitor.deleted': z.object({}),
  'monitor-run.restated': z.object({
    monitor: z.string(),
    endpoint: z.string(),
    model: z.string(),
    version: z.number(),
    windowFromAt: z.number(),
    windowToAt: z.number(),
    revision: z.number(),
    labels: z.number(),
    labelsBefore: z.number(),
    values: z.array(value),
    before: z.array(value),
  }),
  'alert.opened': alert,
  'alert.resolved': alert.extend({ openedByRunId: z.string() }),
  'alert.acknowledged': z.object({
    monitor: z.string(),
    endpoint: z.string(),
    severity: z.enum(['info', 'warning', 'critical']),
    summary: z.string(),
    note: z.string().nullable(),
  }),
  'retraining-policy.created': declared,
  'retraining-policy.updated': declared,
  'retraining-policy.deleted': z.object({}),
  'retraining.started': retraining,
  'retraining.challenger-registered': retraining,
  'retraining.promoted': retraining,
  'retraining.rejected': retraining,
  'retraining.failed': retraining,
  'retraining.skipped': retraining,
} as const satisfies EventSchemas;
