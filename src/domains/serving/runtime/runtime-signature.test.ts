import { describe, expect, test } from 'vitest';
import { faceOfColumns, faceOfMlmodel } from './runtime-signature.ts';

const mlmodel = (signature: Record<string, unknown>) => {
  const lines = Object.entries(signature).map(([key, value]) => `  ${key}: '${JSON.stringify(value)}'`);
  return `flavors:\n  python_function: {}\nsignature:\n${lines.join('\n')}\n`;
};

describe('the signature of an MLmodel file', () => {
  test('of columns: types, optional ones, bytes and times, parameters', () => {
    const inputs = [
      { type: 'double', name: 'x', required: true },
      { type: 'long', name: 'n', required: false },
      { type: 'binary', name: 'picture', required: true },
      { type: 'datetime', name: 'at', required: false },
    ];
    const params = [
      { name: 'threshold', type: 'double', default: 0.5, shape: null },
      { name: 'tags', type: 'string', default: ['a'], shape: [-1] },
    ];
    const face = faceOfMlmodel(mlmodel({ inputs, outputs: [{ type: 'long', required: true }], params }))!;
    expect(face.inputs.map(({ name, type }) => [name, type])).toEqual([
      ['x', 'float64'],
      ['n', 'float64'],
      ['picture', 'string'],
      ['at', 'string'],
    ]);
    expect(face).toMatchObject({ isTable: true, isUnnamed: false, nullable: new Set(['n', 'at']) });
    expect([...face.forms]).toEqual([
      ['picture', 'base64'],
      ['at', 'datetime'],
    ]);
    expect(face.outputs).toEqual([{ name: 'predictions', type: 'int64', shape: [null] }]);
    expect(face.params).toEqual({
      threshold: { type: 'double', isList: false },
      tags: { type: 'string', isList: true },
    });
  });

  test('of one tensor without a name', () => {
    const tensor = { type: 'tensor', 'tensor-spec': { dtype: 'float64', shape: [-1, 4] } };
    expect(faceOfMlmodel(mlmodel({ inputs: [tensor], outputs: [tensor] }))).toMatchObject({
      inputs: [{ name: 'input', type: 'float64', shape: [null, 4] }],
      outputs: [{ name: 'predictions', type: 'float64', shape: [null, 4] }],
      isTable: false,
      isUnnamed: true,
    });
  });

  test('none, nested, and broken', () => {
    expect(faceOfMlmodel('flavors: {}')).toBeUndefined();
    const nested = [{ type: { type: 'array' }, name: 'messages' }];
    expect(() => faceOfMlmodel(mlmodel({ inputs: nested }))).toThrow(/'messages' of the signature/);
    expect(() => faceOfMlmodel("signature: {inputs: '[['}")).toThrow(/cannot be read/);
  });
});

test('declared columns: one tensor of numbers for servers that take lists, else a table', () => {
  const numbers = ['a', 'b'].map((name) => ({ name, type: 'number' as const }));
  expect(faceOfColumns(numbers, true).inputs).toEqual([{ name: 'instances', type: 'float64', shape: [null, 2] }]);
  expect(faceOfColumns(numbers, false)).toMatchObject({ isTable: true, inputs: [{ name: 'a' }, { name: 'b' }] });
});
