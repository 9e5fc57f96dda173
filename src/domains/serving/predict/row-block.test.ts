import { describe, expect, test } from 'vitest';
import { toFeeds } from '../batch/batch-tensors.ts';
import { planModel } from './model-plan.ts';
import { readColumns, readRows } from './row-block.ts';

const planOf = (type: string) => planModel({ inputs: [{ name: 'x', type, shape: ['n', 1] }], outputs: [] });

describe('whole numbers', () => {
  test.each([
    ['int8', -128n, 127n],
    ['uint8', 0n, 255n],
    ['int32', -2147483648n, 2147483647n],
    ['uint32', 0n, 4294967295n],
    ['int64', -(2n ** 63n), 2n ** 63n - 1n],
    ['uint64', 0n, 2n ** 64n - 1n],
  ])('of %s come to the model as they are, from the least to the greatest', (type, low, high) => {
    const plan = planOf(type);
    const { x } = toFeeds(plan, [readRows(plan, [{ x: low }, { x: high }], 'ignore')]);
    expect(Array.from(x!.data as ArrayLike<number | bigint>, BigInt)).toEqual([low, high]);
    for (const beyond of [low - 1n, high + 1n]) {
      const details = expect.objectContaining({ field: 'rows[0].x', value: String(beyond) });
      expect(() => readRows(plan, [{ x: beyond }], 'ignore')).toThrow(
        expect.objectContaining({ code: 'invalid_input', details }),
      );
    }
  });

  test('that a type does not hold are refused by name, with what it holds', () => {
    const plan = planOf('int32');
    const cure = "Row 1 has 3000000000 in column 'x'. Give a whole number from -2147483648 to 2147483647.";
    expect(() => readColumns(plan, { x: [1, 3e9] }, 'ignore')).toThrow(cure);
    expect(() => readRows(planOf('uint8'), [{ x: -1 }], 'ignore')).toThrow('from 0 to 255');
  });
});
