import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { accepted, faultsOf, fetchChecked, ourProto, publishedProto, schemaFor } from './published.ts';
import { openConformance } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

interface Field {
  name: string;
  number: number;
  type: string;
  label: string;
  typeName: string;
  oneofIndex?: number;
}
interface Message {
  field: Field[];
  nestedType: (Message & { name: string; options?: { mapEntry: boolean } })[];
  oneofDecl: { name: string }[];
}

/** What of a message the wire shows, and the names that clients read it by. */
function shapeOf(message: Message): unknown {
  const fields = message.field.map(({ name, number, type, label, typeName, oneofIndex }) => {
    const oneof = oneofIndex === undefined ? '' : (message.oneofDecl[oneofIndex]?.name ?? '');
    return { name, number, type, label, of: typeName.split('.').at(-1), oneof };
  });
  const nested = message.nestedType.map((one) => [one.name, one.options?.mapEntry ?? false, shapeOf(one)] as const);
  return {
    fields: fields.sort((one, other) => one.number - other.number),
    nested: nested.sort(([one], [other]) => (one < other ? -1 : 1)),
  };
}

describe('the published definition of gRPC', () => {
  const messages = Object.keys(publishedProto).filter((name) => 'type' in publishedProto[name]!);

  test('has the messages that it should', () => expect(messages).toHaveLength(14));

  test.each(messages)('%s has the same fields, numbers and types here', (name) => {
    const [theirs, own] = [publishedProto[name], ourProto[name]] as unknown as { type: Message }[];
    expect(shapeOf(own!.type)).toEqual(shapeOf(theirs!.type));
  });

  test('has methods of the same paths and kinds here', () => {
    const shape = (proto: typeof ourProto) =>
      Object.values(proto['inference.GRPCInferenceService']!).map(({ path, requestStream, responseStream }) => {
        return { path, requestStream, responseStream };
      });
    expect(shape(ourProto)).toEqual(expect.arrayContaining(shape(publishedProto)));
  });

  test('reads every answer of the calls it has', async () => {
    for (const [method, message] of [
      ['ServerLive', {}],
      ['ServerReady', {}],
      ['ServerMetadata', {}],
      ['ModelReady', { name: 'risk' }],
      ['ModelReady', { name: 'nobody' }],
      ['ModelMetadata', { name: 'risk', version: '1' }],
    ] as const) {
      expect(await open.call(method, message)).toBeDefined();
    }
  });
});

describe('the published schemas of REST', () => {
  test('accept every answer of the paths they have, right and wrong ones', async () => {
    for (const path of ['', '/', '/models/risk', '/models/risk/versions/1', '/models/same-BYTES', '/models/nobody']) {
      await fetchChecked(`${open.url}/v2${path}`);
    }
    const inputs = ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [2, 1], data: [1, Number.MAX_VALUE] }));
    for (const body of [{ inputs: [] }, { inputs: inputs.map((one) => ({ ...one, data: [1, 2] })) }, { inputs }]) {
      await fetchChecked(`${open.url}/v2/models/risk/infer`, { method: 'POST', body: JSON.stringify(body) });
    }
    expect(Object.fromEntries(accepted)).toMatchObject({
      metadata_server_response: 2,
      metadata_model_response: 3,
      inference_response: expect.any(Number),
      inference_error_response: expect.any(Number),
    });
  });

  test('refuse what is not as they say', () => {
    const output = { name: 'y', datatype: 'FP32', shape: [1], data: [1] };
    const answer = { model_name: 'm', outputs: [output] };
    const good = (more: object = {}) => faultsOf('inference_response', { ...answer, ...more });
    expect(good()).toEqual([]);
    expect(good({ outputs: [{ ...output, data: [Number.NaN] }] })).toEqual([]);
    const raw = { name: 'y', datatype: 'FP32', shape: [1], parameters: { binary_data_size: 4 } };
    expect(good({ outputs: [raw] })).toEqual([]);
    for (const wrong of [
      { more: 1 },
      { id: 7 },
      { outputs: [{ ...raw, data: [1] }] },
      { outputs: [{ ...raw, parameters: {} }] },
      { outputs: [{ ...output, shape: [1.5] }] },
      { outputs: [{ ...output, data: [null] }] },
      { outputs: [{ ...output, extra: true }] },
      { outputs: {} },
      { model_version: 1 },
    ]) {
      expect([wrong, good(wrong).length > 0]).toEqual([wrong, true]);
    }
    expect(faultsOf('inference_error_response', {})).not.toEqual([]);
    expect(faultsOf('metadata_model_response', { name: 'm', platform: 'p', inputs: [{ name: 'x' }] })).not.toEqual([]);
    expect(schemaFor('/v2/models/m/versions/1/infer', 200)).toBe('inference_response');
    expect(schemaFor('/v2/models/m/ready', 200)).toBeUndefined();
  });
});
