import { create } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { elementTypeNumbers } from './element-types.ts';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  AttributeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
} from './generated/onnx-ml_pb.ts';
import type { Tensor } from './tensor.ts';

/**
 * The value of a node's attribute. A plain number must be wrapped, as ONNX tells 1 from 1.0: `{int: 1}`, `{float: 1}`.
 * Typed arrays are lists of integers or of floats, written packed.
 */
export type Attribute =
  | { int: number }
  | { float: number }
  | string
  | readonly string[]
  | Int32Array
  | BigInt64Array
  | Float32Array
  | { tensor: Tensor };

const types = AttributeProto_AttributeType;
const text = new TextEncoder();
const floatsField = 7;
const intsField = 8;
const stringsField = 9;

/** An attribute as protobuf; long lists are encoded here at once, as the message would hold them as an object a value. */
export function attributeOf(name: string, value: Attribute): AttributeProto {
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: types.STRING, s: text.encode(value) });
  if (value instanceof Float32Array) return encoded(name, types.FLOATS, [floatsField, packedFloats(value)]);
  if (value instanceof Int32Array || value instanceof BigInt64Array) {
    return encoded(name, types.INTS, [intsField, packedIntegers(value)]);
  }
  if (isList(value)) return encoded(name, types.STRINGS, [stringsField, manyStrings(value)]);
  if ('int' in value) return create(AttributeProtoSchema, { name, type: types.INT, i: BigInt(value.int) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: types.FLOAT, f: value.float });
  return create(AttributeProtoSchema, { name, type: types.TENSOR, t: tensorProtoOf(name, value.tensor) });
}

function isList(value: Attribute): value is readonly string[] {
  return Array.isArray(value);
}

function encoded(name: string, type: AttributeProto_AttributeType, [no, data]: [number, Uint8Array]): AttributeProto {
  const attribute = create(AttributeProtoSchema, { name, type });
  if (data.length > 0) attribute.$unknown = [{ no, wireType: WireType.LengthDelimited, data }];
  return attribute;
}

function packedFloats(values: Float32Array): Uint8Array {
  if (values.length === 0) return new Uint8Array();
  return new BinaryWriter().bytes(bytesOf(values)).finish();
}

function packedIntegers(values: Int32Array | BigInt64Array): Uint8Array {
  if (values.length === 0) return new Uint8Array();
  const inner = new Uint8Array(values.length * 10);
  let at = 0;
  for (const value of values) {
    if (typeof value === 'number' && value >= 0) {
      let rest = value;
      while (rest > 127) {
        inner[at++] = (rest & 127) | 128;
        rest >>>= 7;
      }
      inner[at++] = rest;
    } else {
      let rest = BigInt.asUintN(64, BigInt(value));
      while (rest > 127n) {
        inner[at++] = Number(rest & 127n) | 128;
        rest >>= 7n;
      }
      inner[at++] = Number(rest);
    }
  }
  return new BinaryWriter().bytes(inner.subarray(0, at)).finish();
}

/** The first string without its tag (the message writer adds it), the others with theirs. */
function manyStrings(values: readonly string[]): Uint8Array {
  const known = new Map<string, Uint8Array>();
  const chunks: Uint8Array[] = [];
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    let chunk = known.get(value);
    if (chunk === undefined) {
      chunk = new BinaryWriter().tag(stringsField, WireType.LengthDelimited).string(value).finish();
      known.set(value, chunk);
    }
    chunks.push(i === 0 ? chunk.subarray(1) : chunk);
  }
  return Buffer.concat(chunks);
}

function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** A tensor as protobuf, its numbers as raw little-endian bytes. */
export function tensorProtoOf(name: string, tensor: Tensor): TensorProto {
  const proto = create(TensorProtoSchema, {
    name,
    dims: tensor.dims.map((size) => BigInt(size)),
    dataType: elementTypeNumbers[tensor.type],
  });
  if (Array.isArray(tensor.data)) proto.stringData = tensor.data.map((value) => text.encode(value));
  else proto.rawData = bytesOf(tensor.data);
  return proto;
}
