import { create, toBinary } from '@bufbuild/protobuf';
import {
  ModelProtoSchema,
  NodeProtoSchema,
  TypeProtoSchema,
  ValueInfoProtoSchema,
} from '../../src/onnx/generated/onnx-ml_pb.ts';

/** Numbers of ONNX element types by datatype of the Open Inference Protocol. */
const elementTypes: Record<string, number> = {
  FP32: 1,
  UINT8: 2,
  INT8: 3,
  UINT16: 4,
  INT16: 5,
  INT32: 6,
  INT64: 7,
  BYTES: 8,
  BOOL: 9,
  FP16: 10,
  FP64: 11,
  UINT32: 12,
  UINT64: 13,
  BF16: 16,
};

/** Gives its input `x` `[N, width]` of a datatype back as `y`. */
export function identityModel(datatype: string, width: number): Uint8Array {
  const elemType = elementTypes[datatype]!;
  const info = (name: string) => {
    const dim = [
      { value: { case: 'dimParam' as const, value: 'N' } },
      { value: { case: 'dimValue' as const, value: BigInt(width) } },
    ];
    const type = create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType, shape: { dim } } } });
    return create(ValueInfoProtoSchema, { name, type });
  };
  const node = create(NodeProtoSchema, { opType: 'Identity', input: ['x'], output: ['y'] });
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'test',
    opsetImport: [{ domain: '', version: 17n }],
    graph: { name: 'identity', input: [info('x')], output: [info('y')], node: [node] },
  });
  return toBinary(ModelProtoSchema, model);
}
