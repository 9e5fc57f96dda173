import { clone, createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { fail, messageOf } from '../kernel/errors.ts';
import { file_onnx_ml, type ModelProto } from './generated/onnx-ml_pb.ts';

/** Fields that hold the bulk of a model and say nothing about its structure. */
const bulk: Record<string, readonly string[]> = {
  AttributeProto: ['floats', 'ints', 'strings'],
  TensorProto: ['float_data', 'int32_data', 'string_data', 'int64_data', 'double_data', 'uint64_data'],
};

let outlineSchema: DescMessage | undefined;

/** The schema of a model without its weights, so that a 17 MB ensemble is read in milliseconds. */
function schemaOfOutline(): DescMessage {
  if (outlineSchema !== undefined) return outlineSchema;
  const proto = clone(FileDescriptorProtoSchema, file_onnx_ml.proto);
  for (const message of proto.messageType) {
    const dropped = bulk[message.name];
    if (dropped !== undefined) message.field = message.field.filter((field) => !dropped.includes(field.name));
  }
  outlineSchema = createFileRegistry(proto, () => undefined).getMessage('onnx.ModelProto')!;
  return outlineSchema;
}

/** How deep protobuf messages of a model may nest: about 30 subgraphs within each other. */
const messageDepth = 100;

/**
 * Reads the structure of a model: everything but the values of list attributes and of tensors (`rawData` is a view).
 * Fails with `invalid_model` when the bytes are not an ONNX model or nest too deep.
 */
export function readOutline(bytes: Uint8Array): ModelProto {
  let model: ModelProto;
  try {
    model = fromBinary(schemaOfOutline(), bytes, {
      readUnknownFields: false,
      recursionLimit: messageDepth,
    }) as unknown as ModelProto;
  } catch (cause) {
    return fail('invalid_model', `The file is not a readable ONNX model: ${messageOf(cause)}.`, {
      cause,
      cure: 'Upload the .onnx file as your exporter wrote it.',
    });
  }
  if (model.graph === undefined || model.graph.output.length === 0) {
    fail('invalid_model', 'The file holds no ONNX graph with outputs.', {
      cure: 'Upload a complete .onnx model, not weights or training state alone.',
    });
  }
  return model;
}
