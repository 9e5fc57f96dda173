import { isUtf8 } from 'node:buffer';
import { endianness } from 'node:os';
import type { ElementType, InferredTensor } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';
import { isRawOnly } from './datatypes.ts';
import { narrow, widen } from './halves.ts';

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
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;

// Node runs on nothing else that this server does; a view of the bytes is their value only there.
if (endianness() !== 'LE') throw new Error('Raw tensors are read by views of little-endian memory.');

/** What raw tensors are checked against. */
export interface RawTensor {
  name: string;
  type: ElementType;
  /** Elements that the shape asks for. */
  count: number;
}

/** Bytes of one element; 0 where each has a length of its own. */
export function bytesOf(element: ElementType): number {
  return element === 'string' ? 0 : views[element].BYTES_PER_ELEMENT;
}

/** Reads elements from little-endian bytes; strings have a four-byte length before each. Fails with `invalid_input`. */
export function readRaw({ name, type, count }: RawTensor, bytes: Uint8Array): ArrayLike<unknown> {
  if (type === 'string') return readStrings(name, bytes, count);
  const wanted = count * bytesOf(type);
  if (bytes.length !== wanted) {
    fail('invalid_input', `Input '${name}' has ${bytes.length} raw bytes where its shape needs ${wanted}.`, {
      field: name,
    });
  }
  // The message's bytes are not aligned to the element.
  const copy = new Uint8Array(bytes);
  if (type === 'bool') checkBits(name, copy);
  if (isRawOnly(type)) return widen(type, new Uint16Array(copy.buffer));
  return new views[type](copy.buffer, 0, count);
}

function checkBits(name: string, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at]! > 1) {
      fail('invalid_input', `Input '${name}' has the byte ${bytes[at]} at position ${at}, which is not BOOL.`, {
        field: name,
      });
    }
  }
}

function readStrings(name: string, given: Uint8Array, count: number): string[] {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.length);
  const strings: string[] = [];
  let at = 0;
  while (at + 4 <= bytes.length && strings.length < count) {
    const end = at + 4 + bytes.readUInt32LE(at);
    if (end > bytes.length) break;
    strings.push(readText(name, bytes.subarray(at + 4, end)));
    at = end;
  }
  if (strings.length !== count || at !== bytes.length) {
    fail('invalid_input', `The raw BYTES of input '${name}' are not the ${count} elements its shape needs.`, {
      field: name,
    });
  }
  return strings;
}

/** Text of one BYTES element: models take UTF-8 only, and other bytes would come out changed. */
export function readText(name: string, bytes: Uint8Array): string {
  if (!isUtf8(bytes)) {
    const cure = 'Encode binary content, for example as base64.';
    fail('invalid_input', `Input '${name}' has an element that is not UTF-8. ${cure}`, { field: name, cure });
  }
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
}

/** Writes elements as little-endian bytes; numbers are not copied where they are as wide on the wire. */
export function writeRaw({ type, data }: Pick<InferredTensor, 'type' | 'data'>): Buffer {
  if (Array.isArray(data)) return writeStrings(data);
  const numbers = isRawOnly(type) ? narrow(type, data as Float32Array) : data;
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

function writeStrings(strings: readonly string[]): Buffer {
  let length = 0;
  for (const text of strings) length += 4 + Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  for (const text of strings) {
    const written = bytes.write(text, at + 4);
    bytes.writeUInt32LE(written, at);
    at += 4 + written;
  }
  return bytes;
}
