import type { Inferred, InferredTensor } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';
import { elementCount } from './element-count.ts';

/** The best `classes` values of each row as texts `value:index[:label]`, the best first. */
export function classify(tensor: InferredTensor, classes: number, inferred: Inferred): InferredTensor {
  const { name, data, type } = tensor;
  if (Array.isArray(data) || type === 'bool') {
    return fail('invalid_input', `Output '${name}' holds no numbers to classify by.`, { field: name });
  }
  const width = elementCount(tensor.tail);
  const best = Math.min(classes, width);
  const texts: string[] = [];
  for (let row = 0; row < inferred.rows; row++) {
    const from = row * width;
    const order = Array.from({ length: width }, (_, at) => at).sort((a, b) =>
      compare(data[from + b]!, data[from + a]!),
    );
    for (const at of order.slice(0, best)) texts.push(textOf(data[from + at]!, at, inferred.classes));
  }
  return { name, type: 'string', tail: [best], data: texts };
}

function compare(a: number | bigint, b: number | bigint): number {
  return a > b ? 1 : a < b ? -1 : 0;
}

function textOf(value: number | bigint, index: number, labels: Inferred['classes']): string {
  const number = Number.isInteger(value) || typeof value === 'bigint' ? String(value) : (value as number).toFixed(6);
  const label = labels?.[index];
  return label === undefined ? `${number}:${index}` : `${number}:${index}:${label}`;
}
