import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { fail, messageOf } from '../kernel/errors.ts';

/** Gives a length-delimited field back as it is, or another body for it. */
export type RewriteField = (no: number, body: Uint8Array) => Uint8Array;

/**
 * Copies a model field by field, as `rewriteFields`. The outline does not read the lists of attributes, so a fault in one
 * shows only here: `invalid_model`.
 */
export function rewriteModel(bytes: Uint8Array, rewrite: RewriteField): Uint8Array {
  try {
    return rewriteFields(bytes, rewrite);
  } catch (cause) {
    return fail('invalid_model', `The file is not a readable ONNX model: ${messageOf(cause)}.`, {
      cause,
      cure: 'Upload the .onnx file as your exporter wrote it.',
    });
  }
}

/** Copies a message field by field, giving length-delimited ones to `rewrite`; fields that stay are copied as bytes. */
export function rewriteFields(bytes: Uint8Array, rewrite: RewriteField): Uint8Array {
  const reader = new BinaryReader(bytes);
  const chunks: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const [no, wireType] = reader.tag();
    if (wireType !== WireType.LengthDelimited) {
      reader.skip(wireType, no);
      chunks.push(bytes.subarray(start, reader.pos));
      continue;
    }
    const body = reader.bytes();
    const next = rewrite(no, body);
    if (next === body) chunks.push(bytes.subarray(start, reader.pos));
    else chunks.push(writeField(no, next));
  }
  return Buffer.concat(chunks);
}

/** One length-delimited field with its tag. */
export function writeField(no: number, body: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(no, WireType.LengthDelimited).bytes(body).finish();
}
