/** The tables of identity. */
export type IdentityTables = {
  token: {
    id: string;
    kind: 'admin' | 'service' | 'step';
    name: string;
    /** sha256 of the secret, hex. */
    hash: string;
    /** JSON list. */
    permissions: string;
    /** Of a step token. */
    run_id: string | null;
    created_at: number;
    created_by: string;
    expires_at: number | null;
    revoked_at: number | null;
    /** JSON; null where there is no limit. */
    rate_limit: string | null;
  };
};
