import { describe, expect, test } from 'vitest';
import { checkModel } from './check.ts';
import { Graph } from './graph.ts';
import { inlineData } from './inline-data.ts';
import * as ops from './operators.ts';
import { createOnnxSession } from './session.ts';
import { splitModel } from './split-model.ts';
import { tensor } from './tensor.ts';

const file = new Uint8Array(new Float32Array([9, 10, 20]).buffer);
const beside = async (location: string) => (location === 'w.data' ? file : undefined);
const at = (location: string, more: Record<string, string> = {}) =>
  Object.entries({ location, ...more }).map(([key, value]) => ({ key, value }));

describe('data beside a model', () => {
  test('is put into it, and the model runs', async () => {
    const whole = await inlineData(splitModel(at('w.data', { offset: '4', length: '8' })), beside);
    checkModel(whole);
    const session = await createOnnxSession(whole);
    const { y } = await session.run({ x: tensor('float32', [2], [1, 2]) });
    expect([...(y!.data as Float32Array)]).toEqual([11, 22]);
    await session.close();
    expect(await inlineData(splitModel(at('w.data', { offset: '4' })), beside)).toEqual(whole);
  });

  test('that is not there is left for the check to refuse', async () => {
    for (const location of ['../w.data', '/etc/passwd', 'none', '']) {
      const left = await inlineData(splitModel(at(location)), beside);
      expect(() => checkModel(left)).toThrow(/outside the file/);
    }
  });

  test.each([
    [{ offset: '8', length: '8' }],
    [{ offset: '-4' }],
    [{ offset: '13' }],
    [{ length: '1e1' }],
    [{ length: '99999999999999' }],
  ])('outside its file is refused: %j', async (range) => {
    await expect(inlineData(splitModel(at('w.data', range)), beside)).rejects.toMatchObject({ code: 'invalid_model' });
  });

  test('named often counts often', async () => {
    const again = (name: string) => ({ name, dims: [3n], dataType: 1, dataLocation: 1, externalData: at('w.data') });
    const model = splitModel(at('w.data'), ['a', 'b', 'c'].map(again));
    const limits = { bytes: model.length + 40, nodes: 10, depth: 1, elements: 100 };
    await expect(inlineData(model, beside, limits)).rejects.toThrow(/more than/);
    expect((await inlineData(model, beside)).length).toBeGreaterThan(0);
  });

  test('that a model does not have leaves it as it is', async () => {
    const graph = new Graph();
    const x = graph.input('x', 'float32', ['N', 2]);
    graph.output(ops.add(graph, x, graph.constantOf('float32', [1, 2], [1, 1])), 'y', {
      type: 'float32',
      shape: ['N', 2],
    });
    const bytes = graph.build({ producerVersion: 'test' });
    expect(await inlineData(bytes, beside)).toBe(bytes);
  });
});
