import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Attributes } from '../../domains/traces/index.ts';
import { fail, TidemillError } from '../../kernel/errors.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { Allowance, clean, type OtlpResource, type OtlpSpan } from './otlp-request.ts';

// The field numbers are those of opentelemetry-proto 1.x: collector/trace/v1, trace/v1, resource/v1, common/v1.

/** How the known fields of a message are read, each with the wire type it must have; all others are skipped. */
type Fields = Record<number, readonly [WireType, (reader: BinaryReader) => void]>;

const { Varint, Bit64, LengthDelimited } = WireType;

/** Reads an `ExportTraceServiceRequest`; bytes that are none are `invalid_input`. */
export function readProtobuf(bytes: Uint8Array): OtlpResource[] {
  const allowance = new Allowance();
  const resources: OtlpResource[] = [];
  try {
    readFields(bytes, {
      1: [LengthDelimited, (reader) => resources.push(readResourceSpans(reader.bytes(), allowance))],
    });
  } catch (error) {
    if (error instanceof TidemillError) throw error;
    return fail('invalid_input', 'Invalid OpenTelemetry format', { field: 'body' });
  }
  return resources;
}

function readFields(bytes: Uint8Array, fields: Fields): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    const known = fields[field];
    if (known?.[0] === wire) known[1](reader);
    else reader.skip(wire, field);
  }
}

function readResourceSpans(bytes: Uint8Array, allowance: Allowance): OtlpResource {
  allowance.value();
  const entries: [string, JsonValue][] = [];
  const spans: OtlpSpan[] = [];
  const readScope = (scope: Uint8Array) =>
    readFields(scope, { 2: [LengthDelimited, (reader) => spans.push(readSpan(reader.bytes(), allowance))] });
  readFields(bytes, {
    1: [LengthDelimited, (reader) => readFields(reader.bytes(), { 1: pairsInto(entries, allowance) })],
    2: [LengthDelimited, (reader) => readScope(reader.bytes())],
  });
  return { attributes: Object.fromEntries(entries), spans };
}

function readSpan(bytes: Uint8Array, allowance: Allowance): OtlpSpan {
  allowance.span();
  const span = { traceId: '', spanId: '', parentSpanId: '', name: '', startNs: 0n, endNs: 0n };
  const status = { code: 0, message: '' };
  const entries: [string, JsonValue][] = [];
  const events: OtlpSpan['events'] = [];
  const links: OtlpSpan['links'] = [];
  readFields(bytes, {
    1: [LengthDelimited, (reader) => (span.traceId = readId(reader))],
    2: [LengthDelimited, (reader) => (span.spanId = readId(reader))],
    4: [LengthDelimited, (reader) => (span.parentSpanId = readId(reader))],
    5: [LengthDelimited, (reader) => (span.name = readText(reader))],
    7: [Bit64, (reader) => (span.startNs = BigInt(reader.fixed64()))],
    8: [Bit64, (reader) => (span.endNs = BigInt(reader.fixed64()))],
    9: pairsInto(entries, allowance),
    11: [LengthDelimited, (reader) => events.push(readEvent(reader.bytes(), allowance))],
    13: [LengthDelimited, (reader) => links.push(readLink(reader.bytes(), allowance))],
    15: [
      LengthDelimited,
      (reader) =>
        readFields(reader.bytes(), {
          2: [LengthDelimited, (inner) => (status.message = readText(inner))],
          3: [Varint, (inner) => (status.code = inner.int32())],
        }),
    ],
  });
  return { ...span, status, attributes: Object.fromEntries(entries), events, links };
}

function readEvent(bytes: Uint8Array, allowance: Allowance): OtlpSpan['events'][number] {
  allowance.value();
  const event = { atNs: 0n, name: '' };
  const entries: [string, JsonValue][] = [];
  readFields(bytes, {
    1: [Bit64, (reader) => (event.atNs = BigInt(reader.fixed64()))],
    2: [LengthDelimited, (reader) => (event.name = readText(reader))],
    3: pairsInto(entries, allowance),
  });
  return { ...event, attributes: Object.fromEntries(entries) };
}

function readLink(bytes: Uint8Array, allowance: Allowance): OtlpSpan['links'][number] {
  allowance.value();
  const link = { traceId: '', spanId: '' };
  const entries: [string, JsonValue][] = [];
  readFields(bytes, {
    1: [LengthDelimited, (reader) => (link.traceId = readId(reader))],
    2: [LengthDelimited, (reader) => (link.spanId = readId(reader))],
    4: pairsInto(entries, allowance),
  });
  return { ...link, attributes: Object.fromEntries(entries) };
}

/** Reads one `KeyValue` after another into `entries`; without a value it is null. */
function pairsInto(entries: [string, JsonValue][], allowance: Allowance, depth = 0): Fields[number] {
  return [
    LengthDelimited,
    (reader) => {
      let key = '';
      let value: JsonValue = null;
      readFields(reader.bytes(), {
        1: [LengthDelimited, (inner) => (key = readText(inner))],
        2: [LengthDelimited, (inner) => (value = readValue(inner.bytes(), allowance, depth))],
      });
      allowance.value(depth);
      entries.push([key, value]);
    },
  ];
}

function readValue(bytes: Uint8Array, allowance: Allowance, depth: number): JsonValue {
  allowance.value(depth);
  let value: JsonValue = null;
  readFields(bytes, {
    1: [LengthDelimited, (reader) => (value = readText(reader))],
    2: [Varint, (reader) => (value = reader.bool())],
    3: [Varint, (reader) => (value = BigInt(reader.int64()))],
    4: [Bit64, (reader) => (value = reader.double())],
    5: [LengthDelimited, (reader) => (value = readList(reader.bytes(), allowance, depth + 1))],
    6: [LengthDelimited, (reader) => (value = readMap(reader.bytes(), allowance, depth + 1))],
    7: [LengthDelimited, (reader) => (value = Buffer.from(reader.bytes()).toString('base64'))],
  });
  return value;
}

function readList(bytes: Uint8Array, allowance: Allowance, depth: number): JsonValue[] {
  const list: JsonValue[] = [];
  readFields(bytes, { 1: [LengthDelimited, (reader) => list.push(readValue(reader.bytes(), allowance, depth))] });
  return list;
}

function readMap(bytes: Uint8Array, allowance: Allowance, depth: number): Attributes {
  const entries: [string, JsonValue][] = [];
  readFields(bytes, { 1: pairsInto(entries, allowance, depth) });
  return Object.fromEntries(entries);
}

function readId(reader: BinaryReader): string {
  return Buffer.from(reader.bytes()).toString('hex');
}

function readText(reader: BinaryReader): string {
  return clean(reader.string());
}

/** Writes an `ExportTraceServiceResponse`: empty, or with how many spans were not taken and why. */
export function writeResponse(rejected: { spans: number; message: string } | undefined): Uint8Array {
  const writer = new BinaryWriter();
  if (rejected) {
    writer.tag(1, LengthDelimited).fork();
    writer.tag(1, Varint).int64(rejected.spans).tag(2, LengthDelimited).string(rejected.message);
    writer.join();
  }
  return writer.finish();
}

/** Writes a `google.rpc.Status`. */
export function writeStatus({ code, message }: { code: number; message: string }): Uint8Array {
  return new BinaryWriter().tag(1, Varint).int32(code).tag(2, LengthDelimited).string(message).finish();
}
