import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import {
  AttributeProto_AttributeType as AttributeType,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
} from './generated/onnx-ml_pb.ts';
import { checkModel, createOnnxSession, inspectModel } from './index.ts';

type TensorInit = MessageInitShape<typeof TensorProtoSchema>;
type NodeInit = MessageInitShape<typeof NodeProtoSchema>;
type GraphInit = MessageInitShape<typeof GraphProtoSchema>;
type ModelInit = MessageInitShape<typeof ModelProtoSchema>;

const floatInfo = (name: string) => ({
  name,
  type: { value: { case: 'tensorType' as const, value: { elemType: 1, shape: { dim: [{}] } } } },
});

/** A model `y = x + w` with parts put in its place. */
function modelWith(parts: { graph?: GraphInit; model?: ModelInit } = {}): Uint8Array {
  const graph: GraphInit = {
    input: [floatInfo('x')],
    output: [floatInfo('y')],
    node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
    initializer: [{ name: 'w', dims: [1n], dataType: 1, floatData: [1] }],
    ...parts.graph,
  };
  return encode({ irVersion: 8n, opsetImport: [{ version: 17n }], graph, ...parts.model } as ModelInit);
}

function encode(model: ModelInit): Uint8Array {
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, model));
}

const secret: TensorInit = {
  name: 'w',
  dims: [1n],
  dataType: 1,
  dataLocation: 1,
  externalData: [{ key: 'location', value: '../../../../etc/passwd' }],
};
const constant = (attribute: object): NodeInit => ({
  opType: 'Constant',
  output: ['w'],
  attribute: [{ name: 'value', type: AttributeType.TENSOR, ...attribute }],
});
const add: NodeInit = { opType: 'Add', input: ['x', 'w'], output: ['y'] };
const inBranch = (graph: GraphInit): NodeInit => ({
  opType: 'If',
  input: ['c'],
  output: ['y'],
  attribute: [{ name: 'then_branch', type: AttributeType.GRAPH, g: { output: [floatInfo('z')], ...graph } }],
});

describe('data outside the file is refused wherever it hides', () => {
  const hidden: [string, Uint8Array][] = [
    ['an initializer', modelWith({ graph: { initializer: [secret] } })],
    ['an initializer that only lists it', modelWith({ graph: { initializer: [{ ...secret, dataLocation: 0 }] } })],
    ['an initializer that only points out', modelWith({ graph: { initializer: [{ ...secret, externalData: [] }] } })],
    ['a sparse initializer', modelWith({ graph: { sparseInitializer: [{ values: secret, dims: [1n] }] } })],
    ['the indices of a sparse one', modelWith({ graph: { sparseInitializer: [{ indices: secret, dims: [1n] }] } })],
    ['a constant', modelWith({ graph: { node: [constant({ t: secret }), add] } })],
    ['a list of tensors', modelWith({ graph: { node: [constant({ tensors: [secret] }), add] } })],
    ['a sparse constant', modelWith({ graph: { node: [constant({ sparseTensor: { values: secret } }), add] } })],
    ['a list of sparse ones', modelWith({ graph: { node: [constant({ sparseTensors: [{ values: secret }] }), add] } })],
    ['a branch', modelWith({ graph: { node: [inBranch({ initializer: [secret] })] } })],
    [
      'a branch of a branch',
      modelWith({ graph: { node: [inBranch({ node: [inBranch({ initializer: [secret] })] })] } }),
    ],
    [
      'a graph of a list',
      modelWith({
        graph: { node: [{ opType: 'If', attribute: [{ name: 'g', graphs: [{ initializer: [secret] }] }] }] },
      }),
    ],
    [
      'a function',
      modelWith({ model: { functions: [{ name: 'f', domain: 'local', node: [constant({ t: secret })] }] } }),
    ],
    [
      'a default of a function',
      modelWith({ model: { functions: [{ name: 'f', domain: 'local', attributeProto: [{ name: 'a', t: secret }] }] } }),
    ],
    ['training graphs', modelWith({ model: { trainingInfo: [{ algorithm: { initializer: [secret] } }] } })],
  ];

  test.each(hidden)('%s', async (_, bytes) => {
    expect(() => checkModel(bytes)).toThrow(/outside the file/);
    await expect(createOnnxSession(bytes)).rejects.toMatchObject({
      code: 'invalid_model',
      details: { cure: expect.stringContaining('one file') },
    });
  });

  test('even when the file it names exists beside the program', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidemill-onnx-'));
    const path = join(folder, 'weights.bin');
    writeFileSync(path, new Float32Array([42]));
    for (const location of [path, 'weights.bin', `..${path}`, 'file:///etc/passwd', '']) {
      const tensor = { ...secret, externalData: [{ key: 'location', value: location }] };
      await expect(createOnnxSession(modelWith({ graph: { initializer: [tensor] } }))).rejects.toMatchObject({
        code: 'invalid_model',
      });
    }
    rmSync(folder, { recursive: true });
  });
});

describe('code from elsewhere is refused', () => {
  test('operators of other domains', () => {
    const node = { opType: 'Run', domain: 'com.evil', input: ['x'], output: ['y'] };
    expect(() => checkModel(modelWith({ graph: { node: [node] } }))).toThrow(/'Run' of domain 'com.evil'/);
    expect(() => checkModel(modelWith({ graph: { node: [inBranch({ node: [node] })] } }))).toThrow(/com.evil/);
    expect(() => checkModel(modelWith({ model: { opsetImport: [{ version: 17n }, { domain: 'com.evil' }] } }))).toThrow(
      /imports the operator domain 'com.evil'/,
    );
  });

  test('but functions in the file itself are not', async () => {
    const body = {
      name: 'twice',
      domain: 'local',
      input: ['a'],
      output: ['b'],
      node: [{ opType: 'Add', input: ['a', 'a'], output: ['b'] }],
      opsetImport: [{ version: 17n }],
    };
    const bytes = modelWith({
      graph: { node: [{ opType: 'twice', domain: 'local', input: ['x'], output: ['y'] }] },
      model: { functions: [body], opsetImport: [{ version: 17n }, { domain: 'local', version: 1n }] },
    });
    const session = await createOnnxSession(bytes);
    const { y } = await session.run({ x: { type: 'float32', dims: [1], data: Float32Array.of(21) } });
    expect([...(y!.data as Float32Array)]).toEqual([42]);
    await session.close();
  });
});

describe('what grows without end is refused', () => {
  const call = (name: string): NodeInit => ({ opType: name, domain: 'local', input: ['x'], output: ['y'] });

  test('functions that call themselves, or double at each step', () => {
    const opsetImport = [{ version: 17n }, { domain: 'local', version: 1n }];
    const body = (name: string, ...calls: string[]) => ({ name, domain: 'local', node: calls.map(call) });
    const loop = { functions: [body('a', 'b'), body('b', 'a')], opsetImport };
    expect(() => checkModel(modelWith({ graph: { node: [call('a')] }, model: loop }))).toThrow(/calls itself/);
    const functions = Array.from({ length: 40 }, (_, i) => body(`f${i}`, `f${i + 1}`, `f${i + 1}`));
    const doubling = { functions: [...functions, body('f40')], opsetImport };
    expect(() => checkModel(modelWith({ graph: { node: [call('f0')] }, model: doubling }))).toThrow(/expands to more/);
    const chain = Array.from({ length: 30_000 }, (_, i) => body(`f${i}`, `f${i + 1}`));
    const long = { functions: [...chain, body('f30000')], opsetImport };
    expect(() => checkModel(modelWith({ graph: { node: [call('f0')] }, model: long }))).toThrow(/calls functions/);
  });

  test('graphs nested deep, and deeper than the parser goes', () => {
    const nest = (depth: number): GraphInit => (depth === 0 ? {} : { node: [inBranch(nest(depth - 1))] });
    expect(checkModel(modelWith({ graph: nest(8) })).nodes).toBe(8);
    expect(() => checkModel(modelWith({ graph: nest(9) }))).toThrow(/nests more than 8 subgraphs/);
    expect(() => checkModel(modelWith({ graph: nest(500) }))).toThrow(/recursion depth/);
  });

  test('bytes, nodes and constants over the limit', () => {
    const limits = { bytes: 1000, nodes: 3, depth: 1, elements: 10 };
    expect(() => checkModel(new Uint8Array(1001), limits)).toThrow(/has 1001 bytes; the limit is 1000/);
    expect(() => checkModel(modelWith({ graph: { node: [add, add, add, add] } }), limits)).toThrow(/more than 3 nodes/);
    const huge = { name: 'w', dims: [1n << 40n, 1n << 40n], dataType: 1 };
    expect(() => checkModel(modelWith({ graph: { initializer: [huge] } }))).toThrow(/elements/);
    const negative = { name: 'w', dims: [-1n], dataType: 1 };
    expect(() => checkModel(modelWith({ graph: { initializer: [negative] } }))).toThrow(/negative dimension/);
  });
});

describe('what is no model', () => {
  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['text', Buffer.from('{"model": 1}')],
    ['a pickle', Buffer.from('\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94.', 'latin1')],
    ['a model without a graph', encode({ irVersion: 8n, opsetImport: [{ version: 17n }] })],
    ['a graph without outputs', modelWith({ graph: { output: [] } })],
    ['half a model', modelWith().subarray(0, 40)],
  ])('%s', (_, bytes) => {
    expect(() => inspectModel(bytes)).toThrow(expect.objectContaining({ code: 'invalid_model' }));
    expect(() => checkModel(bytes)).toThrow(expect.objectContaining({ code: 'invalid_model' }));
  });

  test('a model without operator sets, or that the runtime refuses', async () => {
    expect(() => checkModel(modelWith({ model: { opsetImport: [] } }))).toThrow(/imports no operator set/);
    const bytes = modelWith({ graph: { node: [{ opType: 'NoSuchOperator', input: ['x'], output: ['y'] }] } });
    for (const placement of ['inline', 'worker'] as const) {
      await expect(createOnnxSession(bytes, { placement })).rejects.toMatchObject({ code: 'invalid_model' });
    }
  });
});

test('a sound model passes, and says what it is', () => {
  expect(checkModel(modelWith())).toMatchObject({
    inputs: [{ name: 'x', type: 'float32', shape: [null] }],
    nodes: 1,
    operators: { Add: 1 },
  });
});
