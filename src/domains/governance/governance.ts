import type { Actor } from '../../kernel/actor.ts';
import type { Page, PageRequest } from '../../kernel/page.ts';
import type { AliasMove, ModelVersion, PromotionGate, PromotionTarget } from '../registry/index.ts';
import type { RunDetails } from '../tracking/index.ts';
import type { Approval, ApprovalStatus, Evidence, Gate, GateResult, GateSpec, GateVerdict } from './schema.ts';

/** Gates as declared documents. */
export interface Gates {
  /** Fails with `invalid_policy` when an expression does not compile. */
  declare(actor: Actor, name: string, spec: unknown): Promise<Gate>;
  undeclare(actor: Actor, name: string): Promise<void>;
  declared(): Promise<{ name: string; spec: GateSpec }[]>;
  get(name: string): Promise<Gate>;
  list(page: PageRequest): Promise<Page<Gate>>;
}

/** A promotion by names. */
export interface Promotion {
  model: string;
  version: number;
  target: PromotionTarget;
}

/** Which approval requests, newest first. */
export interface ApprovalFilter extends PageRequest {
  status?: ApprovalStatus | undefined;
  model?: string | undefined;
  gate?: string | undefined;
}

/** Approval requests and votes. */
export interface Approvals {
  /** Asks for what the gates of a promotion demand; one request a gate, the open one when nothing changed since. */
  request(actor: Actor, promotion: Promotion & { reason?: string | undefined }): Promise<Approval[]>;
  vote(
    actor: Actor,
    id: string,
    vote: { decision: 'approve' | 'reject'; reason?: string | undefined },
  ): Promise<Approval>;
  withdraw(actor: Actor, id: string, reason?: string): Promise<Approval>;
  get(id: string): Promise<Approval>;
  list(filter: ApprovalFilter): Promise<Page<Approval>>;
}

/** Which verdicts, newest first. */
export interface VerdictFilter extends PageRequest {
  model?: string | undefined;
  version?: number | undefined;
}

/** Where a version comes from and what was decided about it. */
export interface Lineage {
  version: ModelVersion;
  run: RunDetails | null;
  datasets: Record<string, unknown>[];
  verdicts: GateVerdict[];
  approvals: Approval[];
  aliasMoves: AliasMove[];
}

/** Facts of another domain for gates, such as drift or serving figures; `app.ts` joins them. */
export interface EvidenceSource {
  /** Rules see it as `facts.<name>`. */
  name: string;
  /** Whether the facts move by themselves: then they are kept in the verdict but do not void approvals. */
  isVolatile: boolean;
  /** Undefined when there is nothing to say; a throw leaves the name out, so that rules that read it fail. */
  gather(promotion: Promotion): Promise<Record<string, unknown> | undefined>;
}

/** What is known of a dataset version, such as `{validation: {passed, failed}}`. */
export type DatasetFacts = (dataset: {
  name: string;
  versionId?: string | undefined;
  digest?: string | undefined;
}) => Promise<Record<string, unknown> | undefined>;

/** The roles an actor holds; asked when a gate names roles. */
export type RolesOf = (actor: Actor) => Promise<readonly string[]>;

/** Everything governance does. */
export interface Governance {
  gate: PromotionGate;
  gates: Gates;
  approvals: Approvals;
  /** The evidence a promotion would be judged on now. */
  evidence(promotion: Promotion): Promise<Evidence>;
  /** What a gate would say of some evidence; nothing is read or kept. */
  tryOut(trial: { spec: GateSpec; evidence: Evidence; now?: number | undefined }): GateResult;
  verdict(id: string): Promise<GateVerdict>;
  verdicts(filter: VerdictFilter): Promise<Page<GateVerdict>>;
  lineageOf(model: string, version: number): Promise<Lineage>;
}
