import type { ElementType } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';

const toElement: Record<string, ElementType> = {
  BOOL: 'bool',
  UINT8: 'uint8',
  UINT16: 'uint16',
  UINT32: 'uint32',
  UINT64: 'uint64',
  INT8: 'int8',
  INT16: 'int16',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  BF16: 'bfloat16',
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
};
const toProtocol = Object.fromEntries(Object.entries(toElement).map(([name, element]) => [element, name]));

/** The datatypes of the protocol. */
export const datatypes: readonly string[] = Object.keys(toElement);

/** The element type of a datatype of the protocol; fails with `invalid_input` for one it has not. */
export function elementOf(datatype: unknown, tensor: string): ElementType {
  const element = typeof datatype === 'string' && Object.hasOwn(toElement, datatype) ? toElement[datatype] : undefined;
  if (element !== undefined) return element;
  return fail('invalid_input', `Input '${tensor}' has the datatype ${shown(datatype)}, which is not served.`, {
    field: 'datatype',
    cure: `Use one of ${datatypes.join(', ')}.`,
  });
}

/** The protocol's name of an element type. */
export function datatypeOf(element: ElementType): string {
  return toProtocol[element]!;
}

/** Whether values of a type travel as raw bytes only, because JSON and typed contents have no form for them. */
export function isRawOnly(element: ElementType): element is 'float16' | 'bfloat16' {
  return element === 'float16' || element === 'bfloat16';
}

function shown(value: unknown): string {
  return typeof value === 'bigint' ? String(value) : String(JSON.stringify(value)).slice(0, 60);
}
