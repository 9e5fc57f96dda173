import { readFileSync } from 'node:fs';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDealer } from '../../../test/support/fuzz.ts';
import { openTraces, type TraceStack } from '../../../test/support/mlflow-traces.ts';
import { systemActor } from '../../kernel/actor.ts';
import { readOtlpJson } from './otlp-json.ts';
import { readProtobuf } from './otlp-proto.ts';

/** Written by `opentelemetry-proto` for Python. */
const fixture = JSON.parse(readFileSync(new URL('fixtures/otlp-request.json', import.meta.url), 'utf8'));
const protobuf = Buffer.from(fixture.protobuf, 'base64');
const json = Buffer.from(JSON.stringify(fixture.json));
const traceId = 'tr-0af7651916cd43dd8448eb211c80319c';
const proto = { 'content-type': 'application/x-protobuf' };

let stack: TraceStack;
beforeAll(async () => {
  stack = await openTraces();
});
afterEach(() => expect(stack.faults.splice(0)).toEqual([]));
afterAll(() => stack.dispose());

const post = (bytes: Uint8Array, headers: Record<string, string> = proto) =>
  stack.call('POST', '/v1/traces', bytes, headers);
const clear = () => stack.traces.delete(systemActor, { experiment: '0', ids: [traceId] });

test('both encodings read alike, and as what was written', () => {
  const read = readProtobuf(protobuf);
  expect(readOtlpJson(json)).toEqual(read);
  expect(read).toHaveLength(1);
  expect(read[0]!.attributes).toEqual({ 'service.name': 'shop', 'telemetry.sdk.language': 'python' });
  expect(read[0]!.spans[0]).toEqual({
    traceId: traceId.slice(3),
    spanId: '00f067aa0ba902b7',
    parentSpanId: 'b7ad6b7169203331',
    name: 'chat gpt ☃',
    startNs: 1780000000123456789n,
    endNs: 1780000001123456789n,
    status: { code: 2, message: 'too slow' },
    attributes: {
      ...{ 'gen_ai.operation.name': 'chat', whole: 9007199254740993n, negative: -7n, ratio: 1, on: true },
      ...{ bytes: 'AP8=', list: [1n, 2n, 'é'], map: { in: 2.5 }, none: null },
    },
    events: [{ atNs: 1780000000500000001n, name: 'token', attributes: { i: 1n } }],
    links: [{ traceId: '9c31801c21eb4884dd43cd161965f70a', spanId: 'b7ad6b7169203331', attributes: { why: 'retry' } }],
  });
});

const gzip = { ...proto, 'content-encoding': 'gzip' };
const ways: [string, () => Uint8Array, Record<string, string>][] = [
  ['protobuf', () => protobuf, proto],
  ['protobuf, gzip', () => Buffer.from(fixture.gzip, 'base64'), gzip],
  ['protobuf, deflate', () => deflateSync(protobuf), { ...proto, 'content-encoding': 'deflate' }],
  ['protobuf, raw deflate', () => deflateRawSync(protobuf), { ...proto, 'content-encoding': 'deflate' }],
  ['JSON', () => json, { 'content-type': 'application/json; charset=utf-8' }],
  ['JSON, gzip', () => gzipSync(json), { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
];
test.each(ways)('%s: the trace is there, whole, and comes back as it was sent', async (_way, bytes, headers) => {
  await clear();
  const answer = await post(bytes(), headers);
  expect([answer.status, answer.type]).toEqual([200, headers['content-type']!.split(';')[0]]);
  if (answer.type === 'application/json') expect(answer.body).toEqual({});
  else expect(answer.bytes).toHaveLength(0);
  expect((await post(bytes(), headers)).status).toBe(200);

  const { body } = await stack.call('GET', `/api/3.0/mlflow/traces/get?trace_id=${traceId}`);
  expect(body.trace.trace_info).toMatchObject({
    ...{ trace_id: traceId, state: 'OK', request_preview: 'what is up?', execution_duration: '2.500s' },
    request_time: '2026-05-28T20:26:40.000Z',
    tags: { 'service.name': 'shop', team: 'blue', 'mlflow.traceName': 'POST /ask' },
    trace_metadata: { 'mlflow.trace.session': 's-9' },
  });
  const [root, child] = body.trace.spans;
  expect(body.trace.spans).toHaveLength(2);
  expect(root).toMatchObject({ name: 'POST /ask', span_id: 't61rcWkgMzE=', status: { code: 'STATUS_CODE_OK' } });
  expect(child).toMatchObject({
    ...{ trace_id: 'CvdlGRbNQ92ESOshHIAxnA==', parent_span_id: 't61rcWkgMzE=', name: 'chat gpt ☃' },
    ...{ start_time_unix_nano: 1780000000123456789n, status: { code: 'STATUS_CODE_ERROR', message: 'too slow' } },
    events: [{ name: 'token', attributes: [{ key: 'i', value: { int_value: 1 } }] }],
    links: [{ trace_id: 'nDGAHCHrSITdQ80WGWX3Cg==', span_id: 't61rcWkgMzE=' }],
  });
  const values = Object.fromEntries(
    child.attributes.map((one: { key: string; value: unknown }) => [one.key, one.value]),
  );
  expect(values).toMatchObject({
    ...{ whole: { int_value: 9007199254740993n }, ratio: { double_value: 1 }, on: { bool_value: true }, none: {} },
    list: { array_value: { values: [{ int_value: 1 }, { int_value: 2 }, { string_value: 'é' }] } },
    map: { kvlist_value: { values: [{ key: 'in', value: { double_value: 2.5 } }] } },
    'mlflow.spanType': { string_value: 'CHAT_MODEL' },
  });
});

test('headers choose the experiment and the run', async () => {
  const { id: experiment } = await stack.tracking.experiments.create(systemActor, { name: 'otlp' });
  const run = await stack.tracking.runs.create(systemActor, { experiment });
  await clear();
  const headers = { ...proto, 'x-mlflow-experiment-id': experiment, 'x-mlflow-run-id': run.id };
  expect((await post(protobuf, headers)).status).toBe(200);
  expect(await stack.traces.get(traceId)).toMatchObject({ experimentId: experiment, runIds: [run.id] });
  await stack.traces.delete(systemActor, { experiment, ids: [traceId] });
});

test('spans that are none are counted and told, the others are taken', async () => {
  const body = structuredClone(fixture.json);
  const { spans } = body.resourceSpans[0].scopeSpans[0];
  spans[0].spanId = '00'.repeat(8);
  spans.push({ ...spans[1], traceId: 'abcd' }, { ...spans[1], startTimeUnixNano: '18446744073709551' + '00' });
  spans.push({ ...spans[1], spanId: 'b7ad6b7169203332', startTimeUnixNano: '9223372036854775807' });
  const answer = await post(Buffer.from(JSON.stringify(body)), { 'content-type': 'application/json' });
  expect(answer).toMatchObject({ status: 200, body: { partialSuccess: { rejectedSpans: '3' } } });
  expect((await stack.traces.spans([traceId])).get(traceId)).toHaveLength(1);
  const bad = new BinaryWriter().tag(1, WireType.LengthDelimited).fork().tag(2, WireType.LengthDelimited).fork();
  const partial = await post(bad.tag(2, WireType.LengthDelimited).bytes(new Uint8Array()).join().join().finish());
  const reader = new BinaryReader(partial.bytes);
  expect(reader.tag()).toEqual([1, WireType.LengthDelimited]);
  const inner = new BinaryReader(reader.bytes());
  expect([inner.tag()[0], BigInt(inner.int64()), inner.tag()[0], inner.string()]).toEqual([
    ...[1, 1n, 2, 'A trace_id is not 16 bytes, not all zero.'],
  ]);
});

describe('refusals are a Status in the encoding of the request', () => {
  const jsonType = { 'content-type': 'application/json' };
  const cases: [string, Uint8Array, Record<string, string>, number][] = [
    ['a type that is neither', protobuf, { 'content-type': 'text/plain' }, 400],
    ['an encoding nobody knows', protobuf, { ...proto, 'content-encoding': 'br' }, 400],
    ['a body that is no gzip', protobuf, gzip, 400],
    ['a body cut short', protobuf.subarray(0, 300), proto, 400],
    ['a body that is no JSON', Buffer.from('{'), jsonType, 400],
    ['JSON of another shape', Buffer.from('{"resourceSpans":[1]}'), jsonType, 400],
    ['a list for a body', Buffer.from('[]'), jsonType, 400],
    ['an experiment that is not there', protobuf, { ...proto, 'x-mlflow-experiment-id': 'none' }, 404],
    ['a bomb', gzipSync(Buffer.alloc(70 * 1024 ** 2)), gzip, 413],
    ['values nested without end', nested(100), proto, 413],
    ['values by the million', Buffer.alloc(2_400_000, Buffer.from([0x0a, 0x00])), proto, 413],
  ];
  test.each(cases)('%s', async (_what, bytes, headers, status) => {
    const answer = await post(bytes, headers);
    expect(answer.status).toBe(status);
    if (headers['content-type'] === 'application/json') {
      expect(answer.body).toMatchObject({ code: 3, message: expect.any(String) });
      return;
    }
    const reader = new BinaryReader(answer.bytes);
    expect([reader.tag()[0], reader.int32()]).toEqual([1, status === 404 ? 5 : 3]);
    expect([reader.tag()[0], reader.string().length > 5]).toEqual([2, true]);
  });
});

/** A span with a value inside a value inside a value …, each at most a few bytes longer than the next. */
function nested(depth: number): Uint8Array {
  const wrap = (field: number, bytes: Uint8Array) =>
    new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish();
  let value: Uint8Array = new Uint8Array();
  for (let i = 0; i < depth; i++) value = wrap(5, wrap(1, value));
  return wrap(1, wrap(2, wrap(2, wrap(9, wrap(2, value)))));
}

test('whatever the bytes, the answer is never a fault', async () => {
  const deal = createDealer('otlp');
  for (let turn = 0; turn < 300; turn++) {
    const bytes =
      turn % 3 === 0
        ? Buffer.from(Array.from({ length: deal(200) }, () => deal(256)))
        : mutated(turn % 3 === 1 ? protobuf : json, deal);
    const { status } = await post(bytes, turn % 3 === 2 ? { 'content-type': 'application/json' } : proto);
    expect([200, 400, 413]).toContain(status);
  }
});

/** Bytes with a few of them changed, dropped or repeated. */
function mutated(bytes: Buffer, deal: (below: number) => number): Buffer {
  const copy = [...bytes];
  for (let i = 0; i <= deal(4); i++) {
    const at = deal(copy.length);
    if (deal(3) === 0) copy.splice(at, deal(8));
    else if (deal(2) === 0) copy.splice(at, 0, ...copy.slice(at, at + deal(16)));
    else copy[at] = deal(256);
  }
  return Buffer.from(copy);
}
