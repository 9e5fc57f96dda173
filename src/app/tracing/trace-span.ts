import {
  type Context,
  type Link,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { TidemillError } from '../../kernel/errors.ts';
import type { TraceAttributes, TraceSpan, TraceStart } from '../../kernel/trace.ts';
import { writeTraceContext } from './trace-context.ts';

const kinds = { internal: SpanKind.INTERNAL, server: SpanKind.SERVER, client: SpanKind.CLIENT } as const;

/** A step of a trace over OpenTelemetry. */
export class OpenSpan implements TraceSpan {
  readonly #tracer: Tracer;
  readonly #span: Span;

  private constructor(tracer: Tracer, span: Span) {
    this.#tracer = tracer;
    this.#span = span;
  }

  /** Begins a step below a context. */
  static begin(tracer: Tracer, parent: Context, { name, ...start }: TraceStart & { name: string }): OpenSpan {
    const { kind = 'internal', attributes = {}, startedAt = performance.now(), links = [] } = start;
    const linked = links.map((link): Link => ({ context: (link as OpenSpan).#span.spanContext() }));
    const options = { kind: kinds[kind], attributes, startTime: toTime(startedAt), links: linked };
    return new OpenSpan(tracer, tracer.startSpan(name, options, parent));
  }

  get traceId(): string {
    return this.#span.spanContext().traceId;
  }

  get isKept(): boolean {
    // Not whether it is still recording: what it led to may begin after its end.
    return (this.#span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0;
  }

  child(name: string, start: TraceStart = {}): TraceSpan {
    // What is not kept has no steps; elsewhere it goes on as it is.
    if (!this.isKept) return this;
    const parent = trace.setSpan(ROOT_CONTEXT, this.#span);
    return OpenSpan.begin(this.#tracer, parent, { ...start, name });
  }

  follow(name: string, start: TraceStart = {}): TraceSpan {
    if (!this.isKept) return this;
    return OpenSpan.begin(this.#tracer, ROOT_CONTEXT, { ...start, name, links: [...(start.links ?? []), this] });
  }

  set(attributes: TraceAttributes): void {
    if (this.isKept) this.#span.setAttributes(attributes);
  }

  end({ error, at = performance.now() }: { error?: unknown; at?: number } = {}): void {
    if (error !== undefined && this.isKept) {
      const type = error instanceof TidemillError ? error.code : (error as Error)?.name || 'error';
      this.#span.setAttribute('error.type', type);
      // What is wrong may name values of the request: the kind of failure is told, not its words.
      this.#span.setStatus({ code: SpanStatusCode.ERROR, message: type });
    }
    this.#span.end(toTime(at));
  }

  headers(): Record<string, string> {
    return writeTraceContext(this.#span.spanContext());
  }
}

function toTime(ms: number): number {
  return performance.timeOrigin + ms;
}
