import type { InferMessage, InputMessage } from './messages.ts';

// Tags: the number of a field and how it is laid out on the wire (2: length and bytes, 0: a varint).
const text = (field: number) => (field << 3) | 2;
const fields = { name: text(1), version: text(2), id: text(3), input: text(5), output: text(6), raw: text(7) } as const;
const inputFields = { name: text(1), datatype: text(2), sizes: text(3), size: 3 << 3 } as const;

/** Where a message is read. */
interface Cursor {
  bytes: Buffer;
  at: number;
  /** What lies here and behind is not of this message. */
  end: number;
  /** Whether something was met that is read by the general codec only. */
  isOdd: boolean;
}

/**
 * Reads a `ModelInferRequest` of raw tensors in one pass; the views of its tensors are of `bytes`. Undefined for all that is
 * not plain, such as parameters, typed contents, unknown fields, text beyond ASCII or a torn message: the general codec says
 * what that is.
 */
export function decodeInfer(bytes: Buffer): InferMessage | undefined {
  const cursor: Cursor = { bytes, at: 0, end: bytes.length, isOdd: false };
  const inputs: InputMessage[] = [];
  const outputs: { name?: string }[] = [];
  const raw: Uint8Array[] = [];
  const message: InferMessage = { inputs, outputs, raw_input_contents: raw };
  while (cursor.at < cursor.end && !cursor.isOdd) {
    const tag = bytes[cursor.at++]!;
    if (tag === fields.name) message.model_name = takeText(cursor);
    else if (tag === fields.version) message.model_version = takeText(cursor);
    else if (tag === fields.id) message.id = takeText(cursor);
    else if (tag === fields.raw) raw.push(takeBytes(cursor));
    else if (tag === fields.input) inputs.push(takePart(cursor, readInput));
    else if (tag === fields.output) outputs.push(takePart(cursor, readOutput));
    else cursor.isOdd = true;
  }
  return cursor.isOdd ? undefined : message;
}

function readInput(cursor: Cursor): InputMessage {
  const shape: number[] = [];
  const input: InputMessage = { shape };
  while (cursor.at < cursor.end && !cursor.isOdd) {
    const tag = cursor.bytes[cursor.at++]!;
    if (tag === inputFields.name) input.name = takeText(cursor);
    else if (tag === inputFields.datatype) input.datatype = takeText(cursor);
    else if (tag === inputFields.size) shape.push(takeVarint(cursor));
    else if (tag === inputFields.sizes) {
      const end = takeEnd(cursor);
      while (cursor.at < end && !cursor.isOdd) shape.push(takeVarint(cursor));
      if (cursor.at !== end) cursor.isOdd = true;
    } else cursor.isOdd = true;
  }
  return input;
}

function readOutput(cursor: Cursor): { name?: string } {
  const output: { name?: string } = {};
  while (cursor.at < cursor.end && !cursor.isOdd) {
    if (cursor.bytes[cursor.at++] === fields.name) output.name = takeText(cursor);
    else cursor.isOdd = true;
  }
  return output;
}

/** Reads a message inside this one. */
function takePart<T>(cursor: Cursor, read: (cursor: Cursor) => T): T {
  const { end } = cursor;
  cursor.end = takeEnd(cursor);
  const part = read(cursor);
  cursor.end = end;
  return part;
}

/** Reads a length; where what is so long ends. */
function takeEnd(cursor: Cursor): number {
  const length = takeVarint(cursor);
  const end = cursor.at + length;
  if (end <= cursor.end) return end;
  cursor.isOdd = true;
  return cursor.at;
}

function takeBytes(cursor: Cursor): Buffer {
  const end = takeEnd(cursor);
  const part = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return part;
}

function takeText(cursor: Cursor): string {
  const end = takeEnd(cursor);
  const { bytes, at } = cursor;
  for (let i = at; i < end; i++) if (bytes[i]! > 127) cursor.isOdd = true;
  cursor.at = end;
  return cursor.isOdd ? '' : bytes.toString('latin1', at, end);
}

/** A varint of four bytes at the most. */
function takeVarint(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 28 && cursor.at < cursor.end; shift += 7) {
    const byte = cursor.bytes[cursor.at++]!;
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
  cursor.isOdd = true;
  return 0;
}
