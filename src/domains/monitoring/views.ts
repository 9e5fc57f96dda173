import { z } from 'zod';
import { RetrainingSpec, retrainingStates } from './retraining-schema.ts';
import { MonitorSpec, monitorKinds, runStatuses, severities } from './schema.ts';

const time = z.iso.datetime();

/** A monitor, as the API gives it. */
export const monitorView = z
  .object({ id: z.string(), name: z.string(), spec: MonitorSpec, createdAt: time, updatedAt: time })
  .meta({ id: 'Monitor' });

/** A value of a run, as the API gives it. */
export const valueView = z
  .object({
    series: z.string().describe("A column's name or a metric's; `drifted-share` is the share of drifted columns."),
    method: z.string(),
    value: z.number().nullable(),
    threshold: z.number().nullable(),
    pValue: z.number().nullable(),
    breached: z.boolean(),
  })
  .meta({ id: 'MonitorValue' });

const windowFields = {
  model: z.string(),
  version: z.number().int(),
  windowFromAt: time,
  windowToAt: time.describe('Not included in the window.'),
};

/** A point of a chart, as the API gives it. */
export const pointView = z
  .object({ ...valueView.shape, ...windowFields, runId: z.string(), revision: z.number().int() })
  .meta({ id: 'MonitorPoint' });

/** A run, as the API gives it. */
export const runView = z
  .object({
    id: z.string(),
    monitorId: z.string(),
    monitor: z.string(),
    endpoint: z.string(),
    kind: z.enum(monitorKinds),
    ...windowFields,
    revision: z.number().int(),
    latest: z.boolean(),
    leads: z.boolean().describe('Whether this version answered most of the window: its verdict moves the alert.'),
    status: z.enum(runStatuses),
    reason: z.string().nullable(),
    rows: z.number().int(),
    labels: z.number().int(),
    pressure: z.number().nullable().describe('How far towards a breach: 1 is the threshold.'),
    reference: z.string(),
    values: z.array(valueView),
    details: z.array(z.unknown()).describe('Everything per column: counts, bins, findings.'),
    evaluatedAt: time,
    durationMs: z.number(),
  })
  .meta({ id: 'MonitorRun' });

/** A run without its details, for lists. */
export const runSummaryView = runView.omit({ details: true }).meta({ id: 'MonitorRunSummary' });

/** An alert, as the API gives it. */
export const alertView = z
  .object({
    id: z.string(),
    monitorId: z.string(),
    monitor: z.string(),
    endpoint: z.string(),
    kind: z.enum(monitorKinds),
    dedupeKey: z.string(),
    severity: z.enum(severities),
    status: z.enum(['open', 'resolved']),
    ...windowFields,
    summary: z.string(),
    openedAt: time,
    breaches: z.number().int(),
    pressure: z.number(),
    worst: z.array(valueView),
    openedByRunId: z.string(),
    lastRunId: z.string(),
    acknowledgedAt: time.nullable(),
    acknowledgedBy: z.string().nullable(),
    note: z.string().nullable(),
    resolvedAt: time.nullable(),
    resolvedByRunId: z.string().nullable(),
  })
  .meta({ id: 'Alert' });

/** A retraining policy, as the API gives it. */
export const policyView = z
  .object({ id: z.string(), name: z.string(), spec: RetrainingSpec, createdAt: time, updatedAt: time })
  .meta({ id: 'RetrainingPolicy' });

/** A retraining, as the API gives it. */
export const retrainingView = z
  .object({
    id: z.string(),
    policyId: z.string(),
    policy: z.string(),
    endpoint: z.string(),
    model: z.string(),
    trigger: z.object({ kind: z.enum(['alert', 'schedule', 'manual']), id: z.string() }),
    triggeredAt: time.describe('Event time.'),
    windowFromAt: time,
    windowToAt: time,
    state: z.enum(retrainingStates),
    reason: z.string().nullable(),
    pipelineRunId: z.string().nullable(),
    version: z.number().int().nullable().describe('The challenger.'),
    rolloutId: z.string().nullable(),
    steps: z.array(
      z.object({
        state: z.enum(retrainingStates),
        at: time,
        id: z.string().nullable(),
        reason: z.string().nullable(),
      }),
    ),
    createdAt: time,
    updatedAt: time,
  })
  .meta({ id: 'Retraining' });

/** What monitors said of a moment, as the API gives it. */
export const driftAtView = z
  .object({ endpoint: z.string(), at: time, runs: z.array(runSummaryView), alerts: z.array(alertView) })
  .meta({ id: 'DriftAt' });
