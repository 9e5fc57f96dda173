type Pair = { model_id: string; key: string; value: string };

/** The tables of logged models. */
export type LoggedModelTables = {
  logged_model: {
    id: string;
    experiment_id: string;
    name: string;
    type: string;
    status: string;
    source_run_id: string;
    artifact_location: string | null;
    actor_id: string;
    created_at: number;
    updated_at: number;
    deleted_at: number | null;
  };
  logged_model_param: Pair;
  logged_model_tag: Pair;
  logged_model_metric: {
    model_id: string;
    key: string;
    at: number;
    step: number;
    run_id: string;
    /** A short digest of the dataset's name and digest, so that the identity stays small; `''` where there is none. */
    dataset_key: string;
    /** NaN is 0 with `is_nan` 1, so that both databases compare it alike. */
    value: number;
    is_nan: number;
    dataset_name: string;
    dataset_digest: string;
  };
};
