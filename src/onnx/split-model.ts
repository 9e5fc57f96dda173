import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from './generated/onnx-ml_pb.ts';

type ModelInit = MessageInitShape<typeof ModelProtoSchema>;

const floats = (name: string) => ({
  name,
  type: {
    value: {
      case: 'tensorType' as const,
      value: { elemType: 1, shape: { dim: [{ value: { case: 'dimValue' as const, value: 2n } }] } },
    },
  },
});

/** For tests: a model y = x + w, of two numbers, whose w lies in a file beside it as `externalData` says. */
export function splitModel(externalData: { key: string; value: string }[], more: object[] = []): Uint8Array {
  const w = { name: 'w', dims: [2n], dataType: 1, dataLocation: 1, externalData };
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: 8n,
      opsetImport: [{ version: 17n }],
      graph: {
        name: 'g',
        input: [floats('x')],
        output: [floats('y')],
        node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
        initializer: [w, ...more],
      },
    } as ModelInit),
  );
}
