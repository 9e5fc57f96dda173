import { type Attributes, attributeText, type Span, type SpanReport } from '../../domains/traces/index.ts';
import type { JsonValue } from '../../kernel/json.ts';
import type { OtlpResource, OtlpSpan } from './otlp-request.ts';
import { previewOf } from './preview.ts';
import { traceKeys } from './trace-keys.ts';

/** What was read of a request: reports by trace, and the spans that are none. */
export interface ReadSpans {
  reports: SpanReport[];
  /** The traces whose root is among the spans. */
  roots: string[];
  rejected: { spans: number; message: string } | undefined;
}

/** Nanoseconds end in 2255, where microseconds leave the integers that a double holds. */
const maxNs = 9_000_000_000_000_000_000n;
const maxTag = { key: 250, value: 8000 } as const;

/** Sorts spans by trace, with what their roots and resources tell of each; spans without valid ids or times are rejected. */
export function reportsOf(resources: readonly OtlpResource[]): ReadSpans {
  const reports = new Map<string, SpanReport>();
  const roots = new Set<string>();
  let rejected: ReadSpans['rejected'];
  for (const { attributes, spans } of resources) {
    const tags = resourceTags(attributes);
    for (const span of spans) {
      const problem = problemOf(span);
      if (problem !== undefined) {
        rejected = { spans: (rejected?.spans ?? 0) + 1, message: rejected?.message ?? problem };
        continue;
      }
      const traceId = `tr-${span.traceId}`;
      const report: SpanReport = reports.get(traceId) ?? { traceId, spans: [], tags: {}, metadata: {} };
      reports.set(traceId, report);
      report.tags = { ...tags, ...report.tags };
      addSpan(report, toSpan(span, traceId));
      if (isNoId(span.parentSpanId)) roots.add(traceId);
    }
  }
  return { reports: [...reports.values()], roots: [...roots], rejected };
}

function isNoId(id: string): boolean {
  return /^0*$/.test(id);
}

function problemOf(span: OtlpSpan): string | undefined {
  if (!/^[0-9a-f]{32}$/.test(span.traceId) || isNoId(span.traceId)) return 'A trace_id is not 16 bytes, not all zero.';
  if (!/^[0-9a-f]{16}$/.test(span.spanId) || isNoId(span.spanId)) return 'A span_id is not 8 bytes, not all zero.';
  if (!/^([0-9a-f]{16})?$/.test(span.parentSpanId)) return 'A parent_span_id is not 8 bytes.';
  const isTime = (ns: bigint) => ns >= 0n && ns < maxNs;
  if (!isTime(span.startNs) || !isTime(span.endNs)) return 'A time is outside the years 1970 to 2255.';
  return undefined;
}

function toSpan(span: OtlpSpan, traceId: string): Span {
  const attributes: Attributes = Object.fromEntries(
    Object.entries(span.attributes).map(([key, value]) => [key, key.startsWith('mlflow.') ? unquoted(value) : value]),
  );
  attributes['mlflow.traceRequestId'] = traceId;
  const type = typeOf(attributes);
  if (type !== undefined) attributes['mlflow.spanType'] = type;
  return {
    id: span.spanId,
    parentId: isNoId(span.parentSpanId) ? null : span.parentSpanId,
    name: span.name,
    type: type ?? 'UNKNOWN',
    status: span.status.code === 1 ? 'ok' : span.status.code === 2 ? 'error' : 'unset',
    statusMessage: span.status.message,
    startNs: span.startNs,
    endNs: span.endNs === 0n ? null : span.endNs,
    attributes,
    events: span.events,
    links: span.links.map(({ traceId: linked, ...link }) => ({ traceId: `tr-${linked}`, ...link })),
  };
}

/** Some exporters write their values as JSON: a text within a text. */
function unquoted(value: JsonValue): JsonValue {
  if (typeof value !== 'string' || !/^".*"$/s.test(value)) return value;
  try {
    return JSON.parse(value) as string;
  } catch {
    return value;
  }
}

const typesOfOperations: Record<string, string> = {
  chat: 'CHAT_MODEL',
  text_completion: 'LLM',
  generate_content: 'LLM',
  embeddings: 'EMBEDDING',
  execute_tool: 'TOOL',
  create_agent: 'AGENT',
  invoke_agent: 'AGENT',
};

/** What sort of work it is, by the client's own attribute or by the conventions of OpenTelemetry and OpenInference. */
function typeOf(attributes: Attributes): string | undefined {
  const text = (key: string) => (typeof attributes[key] === 'string' ? attributes[key] : undefined);
  const own = text('mlflow.spanType') ?? text('openinference.span.kind')?.toUpperCase();
  const operation = text('gen_ai.operation.name');
  const known = operation !== undefined && Object.hasOwn(typesOfOperations, operation);
  return own?.slice(0, 250) ?? (known ? typesOfOperations[operation] : undefined);
}

function addSpan(report: SpanReport, span: Span): void {
  const { attributes } = span;
  report.spans.push(span);
  const keep = (key: string, value: JsonValue | undefined) => {
    const text = value === undefined || value === null ? '' : attributeText(unquoted(value));
    if (text !== '' && !Object.hasOwn(report.metadata, key)) report.metadata[key] = text.slice(0, maxTag.value);
  };
  keep(traceKeys.session, attributes['session.id'] ?? attributes['gen_ai.conversation.id']);
  keep(traceKeys.user, attributes['user.id']);
  if (span.parentId !== null) return;
  const first = (...keys: string[]) => keys.map((key) => attributes[key]).find((value) => value !== undefined);
  report.name ??= span.name.slice(0, 500);
  report.requestPreview ??= previewOf(first('mlflow.spanInputs', 'input.value', 'gen_ai.input.messages'), 'user');
  report.responsePreview ??= previewOf(
    first('mlflow.spanOutputs', 'output.value', 'gen_ai.output.messages'),
    'assistant',
  );
  for (const [key, value] of Object.entries(attributes)) {
    if (!key.startsWith(traceKeys.tagPrefix) || value === null) continue;
    const name = key.slice(traceKeys.tagPrefix.length);
    const text = attributeText(unquoted(value));
    if (name === traceKeys.name) report.name = text.slice(0, 500);
    else if (name !== '' && name.length <= maxTag.key && !traceKeys.system.has(name)) report.tags[name] = text;
  }
}

/** What describes the program that made the spans, as tags: `service.name` and the like. */
function resourceTags(attributes: Attributes): Record<string, string> {
  const kept = Object.entries(attributes).filter(
    ([key, value]) =>
      value !== null && key !== '' && key.length <= maxTag.key && !/^(telemetry\.sdk\.|mlflow\.)/.test(key),
  );
  return Object.fromEntries(
    kept.slice(0, 100).map(([key, value]) => [key, attributeText(value).slice(0, maxTag.value).toWellFormed()]),
  );
}
