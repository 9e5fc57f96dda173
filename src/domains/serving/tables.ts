import type { ExperimentTables } from './experiment/experiment-tables.ts';

/** The tables of serving. Times are ms UTC; `spec`, `routing`, `steps`, `rules`, `metrics`, `waiting`, `measured`, `judgement`, `actor`, `label` and `source` are JSON. */
export type ServingTables = ExperimentTables & {
  endpoint: {
    name: string;
    spec: string;
    routing: string;
    revision: number;
    rollout_id: string | null;
    experiment_id: string | null;
    created_at: number;
    updated_at: number;
  };
  endpoint_credential: {
    endpoint: string;
    header: string;
    /** Opens with the server's key alone. */
    sealed: string;
    set_at: number;
  };
  batch_prediction: {
    id: string;
    key: string | null;
    endpoint: string;
    model: string;
    version: number;
    model_version_id: string;
    request: string;
    actor: string;
    producer: string | null;
    state: string;
    rows: number;
    total_rows: number | null;
    quarantined_rows: number;
    result: string | null;
    error: string | null;
    created_at: number;
    updated_at: number;
    ended_at: number | null;
  };
  rollout: {
    id: string;
    endpoint: string;
    model: string;
    candidate: number;
    champion: number | null;
    state: string;
    step: number;
    steps: string;
    step_started_at: number;
    rules: string;
    judgement: string | null;
    reason: string | null;
    actor: string;
    created_at: number;
    ended_at: number | null;
    strategy: string | null;
    metrics: string | null;
    waiting: string | null;
    start_reason: string | null;
    candidate_alias: string | null;
    skipped_analysis: number | null;
    cool_down_ms: number | null;
  };
  rollout_metric: {
    rollout_id: string;
    name: string;
    measured: number;
    state: string;
  };
  rollout_measurement: {
    id: string;
    rollout_id: string;
    metric: string;
    number: number;
    measured: string;
  };
  rollout_decision: {
    id: string;
    rollout_id: string;
    at: number;
    step: number;
    decision: string;
    reason: string;
    judgement: string | null;
  };
  /** What the judge of a rollout under way has seen: its fold, how far it has read, and the rules it judged by. */
  rollout_judge: {
    rollout_id: string;
    look: number;
    judged_at: number;
    state: string;
    cursor: string;
    rules: string;
  };
  /** The same as it was when a decision was made. */
  rollout_evidence: {
    decision_id: string;
    look: number;
    judged_at: number;
    state: string;
    cursor: string;
    rules: string;
  };
  rollout_curve: {
    rollout_id: string;
    look: number;
    point: string;
  };
  prediction_segment: {
    id: string;
    /** The write-ahead file it was made of. */
    file: string;
    digest: string;
    endpoint: string;
    model: string;
    version: number;
    from_at: number;
    to_at: number;
    logged_from: number;
    logged_to: number;
    first_id: string;
    last_id: string;
    rows: number;
    bytes: number;
    source: string;
    created_at: number;
  };
  /** `value` is JSON. */
  prediction_value: {
    prediction_id: string;
    name: string;
    endpoint: string;
    predicted_at: number;
    value: string;
    recorded_at: number;
  };
  prediction_quarantine: {
    id: string;
    endpoint: string | null;
    digest: string;
    bytes: number;
    rows: number;
    created_at: number;
  };
  /** `request`, `result` and `error` are JSON. */
  prediction_replay: {
    id: string;
    endpoint: string;
    request: string;
    actor: string;
    state: string;
    rows: number;
    result: string | null;
    error: string | null;
    created_at: number;
    updated_at: number;
    ended_at: number | null;
  };
  prediction_feedback: {
    prediction_id: string;
    endpoint: string;
    predicted_at: number;
    label: string;
    labelled_at: number;
    recorded_at: number;
    /** When the prediction got its first label; later ones do not change it. */
    first_recorded_at: number | null;
    versions: number;
  };
};
