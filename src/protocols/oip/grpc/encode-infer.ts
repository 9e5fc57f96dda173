import type { InferResponseMessage, OutputMessage, ParameterMap } from './messages.ts';

const text = (field: number) => (field << 3) | 2;
const fields = { name: text(1), version: text(2), id: text(3), parameter: text(4), output: text(5), raw: text(6) };
const entryFields = { key: text(1), value: text(2) };
const outputFields = { name: text(1), datatype: text(2), shape: text(3) };
const textParameter = text(3);
const mostOfVarint = 5;

/** Bytes that are being written. */
interface Pen {
  bytes: Buffer;
  at: number;
}

/**
 * Writes a `ModelInferResponse` of raw tensors, byte for byte as the general codec does; undefined for all that is not plain:
 * typed contents, parameters that are no text, text beyond ASCII, sizes beyond 31 bits.
 */
export function encodeInfer(message: InferResponseMessage): Buffer | undefined {
  const { model_name, model_version = '', id, parameters = {}, outputs = [], raw_output_contents: raw } = message;
  if (!raw || !isAscii(model_name) || !isAscii(model_version) || !isAscii(id)) return undefined;
  if (!arePlain(parameters) || !outputs.every(isPlain)) return undefined;
  const pen = { bytes: Buffer.allocUnsafe(roomFor(message)), at: 0 };
  writeText(pen, fields.name, model_name);
  if (message.model_version !== undefined) writeText(pen, fields.version, model_version);
  writeText(pen, fields.id, id);
  for (const key in parameters) {
    const value = parameters[key]!.string_param!;
    const valueBytes = sizeOfText(value);
    writeHead(pen, fields.parameter, sizeOfText(key) + 1 + sizeOfVarint(valueBytes) + valueBytes);
    writeText(pen, entryFields.key, key);
    writeHead(pen, entryFields.value, valueBytes);
    writeText(pen, textParameter, value);
  }
  for (const output of outputs) writeOutput(pen, output);
  for (const part of raw) {
    writeHead(pen, fields.raw, part.length);
    pen.bytes.set(part, pen.at);
    pen.at += part.length;
  }
  return pen.bytes.subarray(0, pen.at);
}

function arePlain(parameters: ParameterMap): boolean {
  for (const key in parameters) {
    const parameter = parameters[key]!;
    const { string_param: value } = parameter;
    if (value === undefined || Object.keys(parameter).length !== 1 || !isAscii(key) || !isAscii(value)) return false;
  }
  return true;
}

function isPlain({ name, datatype, shape, contents }: OutputMessage): boolean {
  return contents === undefined && isAscii(name) && isAscii(datatype) && shape.every(isSize);
}

function isSize(size: number): boolean {
  return size >= 0 && size < 2 ** 31;
}

/** No less than the bytes a message takes. */
function roomFor(message: InferResponseMessage): number {
  const { model_name, model_version = '', id, parameters = {}, outputs = [], raw_output_contents: raw = [] } = message;
  const head = 1 + mostOfVarint;
  let bytes = 3 * head + model_name.length + model_version.length + id.length;
  for (const key in parameters) bytes += 4 * head + key.length + parameters[key]!.string_param!.length;
  for (const { name, datatype, shape } of outputs) {
    bytes += 4 * head + name.length + datatype.length + shape.length * mostOfVarint;
  }
  for (const part of raw) bytes += head + part.length;
  return bytes;
}

function writeOutput(pen: Pen, { name, datatype, shape }: OutputMessage): void {
  let shapeBytes = 0;
  for (const size of shape) shapeBytes += sizeOfVarint(size);
  const listBytes = shape.length === 0 ? 0 : 1 + sizeOfVarint(shapeBytes) + shapeBytes;
  writeHead(pen, fields.output, sizeOfText(name) + sizeOfText(datatype) + listBytes);
  writeText(pen, outputFields.name, name);
  writeText(pen, outputFields.datatype, datatype);
  if (shape.length === 0) return;
  writeHead(pen, outputFields.shape, shapeBytes);
  for (const size of shape) writeVarint(pen, size);
}

function isAscii(value: string): boolean {
  for (let at = 0; at < value.length; at++) if (value.charCodeAt(at) > 127) return false;
  return true;
}

function sizeOfText(value: string): number {
  return 1 + sizeOfVarint(value.length) + value.length;
}

function sizeOfVarint(value: number): number {
  let bytes = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes++;
  return bytes;
}

function writeHead(pen: Pen, tag: number, length: number): void {
  pen.bytes[pen.at++] = tag;
  writeVarint(pen, length);
}

function writeText(pen: Pen, tag: number, value: string): void {
  writeHead(pen, tag, value.length);
  const { bytes } = pen;
  // Names are short: a call into native code would cost more.
  for (let at = 0; at < value.length; at++) bytes[pen.at++] = value.charCodeAt(at);
}

function writeVarint(pen: Pen, value: number): void {
  let rest = value;
  for (; rest > 127; rest >>>= 7) pen.bytes[pen.at++] = (rest & 127) | 128;
  pen.bytes[pen.at++] = rest;
}
