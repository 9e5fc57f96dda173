import { z } from 'zod';
import { nameSchema } from '../../kernel/names.ts';
import { driftMethods } from './drift/result.ts';

/** What a monitor looks at. */
export const monitorKinds = ['drift', 'prediction-drift', 'performance', 'data-quality', 'latency', 'errors'] as const;
/** One of `monitorKinds`. */
export type MonitorKind = (typeof monitorKinds)[number];

/** How urgent an alert is. */
export const severities = ['info', 'warning', 'critical'] as const;
/** One of `severities`. */
export type Severity = (typeof severities)[number];

const ms = z.number().int().min(1);
const method = z.enum(['auto', ...driftMethods]);

const windowSchema = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('time'),
    sizeMs: ms.describe('The length of a window in event time.'),
    slideMs: ms
      .optional()
      .describe(
        'How far apart windows start; the size unless given. Windows start at multiples of it since 1970 (UTC).',
      ),
  }),
  z.object({
    by: z.literal('rows'),
    rows: z
      .number()
      .int()
      .min(1)
      .max(1_000_000)
      .describe('How many predictions of the endpoint make a window; more where event times tie.'),
  }),
]);

const referenceSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('training') }).describe('The profile that training stored with the model version.'),
  z
    .object({ from: z.literal('window'), fromAt: z.iso.datetime(), toAt: z.iso.datetime() })
    .describe('Predictions of a pinned stretch of event time, the end not included.'),
]);

const performanceCheck = z.object({
  metric: z
    .string()
    .min(1)
    .max(60)
    .describe('A metric of the evaluation catalogue, such as `roc_auc_score` or `log_loss`.'),
  min: z.number().optional(),
  max: z.number().optional(),
  maxDrop: z.number().positive().optional().describe('How far below the reference the value may fall.'),
  maxRise: z.number().positive().optional().describe('How far above the reference the value may rise.'),
});
/** A bound on one metric of a performance monitor. */
export type PerformanceCheck = z.output<typeof performanceCheck>;

const limits = z.object({
  missingShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.1)
    .describe("Data quality: allowed rise of a column's share of nulls."),
  unseenShare: z
    .number()
    .min(0)
    .max(1)
    .default(0)
    .describe('Data quality: allowed share of categories the reference lacks.'),
  outOfRangeShare: z
    .number()
    .min(0)
    .max(1)
    .default(0.05)
    .describe("Data quality: allowed share outside the reference's range."),
  quantile: z.number().gt(0).lt(1).default(0.99).describe('Latency: the quantile that is bounded.'),
  latencyMs: z.number().positive().default(100).describe('Latency: the bound.'),
  errorShare: z.number().min(0).max(1).default(0.01).describe('Errors: the allowed share of failed predictions.'),
});

const restateSchema = z.object({
  growth: z
    .number()
    .min(0)
    .default(0.1)
    .describe('How much more labels a window must have to be re-stated, as a share.'),
  forMs: z
    .number()
    .int()
    .min(0)
    .default(30 * 86_400_000)
    .describe('Event time after a window in which late labels count.'),
});

/** When breaches become an alert and when the alert ends: the hysteresis of a monitor. */
export const AlertRule = z
  .object({
    severity: z.enum(severities).default('warning'),
    consecutive: z
      .number()
      .int()
      .min(1)
      .max(100)
      .default(1)
      .describe('Windows in a row that must breach before an alert opens.'),
    resolveAfter: z.number().int().min(1).max(100).default(2).describe('Good windows in a row that resolve the alert.'),
    clearBelow: z
      .number()
      .gt(0)
      .max(1)
      .default(1)
      .describe('A window is good when its pressure is at the most this; 1 is the threshold itself.'),
    coolDownMs: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('Event time after a resolution in which no new alert opens.'),
  })
  .meta({ id: 'AlertRule' });
/** When breaches become an alert. */
export type AlertRule = z.output<typeof AlertRule>;

/** The document that declares a monitor. */
export const MonitorSpec = z
  .object({
    endpoint: nameSchema,
    kind: z.enum(monitorKinds),
    window: windowSchema,
    delayMs: z
      .number()
      .int()
      .min(0)
      .default(0)
      .describe('How long a window waits, in event time, for late predictions.'),
    reference: referenceSchema.default({ from: 'training' }),
    columns: z
      .array(z.string().min(1))
      .min(1)
      .max(2000)
      .optional()
      .describe('Every column of the reference unless given.'),
    method: method.default('auto'),
    methods: z.record(z.string(), method).default({}).describe('The method of single columns.'),
    threshold: z.number().min(0).optional().describe("In place of the method's own threshold."),
    thresholds: z.record(z.string(), z.number().min(0)).default({}).describe('The thresholds of single columns.'),
    driftShare: z
      .number()
      .gt(0)
      .max(1)
      .default(0.5)
      .describe('The share of drifted columns from which the window breaches.'),
    correction: z
      .enum(['none', 'bh'])
      .default('none')
      .describe('Benjamini–Hochberg over the columns judged by p-values.'),
    checks: z.array(performanceCheck).max(50).default([]).describe('Performance: the bounds.'),
    limits: limits.default({
      missingShare: 0.1,
      unseenShare: 0,
      outOfRangeShare: 0.05,
      quantile: 0.99,
      latencyMs: 100,
      errorShare: 0.01,
    }),
    restate: restateSchema.default({ growth: 0.1, forMs: 30 * 86_400_000 }),
    minRows: z
      .number()
      .int()
      .min(1)
      .default(30)
      .describe('Fewer rows (labels, for performance) are "insufficient data".'),
    alert: AlertRule.default({ severity: 'warning', consecutive: 1, resolveAfter: 2, clearBelow: 1, coolDownMs: 0 }),
  })
  .refine((spec) => spec.kind !== 'performance' || spec.checks.length > 0, {
    path: ['checks'],
    message: 'a performance monitor needs at least one check, such as {"metric": "roc_auc_score", "maxDrop": 0.05}',
  })
  .refine((spec) => spec.window.by === 'rows' || (spec.window.slideMs ?? 1) <= spec.window.sizeMs, {
    path: ['window', 'slideMs'],
    message: 'may not be longer than sizeMs: rows between windows would never be looked at',
  })
  .meta({ id: 'MonitorSpec' });
/** The document that declares a monitor. */
export type MonitorSpec = z.output<typeof MonitorSpec>;
/** The same as a user writes it, defaults left out. */
export type MonitorSpecInput = z.input<typeof MonitorSpec>;

/** A monitor as it stands. */
export interface Monitor {
  id: string;
  name: string;
  spec: MonitorSpec;
  createdAt: number;
  updatedAt: number;
}

/** What a window came to. */
export const runStatuses = ['ok', 'breached', 'insufficient-data', 'not-computable'] as const;
/** One of `runStatuses`. */
export type RunStatus = (typeof runStatuses)[number];

/** One line of a chart: a column's statistic, or a metric, in one window. */
export interface MonitorValue {
  /** A column's name, or a metric's. */
  series: string;
  /** The recipe or metric that made the value. */
  method: string;
  value: number | null;
  threshold: number | null;
  pValue: number | null;
  breached: boolean;
}

/** A point of a chart: a value and the window it is of. */
export interface MonitorPoint extends MonitorValue {
  runId: string;
  model: string;
  version: number;
  windowFromAt: number;
  windowToAt: number;
  revision: number;
}

/** The verdict on one window of one model version; a later revision re-states it, the earlier stays. */
export interface MonitorRun {
  id: string;
  monitorId: string;
  monitor: string;
  endpoint: string;
  kind: MonitorKind;
  model: string;
  version: number;
  windowFromAt: number;
  /** Not included in the window. */
  windowToAt: number;
  revision: number;
  /** Whether no later revision exists. */
  latest: boolean;
  /** Whether this version answered most of its window: its verdict moves the alert. */
  leads: boolean;
  status: RunStatus;
  reason: string | null;
  /** Predictions looked at; with labels for performance. */
  rows: number;
  labels: number;
  /** How far the window is towards a breach: 1 and above is one; null when nothing could be computed. */
  pressure: number | null;
  /** What it was compared with, such as `training profile of …`. */
  reference: string;
  values: MonitorValue[];
  /** Everything per column: counts, bins, findings. */
  details: unknown[];
  evaluatedAt: number;
  durationMs: number;
}

/** A run as lists give it. */
export type MonitorRunSummary = Omit<MonitorRun, 'details'>;

/** A monitor's complaint, open until enough good windows follow. */
export interface Alert {
  id: string;
  monitorId: string;
  monitor: string;
  endpoint: string;
  kind: MonitorKind;
  dedupeKey: string;
  severity: Severity;
  status: 'open' | 'resolved';
  model: string;
  version: number;
  summary: string;
  openedAt: number;
  /** The breaching windows' stretch of event time. */
  windowFromAt: number;
  windowToAt: number;
  /** Breaching windows so far. */
  breaches: number;
  pressure: number;
  worst: MonitorValue[];
  openedByRunId: string;
  lastRunId: string;
  acknowledgedAt: number | null;
  acknowledgedBy: string | null;
  note: string | null;
  resolvedAt: number | null;
  resolvedByRunId: string | null;
}
