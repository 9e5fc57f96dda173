import { z } from 'zod';
import { pageQuery } from '../../kernel/page.ts';
import { ArtifactRef, jsonValue } from './artifact.ts';

/** The states of a run. */
export const RunStatus = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'skipped']);
/** The states of a step of a run. */
export const StepState = z.enum([
  'blocked',
  'ready',
  'queued',
  'submitting',
  'running',
  'succeeded',
  'failed',
  'cached',
  'skipped',
  'cancelled',
  'upstream_failed',
]);
/** Why an attempt failed: the platform, the step's code, its time limit, or the machine taking it away. */
export const ErrorClass = z.enum(['infra', 'user', 'timeout', 'preempted']);

/** What started a run. */
export const RunTrigger = z
  .object({
    kind: z.enum(['manual', 'schedule', 'event', 'rerun', 'policy']),
    name: z.string().optional().describe('The schedule, trigger or policy.'),
    fireAt: z.string().optional().describe('The nominal time of a schedule, ISO 8601.'),
    eventId: z.string().optional(),
    data: z.record(z.string(), z.unknown()).optional().describe('What a step sees as `{{ trigger.data }}`.'),
  })
  .meta({ id: 'RunTrigger' });

const time = z.string().describe('ISO 8601.');

/** One run of a pipeline. */
export const PipelineRun = z
  .object({
    id: z.string(),
    pipeline: z.string(),
    version: z.string().describe('The digest of the pipeline document this run is pinned to.'),
    status: RunStatus,
    params: z.record(z.string(), jsonValue),
    trigger: RunTrigger,
    actor: z.object({ id: z.string(), kind: z.string(), name: z.string() }),
    lineage: z.string().describe('The first run of which this is a rerun, or itself.'),
    parent: z.string().optional().describe('The run this is a rerun of.'),
    outputs: z.record(z.string(), ArtifactRef).optional(),
    error: z.string().optional(),
    steps: z.number().int().describe('How many steps it has.'),
    doneSteps: z.number().int(),
    createdAt: time,
    startedAt: time.optional(),
    finishedAt: time.optional(),
  })
  .meta({ id: 'PipelineRun' });

/** One step of a run. */
export const PipelineRunStep = z
  .object({
    name: z.string(),
    kind: z.enum(['shell', 'typescript', 'sql', 'builtin']),
    state: StepState,
    needs: z.array(z.string()),
    attempts: z.number().int(),
    outputs: z.record(z.string(), ArtifactRef).optional(),
    metrics: z.record(z.string(), z.number()).optional(),
    error: z.string().optional(),
    errorClass: ErrorClass.optional(),
    waiting: z.string().optional().describe('What a queued step waits for.'),
    cacheKey: z.string().optional(),
    fromRun: z.string().optional().describe('The run whose outputs a cached or reused step took.'),
    readyAt: time.optional(),
    startedAt: time.optional(),
    finishedAt: time.optional(),
  })
  .meta({ id: 'PipelineRunStep' });

/** One try of a step. */
export const StepAttempt = z
  .object({
    n: z.number().int(),
    state: z.enum(['submitting', 'running', 'succeeded', 'failed', 'cancelled', 'lost']),
    executor: z.string(),
    externalId: z.string(),
    startedAt: time.optional(),
    finishedAt: time.optional(),
    exit: z.number().int().optional(),
    errorClass: ErrorClass.optional(),
    error: z.string().optional(),
    logBytes: z.number().int(),
  })
  .meta({ id: 'StepAttempt' });

/** Which runs to list. */
export const RunFilter = z.object({
  ...pageQuery,
  pipeline: z.string().optional(),
  status: RunStatus.optional(),
  lineage: z.string().optional(),
});

/** One run of a pipeline. */
export type PipelineRun = z.output<typeof PipelineRun>;
/** One step of a run. */
export type PipelineRunStep = z.output<typeof PipelineRunStep>;
/** One try of a step. */
export type StepAttempt = z.output<typeof StepAttempt>;
/** The states of a run. */
export type RunStatus = z.output<typeof RunStatus>;
/** The states of a step. */
export type StepState = z.output<typeof StepState>;
/** Why an attempt failed. */
export type ErrorClass = z.output<typeof ErrorClass>;
/** What started a run. */
export type RunTrigger = z.output<typeof RunTrigger>;
/** Which runs to list. */
export type RunFilter = z.output<typeof RunFilter>;
