export type { GovernanceDeps } from './deps.ts';
export { evaluateGate } from './evaluate-gate.ts';
export type {
  ApprovalFilter,
  Approvals,
  DatasetFacts,
  EvidenceSource,
  Gates,
  Governance,
  Lineage,
  Promotion,
  RolesOf,
  VerdictFilter,
} from './governance.ts';
export { governanceRoutes } from './routes.ts';
export {
  type Approval,
  type ApprovalPolicy,
  type ApprovalStatus,
  type ApprovalVote,
  type Evidence,
  type Gate,
  type GateResult,
  type GateRule,
  GateSpec,
  type GateVerdict,
} from './schema.ts';
export { createGovernance } from './service.ts';
