import type { ElementType } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';
import { datatypeOf, isRawOnly } from './datatypes.ts';

const limits: Partial<Record<ElementType, [number, number]>> = {
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
};

/** Checks elements that came as JSON or typed contents against their datatype; null is NaN in floats. */
export function checkElements(element: ElementType, values: unknown[], tensor: string): unknown[] {
  if (isRawOnly(element)) {
    return fail('invalid_input', `Input '${tensor}' is ${datatypeOf(element)}, which is sent as raw bytes only.`, {
      field: tensor,
    });
  }
  const range = limits[element];
  const isFloat = element === 'float32' || element === 'float64';
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (isFloat) {
      if (typeof value === 'number') continue;
      if (value === null) values[at] = Number.NaN;
      else if (typeof value !== 'bigint') wrong(element, value, { tensor, at });
    } else if (!isOf(element, value, range)) wrong(element, value, { tensor, at });
  }
  return values;
}

function isOf(element: ElementType, value: unknown, range: [number, number] | undefined): boolean {
  if (range) return Number.isInteger(value) && (value as number) >= range[0] && (value as number) <= range[1];
  if (element === 'string') return typeof value === 'string';
  if (element === 'bool') return typeof value === 'boolean';
  if (element === 'int64') return isBig(value, -(2n ** 63n), 2n ** 63n - 1n);
  return isBig(value, 0n, 2n ** 64n - 1n);
}

function isBig(value: unknown, low: bigint, high: bigint): boolean {
  if (typeof value !== 'bigint') return Number.isSafeInteger(value) && (low < 0n || (value as number) >= 0);
  return value >= low && value <= high;
}

function wrong(element: ElementType, value: unknown, { tensor, at }: { tensor: string; at: number }): never {
  const shown = typeof value === 'bigint' ? String(value) : JSON.stringify(value)?.slice(0, 60);
  const message = `Input '${tensor}' has ${shown} at position ${at}, which is not ${datatypeOf(element)}.`;
  return fail('invalid_input', message, { field: tensor });
}
