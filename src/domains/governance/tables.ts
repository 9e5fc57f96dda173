type OfPromotion = {
  version_id: string;
  model: string;
  version: number;
  target_kind: string;
  target_name: string;
  artifact_digest: string;
  evidence_digest: string;
};

/** The tables of governance. */
export type GovernanceTables = {
  gate: { name: string; spec: string; digest: string; created_at: number; updated_at: number };
  gate_verdict: OfPromotion & {
    id: string;
    outcome: string;
    /** JSON. */
    gates: string;
    /** JSON that may hold NaN and ±Infinity, as the next two. */
    rules: string;
    approvals: string;
    evidence: string;
    actor_id: string;
    actor_name: string;
    at: number;
  };
  approval: OfPromotion & {
    id: string;
    gate: string;
    gate_digest: string;
    status: string;
    reason: string;
    required: number;
    requested_by: string;
    requested_by_name: string;
    requested_at: number;
    expires_at: number | null;
    updated_at: number;
  };
  approval_vote: {
    approval_id: string;
    actor_id: string;
    actor_name: string;
    decision: string;
    reason: string;
    at: number;
  };
};
