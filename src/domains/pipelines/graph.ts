import { fail } from '../../kernel/errors.ts';
import { didYouMean } from './closest.ts';

/** A step and what it waits for, before the graph is checked. */
export interface GraphStep {
  name: string;
  /** Steps that must be done before it; `takes` says it uses their outputs. */
  needs: { step: string; field: string; takes: boolean }[];
}

/** A step in the graph; edges are indices into `Graph.nodes`. */
export interface GraphNode {
  name: string;
  needs: readonly number[];
  /** Those of `needs` whose outputs it uses. */
  takes: readonly number[];
  dependents: readonly number[];
}

/** A pipeline's steps in an order in which each comes after all it needs. */
export interface Graph {
  nodes: readonly GraphNode[];
  indexOf: ReadonlyMap<string, number>;
}

/** Orders steps (Kahn's algorithm, ties as declared); fails with `invalid_pipeline` on unknown steps and cycles, naming them. */
export function buildGraph(steps: readonly GraphStep[]): Graph {
  const declared = new Map(steps.map((step, index) => [step.name, index]));
  const needs = steps.map((step) => edgesOf(step, declared));
  const dependents: number[][] = steps.map(() => []);
  for (const [index, edges] of needs.entries()) for (const need of edges.keys()) dependents[need]!.push(index);
  const pending = needs.map((edges) => edges.size);
  const order = pending.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let at = 0; at < order.length; at++) {
    for (const next of dependents[order[at]!]!) if (--pending[next]! === 0) order.push(next);
  }
  if (order.length < steps.length) failOnCycle(steps, needs, pending);
  const place = new Array<number>(steps.length);
  for (const [position, index] of order.entries()) place[index] = position;
  const nodes = order.map((index) => ({
    name: steps[index]!.name,
    needs: [...needs[index]!.keys()].map((need) => place[need]!),
    takes: [...needs[index]!].filter(([, takes]) => takes).map(([need]) => place[need]!),
    dependents: dependents[index]!.map((next) => place[next]!),
  }));
  return { nodes, indexOf: new Map(nodes.map((node, index) => [node.name, index])) };
}

function edgesOf(step: GraphStep, declared: ReadonlyMap<string, number>): Map<number, boolean> {
  const edges = new Map<number, boolean>();
  for (const { step: name, field, takes } of step.needs) {
    const need = declared.get(name);
    if (need === undefined) {
      const hint = didYouMean(name, declared.keys());
      fail('invalid_pipeline', `${field}: there is no step "${name}"${hint || '.'}`, { field, value: name });
    }
    edges.set(need, takes || (edges.get(need) ?? false));
  }
  return edges;
}

/** Walks back along unordered needs until a step comes again: what lies between is a cycle. */
function failOnCycle(steps: readonly GraphStep[], needs: Map<number, boolean>[], pending: number[]): never {
  const seen = new Map<number, number>();
  const walk: number[] = [];
  let at = pending.findIndex((count) => count > 0);
  while (!seen.has(at)) {
    seen.set(at, walk.length);
    walk.push(at);
    at = [...needs[at]!.keys()].find((need) => pending[need]! > 0)!;
  }
  const cycle = [...walk.slice(seen.get(at)), at].map((index) => steps[index]!.name).reverse();
  const field = `steps.${cycle[1] ?? cycle[0]}`;
  fail('invalid_pipeline', `${field}: steps wait for each other in a circle: ${cycle.join(' → ')}.`, { field, cycle });
}

/** A step and all that depend on it, directly or not. */
export function withDependents(graph: Graph, starts: Iterable<number>): Set<number> {
  const found = new Set(starts);
  for (const index of found) for (const next of graph.nodes[index]!.dependents) found.add(next);
  return found;
}
