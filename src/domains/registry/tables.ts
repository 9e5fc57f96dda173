type Decision = {
  at: number;
  actor_id: string;
  actor_name: string;
  reason: string;
  bypassed: number;
  verdict_id: string | null;
};

/** The tables of the registry. */
export type RegistryTables = {
  model: {
    id: string;
    name: string;
    description: string;
    latest_version: number;
    created_at: number;
    updated_at: number;
  };
  model_tag: { model_id: string; key: string; value: string };
  model_version: {
    id: string;
    model_id: string;
    number: number;
    digest: string;
    registered_digest: string;
    format: string;
    bytes: number;
    /** What an endpoint loads; null where nothing of it can be served in-process. */
    servable_digest: string | null;
    content: string;
    origin: string;
    run_link: string;
    logged_model_id: string | null;
    /** JSON. */
    signature: string;
    /** JSON. */
    source: string;
    run_id: string | null;
    stage: string;
    description: string;
    created_at: number;
    created_by: string;
    updated_at: number;
    deleted_at: number | null;
  };
  model_version_file: { version_id: string; path: string; digest: string; bytes: number };
  model_version_tag: { version_id: string; key: string; value: string };
  model_evidence: {
    id: string;
    version_id: string;
    name: string;
    sequence: number;
    digest: string;
    /** JSON that may hold NaN and ±Infinity. */
    document: string;
    created_at: number;
    created_by: string;
  };
  model_alias: { model_id: string; alias: string; version: number; updated_at: number };
  model_alias_move: Decision & {
    model_id: string;
    alias: string;
    sequence: number;
    from_version: number | null;
    to_version: number | null;
  };
  model_stage_change: Decision & {
    version_id: string;
    sequence: number;
    from_stage: string;
    to_stage: string;
  };
};
