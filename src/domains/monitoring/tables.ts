/** Monitoring's tables. Times are milliseconds UTC; booleans 0 or 1; JSON as text. */
export type MonitoringTables = {
  monitoring_monitor: {
    id: string;
    name: string;
    endpoint: string;
    spec: string;
    /** Event time at which the next window to look at starts; null before the first. */
    next_at: number | null;
    /** The ledger position of the feedback up to which windows were re-stated. */
    restated: number;
    created_at: number;
    updated_at: number;
  };
  monitoring_watermark: {
    endpoint: string;
    /** Wall-clock time up to which the prediction log was read. */
    min_at: number;
    max_at: number;
  };
  monitoring_feedback: {
    endpoint: string;
    /** The ledger position of the newest feedback. */
    received: number;
  };
  monitoring_run: {
    id: string;
    monitor_id: string;
    monitor: string;
    endpoint: string;
    kind: string;
    model: string;
    version: number;
    window_from_at: number;
    window_to_at: number;
    revision: number;
    latest: number;
    leads: number;
    status: string;
    reason: string | null;
    rows: number;
    labels: number;
    pressure: number | null;
    reference: string;
    values_json: string;
    details: string;
    evaluated_at: number;
    duration_ms: number;
  };
  monitoring_value: {
    run_id: string;
    ordinal: number;
    monitor_id: string;
    series: string;
    method: string;
    value: number | null;
    threshold: number | null;
    p_value: number | null;
    breached: number;
    model: string;
    version: number;
    window_from_at: number;
    window_to_at: number;
    revision: number;
    latest: number;
  };
  monitoring_alert: {
    id: string;
    monitor_id: string;
    monitor: string;
    endpoint: string;
    kind: string;
    dedupe_key: string;
    open_key: string | null;
    severity: string;
    status: string;
    model: string;
    version: number;
    summary: string;
    opened_at: number;
    window_from_at: number;
    window_to_at: number;
    breaches: number;
    pressure: number;
    worst: string;
    opened_by_run_id: string;
    last_run_id: string;
    acknowledged_at: number | null;
    acknowledged_by: string | null;
    note: string | null;
    resolved_at: number | null;
    resolved_window_at: number | null;
    resolved_by_run_id: string | null;
  };
  monitoring_policy: {
    id: string;
    name: string;
    spec: string;
    /** The last time of the schedule that was acted on. */
    fired_at: number | null;
    created_at: number;
    updated_at: number;
  };
  monitoring_retraining: {
    id: string;
    policy_id: string;
    policy: string;
    spec: string;
    endpoint: string;
    model: string;
    trigger_kind: string;
    trigger_id: string;
    triggered_at: number;
    window_from_at: number;
    window_to_at: number;
    state: string;
    ended: number;
    reason: string | null;
    pipeline_run_id: string | null;
    version: number | null;
    rollout_id: string | null;
    steps: string;
    created_at: number;
    updated_at: number;
  };
};
