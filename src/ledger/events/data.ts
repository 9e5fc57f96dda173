import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const rule = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warn']),
  failedRows: z.number().int().optional(),
});

/** What happens in data, by event type. */
export const dataEvents = {
  'dataset.created': z.object({ name: z.string() }),
  'dataset.declared': z.object({ name: z.string(), digest: z.string() }),
  'dataset.undeclared': z.object({ name: z.string() }),
  'dataset.deleted': z.object({ name: z.string(), versions: z.number().int() }),
  'dataset.tagged': z.object({
    name: z.string(),
    tag: z.string(),
    version: z.number().int(),
    previousVersion: z.number().int().nullable(),
  }),
  'dataset.untagged': z.object({ name: z.string(), tag: z.string(), version: z.number().int() }),
  'dataset.restored': z.object({
    name: z.string(),
    version: z.number().int(),
    previousVersion: z.number().int().nullable(),
  }),
  'dataset-version.created': z.object({
    dataset: z.string(),
    version: z.number().int(),
    digest: z.string(),
    rows: z.number().int(),
    quarantinedRows: z.number().int(),
    rowHash: z.string(),
    parents: z.array(z.string()),
    producer: z
      .object({
        runId: z.string().optional(),
        stepName: z.string().optional(),
        scoring: z.record(z.string(), z.unknown()).optional(),
      })
      .nullable(),
    failedRules: z.array(rule),
  }),
  'dataset-version.refused': z.object({
    dataset: z.string(),
    rows: z.number().int(),
    quarantinedRows: z.number().int(),
    failedRules: z.array(rule),
  }),
  'dataset-version.validated': z.object({
    dataset: z.string(),
    version: z.number().int(),
    outcome: z.enum(['passed', 'warned', 'quarantined', 'refused']),
    failedRules: z.array(rule),
  }),
} as const satisfies EventSchemas;
