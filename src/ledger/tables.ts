/** The ledger's tables. */
export type LedgerTables = {
  ledger_event: {
    position: number;
    id: string;
    type: string;
    at: number;
    actor_id: string;
    actor_kind: string;
    actor_name: string;
    subject_kind: string;
    subject_id: string;
    subject_name: string | null;
    /** Canonical JSON. */
    data: string;
    /** sha256 of the canonical JSON of the whole event: the leaf of the Merkle tree. */
    digest: string;
  };
  ledger_cursor: { reader: string; position: number; updated_at: number };
  /** Events whose handler threw, to be handled again. */
  ledger_retry: {
    reader: string;
    position: number;
    attempts: number;
    next_at: number;
    failed_at: number;
    error: string;
  };
  /** Hashes of complete subtrees of `2^level` events, from level 8 up; smaller ones are computed from the digests. */
  ledger_subtree: { level: number; number: number; hash: string };
  ledger_checkpoint: {
    size: number;
    root: string;
    at: number;
    key_id: string;
    signature: string;
  };
};
