import { buffer } from 'node:stream/consumers';
import { type Attributes, readExact, type Span } from '../../domains/traces/index.ts';
import type { Tracking } from '../../domains/tracking/index.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';

const file = 'traces.json';
const maxBytes = 64 * 1024 ** 2;

type Fields = { [key: string]: JsonValue };

/** The spans that a client put among a trace's files instead of sending them; none where there is no such file. */
export async function readTraceFile(tracking: Tracking, traceId: string): Promise<Span[]> {
  const { artifacts } = tracking;
  const found = await artifacts.stat(traceId, file);
  if (found?.kind !== 'file' || found.bytes > maxBytes) return [];
  const { stream } = await artifacts.open(traceId, file);
  try {
    const content = parseJson((await buffer(stream)).toString('utf8'), 200);
    const spans = isObject(content) ? content['spans'] : undefined;
    return Array.isArray(spans) ? spans.filter(isObject).map(readSpan).sort(rootsFirst) : [];
  } catch {
    // What clients put there is theirs; a file that is no trace counts as none.
    return [];
  }
}

function rootsFirst(a: Span, b: Span): number {
  return Number(a.parentId !== null) - Number(b.parentId !== null) || Number(a.startNs - b.startNs);
}

/** A span in either of the two forms that clients have written. */
function readSpan(span: Fields): Span {
  const context = isObject(span['context']) ? span['context'] : span;
  const status = isObject(span['status'])
    ? span['status']
    : { code: span['status_code'], message: span['status_message'] };
  const attributes = Object.fromEntries(
    Object.entries(isObject(span['attributes']) ? span['attributes'] : {}).map(([key, value]) => [
      key,
      unpacked(value),
    ]),
  );
  const end = span['end_time_unix_nano'] ?? span['end_time'];
  const type = attributes['mlflow.spanType'];
  return {
    id: idOf(context['span_id'], 16),
    parentId: idOf(span['parent_span_id'] ?? span['parent_id'], 16) || null,
    name: String(span['name'] ?? ''),
    type: typeof type === 'string' ? type : 'UNKNOWN',
    status: statusOf(status['code']),
    statusMessage: typeof status['message'] === 'string' ? status['message'] : '',
    startNs: integerOf(span['start_time_unix_nano'] ?? span['start_time']),
    endNs: end == null ? null : integerOf(end),
    attributes,
    events: objectsOf(span['events']).map((event) => ({
      name: String(event['name'] ?? ''),
      atNs: integerOf(event['time_unix_nano'] ?? event['timestamp']),
      attributes: exact(isObject(event['attributes']) ? event['attributes'] : {}) as Attributes,
    })),
    links: objectsOf(span['links']).map((link) => ({
      traceId: String(link['trace_id'] ?? ''),
      spanId: idOf(link['span_id'], 16),
      attributes: exact(isObject(link['attributes']) ? link['attributes'] : {}) as Attributes,
    })),
  };
}

/** Attributes are written as JSON within JSON. */
function unpacked(value: JsonValue): JsonValue {
  if (typeof value !== 'string') return exact(value);
  try {
    return readExact(value) as JsonValue;
  } catch {
    return value;
  }
}

/** Whole numbers as integers, as they were most likely meant. */
function exact(value: JsonValue): JsonValue {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(exact);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, exact(item)]));
}

function statusOf(code: JsonValue | undefined): Span['status'] {
  const name = String(code).replace('STATUS_CODE_', '').toLowerCase();
  return name === 'ok' || name === 'error' ? name : 'unset';
}

/** An id in hex, from hex with or without `0x`, or from base64. */
function idOf(value: JsonValue | undefined, digits: number): string {
  if (typeof value !== 'string' || value === '') return '';
  const bare = value.replace(/^0x/, '').toLowerCase();
  if (/^[0-9a-f]+$/.test(bare) && (value.startsWith('0x') || bare.length === digits)) return bare.padStart(digits, '0');
  return Buffer.from(value, 'base64').toString('hex').padStart(digits, '0').slice(0, digits);
}

function integerOf(value: JsonValue | undefined): bigint {
  if (typeof value === 'bigint') return value;
  return /^\d{1,19}$/.test(String(value)) ? BigInt(value as string | number) : 0n;
}

function objectsOf(value: JsonValue | undefined): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function isObject(value: JsonValue | undefined): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
