import { elementTypeNames } from './element-types.ts';
import type { ModelProto, TypeProto, ValueInfoProto } from './generated/onnx-ml_pb.ts';
import { readOutline } from './outline.ts';
import type { ModelInfo, TensorSpec } from './types.ts';
import { walkModel } from './walk.ts';

/** Reads what a model file says about itself, without loading it; fails with `invalid_model` when it cannot be read. */
export function inspectModel(bytes: Uint8Array): ModelInfo {
  return describeModel(readOutline(bytes), bytes.length);
}

/** The same from an outline that was read already. */
export function describeModel(model: ModelProto, bytes: number): ModelInfo {
  const graph = model.graph!;
  const constants = new Set(graph.initializer.map((tensor) => tensor.name));
  const operators: Record<string, number> = Object.create(null);
  let nodes = 0;
  walkModel(model, {
    node(node) {
      nodes++;
      const name = standard(node.domain) ? node.opType : `${node.domain}:${node.opType}`;
      operators[name] = (operators[name] ?? 0) + 1;
    },
  });
  return {
    // Before IR version 4 every initializer was listed among the inputs as well.
    inputs: graph.input.filter((input) => !constants.has(input.name)).map(specOf),
    outputs: graph.output.map(specOf),
    opsets: Object.fromEntries(
      model.opsetImport.map((set) => [standard(set.domain) ? 'ai.onnx' : set.domain, Number(set.version)]),
    ),
    producer: { name: model.producerName, version: model.producerVersion },
    irVersion: Number(model.irVersion),
    nodes,
    operators: { ...operators },
    metadata: Object.fromEntries(model.metadataProps.map((entry) => [entry.key, entry.value])),
    bytes,
  };
}

function standard(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function specOf(info: ValueInfoProto): TensorSpec {
  const type = info.type?.value;
  if (type?.case !== 'tensorType') return { name: info.name, type: typeName(info.type), shape: [] };
  const shape = (type.value.shape?.dim ?? []).map((dim) => {
    if (dim.value.case === 'dimValue') return dim.value.value < 0n ? null : Number(dim.value.value);
    return dim.value.case === 'dimParam' && dim.value.value !== '' ? dim.value.value : null;
  });
  return { name: info.name, type: elementName(type.value.elemType), shape };
}

function typeName(type: TypeProto | undefined): string {
  const value = type?.value;
  switch (value?.case) {
    case 'tensorType':
      return elementName(value.value.elemType);
    case 'sequenceType':
      return `sequence(${typeName(value.value.elemType)})`;
    case 'mapType':
      return `map(${elementName(value.value.keyType)}, ${typeName(value.value.valueType)})`;
    case 'optionalType':
      return `optional(${typeName(value.value.elemType)})`;
    case 'sparseTensorType':
      return `sparse(${elementName(value.value.elemType)})`;
    default:
      return 'unknown';
  }
}

function elementName(type: number): string {
  return elementTypeNames[type] ?? `type ${type}`;
}
