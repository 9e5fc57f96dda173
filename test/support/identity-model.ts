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

/** Gives its inputs, `x` and more, each `[N, ...tail]` of a datatype, back as outputs named `y` and so on. */
export function identityModel(datatype: string, tail: number | number[], names: [string, string][] = [['x', 'y']]) {
  const elemType = elementTypes[datatype]!;
  const info = (name: string) => {
    const dim = [
      { value: { case: 'dimParam' as const, value: 'N' } },
      ...[tail].flat().map((size) => ({ value: { case: 'dimValue' as const, value: BigInt(size) } })),
    ];
    const type = create(TypeProtoSchema, { value: { case: 'tensorType', value: { elemType, shape: { dim } } } });
    return create(ValueInfoProtoSchema, { name, type });
  };
  const node = names.map(([from, to]) => create(NodeProtoSchema, { opType: 'Identity', input: [from], output: [to] }));
  const model = create(ModelProtoSchema, {
    irVersion: 8n,
    producerName: 'test',
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'identity',
      input: names.map(([from]) => info(from)),
      output: names.map(([, to]) => info(to)),
      node,
    },
  });
  return toBinary(ModelProtoSchema, model);
}
