/** The tables of traces. */
export type TraceTables = {
  trace: {
    id: string;
    experiment_id: string;
    name: string | null;
    requested_at: number;
    duration_ms: number | null;
    state: string;
    client_request_id: string | null;
    request_preview: string | null;
    response_preview: string | null;
    /** 1 once a client has described the trace as a whole; until then its times and state follow its spans. */
    is_described: number;
    /** How many spans it has. */
    spans: number;
  };
  trace_tag: { trace_id: string; key: string; value: string };
  trace_metadata: { trace_id: string; key: string; value: string };
  trace_link: { trace_id: string; kind: 'run' | 'prompt'; target: string };
  span: {
    trace_id: string;
    id: string;
    parent_id: string | null;
    name: string;
    type: string;
    status: string;
    /** Microseconds, because nanoseconds since 1970 exceed what a double holds; the content has them exact. */
    started_us: number;
    ended_us: number | null;
    /** JSON of all else that a span holds. */
    content: string;
  };
  /** Attributes as texts, for searching; long ones cut. */
  span_attribute: { trace_id: string; key: string; span_id: string; value: string };
  assessment: {
    trace_id: string;
    id: string;
    kind: string;
    name: string;
    /** JSON. */
    value: string;
    /** The value for comparing as text. */
    text: string;
    /** The value for comparing as a number. */
    number: number | null;
    /** JSON. */
    error: string | null;
    source_kind: string;
    source_id: string;
    span_id: string | null;
    run_id: string | null;
    rationale: string | null;
    /** JSON. */
    metadata: string;
    overrides: string | null;
    is_valid: number;
    created_at: number;
    updated_at: number;
  };
};
