import { fail } from '../kernel/errors.ts';
import type { FunctionProto, GraphProto, ModelProto, NodeProto } from './generated/onnx-ml_pb.ts';

const deepestCalls = 200;

/**
 * Counts the nodes a model has once the runtime has put the body of each function at every call; fails with
 * `invalid_model` when functions call themselves. Small files can expand without end this way.
 */
export function expandedNodes(model: ModelProto): number {
  const bodies = new Map(model.functions.map((body) => [keyOf(body.domain, body.name), body]));
  const known = new Map<string, number>();
  const open = new Set<string>();
  const sizeOfNodes = (nodes: readonly NodeProto[]): number => nodes.reduce((sum, node) => sum + sizeOf(node), 0);
  const sizeOf = (node: NodeProto): number => {
    const inside = graphsOf(node).reduce((sum, graph) => sum + sizeOfNodes(graph.node), 0);
    const body = bodies.get(keyOf(node.domain, node.opType));
    return 1 + inside + (body === undefined ? 0 : sizeOfFunction(body));
  };
  const sizeOfFunction = (body: FunctionProto): number => {
    const key = keyOf(body.domain, body.name);
    const size = known.get(key);
    if (size !== undefined) return size;
    if (open.has(key)) {
      fail('invalid_model', `The function '${body.name}' of the model calls itself.`, {
        field: 'model',
        cure: 'Export it with loops as Loop or Scan, or unrolled.',
      });
    }
    if (open.size >= deepestCalls) {
      fail('invalid_model', `The model calls functions within functions more than ${deepestCalls} deep.`, {
        field: 'model',
        cure: 'Export it without local functions.',
      });
    }
    open.add(key);
    const total = sizeOfNodes(body.node);
    open.delete(key);
    known.set(key, total);
    return total;
  };
  return sizeOfNodes(model.graph?.node ?? []);
}

function keyOf(domain: string, name: string): string {
  return `${domain === 'ai.onnx' ? '' : domain}:${name}`;
}

function graphsOf(node: NodeProto): GraphProto[] {
  return node.attribute.flatMap((attribute) =>
    attribute.g === undefined ? attribute.graphs : [attribute.g, ...attribute.graphs],
  );
}
