import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { permutationShap } from './permutation-shap.ts';
import { createRandom } from './random.ts';
import { addTreeShap, emptySum, legendre, type ShapTrees } from './tree-shap.ts';

interface Fixture {
  rows: number[][];
  trees: {
    name: string;
    outputs: number;
    trees: Record<'feature' | 'threshold' | 'left' | 'right' | 'cover', number[]>[];
    base: number[];
    shap: number[][][];
    expected: number[];
  }[];
}
type Tree = Fixture['trees'][number]['trees'][number] & { value: number[][] };

const fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/shap.json', import.meta.url), 'utf8'),
) as Fixture;

/** Trees one after another in flat lists, for one output. */
function flatten(trees: readonly Tree[], output: number, players: number): ShapTrees & { threshold: number[] } {
  const flat = { player: [] as number[], left: [] as number[], right: [] as number[], cover: [] as number[] };
  const roots: number[] = [];
  const value: number[] = [];
  const threshold: number[] = [];
  for (const tree of trees) {
    const at = value.length;
    roots.push(at);
    flat.player.push(...tree.feature);
    flat.left.push(...tree.left.map((child) => (child < 0 ? -1 : child + at)));
    flat.right.push(...tree.right.map((child) => (child < 0 ? -1 : child + at)));
    flat.cover.push(...tree.cover);
    value.push(...tree.value.map((values, node) => (tree.feature[node]! < 0 ? values[output]! : 0)));
    threshold.push(...tree.threshold);
  }
  return {
    roots: Int32Array.from(roots),
    player: Int32Array.from(flat.player),
    left: Int32Array.from(flat.left),
    right: Int32Array.from(flat.right),
    cover: Float64Array.from(flat.cover),
    value: Float64Array.from(value),
    players,
    threshold,
  };
}

describe('path-dependent values equal those of the published implementation', () => {
  test.each(fixture.trees.map((one) => [one.name, one] as const))('%s', (_, one) => {
    for (let output = 0; output < one.outputs; output++) {
      const trees = flatten(one.trees as unknown as Tree[], output, 6);
      for (const [i, row] of fixture.rows.entries()) {
        const goesLeft = Uint8Array.from(trees.player, (player, node) =>
          player >= 0 && row[player]! <= trees.threshold[node]! ? 1 : 0,
        );
        const sum = emptySum(6);
        addTreeShap(trees, goesLeft, { sum, from: 0, to: trees.roots.length });
        expect(sum.base + one.base[output]!).toBeCloseTo(one.expected[output]!, 9);
        for (const [player, value] of sum.contributions.entries()) {
          expect(value).toBeCloseTo(one.shap[i]![player]![output]!, 9);
        }
      }
    }
  });
});

/** A random tree whose players come again and again along its paths. */
function randomTrees(seed: number, players: number): ShapTrees {
  const random = createRandom(seed);
  const nodes: { player: number; left: number; right: number; cover: number; value: number }[] = [];
  const grow = (depth: number, cover: number): number => {
    const at = nodes.length;
    nodes.push({ player: -1, left: -1, right: -1, cover, value: random() * 4 - 2 });
    if (depth === 0 || random() < 0.15) return at;
    const share = random() < 0.1 ? 0 : random();
    const player = Math.floor(random() * players);
    const [left, right] = [grow(depth - 1, cover * share), grow(depth - 1, cover * (1 - share))];
    nodes[at] = { player, left, right, cover, value: 0 };
    return at;
  };
  const roots = [grow(7, 100), grow(5, 100)];
  const ints = (key: 'player' | 'left' | 'right') => Int32Array.from(nodes, (node) => node[key]);
  return {
    roots: Int32Array.from(roots),
    ...{ player: ints('player'), left: ints('left'), right: ints('right') },
    cover: Float64Array.from(nodes, (node) => node.cover),
    value: Float64Array.from(nodes, (node) => node.value),
    players,
  };
}

/** The game by its definition: players of the coalition go where the row goes, others both ways by cover. */
function worth(trees: ShapTrees, goesLeft: Uint8Array, coalition: number): number {
  const at = (node: number): number => {
    const player = trees.player[node]!;
    if (player < 0) return trees.value[node]!;
    const [left, right] = [trees.left[node]!, trees.right[node]!];
    if ((coalition >> player) & 1) return at(goesLeft[node] ? left : right);
    const all = trees.cover[left]! + trees.cover[right]!;
    const share = all > 0 ? trees.cover[left]! / all : 0.5;
    return share * at(left) + (1 - share) * at(right);
  };
  return [...trees.roots].reduce((sum, root) => sum + at(root), 0);
}

/** Shapley values over all coalitions. */
function enumerate(players: number, value: (coalition: number) => number): number[] {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  const worths = Array.from({ length: 2 ** players }, (_, coalition) => value(coalition));
  return Array.from({ length: players }, (_, player) => {
    let sum = 0;
    for (let coalition = 0; coalition < 2 ** players; coalition++) {
      if ((coalition >> player) & 1) continue;
      const size = coalition.toString(2).replaceAll('0', '').length;
      const weight = (factorial(size) * factorial(players - size - 1)) / factorial(players);
      sum += weight * (worths[coalition | (1 << player)]! - worths[coalition]!);
    }
    return sum;
  });
}

test('path-dependent values equal Shapley values over all coalitions', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const players = 2 + (seed % 6);
    const trees = randomTrees(seed, players);
    const random = createRandom(seed + 1000);
    const goesLeft = Uint8Array.from(trees.player, () => (random() < 0.5 ? 1 : 0));
    const sum = emptySum(players);
    addTreeShap(trees, goesLeft, { sum, from: 0, to: 2 });
    const exact = enumerate(players, (coalition) => worth(trees, goesLeft, coalition));
    for (const [player, value] of exact.entries()) expect(sum.contributions[player]).toBeCloseTo(value, 10);
    const total = sum.base + sum.contributions.reduce((all, one) => all + one, 0);
    expect(total).toBeCloseTo(worth(trees, goesLeft, 2 ** players - 1), 10);
  }
});

test('quadrature is exact for polynomials of its degree', () => {
  for (let count = 1; count <= 40; count++) {
    const { points, weights } = legendre(count);
    for (const degree of [0, 1, count, 2 * count - 1]) {
      const sum = points.reduce((all, point, i) => all + weights[i]! * point ** degree, 0);
      expect(sum).toBeCloseTo(1 / (degree + 1), 12);
    }
  }
});

describe('sampling', () => {
  const background = Array.from({ length: 7 }, (_, row) => Array.from({ length: 4 }, (_, k) => Math.sin(row * 4 + k)));
  const own = [1, -0.5, 2, 0.25];
  const sampler = (model: (x: number[]) => number, samples: number, isLate?: () => boolean) =>
    permutationShap({
      ...{ players: 4, backgroundRows: background.length, seed: 3, samples, ...(isLate && { isLate }) },
      evaluate: async (mixed) =>
        Float64Array.from({ length: mixed.rows }, (_, row) =>
          model(own.map((value, k) => (mixed.own[row * 4 + k] ? value : background[mixed.background[row]!]![k]!))),
        ),
    });
  const exactOf = (model: (x: number[]) => number) =>
    enumerate(4, (coalition) => {
      const answers = background.map((row) => model(row.map((value, k) => ((coalition >> k) & 1 ? own[k]! : value))));
      return answers.reduce((sum, one) => sum + one, 0) / answers.length;
    });

  test('is exact where no more than two columns work together, over whole turns of the background', async () => {
    const model = (x: number[]) => 3 * x[0]! - x[1]! * x[2]! + 0.5 * x[3]! * x[0]!;
    const found = await sampler(model, 7);
    for (const [k, value] of exactOf(model).entries()) expect(found.contributions[k]).toBeCloseTo(value, 12);
  });

  test('comes close to all coalitions where more work together, within its errors; base and contributions add up', async () => {
    const model = (x: number[]) => Math.tanh(x[0]! * x[1]! * x[2]! + x[3]!) + (x[1]! > 0 ? x[2]! * x[3]! : 0);
    const found = await sampler(model, 2100);
    for (const [k, value] of exactOf(model).entries()) {
      expect(Math.abs(found.contributions[k]! - value)).toBeLessThan(5 * found.errors[k]! + 1e-9);
    }
    const sum = found.base + found.contributions.reduce((all, one) => all + one, 0);
    expect(sum).toBeCloseTo(model(own), 10);
    const again = await sampler(model, 2100);
    expect([...again.contributions]).toEqual([...found.contributions]);
  });

  test('ends after its first round when it is late, and says so', async () => {
    const found = await sampler(
      (x) => x[0]!,
      100,
      () => true,
    );
    expect(found.samples).toBe(4);
    expect(found.contributions[1]).toBeCloseTo(0, 12);
  });
});
