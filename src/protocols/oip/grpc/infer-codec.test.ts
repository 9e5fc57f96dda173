import { join } from 'node:path';
import { loadSync } from '@grpc/proto-loader';
import { describe, expect, test } from 'vitest';
import { createDealer, type Dealer } from '../../../../test/support/fuzz.ts';
import { decodeInfer } from './decode-infer.ts';
import { encodeInfer } from './encode-infer.ts';
import { fromLong, type InferResponseMessage, type Long } from './messages.ts';

interface Codec {
  requestSerialize(message: object): Buffer;
  requestDeserialize(bytes: Buffer): Record<string, unknown>;
  responseSerialize(message: object): Buffer;
}

const loaded = loadSync(join(import.meta.dirname, 'open-inference.proto'), { keepCase: true, arrays: true });
const general = (loaded['inference.GRPCInferenceService'] as unknown as { ModelInfer: Codec }).ModelInfer;

const names = ['', 'X', 'forest', 'input_with_a_long_name'.repeat(9), 'déjà', '名'];
const dealName = (deal: Dealer) => names[deal(deal(8) === 0 ? names.length : 4)]!;
const dealList = <T>(deal: Dealer, most: number, one: () => T) => Array.from({ length: deal(most + 1) }, one);
const dealBytes = (deal: Dealer) => Buffer.from(dealList(deal, deal(5) === 0 ? 400 : 12, () => deal(256)));
const dealParameters = (deal: Dealer, odd: boolean) =>
  odd && deal(3) === 0 ? { p: { int64_param: deal(9) }, q: { string_param: dealName(deal) } } : {};

/** A request of which one in four has something that is not plain. */
function dealRequest(deal: Dealer): object {
  const odd = deal(4) === 0;
  const input = () => ({
    ...(deal(9) > 0 && { name: dealName(deal) }),
    datatype: 'FP32',
    shape: dealList(deal, 4, () => (odd && deal(4) === 0 ? -1 : deal(2 ** (1 + deal(30))))),
    parameters: dealParameters(deal, odd),
    ...(odd && deal(3) === 0 && { contents: { fp32_contents: [1, 2] } }),
  });
  return {
    ...(deal(9) > 0 && { model_name: dealName(deal) }),
    ...(deal(2) > 0 && { model_version: dealName(deal), id: dealName(deal) }),
    parameters: dealParameters(deal, odd),
    inputs: dealList(deal, 3, input),
    outputs: dealList(deal, 3, () => ({ name: dealName(deal), parameters: dealParameters(deal, odd) })),
    raw_input_contents: dealList(deal, 3, () => dealBytes(deal)),
  };
}

/** What a message says, whichever codec read it: integers are numbers, lists may be absent. */
function told(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (Array.isArray(value)) return value.map(told);
  if (value === null || typeof value !== 'object') return value;
  if ('low' in value && 'high' in value) return fromLong(value as Long);
  const entries = Object.entries(value).filter(([, part]) => !(Array.isArray(part) && part.length === 0));
  return Object.fromEntries(entries.map(([name, part]) => [name, told(part)]));
}

/** Whatever is read by hand is what the general codec reads; gives whether it was. */
function agrees(bytes: Buffer): boolean {
  const swift = decodeInfer(bytes);
  if (swift) expect(told(swift)).toEqual(told(general.requestDeserialize(bytes)));
  return swift !== undefined;
}

describe('a request read by hand', () => {
  test('is what the general codec reads, whatever it holds', () => {
    const deal = createDealer('requests');
    let swift = 0;
    for (let at = 0; at < 2000; at++) if (agrees(general.requestSerialize(dealRequest(deal)))) swift++;
    expect(swift).toBeGreaterThan(800);
    expect(swift).toBeLessThan(1900);
  });

  test('is left to the general codec where it is torn, altered or has fields of another version', () => {
    const deal = createDealer('altered');
    for (let at = 0; at < 3000; at++) {
      const bytes = general.requestSerialize(dealRequest(deal));
      if (bytes.length === 0) continue;
      const unknown = Buffer.from([0x7a, 2, 104, 105]);
      agrees(bytes.subarray(0, deal(bytes.length)));
      expect(agrees(Buffer.concat([bytes, unknown]))).toBe(false);
      for (let changes = 1 + deal(3); changes > 0; changes--) bytes[deal(bytes.length)] = deal(256);
      agrees(bytes);
    }
  });

  test('takes sizes in a list and one by one', () => {
    const inner = Buffer.from([0x0a, 1, 88, 0x12, 4, ...Buffer.from('FP32'), 0x18, 3, 0x1a, 2, 4, 5, 0x18, 1]);
    const bytes = Buffer.concat([Buffer.from([0x2a, inner.length]), inner]);
    expect(decodeInfer(bytes)?.inputs).toEqual([{ name: 'X', datatype: 'FP32', shape: [3, 4, 5, 1] }]);
    agrees(bytes);
  });
});

test('a response written by hand is byte for byte the general one', () => {
  const deal = createDealer('responses');
  let swift = 0;
  for (let at = 0; at < 2000; at++) {
    const odd = deal(5) === 0;
    const output = () => ({
      name: dealName(deal),
      datatype: 'INT64',
      shape: dealList(deal, 3, () => (odd ? -1 : deal(2 ** (1 + deal(30))))),
      ...(odd && deal(2) === 0 && { contents: { int_contents: [1] } }),
    });
    const message: InferResponseMessage = {
      model_name: dealName(deal),
      ...(deal(2) === 0 && { model_version: dealName(deal) }),
      id: dealName(deal),
      ...(deal(3) > 0 && { parameters: { variant: odd ? { bool_param: true } : { string_param: dealName(deal) } } }),
      outputs: dealList(deal, 3, output),
      ...(deal(9) > 0 && { raw_output_contents: dealList(deal, 3, () => dealBytes(deal)) }),
    };
    const written = encodeInfer(message);
    if (!written) continue;
    swift++;
    expect(written.equals(general.responseSerialize(message))).toBe(true);
  }
  expect(swift).toBeGreaterThan(800);
  expect(swift).toBeLessThan(1900);
});
