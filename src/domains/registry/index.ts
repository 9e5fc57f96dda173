export type { RegistryDeps } from './deps.ts';
export { type NewFolderVersion, type VersionFile, versionFileSchema } from './folder-schema.ts';
export { onnxInspector } from './onnx-inspector.ts';
export {
  type ApprovalState,
  approvalStateSchema,
  type ModelInspector,
  openGate,
  type PromotionGate,
  type PromotionRequest,
  type RuleResult,
  ruleResultSchema,
  type Verdict,
  verdictSchema,
} from './ports.ts';
export { registerStep } from './register-step.ts';
export type {
  DeleteOptions,
  Models,
  PromotionOptions,
  Promotions,
  Registry,
  RegistrySearch,
  VersionAt,
  VersionFilter,
  VersionRef,
  Versions,
} from './registry.ts';
export { registryRoutes } from './routes.ts';
export {
  type AliasMove,
  aliasSchema,
  type ContentState,
  type EvidenceDocument,
  type Model,
  type ModelSignature,
  type ModelVersion,
  modelSignatureSchema,
  type NewEvidence,
  type NewModel,
  type NewVersion,
  type PromotionTarget,
  promotionTargetSchema,
  type Stage,
  type StageChange,
  stageSchema,
  stages,
  type TensorSpec,
  type VersionSource,
} from './schema.ts';
export { modelVocabulary, versionVocabulary } from './search-vocabulary.ts';
export { createRegistry } from './service.ts';
