import type { Attributes } from '../../domains/traces/index.ts';
import { fail, TidemillError } from '../../kernel/errors.ts';
import { type JsonValue, parseJson } from '../../kernel/json.ts';
import { Allowance, clean, type OtlpResource, type OtlpSpan } from './otlp-request.ts';

type Fields = { [key: string]: JsonValue };

/** Reads an `ExportTraceServiceRequest` in OpenTelemetry's JSON: ids in hex, 64-bit integers as texts or numbers. */
export function readOtlpJson(bytes: Buffer): OtlpResource[] {
  const allowance = new Allowance();
  try {
    const body = objectOf(parseJson(bytes.toString('utf8'), 200));
    return listOf(body, 'resourceSpans').map((part) => readResource(part, allowance));
  } catch (error) {
    if (error instanceof TidemillError && error.kind !== 'invalid') throw error;
    return fail('invalid_input', 'Invalid OpenTelemetry format', { field: 'body' });
  }
}

function readResource(part: Fields, allowance: Allowance): OtlpResource {
  allowance.value();
  const scopes = [...listOf(part, 'scopeSpans'), ...listOf(part, 'instrumentationLibrarySpans')];
  const spans = scopes.flatMap((scope) => listOf(scope, 'spans').map((span) => readSpan(span, allowance)));
  const resource = field(part, 'resource');
  return { attributes: resource == null ? {} : attributesOf(objectOf(resource), allowance), spans };
}

function readSpan(span: Fields, allowance: Allowance): OtlpSpan {
  allowance.span();
  const status = field(span, 'status');
  return {
    traceId: idOf(span, 'traceId'),
    spanId: idOf(span, 'spanId'),
    parentSpanId: idOf(span, 'parentSpanId'),
    name: textOf(field(span, 'name')),
    startNs: integerOf(field(span, 'startTimeUnixNano')),
    endNs: integerOf(field(span, 'endTimeUnixNano')),
    status: status == null ? { code: 0, message: '' } : readStatus(objectOf(status)),
    attributes: attributesOf(span, allowance),
    events: listOf(span, 'events').map((event) => {
      allowance.value();
      const atNs = integerOf(field(event, 'timeUnixNano'));
      return { name: textOf(field(event, 'name')), atNs, attributes: attributesOf(event, allowance) };
    }),
    links: listOf(span, 'links').map((link) => {
      allowance.value();
      const ids = { traceId: idOf(link, 'traceId'), spanId: idOf(link, 'spanId') };
      return { ...ids, attributes: attributesOf(link, allowance) };
    }),
  };
}

function readStatus(status: Fields): OtlpSpan['status'] {
  const code = field(status, 'code');
  const names: Record<string, number> = { STATUS_CODE_UNSET: 0, STATUS_CODE_OK: 1, STATUS_CODE_ERROR: 2 };
  return {
    code: typeof code === 'string' ? (names[code] ?? Number(code)) : Number(code ?? 0),
    message: textOf(field(status, 'message')),
  };
}

function attributesOf(of: Fields, allowance: Allowance, depth = 0): Attributes {
  return pairsOf(listOf(of, 'attributes'), allowance, depth);
}

function pairsOf(pairs: Fields[], allowance: Allowance, depth: number): Attributes {
  return Object.fromEntries(
    pairs.map((pair) => [textOf(field(pair, 'key')), readValue(field(pair, 'value'), allowance, depth)]),
  );
}

function readValue(given: JsonValue | undefined, allowance: Allowance, depth: number): JsonValue {
  allowance.value(depth);
  if (given == null) return null;
  const value = objectOf(given);
  const has = (name: string) => field(value, name) != null;
  if (has('stringValue')) return textOf(field(value, 'stringValue'));
  if (has('boolValue')) return field(value, 'boolValue') === true || field(value, 'boolValue') === 'true';
  if (has('intValue')) return integerOf(field(value, 'intValue'));
  if (has('doubleValue')) return Number(field(value, 'doubleValue'));
  if (has('bytesValue')) return textOf(field(value, 'bytesValue'));
  if (has('arrayValue')) {
    const items = listOf(objectOf(field(value, 'arrayValue')!), 'values');
    return items.map((item) => readValue(item, allowance, depth + 1));
  }
  if (has('kvlistValue'))
    return pairsOf(listOf(objectOf(field(value, 'kvlistValue')!), 'values'), allowance, depth + 1);
  return null;
}

/** A field by its name, or by its name in snake case, as protobuf's JSON also allows. */
function field(of: Fields, name: string): JsonValue | undefined {
  if (Object.hasOwn(of, name)) return of[name];
  const snake = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.hasOwn(of, snake) ? of[snake] : undefined;
}

function objectOf(value: JsonValue): Fields {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  return wrong();
}

function listOf(of: Fields, name: string): Fields[] {
  const value = field(of, name);
  if (value == null) return [];
  return Array.isArray(value) ? value.map(objectOf) : wrong();
}

function idOf(of: Fields, name: string): string {
  const value = field(of, name) ?? '';
  return typeof value === 'string' ? value.toLowerCase() : wrong();
}

function textOf(value: JsonValue | undefined): string {
  if (value == null) return '';
  return typeof value === 'string' ? clean(value) : wrong();
}

function integerOf(value: JsonValue | undefined): bigint {
  if (value == null) return 0n;
  if (typeof value === 'bigint') return fitting(value);
  const isWhole = typeof value === 'number' ? Number.isInteger(value) : /^-?\d{1,20}$/.test(String(value));
  return isWhole && typeof value !== 'boolean' ? fitting(BigInt(value as number | string)) : wrong();
}

/** Times have 64 bits without a sign, other integers 64 with one. */
function fitting(value: bigint): bigint {
  return value >= -(2n ** 63n) && value < 2n ** 63n ? value : wrong();
}

function wrong(): never {
  return fail('invalid_input', 'Invalid OpenTelemetry format', { field: 'body' });
}
