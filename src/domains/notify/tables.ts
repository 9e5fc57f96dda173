/** The tables of notify. */
export type NotifyTables = {
  webhook: {
    id: string;
    name: string;
    url: string;
    /** JSON list of patterns. */
    events: string;
    enabled: number;
    /** Sealed; empty when there is none. */
    secret: string;
    format: string;
    description: string;
    /** Empty stands for the name. */
    label: string;
    /** Events after this place in the ledger are delivered. */
    since_position: number;
    created_at: number;
    updated_at: number;
  };
  webhook_delivery: {
    id: string;
    webhook_id: string;
    event_position: number | null;
    event_type: string;
    body: string;
    state: 'pending' | 'delivered' | 'failed';
    attempts: number;
    /** When it is due; while it is being sent, when another may take it over. */
    next_at: number;
    created_at: number;
    attempted_at: number | null;
    status: number | null;
    duration_ms: number | null;
    error: string | null;
  };
};
