import { z } from 'zod';
import type { EventSchemas } from '../event.ts';

const target = z.object({ kind: z.string(), name: z.string() });
const declared = z.object({ spec: z.record(z.string(), z.unknown()) });
const approval = z.object({
  gate: z.string(),
  model: z.string(),
  version: z.number(),
  target,
  artifactDigest: z.string(),
  evidenceDigest: z.string(),
  reason: z.string(),
  granted: z.number(),
  required: z.number(),
});

/** What happens in governance, by event type. Subjects: `gate`, `approval`, and `model-version` for verdicts. */
export const governanceEvents = {
  'gate.created': declared,
  'gate.updated': declared,
  'gate.deleted': z.object({}),
  'gate.evaluated': z.object({
    verdictId: z.string(),
    model: z.string(),
    version: z.number(),
    artifactDigest: z.string(),
    target,
    outcome: z.enum(['passed', 'failed', 'approval-missing']),
    gates: z.array(z.object({ name: z.string(), digest: z.string() })),
    evidenceDigest: z.string(),
    failed: z.array(z.object({ gate: z.string(), rule: z.string(), reason: z.string().nullable() })),
  }),
  'approval.requested': approval,
  /** One person approved; `granted` counts those so far. */
  'approval.granted': approval,
  'approval.rejected': approval,
  'approval.withdrawn': approval,
  'approval.voided': approval,
  'approval.expired': approval,
} as const satisfies EventSchemas;
