import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { elementTypeNames, elementTypeNumbers } from './element-types.ts';
import {
  AttributeProto_AttributeType,
  NodeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './generated/onnx-ml_pb.ts';
import { readOutline } from './outline.ts';
import { rewriteFields, rewriteModel, writeField } from './rewrite.ts';

/** A 16-bit floating type of the model that is fed and read as float32, which holds each of its values exactly. */
export type HalfType = 'float16' | 'bfloat16';

/** A model whose 16-bit inputs and outputs are float32 ones under other names. */
export interface WidenedModel {
  bytes: Uint8Array;
  /** By the name in the original model. */
  inputs: ReadonlyMap<string, Widened>;
  outputs: ReadonlyMap<string, Widened>;
}

/** What a widened tensor was, and how it is called now. */
export interface Widened {
  type: HalfType;
  name: string;
}

const graphOfModel = 7;
const [nodeOfGraph, inputOfGraph, outputOfGraph] = [1, 11, 12];
const halves = new Map<number, HalfType>(
  Object.entries(elementTypeNames)
    .filter(([, name]) => name === 'float16' || name === 'bfloat16')
    .map(([number, name]) => [Number(number), name as HalfType]),
);

/**
 * Puts a cast before every input and behind every output of 16-bit floats, because the runtime takes no bfloat16 and takes
 * float16 differently in each version of Node. Other models are given back as they are. Fails with `invalid_model`.
 */
export function widenHalves(bytes: Uint8Array): WidenedModel {
  const graph = readOutline(bytes).graph!;
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  const inputs = halvesOf(
    graph.input.filter((input) => !constants.has(input.name)),
    'in32',
  );
  const outputs = halvesOf(graph.output, 'out32');
  if (inputs.size + outputs.size === 0) return { bytes, inputs, outputs };
  const before = [...inputs].map(([name, { type, name: widened }]) => castNode(widened, name, type));
  const behind = [...outputs].map(([name, { name: widened }]) => castNode(name, widened, 'float32'));
  const rewritten = rewriteModel(bytes, (no, body) => {
    if (no !== graphOfModel) return body;
    const rest = rewriteFields(body, (field, part) => {
      if (field === inputOfGraph) return widenInfo(part, inputs);
      return field === outputOfGraph ? widenInfo(part, outputs) : part;
    });
    return Buffer.concat([...before, rest, ...behind]);
  });
  return { bytes: rewritten, inputs, outputs };
}

function halvesOf(infos: readonly ValueInfoProto[], suffix: string): Map<string, Widened> {
  const found = new Map<string, Widened>();
  for (const { name, type } of infos) {
    const half = type?.value.case === 'tensorType' ? halves.get(type.value.value.elemType) : undefined;
    if (half) found.set(name, { type: half, name: `${name}/${suffix}` });
  }
  return found;
}

function castNode(from: string, to: string, type: HalfType | 'float32'): Uint8Array {
  const number = type === 'float32' ? 1 : type === 'float16' ? 10 : 16;
  const attribute = { name: 'to', type: AttributeProto_AttributeType.INT, i: BigInt(number) };
  const node = create(NodeProtoSchema, { opType: 'Cast', input: [from], output: [to], attribute: [attribute] });
  return writeField(nodeOfGraph, toBinary(NodeProtoSchema, node));
}

function widenInfo(body: Uint8Array, widened: ReadonlyMap<string, Widened>): Uint8Array {
  const info = fromBinary(ValueInfoProtoSchema, body);
  const to = widened.get(info.name);
  if (!to || info.type?.value.case !== 'tensorType') return body;
  info.name = to.name;
  info.type.value.value.elemType = elementTypeNumbers.float32;
  return toBinary(ValueInfoProtoSchema, info);
}
