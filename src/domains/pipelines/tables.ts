/** The tables of pipelines. Times are UTC milliseconds, documents JSON text. */
export type PipelineTables = {
  pipeline: { name: string; version: string; declared_at: number; deleted: number };
  /** Immutable documents by digest. */
  pipeline_version: { digest: string; spec: string; created_at: number };
  pipeline_run: {
    id: string;
    pipeline: string;
    version: string;
    status: string;
    params: string;
    trigger: string;
    actor: string;
    lineage: string;
    parent: string | null;
    /** The schedule it came from, for its overlap rule. */
    schedule: string | null;
    /** What a run waits for before it may start: `pipeline` or `schedule`. */
    waits_for: string | null;
    outputs: string | null;
    error: string | null;
    steps: number;
    done_steps: number;
    created_at: number;
    started_at: number | null;
    finished_at: number | null;
    cancel_requested: number;
    lease_owner: string;
    lease_until: number;
    fence: number;
  };
  pipeline_node: {
    run_id: string;
    idx: number;
    name: string;
    state: string;
    attempts: number;
    spent: string | null;
    ready_at: number | null;
    not_before_at: number | null;
    started_at: number | null;
    finished_at: number | null;
    outputs: string | null;
    metrics: string | null;
    error: string | null;
    error_class: string | null;
    waiting: string | null;
    cache_key: string | null;
    from_run: string | null;
    pool: string | null;
    slots: number;
  };
  pipeline_attempt: {
    run_id: string;
    idx: number;
    n: number;
    state: string;
    executor: string;
    external_id: string;
    handle: string | null;
    lease_owner: string;
    lease_until: number;
    fence: number;
    started_at: number | null;
    heartbeat_at: number | null;
    finished_at: number | null;
    exit: number | null;
    error_class: string | null;
    error: string | null;
    /** How many bytes the step wrote, once known. */
    log_offset: number;
    /** How many bytes from its start the stored log keeps before the cut. */
    log_head: number;
    /** How many bytes the stored log has. */
    log_kept: number;
    /** The stored log: its head and its tail. */
    log_digest: string | null;
  };
  pipeline_cache: {
    key: string;
    outputs: string;
    metrics: string | null;
    run_id: string;
    step: string;
    created_at: number;
  };
  /** Who computes a cache key right now, so that nobody else does. */
  pipeline_flight: { key: string; run_id: string; idx: number };
  pipeline_fire: { schedule: string; fire_at: number; state: string; run_id: string | null; recorded_at: number };
  pipeline_trigger: {
    pipeline: string;
    name: string;
    last_at: number;
    due_at: number | null;
    event: string | null;
  };
  code_bundle: { digest: string; files: string; origin: string | null; created_at: number };
};
