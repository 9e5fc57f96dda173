/**
 * Trees in flat lists, one entry a node. A split asks one *player*: a feature, or a group of columns that stand for one
 * feature. Its left child is where a row goes whose comparison holds.
 */
export interface ShapTrees {
  roots: Int32Array;
  /** -1 at leaves. */
  player: Int32Array;
  left: Int32Array;
  right: Int32Array;
  /** How many rows came by when the trees were made, or when others were sent through them. */
  cover: Float64Array;
  /** What a leaf adds to the score. */
  value: Float64Array;
  /** How many players there are. */
  players: number;
}

/** What each player adds to a score, and the score without any of them. */
export interface ShapSum {
  base: number;
  contributions: Float64Array;
}

/** Nothing yet. */
export function emptySum(players: number): ShapSum {
  return { base: 0, contributions: new Float64Array(players) };
}

/**
 * Adds the path-dependent Shapley values (Lundberg et al. 2020, "TreeExplainer") of the trees `from` to `to` for one row;
 * `goesLeft` tells where the row goes at every split. A leaf's part of the game is a product over the players on its path,
 * so the value of each is an integral of a polynomial along the diagonal of its multilinear extension (Owen 1972), which
 * Gauss-Legendre quadrature of half its degree gives exactly: nothing is divided, nothing cancels, however deep the tree.
 */
export function addTreeShap(
  trees: ShapTrees,
  goesLeft: Uint8Array,
  { sum, from, to }: { sum: ShapSum; from: number; to: number },
): void {
  const walk = new Walk(trees, goesLeft, sum);
  for (let tree = from; tree < to; tree++) walk.visit(trees.roots[tree]!);
}

class Walk {
  readonly #trees: ShapTrees;
  readonly #goesLeft: Uint8Array;
  readonly #sum: ShapSum;
  /** The players on the path, the share of rows that goes on along it, and whether this row does. */
  readonly #players: number[] = [];
  readonly #shares: number[] = [];
  readonly #goes: number[] = [];
  #before = new Float64Array(16);
  #terms = new Float64Array(16);

  constructor(trees: ShapTrees, goesLeft: Uint8Array, sum: ShapSum) {
    this.#trees = trees;
    this.#goesLeft = goesLeft;
    this.#sum = sum;
  }

  visit(node: number): void {
    const { player, left, right, cover, value } = this.#trees;
    const asked = player[node]!;
    if (asked < 0) {
      this.#addLeaf(value[node]!);
      return;
    }
    const goesLeft = this.#goesLeft[node]!;
    const both = cover[left[node]!]! + cover[right[node]!]!;
    const share = both > 0 ? cover[left[node]!]! / both : 0.5;
    this.#descend(left[node]!, asked, { share, goes: goesLeft });
    this.#descend(right[node]!, asked, { share: 1 - share, goes: 1 - goesLeft });
  }

  #descend(child: number, asked: number, { share, goes }: { share: number; goes: number }): void {
    const at = this.#players.indexOf(asked);
    if (at >= 0) {
      const [oldShare, oldGoes] = [this.#shares[at]!, this.#goes[at]!];
      this.#shares[at] = oldShare * share;
      this.#goes[at] = oldGoes * goes;
      this.visit(child);
      this.#shares[at] = oldShare;
      this.#goes[at] = oldGoes;
      return;
    }
    this.#players.push(asked);
    this.#shares.push(share);
    this.#goes.push(goes);
    this.visit(child);
    this.#players.pop();
    this.#shares.pop();
    this.#goes.pop();
  }

  #addLeaf(value: number): void {
    const count = this.#players.length;
    const { contributions } = this.#sum;
    let all = value;
    for (let i = 0; i < count; i++) all *= this.#shares[i]!;
    this.#sum.base += all;
    if (value === 0 || count === 0) return;
    if (this.#terms.length <= count) {
      this.#terms = new Float64Array(2 * count);
      this.#before = new Float64Array(2 * count);
    }
    const [terms, before] = [this.#terms, this.#before];
    const { points, weights } = legendre((count + 1) >> 1);
    for (let q = 0; q < points.length; q++) {
      const t = points[q]!;
      let product = value * weights[q]!;
      for (let i = 0; i < count; i++) {
        terms[i] = this.#shares[i]! + t * (this.#goes[i]! - this.#shares[i]!);
        before[i] = product;
        product *= terms[i]!;
      }
      let after = 1;
      for (let i = count - 1; i >= 0; i--) {
        contributions[this.#players[i]!]! += before[i]! * after * (this.#goes[i]! - this.#shares[i]!);
        after *= terms[i]!;
      }
    }
  }
}

interface Quadrature {
  points: Float64Array;
  weights: Float64Array;
}

const known: Quadrature[] = [];

/** Points and weights of Gauss-Legendre quadrature over [0, 1] with `count` points, exact to degree 2·count − 1. */
export function legendre(count: number): Quadrature {
  const found = known[count];
  if (found) return found;
  const points = new Float64Array(count);
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
    let slope = 1;
    for (let step = 0; step < 100; step++) {
      let [last, now] = [1, x];
      for (let n = 2; n <= count; n++) [last, now] = [now, ((2 * n - 1) * x * now - (n - 1) * last) / n];
      slope = (count * (x * now - last)) / (x * x - 1);
      const change = now / slope;
      x -= change;
      if (Math.abs(change) < 1e-16) break;
    }
    points[i] = (1 - x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
  }
  known[count] = { points, weights };
  return known[count];
}
