import { expect, test } from 'vitest';
import { signatureOf } from './mlmodel.ts';

test('columns are tensors of their own, tensors keep their shapes', () => {
  const inputs = [
    { type: 'double', name: 'alcohol', required: true },
    { type: 'long', name: 'age', required: false },
    { type: 'string', name: 'city' },
    { type: { type: 'array' }, name: 'list' },
  ];
  const outputs = [{ type: 'tensor', 'tensor-spec': { dtype: 'int64', shape: [-1, 3] } }];
  const yaml = `flavors: {}\nsignature:\n  inputs: '${JSON.stringify(inputs)}'\n  outputs: '${JSON.stringify(outputs)}'\n`;
  expect(signatureOf(yaml)).toEqual({
    inputs: [
      { name: 'alcohol', type: 'float64', shape: [null] },
      { name: 'age', type: 'int64', shape: [null] },
      { name: 'city', type: 'string', shape: [null] },
      { name: 'list', type: 'object', shape: [null] },
    ],
    outputs: [{ name: 'output', type: 'int64', shape: [null, 3] }],
  });
});

test.each([
  '',
  'a: [',
  'signature: 3',
  'signature: {inputs: "no json"}',
  'signature: {inputs: "[3]"}',
  'a: &a [1]\nb: [*a, *a]',
  'signature: {inputs: "{}"}',
])('%j says nothing', (yaml) => {
  const { inputs, outputs } = signatureOf(yaml);
  expect([...inputs, ...outputs].every(({ type }) => type === 'object')).toBe(true);
});
