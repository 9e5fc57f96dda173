import { fromBinary, toBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  type GraphProto,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
} from './generated/onnx-ml_pb.ts';
import { openNativeSession } from './runtime.ts';
import type { Tensor } from './tensor.ts';

/** A model read whole, weights and all, with its constants and who makes each tensor. */
export interface DecodedModel {
  model: ModelProto;
  graph: GraphProto;
  constants: ReadonlyMap<string, TensorProto>;
  makers: ReadonlyMap<string, NodeProto>;
  /** Inputs that are fed. */
  inputs: string[];
}

/** Reads a model that `checkModel` has passed, whole. */
export function decodeModel(bytes: Uint8Array): DecodedModel {
  const model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  const graph = model.graph!;
  const constants = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const makers = new Map<string, NodeProto>();
  for (const node of graph.node) {
    for (const name of node.output) if (name !== '') makers.set(name, node);
    const value = node.opType === 'Constant' ? node.attribute.find(({ name }) => name === 'value')?.t : undefined;
    if (value) constants.set(node.output[0]!, value);
  }
  const inputs = graph.input.map(({ name }) => name).filter((name) => !constants.has(name));
  return { model, graph, constants, makers, inputs };
}

/** An attribute of a node. */
export function attribute(node: NodeProto, name: string): AttributeProto | undefined {
  return node.attribute.find((one) => one.name === name);
}

/** An integer attribute, or what holds without it. */
export function intOf(node: NodeProto, name: string, otherwise: number): number {
  const found = attribute(node, name);
  return found ? Number(found.i) : otherwise;
}

/** A constant's numbers and dimensions; undefined for texts and types of no use here. */
export function numbersIn(tensor: TensorProto): { dims: number[]; values: Float64Array } | undefined {
  const dims = tensor.dims.map(Number);
  const { dataType, rawData } = tensor;
  const view = new DataView(rawData.buffer, rawData.byteOffset, rawData.byteLength);
  const raw = (size: number, read: (at: number) => number | bigint) =>
    Float64Array.from({ length: rawData.length / size }, (_, i) => Number(read(i * size)));
  const isRaw = rawData.length > 0;
  if (dataType === 1) {
    return { dims, values: isRaw ? raw(4, (at) => view.getFloat32(at, true)) : Float64Array.from(tensor.floatData) };
  }
  if (dataType === 11) {
    return { dims, values: isRaw ? raw(8, (at) => view.getFloat64(at, true)) : Float64Array.from(tensor.doubleData) };
  }
  if (dataType === 7) {
    const values = isRaw ? raw(8, (at) => view.getBigInt64(at, true)) : Float64Array.from(tensor.int64Data, Number);
    return { dims, values };
  }
  if (dataType === 6) {
    return { dims, values: isRaw ? raw(4, (at) => view.getInt32(at, true)) : Float64Array.from(tensor.int32Data) };
  }
  return undefined;
}

/** The nodes that a tensor is computed by, without those that come before the tensors to stop at. */
export function nodesBehind(decoded: DecodedModel, names: readonly string[], stop: ReadonlySet<string>) {
  const nodes = new Set<NodeProto>();
  const reached = new Set<string>();
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    const node = stop.has(name) ? undefined : decoded.makers.get(name);
    if (!node || nodes.has(node)) continue;
    nodes.add(node);
    open.push(...node.input);
  }
  return { nodes, reached };
}

/** What may come after a score without making another of it: link functions, labels, and changes of shape. */
const links = new Set(
  `Identity Cast Sigmoid Softmax LogSoftmax Normalizer ArgMax TopK Concat Reshape Flatten Squeeze Unsqueeze Transpose Clip Exp
   Neg Greater Less GreaterOrEqual LessOrEqual Equal Not Where Gather ArrayFeatureExtractor LabelEncoder ZipMap Binarizer
   Constant Shape Slice Split Add Sub Mul Div`.split(/\s+/),
);
const pairs = new Set(['Add', 'Sub', 'Mul', 'Div']);

/** Whether the model's answers are made of its inputs through these tensors only, and of them by nothing but links. */
export function areScores(decoded: DecodedModel, tensors: readonly string[]): boolean {
  const outputs = decoded.graph.output.map(({ name }) => name);
  const { nodes, reached } = nodesBehind(decoded, outputs, new Set(tensors));
  if (decoded.inputs.some((name) => reached.has(name)) || !tensors.some((name) => reached.has(name))) return false;
  const isLink = (node: NodeProto) =>
    links.has(node.opType) && (!pairs.has(node.opType) || node.input.some((name) => decoded.constants.has(name)));
  return [...nodes].every(isLink);
}

/** Part of a model: what it computes on the way. */
export interface InnerSession {
  run(feeds: Record<string, Tensor>): Promise<Record<string, Tensor>>;
  close(): Promise<void>;
}

/** Loads the part of a model that computes some inner tensors. */
export async function openInner(decoded: DecodedModel, tensors: readonly string[]): Promise<InnerSession> {
  const { model, graph } = decoded;
  const { nodes } = nodesBehind(decoded, tensors, new Set());
  const output = tensors.map((name) => ({
    $typeName: 'onnx.ValueInfoProto' as const,
    name,
    docString: '',
    metadataProps: [],
  }));
  const used = new Set([...nodes].flatMap((node) => node.input));
  const inner: GraphProto = {
    ...graph,
    node: graph.node.filter((node) => nodes.has(node)),
    initializer: graph.initializer.filter((tensor) => used.has(tensor.name)),
    output,
    valueInfo: [],
  };
  const bytes = toBinary(ModelProtoSchema, { ...model, graph: inner });
  const session = await openNativeSession(bytes, 1);
  return { run: (feeds) => session.run(feeds, tensors), close: () => session.close() };
}
