import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const run = { pipeline: z.string(), version: z.string(), trigger: z.record(z.string(), z.unknown()) };

/** What happens in pipelines, by event type. */
export const pipelinesEvents = {
  'pipeline.declared': z.object({ version: z.string(), before: z.string().optional() }),
  'pipeline.undeclared': z.object({ version: z.string() }),
  'pipeline-run.queued': z.object({ ...run, parent: z.string().optional() }),
  'pipeline-run.started': z.object({ ...run, parent: z.string().optional() }),
  'pipeline-run.skipped': z.object({ ...run, reason: z.string() }),
  'pipeline-run.cancel.requested': z.object({ pipeline: z.string() }),
  'pipeline-run.finished': z.object({
    ...run,
    status: z.enum(['succeeded', 'failed', 'cancelled']),
    outputs: z.record(z.string(), z.unknown()),
    error: z.string().optional(),
    durationMs: z.number(),
  }),
  'pipeline-step.failed': z.object({
    pipeline: z.string(),
    runId: z.string(),
    step: z.string(),
    attempts: z.number(),
    errorClass: z.string(),
    error: z.string(),
  }),
  'code-bundle.created': z.object({ files: z.number() }),
} as const satisfies EventSchemas;
