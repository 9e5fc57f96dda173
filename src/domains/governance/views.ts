import { z } from 'zod';
import { withIsoTimes } from '../../kernel/iso-fields.ts';
import { approvalStateSchema, promotionTargetSchema, ruleResultSchema } from '../registry/index.ts';
import { type Approval, approvalStatuses, type Gate, GateSpec, type GateVerdict } from './schema.ts';

const time = z.iso.datetime();
const open = z.record(z.string(), z.unknown());

/** A gate as the API shows it. */
export const gateView = z
  .object({ name: z.string(), spec: GateSpec, digest: z.string(), createdAt: time, updatedAt: time })
  .meta({ id: 'Gate' });

/** Evidence as the API shows it: what rules may look at. */
export const evidenceView = z
  .object({
    model: open,
    version: open,
    target: promotionTargetSchema,
    run: open.nullable(),
    documents: open,
    data: z.array(open),
    champion: open.nullable(),
    facts: open,
  })
  .meta({ id: 'Evidence' });

/** A verdict as the API shows it. */
export const verdictView = z
  .object({
    id: z.string(),
    model: z.string(),
    version: z.number().int(),
    artifactDigest: z.string(),
    target: promotionTargetSchema,
    outcome: z.enum(['passed', 'failed', 'approval-missing']),
    gates: z.array(z.object({ name: z.string(), digest: z.string() })),
    rules: z.array(ruleResultSchema),
    approvals: z.array(approvalStateSchema),
    evidence: evidenceView,
    evidenceDigest: z.string(),
    actorId: z.string(),
    actorName: z.string(),
    at: time,
  })
  .meta({ id: 'GateVerdict' });

/** An approval request as the API shows it. */
export const approvalView = z
  .object({
    id: z.string(),
    gate: z.string(),
    gateDigest: z.string(),
    model: z.string(),
    version: z.number().int(),
    target: promotionTargetSchema,
    artifactDigest: z.string(),
    evidenceDigest: z.string(),
    status: z.enum(approvalStatuses),
    reason: z.string(),
    required: z.number().int(),
    votes: z.array(
      z.object({
        actorId: z.string(),
        actorName: z.string(),
        decision: z.enum(['approve', 'reject']),
        reason: z.string(),
        at: time,
      }),
    ),
    requestedBy: z.object({ id: z.string(), name: z.string() }),
    requestedAt: time,
    expiresAt: time.nullable(),
    updatedAt: time,
  })
  .meta({ id: 'Approval' });

/** Shows a gate. */
export const showGate = (gate: Gate) => withIsoTimes(gate, 'createdAt', 'updatedAt');
/** Shows a verdict. */
export const showVerdict = ({ evidence, ...verdict }: GateVerdict) => ({
  ...withIsoTimes(verdict, 'at'),
  evidence: { ...evidence },
});
/** Shows an approval request. */
export const showApproval = (approval: Approval) => ({
  ...withIsoTimes(approval, 'requestedAt', 'expiresAt', 'updatedAt'),
  votes: approval.votes.map((vote) => withIsoTimes(vote, 'at')),
});
