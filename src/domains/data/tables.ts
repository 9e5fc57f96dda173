/** The tables of data. */
export type DataTables = {
  dataset: {
    id: string;
    name: string;
    description: string | null;
    /** The declared `DatasetSpec` as JSON; null when no project declares the dataset. */
    spec: string | null;
    current_version: number | null;
    last_version: number;
    created_at: number;
    updated_at: number;
  };
  dataset_version: {
    id: string;
    dataset_id: string;
    version: number;
    digest: string;
    rows: number;
    quarantined_rows: number;
    bytes: number;
    row_hash: string;
    columns: string;
    profile_digest: string;
    producer: string | null;
    validation_id: string | null;
    created_at: number;
    created_by: string;
  };
  /** Lineage: which versions, of any dataset, a version was made from. */
  dataset_parent: { version_id: string; parent_id: string };
  dataset_tag: { dataset_id: string; tag: string; version: number };
  dataset_validation: {
    id: string;
    dataset_id: string;
    version: number | null;
    outcome: string;
    rows: number;
    quarantined_rows: number;
    failed_rules: string;
    at: number;
  };
  dataset_check: { validation_id: string; position: number; rule: string; passed: number; result: string };
};
