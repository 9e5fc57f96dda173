/** A metric point as stored: NaN is value 0 with `is_nan` 1, so that both databases compare and index it alike. */
type MetricColumns = {
  run_number: number;
  key_id: number;
  step: number;
  at: number;
  value: number;
  is_nan: number;
};

/** The start of the run stands beside each pair, so that an index finds the newest runs of a value without a join. */
type Pair = { run_id: string; key: string; value: string; started_at: number };

/** The tables of tracking. */
export type TrackingTables = {
  experiment: {
    id: string;
    name: string;
    description: string;
    lifecycle: string;
    artifact_location: string | null;
    created_at: number;
    updated_at: number;
    deleted_at: number | null;
  };
  experiment_tag: { experiment_id: string; key: string; value: string };
  run: {
    id: string;
    /** 1, 2, 3 …: what the metric tables call a run, to stay small. */
    number: number;
    experiment_id: string;
    name: string;
    status: string;
    lifecycle: string;
    started_at: number;
    ended_at: number | null;
    deleted_at: number | null;
    parent_run_id: string | null;
    user_name: string;
    actor_id: string;
    /** JSON. */
    code: string | null;
    /** JSON. */
    environment: string | null;
  };
  run_param: Pair;
  run_tag: Pair;
  run_input: {
    run_id: string;
    name: string;
    digest: string;
    version_id: string | null;
    context: string;
    source: string | null;
    schema: string | null;
    profile: string | null;
    sequence: number;
    source_type: string | null;
    /** JSON. */
    tags: string | null;
  };
  run_model_input: { run_id: string; model_id: string; sequence: number };
  run_model_output: { run_id: string; model_id: string; step: number; sequence: number };
  metric_key: { id: number; key: string };
  metric: MetricColumns;
  metric_latest: MetricColumns;
  /** Points on their way into `metric`, in the order they came; what reads points moves them first. */
  metric_arrival: MetricColumns;
  /** Runs that are gone while their points are still being removed. */
  metric_orphan: { run_number: number };
  /** A file that comes in parts; `digest` once it is complete. */
  artifact_upload: { id: string; owner: string; path: string; touched_at: number; digest: string | null };
  artifact_upload_part: { upload_id: string; number: number; file: string; bytes: number; digest: string };
  artifact: {
    /** A run's id, `m-…` of a logged model, `tr-…` of a trace, or `''` for files that belong to nobody. */
    owner: string;
    path: string;
    /** The path of the folder that holds it; `''` at the top. */
    folder: string;
    kind: string;
    bytes: number;
    digest: string | null;
    created_at: number;
  };
};
