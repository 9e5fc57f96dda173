/** The tables of evaluation datasets. */
export type EvalDatasetTables = {
  eval_dataset: {
    id: string;
    name: string;
    /** JSON; null before the first record. */
    fields: string | null;
    records: number;
    /** Counts changes. */
    revision: number;
    created_at: number;
    updated_at: number;
    created_by: string | null;
    updated_by: string | null;
  };
  eval_dataset_tag: { dataset_id: string; key: string; value: string };
  eval_dataset_experiment: { dataset_id: string; experiment_id: string };
  eval_record: {
    /** Sorts in the order records were made. */
    id: string;
    dataset_id: string;
    inputs_digest: string;
    /** JSON, like what follows. */
    inputs: string;
    outputs: string | null;
    expectations: string | null;
    tags: string;
    source_type: string | null;
    source: string | null;
    created_at: number;
    updated_at: number;
    created_by: string | null;
    updated_by: string | null;
  };
};
