/** Where a table says which content it needs: the columns whose text holds digests, and the key to read it by in pages. */
export interface Holder {
  key: readonly string[];
  columns: readonly string[];
}

/**
 * The tables that keep content alive. A digest anywhere in these columns counts, also inside JSON, and so do the digests
 * inside JSON content that is kept: manifests of datasets, folders and bundles.
 */
export const holders: Record<string, Holder> = {
  approval: { key: ['id'], columns: ['artifact_digest'] },
  artifact: { key: ['owner', 'path'], columns: ['digest'] },
  artifact_upload: { key: ['id'], columns: ['digest'] },
  artifact_upload_part: { key: ['upload_id', 'number'], columns: ['file', 'digest'] },
  batch_prediction: { key: ['id'], columns: ['request', 'result'] },
  code_bundle: { key: ['digest'], columns: ['digest', 'files'] },
  dataset: { key: ['id'], columns: ['spec'] },
  dataset_version: { key: ['id'], columns: ['digest', 'profile_digest', 'producer'] },
  endpoint: { key: ['name'], columns: ['spec', 'routing'] },
  gate_verdict: { key: ['id'], columns: ['artifact_digest', 'evidence'] },
  model_evidence: { key: ['id'], columns: ['document'] },
  model_version: { key: ['id'], columns: ['digest', 'registered_digest', 'servable_digest', 'source'] },
  model_version_file: { key: ['version_id', 'path'], columns: ['digest'] },
  monitoring_monitor: { key: ['id'], columns: ['spec'] },
  monitoring_policy: { key: ['id'], columns: ['spec'] },
  monitoring_retraining: { key: ['id'], columns: ['spec', 'steps'] },
  monitoring_run: { key: ['id'], columns: ['reference', 'details'] },
  pipeline_attempt: { key: ['run_id', 'idx', 'n'], columns: ['log_digest', 'handle'] },
  pipeline_cache: { key: ['key'], columns: ['outputs'] },
  pipeline_node: { key: ['run_id', 'idx'], columns: ['outputs'] },
  pipeline_run: { key: ['id'], columns: ['params', 'trigger', 'outputs'] },
  pipeline_version: { key: ['digest'], columns: ['spec'] },
  prediction_quarantine: { key: ['id'], columns: ['digest'] },
  prediction_replay: { key: ['id'], columns: ['result'] },
  prediction_segment: { key: ['id'], columns: ['digest'] },
  project_revision: { key: ['project', 'revision'], columns: ['documents'] },
  rollout: { key: ['id'], columns: ['steps', 'rules'] },
};

/** The beginnings of the names of tables that never keep content; every table is either here or a holder. */
export const holdNothing: readonly string[] = [
  'approval_vote',
  'assessment',
  'dataset_check',
  'dataset_parent',
  'dataset_tag',
  'dataset_validation',
  'endpoint_credential',
  'endpoint_experiment',
  'eval_',
  'experiment',
  'gate',
  'lease',
  // What happened is history: what it names may go.
  'ledger_',
  'logged_model',
  'metric',
  'migration',
  'model',
  'model_alias',
  'model_stage_change',
  'model_tag',
  'model_version_tag',
  'monitoring_alert',
  'monitoring_feedback',
  'monitoring_value',
  'monitoring_watermark',
  'pipeline',
  'pipeline_fire',
  'pipeline_flight',
  'pipeline_trigger',
  'prediction_feedback',
  'prediction_value',
  'project_resource',
  'rollout_curve',
  'rollout_decision',
  'rollout_evidence',
  'rollout_judge',
  'rollout_measurement',
  'rollout_metric',
  'run',
  'span',
  'token',
  'trace',
  'webhook',
];
