import type { GivenTensor } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';

type ElementType = GivenTensor['type'];

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
  FP32: 'float32',
  FP64: 'float64',
  BYTES: 'string',
};
const toProtocol = Object.fromEntries(Object.entries(toElement).map(([name, element]) => [element, name]));

/** The element type of a datatype of the protocol; fails with `invalid_input` for one it has not, or that is never fed. */
export function elementOf(datatype: unknown, tensor: string): ElementType {
  const element = typeof datatype === 'string' && Object.hasOwn(toElement, datatype) ? toElement[datatype] : undefined;
  if (element !== undefined) return element;
  return fail('invalid_input', `Input '${tensor}' has the datatype ${JSON.stringify(datatype)}, which is not served.`, {
    field: 'datatype',
    cure: `Use one of ${Object.keys(toElement).join(', ')}.`,
  });
}

/** The protocol's name of an element type. */
export function datatypeOf(element: string): string {
  return toProtocol[element] ?? 'BYTES';
}

/** Bytes of one element in binary form; 0 where each has a length of its own. */
export function bytesOf(element: ElementType): number {
  if (element === 'string') return 0;
  if (element === 'bool') return 1;
  return Number(/\d+$/.exec(element)![0]) / 8;
}

const views = {
  bool: Uint8Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

/** Reads elements from little-endian bytes; strings have a four-byte length before each. */
export function readBinary(element: ElementType, bytes: Buffer, count: number): ArrayLike<unknown> {
  if (element === 'string') return readStrings(bytes, count);
  if (bytes.length !== count * bytesOf(element)) {
    fail(
      'invalid_input',
      `A binary tensor has ${bytes.length} bytes where its shape needs ${count * bytesOf(element)}.`,
    );
  }
  // The body's bytes are not aligned to the element.
  const copy = new Uint8Array(bytes);
  return new views[element](copy.buffer, 0, count);
}

function readStrings(bytes: Buffer, count: number): string[] {
  const strings: string[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && strings.length < count) {
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) break;
    strings.push(bytes.toString('utf8', at + 4, end));
    at = end;
  }
  if (strings.length !== count || at !== bytes.length) {
    fail('invalid_input', `A binary BYTES tensor does not hold the ${count} strings its shape needs.`);
  }
  return strings;
}

/** Writes elements as little-endian bytes. */
export function writeBinary(data: ArrayBufferView | readonly string[]): Buffer {
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const parts = data.flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts);
}

const limits: Partial<Record<ElementType, [number, number]>> = {
  uint8: [0, 255],
  uint16: [0, 65_535],
  uint32: [0, 4_294_967_295],
  int8: [-128, 127],
  int16: [-32_768, 32_767],
  int32: [-2_147_483_648, 2_147_483_647],
};

/** Checks elements that came as JSON against their datatype; null is NaN in floats. */
export function checkElements(element: ElementType, values: unknown[], tensor: string): unknown[] {
  const range = limits[element];
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (element === 'string' ? typeof value === 'string' : element === 'bool' ? typeof value === 'boolean' : false)
      continue;
    if (element.startsWith('float') && (typeof value === 'number' || typeof value === 'bigint')) continue;
    if (element.startsWith('float') && value === null) values[at] = Number.NaN;
    else if (!isWhole(element, value, range)) wrong(element, value, { tensor, at });
  }
  return values;
}

function isWhole(element: ElementType, value: unknown, range: [number, number] | undefined): boolean {
  if (element === 'int64') return isBig(value, -(2n ** 63n), 2n ** 63n - 1n);
  if (element === 'uint64') return isBig(value, 0n, 2n ** 64n - 1n);
  return (
    range !== undefined && Number.isInteger(value) && (value as number) >= range[0] && (value as number) <= range[1]
  );
}

function isBig(value: unknown, low: bigint, high: bigint): boolean {
  if (typeof value !== 'bigint' && !Number.isSafeInteger(value)) return false;
  const big = BigInt(value as bigint | number);
  return big >= low && big <= high;
}

function wrong(element: ElementType, value: unknown, { tensor, at }: { tensor: string; at: number }): never {
  const shown = typeof value === 'bigint' ? String(value) : JSON.stringify(value)?.slice(0, 60);
  return fail(
    'invalid_input',
    `Input '${tensor}' has ${shown} at position ${at}, which is not ${datatypeOf(element)}.`,
    {
      field: tensor,
    },
  );
}
