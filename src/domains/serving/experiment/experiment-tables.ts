/** The tables of experiments. Times are ms UTC; `spec`, `arms`, `progress`, `report`, `decision`, `actor` and `totals` are JSON. */
export type ExperimentTables = {
  endpoint_experiment: {
    id: string;
    endpoint: string;
    model: string;
    state: string;
    frozen: number;
    revision: number;
    spec: string;
    arms: string;
    progress: string;
    report: string | null;
    decision: string | null;
    reason: string | null;
    actor: string;
    created_at: number;
    looked_at: number | null;
    ended_at: number | null;
  };
  endpoint_experiment_part: {
    experiment_id: string;
    file: string;
    /** Changes when labels of the file's rows came or changed. */
    fingerprint: string;
    /** From then on no label of the file counts any more. */
    closes_at: number;
    totals: string;
  };
};
