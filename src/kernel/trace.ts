/** What a step of a trace says of itself. */
export type TraceAttributes = Record<string, string | number | boolean>;

/** How a step begins. */
export interface TraceStart {
  kind?: 'internal' | 'server' | 'client';
  attributes?: TraceAttributes;
  /** `performance.now()` at its beginning; now unless said. */
  startedAt?: number;
  /** Other steps that led to it. */
  links?: readonly TraceSpan[];
}

/** One step of a request on its way, for tracing; there is none where tracing is off. */
export interface TraceSpan {
  /** 32 hex digits, the same for every step of a request on every server. */
  readonly traceId: string;
  /** Whether it will be kept: where not, nothing below it is either. */
  readonly isKept: boolean;
  /** Begins a step inside this one; where it is not kept, that is itself. */
  child(name: string, start?: TraceStart): TraceSpan;
  /** Begins a trace of its own that this step led to, kept where this one is. */
  follow(name: string, start?: TraceStart): TraceSpan;
  set(attributes: TraceAttributes): void;
  /** Ends it at `performance.now()` or at the time given, as a failure where there is an error. */
  end(ended?: { error?: unknown; at?: number }): void;
  /** Headers by which the trace goes on at another server (W3C Trace Context). */
  headers(): Record<string, string>;
}

/** Where requests come from, as their headers say. */
export interface Tracing {
  /** Begins the step in which this server answers a request, inside the caller's where `traceparent` names one. */
  serve(name: string, header: (name: string) => string | undefined, attributes: TraceAttributes): TraceSpan;
}

/** Runs work as a step of a trace, where there is one. */
export function traced<T>(trace: TraceSpan | undefined, name: string, work: () => T): T {
  if (!trace?.isKept) return work();
  const span = trace.child(name);
  try {
    const done = work();
    span.end();
    return done;
  } catch (error) {
    span.end({ error });
    throw error;
  }
}
