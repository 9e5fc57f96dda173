import { describe, expect, test } from 'vitest';
import { TidemillError } from '../kernel/errors.ts';
import { checkModel, createOnnxSession, dropZipMap, floatColumn, Graph, inspectModel, ops, tensor } from './index.ts';
import { irisForest, irisLogistic, irisRows } from './iris-models.ts';

const feeds = { X: tensor('float32', [2, 2], irisRows.x) };

describe('a scikit-learn model', () => {
  test.each([
    ['logistic regression', irisLogistic, irisRows.logistic, '["setosa","versicolor","virginica"]'],
    ['random forest', irisForest, irisRows.forest, '[0,1,2]'],
  ])('%s answers probabilities as a tensor once ZipMap is dropped', async (_, bytes, expected, classes) => {
    expect(inspectModel(bytes).outputs[1]!.type).toMatch(/^sequence\(map\(/);
    const plain = dropZipMap(bytes);
    const info = inspectModel(plain);
    expect(info.outputs[1]).toEqual({ name: 'output_probability', type: 'float32', shape: [null, null] });
    expect(info.metadata['classes']).toBe(classes);
    expect(info.operators['ai.onnx.ml:ZipMap']).toBeUndefined();
    expect(dropZipMap(plain)).toBe(plain);
    const session = await createOnnxSession(plain);
    const { output_probability } = await session.run(feeds);
    expect(output_probability!.dims).toEqual([2, 3]);
    Array.from(output_probability!.data as Float32Array).forEach((p, i) => {
      expect(p).toBeCloseTo(expected[i]!, 5);
    });
    await session.close();
  });

  test('with ZipMap still answers its label', async () => {
    const session = await createOnnxSession(irisLogistic);
    expect(session.outputs.map((output) => output.name)).toEqual(['output_label']);
    expect((await session.run(feeds))['output_label']!.data).toEqual(['setosa', 'setosa']);
    await session.close();
  });
});

function ownModel(): Uint8Array {
  const graph = new Graph();
  const x = graph.input('x', 'float32', ['N', 1]);
  graph.output(ops.sigmoid(graph, x), 'p', { type: 'float32', shape: ['N', 1] });
  return graph.build({ producerVersion: '0' });
}

/** A small generator so that the same bytes are tried everywhere. */
function bytesFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

function damaged(bytes: Uint8Array, seed: number): Uint8Array {
  const next = bytesFrom(seed);
  const copy = bytes.slice();
  const position = () => Math.floor(((next() << 16) | (next() << 8) | next()) % copy.length);
  if (seed % 7 === 0) return copy.subarray(0, position());
  if (seed % 11 === 0) return Uint8Array.from({ length: 64 }, next);
  for (let i = 0; i <= seed % 4; i++) copy[position()] = next();
  return copy;
}

test('damaged bytes are read, or refused as invalid_model; nothing else happens', async () => {
  const outcomes = { read: 0, refused: 0, loaded: 0 };
  for (let seed = 1; seed <= 1500; seed++) {
    const bytes = damaged([irisLogistic, irisForest, ownModel()][seed % 3]!, seed);
    try {
      const plain = dropZipMap(bytes);
      checkModel(plain);
      outcomes.read++;
      if (seed % 5 === 0) {
        const session = await createOnnxSession(plain);
        outcomes.loaded++;
        await session.close();
      }
    } catch (error) {
      expect(error).toBeInstanceOf(TidemillError);
      expect((error as TidemillError).code).toBe('invalid_model');
      outcomes.refused++;
    }
  }
  expect(outcomes.read).toBeGreaterThan(100);
  expect(outcomes.refused).toBeGreaterThan(100);
});

test('own models keep their bytes', async () => {
  const bytes = ownModel();
  expect(dropZipMap(bytes)).toBe(bytes);
  const session = await createOnnxSession(bytes);
  expect((await session.run({ x: floatColumn([0]) }))['p']!.data[0]).toBe(0.5);
  await session.close();
});
