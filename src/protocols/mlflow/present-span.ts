import type { Attributes, Span } from '../../domains/traces/index.ts';
import { sha256 } from '../../kernel/hash.ts';
import type { JsonValue } from '../../kernel/json.ts';

const statuses = { unset: undefined, ok: 'STATUS_CODE_OK', error: 'STATUS_CODE_ERROR' } as const;

/** A span as protobuf's JSON has OpenTelemetry's: ids in base64, attributes with their types. */
export function presentSpan(traceId: string, span: Span) {
  return {
    trace_id: base64(traceBytes(traceId)),
    span_id: base64(span.id),
    ...(span.parentId !== null && { parent_span_id: base64(span.parentId) }),
    name: span.name,
    start_time_unix_nano: span.startNs,
    ...(span.endNs !== null && { end_time_unix_nano: span.endNs }),
    attributes: presentAttributes(span.attributes),
    ...(span.events.length > 0 && {
      events: span.events.map(({ name, atNs, attributes }) => ({
        time_unix_nano: atNs,
        name,
        attributes: presentAttributes(attributes),
      })),
    }),
    ...(span.links.length > 0 && {
      links: span.links.map((link) => ({
        trace_id: base64(traceBytes(link.traceId)),
        span_id: base64(link.spanId),
        attributes: presentAttributes(link.attributes),
      })),
    }),
    status: {
      ...(span.statusMessage !== '' && { message: span.statusMessage }),
      ...(statuses[span.status] && { code: statuses[span.status] }),
    },
  };
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}

/** The 16 bytes that clients make a trace's id of; other ids get some of their own. */
function traceBytes(traceId: string): string {
  return /^tr-([0-9a-f]{32})$/.exec(traceId)?.[1] ?? sha256(traceId).slice(0, 32);
}

function presentAttributes(attributes: Attributes) {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: presentValue(value) }));
}

/** A value with its type; integers are bigints, all other numbers doubles. */
function presentValue(value: JsonValue): JsonValue {
  if (value === null) return {};
  if (typeof value === 'string') return { string_value: value };
  if (typeof value === 'boolean') return { bool_value: value };
  if (typeof value === 'bigint') return { int_value: value };
  if (typeof value === 'number') return { double_value: Number.isFinite(value) ? value : String(value) };
  if (Array.isArray(value)) return { array_value: { values: value.map(presentValue) } };
  return { kvlist_value: { values: presentAttributes(value) } };
}
