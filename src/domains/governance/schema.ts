import { z } from 'zod';
import { nameSchema } from '../../kernel/names.ts';
import {
  type ApprovalState,
  aliasSchema,
  type PromotionTarget,
  type RuleResult,
  stageSchema,
} from '../registry/index.ts';

const isText = (text: string) => text.isWellFormed() && !text.includes('\u0000');
const text = (max: number) => z.string().max(max).refine(isText, 'must be well-formed Unicode without NUL');

/** One rule of a gate: a CEL expression over the evidence that must be `true`. */
export const gateRuleSchema = z
  .object({
    id: nameSchema,
    expression: text(10_000)
      .min(1)
      .describe('CEL, such as `run.metrics.auc >= 0.8 && data.all(d, d.validation.passed)`. Numbers are doubles.'),
    message: text(2_000).default('').describe('What to tell people when it does not hold.'),
    severity: z.enum(['block', 'warn']).default('block').describe('`warn` is recorded and does not refuse.'),
  })
  .meta({ id: 'GateRule' });
/** One rule of a gate. */
export type GateRule = z.output<typeof gateRuleSchema>;

/** The approvals a gate demands. */
export const approvalPolicySchema = z
  .object({
    required: z.number().int().min(1).max(20).describe('How many people must approve.'),
    from: z
      .object({ actors: z.array(text(250)).max(100).default([]), roles: z.array(text(250)).max(100).default([]) })
      .default({ actors: [], roles: [] })
      .describe('Who may, by id, name or role; anybody who may approve at all when both are empty.'),
    requesterMayApprove: z.boolean().default(false),
    trainerMayApprove: z.boolean().default(true).describe('Whether who registered the version may.'),
    expiresAfterMs: z.number().int().min(1).optional().describe('How long a request may be used after it was made.'),
  })
  .meta({ id: 'ApprovalPolicy' });
/** The approvals a gate demands. */
export type ApprovalPolicy = z.output<typeof approvalPolicySchema>;

/** A gate: which promotions it guards, the rules they must meet, the approvals they need. */
export const GateSpec = z
  .strictObject({
    models: text(250).min(1).default('*').describe('Model names; `*` stands for anything.'),
    targets: z
      .strictObject({
        aliases: z.array(aliasSchema).max(50).default([]),
        stages: z.array(stageSchema).max(4).default([]),
      })
      .refine((targets) => targets.aliases.length + targets.stages.length > 0, 'must name an alias or a stage'),
    rules: z
      .array(gateRuleSchema)
      .max(100)
      .default([])
      .refine((rules) => new Set(rules.map((rule) => rule.id)).size === rules.length, 'must have ids of their own'),
    approvals: approvalPolicySchema.optional(),
    description: text(10_000).default(''),
  })
  .meta({ id: 'GateSpec' });
/** A gate: which promotions it guards, the rules they must meet, the approvals they need. */
export type GateSpec = z.output<typeof GateSpec>;

/** A gate as declared. */
export interface Gate {
  name: string;
  spec: GateSpec;
  /** sha256 of the spec's canonical JSON. */
  digest: string;
  createdAt: number;
  updatedAt: number;
}

/** Everything a rule may look at. Names that are missing make a rule fail, with the name as reason. */
export interface Evidence {
  model: Record<string, unknown>;
  version: Record<string, unknown>;
  target: PromotionTarget;
  /** The training run: status, metrics, params, tags; null when there is none. */
  run: Record<string, unknown> | null;
  /** Documents attached to the version, by name, such as `documents.evaluation`. */
  documents: Record<string, unknown>;
  /** The dataset versions it was trained on, each with what is known of its checks. */
  data: Record<string, unknown>[];
  /** The version the alias points to now, in the same shape: version, run, documents; null when to none. */
  champion: Record<string, unknown> | null;
  /** Facts of other domains by their source's name, such as `facts.drift`. */
  facts: Record<string, unknown>;
}

/** What a gate says of evidence. */
export interface GateResult {
  /** Whether every blocking rule passed. */
  passed: boolean;
  rules: RuleResult[];
}

/** A decision on record: what was asked, what was seen, what was said. */
export interface GateVerdict {
  id: string;
  model: string;
  version: number;
  artifactDigest: string;
  target: PromotionTarget;
  outcome: 'passed' | 'failed' | 'approval-missing';
  gates: { name: string; digest: string }[];
  rules: RuleResult[];
  approvals: ApprovalState[];
  evidence: Evidence;
  evidenceDigest: string;
  actorId: string;
  actorName: string;
  at: number;
}

/** The states of an approval request. */
export const approvalStatuses = ['pending', 'approved', 'rejected', 'withdrawn', 'voided', 'expired'] as const;
/** One of `approvalStatuses`. */
export type ApprovalStatus = (typeof approvalStatuses)[number];

/** What one person said to a request. */
export interface ApprovalVote {
  actorId: string;
  actorName: string;
  decision: 'approve' | 'reject';
  reason: string;
  at: number;
}

/** A request to approve one promotion; it holds for exactly the artifact, evidence and gate it was made for. */
export interface Approval {
  id: string;
  gate: string;
  gateDigest: string;
  model: string;
  version: number;
  target: PromotionTarget;
  artifactDigest: string;
  evidenceDigest: string;
  status: ApprovalStatus;
  /** Why it was voided, withdrawn or rejected. */
  reason: string;
  required: number;
  votes: ApprovalVote[];
  requestedBy: { id: string; name: string };
  requestedAt: number;
  expiresAt: number | null;
  updatedAt: number;
}
