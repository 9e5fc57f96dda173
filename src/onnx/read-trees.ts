import { attribute, type DecodedModel, intOf, numbersIn } from './decoded.ts';
import type { NodeProto } from './generated/onnx-ml_pb.ts';

/** How a split compares; the left child is where it holds. */
export type Comparison = 'LEQ' | 'LT' | 'GTE' | 'GT' | 'EQ' | 'NEQ';

/** The trees of a tree-ensemble node in flat lists, one entry a node. */
export interface ReadTrees {
  /** Tensor the splits look at, `[rows, columns]`, and the one of the sums. */
  input: string;
  output: string;
  roots: Int32Array;
  /** Column of the input; -1 at leaves. */
  column: Int32Array;
  comparison: Comparison[];
  threshold: Float64Array;
  /** 1 where a missing value counts as if the comparison held. */
  missingLeft: Uint8Array;
  left: Int32Array;
  right: Int32Array;
  /** Rows that came by each node, where the file says so. */
  cover: Float64Array | undefined;
  /** What leaves add: `node * outputs + output`. */
  values: Float64Array;
  /** Sums there are; one for two classes where only the second has a sum. */
  outputs: number;
  base: Float64Array;
  transform: string;
}

/** The one tree ensemble of a model; undefined where there is none, more than one, or one whose sums are not sums. */
export function readTrees({ graph }: DecodedModel): ReadTrees | undefined {
  const found = graph.node.filter((node) => /^TreeEnsemble/.test(node.opType));
  const node = found[0];
  if (found.length !== 1 || !node || node.opType === 'TreeEnsemble') return undefined;
  const aggregate = textOf(node, 'aggregate_function') || 'SUM';
  if (aggregate !== 'SUM' && aggregate !== 'AVERAGE') return undefined;
  const links = readLinks(node);
  if (!links) return undefined;
  const { values, outputs, base } = readSums(node, links);
  if (aggregate === 'AVERAGE') {
    const trees = new Set(intsOf(node, 'nodes_treeids')).size;
    for (let i = 0; i < values.length; i++) values[i]! /= trees;
  }
  const { index, ...lists } = links;
  const transform = textOf(node, 'post_transform') || 'NONE';
  const output = node.opType === 'TreeEnsembleClassifier' ? node.output[1]! : node.output[0]!;
  return { input: node.input[0]!, output, ...lists, values, outputs, base, transform };
}

const text = new TextDecoder();
const textOf = (node: NodeProto, name: string) => text.decode(attribute(node, name)?.s);
const intsOf = (node: NodeProto, name: string) => (attribute(node, name)?.ints ?? []).map(Number);

/** Numbers that are a list of float32, or a tensor of doubles. */
function numbersOf(node: NodeProto, name: string): Float64Array | undefined {
  const wide = attribute(node, `${name}_as_tensor`)?.t;
  if (wide) return numbersIn(wide)?.values;
  const found = attribute(node, name)?.floats;
  return found && Float64Array.from(found);
}

type Links = Omit<ReadTrees, 'input' | 'output' | 'values' | 'outputs' | 'base' | 'transform'> & {
  index: (tree: number, node: number) => number | undefined;
};

function readLinks(node: NodeProto): Links | undefined {
  const trees = intsOf(node, 'nodes_treeids');
  const ids = intsOf(node, 'nodes_nodeids');
  const modes = (attribute(node, 'nodes_modes')?.strings ?? []).map((mode) => text.decode(mode));
  const features = intsOf(node, 'nodes_featureids');
  const thresholds = numbersOf(node, 'nodes_values');
  const tracks = intsOf(node, 'nodes_missing_value_tracks_true');
  const places = new Map(trees.map((tree, i) => [`${tree} ${ids[i]}`, i]));
  const index = (tree: number, id: number) => places.get(`${tree} ${id}`);
  const isLeaf = modes.map((mode) => mode === 'LEAF');
  const childOf = (names: number[]) =>
    Int32Array.from(names, (id, i) => (isLeaf[i] ? -1 : (index(trees[i]!, id) ?? -1)));
  const left = childOf(intsOf(node, 'nodes_truenodeids'));
  const right = childOf(intsOf(node, 'nodes_falsenodeids'));
  if (
    !thresholds ||
    modes.some(
      (mode, i) => mode !== 'LEAF' && (!/^BRANCH_(LEQ|LT|GTE|GT|EQ|NEQ)$/.test(mode) || left[i]! < 0 || right[i]! < 0),
    )
  ) {
    return undefined;
  }
  const isChild = new Uint8Array(ids.length);
  for (const child of [...left, ...right]) if (child >= 0) isChild[child] = 1;
  const cover = numbersOf(node, 'nodes_hitrates');
  return {
    index,
    roots: Int32Array.from(ids.keys()).filter((at) => !isChild[at]),
    column: Int32Array.from(features, (column, i) => (isLeaf[i] ? -1 : column)),
    comparison: modes.map((mode) => mode.slice('BRANCH_'.length) as Comparison),
    threshold: thresholds,
    missingLeft: Uint8Array.from(ids, (_, i) => tracks[i] ?? 0),
    left,
    right,
    cover: cover && saysCounts(cover, left, right) ? cover : undefined,
  };
}

/** Exporters that know no counts write the same number everywhere; counts add up. */
function saysCounts(cover: Float64Array, left: Int32Array, right: Int32Array): boolean {
  if (cover.length !== left.length) return false;
  return left.every((child, node) => {
    if (child < 0) return true;
    const sum = cover[child]! + cover[right[node]!]!;
    return cover[node]! > 0 && Math.abs(sum - cover[node]!) <= 1e-4 * cover[node]!;
  });
}

function readSums(node: NodeProto, { index, left }: Links): Pick<ReadTrees, 'values' | 'outputs' | 'base'> {
  const isClassifier = node.opType === 'TreeEnsembleClassifier';
  const prefix = isClassifier ? 'class' : 'target';
  const trees = intsOf(node, `${prefix}_treeids`);
  const nodes = intsOf(node, `${prefix}_nodeids`);
  const ids = intsOf(node, `${prefix}_ids`);
  const weights = numbersOf(node, `${prefix}_weights`) ?? new Float64Array(0);
  const labels =
    (attribute(node, 'classlabels_strings')?.strings.length ?? 0) || intsOf(node, 'classlabels_int64s').length;
  const isSingle = isClassifier && labels === 2 && new Set(ids).size <= 1;
  const outputs = isSingle ? 1 : isClassifier ? labels : intOf(node, 'n_targets', 1);
  const values = new Float64Array(left.length * outputs);
  ids.forEach((id, i) => {
    const at = index(trees[i]!, nodes[i]!);
    if (at !== undefined) values[at * outputs + (isSingle ? 0 : id)]! += weights[i]!;
  });
  const given = numbersOf(node, 'base_values') ?? new Float64Array(0);
  const base = new Float64Array(outputs);
  for (let k = 0; k < outputs; k++) base[k] = given[isSingle ? given.length - 1 : k] ?? 0;
  return { values, outputs, base };
}

/** Where a row goes at every split: 1 where the comparison holds. `x` is float32 or double, as the trees read it. */
export function decide(trees: ReadTrees, x: ArrayLike<number>, from: number): Uint8Array {
  const goesLeft = new Uint8Array(trees.column.length);
  for (let node = 0; node < goesLeft.length; node++) {
    const column = trees.column[node]!;
    if (column < 0) continue;
    const value = x[from + column]!;
    const holds = compare(trees.comparison[node]!, value, trees.threshold[node]!);
    goesLeft[node] = holds || (Number.isNaN(value) && trees.missingLeft[node] === 1) ? 1 : 0;
  }
  return goesLeft;
}

function compare(how: Comparison, value: number, threshold: number): boolean {
  switch (how) {
    case 'LEQ':
      return value <= threshold;
    case 'LT':
      return value < threshold;
    case 'GTE':
      return value >= threshold;
    case 'GT':
      return value > threshold;
    case 'EQ':
      return value === threshold;
    default:
      return value !== threshold;
  }
}
