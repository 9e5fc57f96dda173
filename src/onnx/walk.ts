import type { AttributeProto, GraphProto, ModelProto, NodeProto, TensorProto } from './generated/onnx-ml_pb.ts';

/** What a walk through a model meets; `depth` is 0 in the main graph and in functions, one more in each subgraph. */
export interface Visitor {
  graph?(graph: GraphProto, depth: number): void;
  node?(node: NodeProto, depth: number): void;
  /** Every tensor that holds values, wherever it hides; `where` names the place for people. */
  tensor?(tensor: TensorProto, where: string): void;
}

/**
 * Visits all graphs, nodes and tensors of a model: initializers, sparse ones, attributes of nodes, subgraphs in
 * attributes, functions with their default attributes, and training information.
 */
export function walkModel(model: ModelProto, visitor: Visitor): void {
  if (model.graph !== undefined) walkGraph(model.graph, visitor, 0);
  for (const info of model.trainingInfo) {
    for (const graph of [info.initialization, info.algorithm]) if (graph !== undefined) walkGraph(graph, visitor, 0);
  }
  for (const body of model.functions) {
    for (const attribute of body.attributeProto) walkAttribute(attribute, visitor, { where: body.name, depth: 0 });
    for (const node of body.node) walkNode(node, visitor, 0);
  }
}

function walkGraph(graph: GraphProto, visitor: Visitor, depth: number): void {
  visitor.graph?.(graph, depth);
  for (const tensor of graph.initializer) visitor.tensor?.(tensor, `initializer '${tensor.name}'`);
  for (const sparse of graph.sparseInitializer) {
    for (const part of [sparse.values, sparse.indices]) {
      if (part !== undefined) visitor.tensor?.(part, `sparse initializer '${sparse.values?.name ?? ''}'`);
    }
  }
  for (const node of graph.node) walkNode(node, visitor, depth);
}

function walkNode(node: NodeProto, visitor: Visitor, depth: number): void {
  visitor.node?.(node, depth);
  for (const attribute of node.attribute) walkAttribute(attribute, visitor, { where: node.name || node.opType, depth });
}

function walkAttribute(attribute: AttributeProto, visitor: Visitor, at: { where: string; depth: number }): void {
  const where = `attribute '${attribute.name}' of node '${at.where}'`;
  for (const tensor of attribute.t === undefined ? attribute.tensors : [attribute.t, ...attribute.tensors]) {
    visitor.tensor?.(tensor, where);
  }
  const sparse = attribute.sparseTensors;
  for (const each of attribute.sparseTensor === undefined ? sparse : [attribute.sparseTensor, ...sparse]) {
    for (const part of [each.values, each.indices]) if (part !== undefined) visitor.tensor?.(part, where);
  }
  for (const graph of attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs]) {
    walkGraph(graph, visitor, at.depth + 1);
  }
}
