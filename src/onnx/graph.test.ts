import { describe, expect, test } from 'vitest';
import {
  createOnnxSession,
  floatColumn,
  Graph,
  inspectModel,
  ml,
  ops,
  stringColumn,
  type Tensor,
  tensor,
} from './index.ts';

const header = { producerVersion: '0.0.0' };

function scorer(): Uint8Array {
  const graph = new Graph();
  const a = graph.input('a', 'float32', ['N', 1]);
  const color = graph.input('color', 'string', ['N', 1]);
  const code = ml.labelEncoder(graph, color, {
    keys: ['red', 'green', 'blue'],
    values: new BigInt64Array([0n, 1n, 2n]),
    otherwise: 3,
  });
  const weights = graph.constantOf('float32', [4, 1], [1, 2, 3, -1]);
  const weight = ops.flatten(graph, ops.gather(graph, weights, code), 2);
  graph.output(ops.add(graph, a, weight), 'score', { type: 'float32', shape: ['N', 1] });
  graph.output(code, 'code', { type: 'int64', shape: ['N', 1] });
  return graph.build({ ...header, metadata: { target: 'y' } });
}

function numbers(tensor: Tensor | undefined): number[] {
  return Array.from(tensor!.data as Float32Array);
}

describe.each(['inline', 'worker'] as const)('a built graph, run %s', (placement) => {
  test('computes with floats, strings and 64-bit integers', async () => {
    const session = await createOnnxSession(scorer(), { placement });
    const feeds = { a: floatColumn([1, 2, 3]), color: stringColumn(['red', 'blue', 'pink']) };
    const { score, code } = await session.run(feeds);
    expect(numbers(score)).toEqual([2, 5, 2]);
    expect(code).toEqual({ type: 'int64', dims: [3, 1], data: new BigInt64Array([0n, 2n, 3n]) });
    const only = await session.run(feeds, ['score']);
    expect(Object.keys(only)).toEqual(['score']);
    await session.close();
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('answers many callers at once, each with its own rows', async () => {
    const session = await createOnnxSession(scorer(), { placement });
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => session.run({ a: floatColumn([i]), color: stringColumn(['red']) })),
    );
    expect(answers.map((answer) => numbers(answer['score'])[0])).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
    await session.close();
  });

  test.each<[string, Record<string, Tensor>, string]>([
    ['a missing input', { a: floatColumn([1]) }, 'color'],
    ['a wrong type', { a: stringColumn(['1']), color: stringColumn(['red']) }, 'a'],
    ['a wrong rank', { a: tensor('float32', [1], [1]), color: stringColumn(['red']) }, 'a'],
    ['a wrong width', { a: tensor('float32', [1, 2], [1, 2]), color: stringColumn(['red']) }, 'a'],
    ['rows that differ', { a: floatColumn([1, 2]), color: stringColumn(['red']) }, 'color'],
    [
      'data that lie about their shape',
      { a: { ...floatColumn([1]), dims: [5, 1] }, color: stringColumn(['red']) },
      'a',
    ],
    ['an unknown input', { a: floatColumn([1]), color: stringColumn(['red']), b: floatColumn([1]) }, 'b'],
  ])('refuses %s as the caller’s mistake', async (_, feeds, field) => {
    const session = await createOnnxSession(scorer(), { placement });
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'invalid_input', details: { field } });
    await expect(session.run(feeds, ['nothing'])).rejects.toMatchObject({ code: 'invalid_input' });
    await session.close();
  });

  test('maps what the runtime refuses while it runs to the caller’s mistake', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['N', 'M']);
    const three = graph.constantOf('float32', [3, 1], [1, 2, 3]);
    graph.output(ops.matMul(graph, x, three), 'y', { type: 'float32', shape: ['N', 1] });
    const session = await createOnnxSession(graph.build(header), { placement });
    await expect(session.run({ x: tensor('float32', [1, 2], [1, 2]) })).rejects.toMatchObject({
      code: 'invalid_input',
    });
    await session.close();
  });
});

test('a worker takes over the buffers of its feeds only when told to', async () => {
  const session = await createOnnxSession(scorer(), { placement: 'worker' });
  const a = floatColumn([1, 2]);
  const color = stringColumn(['red', 'red']);
  await session.run({ a, color });
  expect(numbers(a)).toEqual([1, 2]);
  await session.run({ a, color }, undefined, { transfer: true });
  expect(a.data.length).toBe(0);
  await session.close();
});

test('a closed worker fails the runs that were waiting', async () => {
  const session = await createOnnxSession(scorer(), { placement: 'worker' });
  const run = session.run({ a: floatColumn([1]), color: stringColumn(['red']) });
  const outcome = run.then(
    () => 'answered',
    (error: { code: string }) => error.code,
  );
  await session.close();
  expect(['answered', 'unavailable']).toContain(await outcome);
});

test('the model says what it is', () => {
  const bytes = scorer();
  expect(inspectModel(bytes)).toEqual({
    inputs: [
      { name: 'a', type: 'float32', shape: ['N', 1] },
      { name: 'color', type: 'string', shape: ['N', 1] },
    ],
    outputs: [
      { name: 'score', type: 'float32', shape: ['N', 1] },
      { name: 'code', type: 'int64', shape: ['N', 1] },
    ],
    opsets: { 'ai.onnx': 17, 'ai.onnx.ml': 3 },
    producer: { name: 'tidemill', version: '0.0.0' },
    irVersion: 8,
    nodes: 6,
    operators: { 'ai.onnx.ml:LabelEncoder': 1, Gather: 1, Flatten: 1, Add: 1, Identity: 2 },
    metadata: { target: 'y' },
    bytes: bytes.length,
  });
});

test('an input may carry the name an inner value would have had', async () => {
  const graph = new Graph();
  const x = graph.input('Add_1', 'float32', ['N', 1]);
  const y = ops.add(graph, x, x);
  graph.output(y, 'sum', { type: 'float32', shape: ['N', 1] });
  const session = await createOnnxSession(graph.build(header));
  expect(numbers((await session.run({ Add_1: floatColumn([4]) }))['sum'])).toEqual([8]);
  expect(() => graph.input('sum', 'float32', ['N', 1])).toThrow(/taken twice/);
});

test('tensors refuse values that do not fit', () => {
  expect(() => tensor('int8', [1], [300])).toThrow(/not of type int8/);
  expect(() => tensor('int64', [1], [1.5])).toThrow(/not of type int64/);
  expect(() => tensor('uint64', [1], [-1])).toThrow(/not of type uint64/);
  expect(() => tensor('float32', [2, 2], [1, 2, 3])).toThrow(/needs 4 values/);
  expect(tensor('int64', [2], [2n ** 62n, true]).data).toEqual(new BigInt64Array([2n ** 62n, 1n]));
  expect(tensor('string', [2], ['a', null]).data).toEqual(['a', '']);
  expect(numbers(tensor('float32', [2], [null, 1]))).toEqual([Number.NaN, 1]);
});
