import { z } from 'zod';
import type { Actor } from '../../kernel/actor.ts';
import type { ModelSignature, ModelVersion, PromotionTarget } from './schema.ts';

/** Checks a model's bytes and makes them servable; `app.ts` joins it to the ONNX code. */
export interface ModelInspector {
  /**
   * Fails with `invalid_model`; `bytes` are the servable form, the same array when nothing had to change. `beside` reads files
   * that the model may keep its data in, by the name it gives them.
   */
  inspect(
    bytes: Uint8Array,
    beside?: (name: string) => Promise<Uint8Array | undefined>,
  ): Promise<{ bytes: Uint8Array; signature: ModelSignature }>;
}

/** A promotion somebody wants. */
export interface PromotionRequest {
  model: string;
  version: ModelVersion;
  target: PromotionTarget;
  actor: Actor;
  /** The version the alias points to now. */
  current: number | null;
  /** Only asks: no verdict is kept, nothing is voided. */
  preview?: boolean;
}

/** What one rule of a gate said; `values` are the pieces of evidence it read. */
export const ruleResultSchema = z
  .object({
    gate: z.string(),
    rule: z.string(),
    outcome: z.enum(['passed', 'failed', 'error']),
    severity: z.enum(['block', 'warn']),
    message: z.string(),
    reason: z.string().nullable().describe('Why it did not pass, such as the name of a field that is missing.'),
    values: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'RuleResult' });
/** What one rule of a gate said. */
export type RuleResult = z.output<typeof ruleResultSchema>;

/** The approvals one gate demands, and how many count. */
export const approvalStateSchema = z
  .object({
    gate: z.string(),
    required: z.number().int(),
    granted: z.number().int(),
    requestId: z.string().nullable(),
    reason: z.string().nullable().describe('Why they do not suffice.'),
  })
  .meta({ id: 'ApprovalState' });
/** The approvals one gate demands, and how many count. */
export type ApprovalState = z.output<typeof approvalStateSchema>;

/** What the gates say to a promotion. Only `passed` and `unguarded` let it happen. */
export const verdictSchema = z
  .object({
    id: z.string().nullable().describe('Of the stored verdict; null when no gate guards the target.'),
    outcome: z.enum(['unguarded', 'passed', 'failed', 'approval-missing']),
    rules: z.array(ruleResultSchema),
    approvals: z.array(approvalStateSchema),
    evidenceDigest: z.string().nullable(),
  })
  .meta({ id: 'Verdict' });
/** What the gates say to a promotion. */
export type Verdict = z.output<typeof verdictSchema>;

/** Who decides whether a version may be promoted; governance implements it. An error of it counts as a refusal. */
export interface PromotionGate {
  check(request: PromotionRequest): Promise<Verdict>;
}

/** Lets everything through: for a registry without governance. */
export const openGate: PromotionGate = {
  check: async () => ({ id: null, outcome: 'unguarded', rules: [], approvals: [], evidenceDigest: null }),
};
