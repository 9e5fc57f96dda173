import type { CategoryColumn, Column, NumericColumn } from './sample.ts';

/** What distinguishes one side of the reference's synthetic world from the other. */
export interface World {
  seed: number;
  mean: number;
  deviation: number;
  scale: number;
  weights: number[];
  share: number;
}

/** The reference side of the published figures. */
export const referenceWorld: World = {
  seed: 12345,
  mean: 0,
  deviation: 1,
  scale: 1,
  weights: [0.4, 0.3, 0.2, 0.1],
  share: 0.5,
};

/** The current side of the published figures. */
export const currentWorld: World = {
  seed: 67890,
  mean: 0.3,
  deviation: 1.2,
  scale: 1.1,
  weights: [0.3, 0.3, 0.2, 0.15, 0.05],
  share: 0.53,
};

/** Uniform numbers in (0, 1): the Lehmer generator with multiplier 48271 modulo 2³¹ − 1. */
export function lehmer(seed: number): () => number {
  let x = seed;
  return () => {
    x = (48271 * x) % 2147483647;
    return x / 2147483647;
  };
}

const letters = ['a', 'b', 'c', 'd', 'e'];

/** `rows` rows of the world, column by column; exact in IEEE doubles, so that other tools' figures can be compared. */
export function makeWorld(world: World, rows: number): Record<string, Column> {
  const u = lehmer(world.seed);
  const n = () => {
    const [a, b] = [u(), u()];
    return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
  };
  const numeric = (): NumericColumn => ({ type: 'numeric', values: new Float64Array(rows), nulls: 0 });
  const category = (categories: string[]): CategoryColumn => ({
    type: 'category',
    codes: new Int32Array(rows),
    categories,
  });
  const [norm, exp, same, int, sparse] = [numeric(), numeric(), numeric(), numeric(), numeric()];
  const cat4 = category(letters);
  const cat2 = category(['y', 'n']);
  for (let i = 0; i < rows; i++) {
    norm.values[i] = world.mean + world.deviation * n();
    exp.values[i] = -Math.log(u()) * world.scale;
    same.values[i] = n();
    int.values[i] = Math.floor(10 * u()) + (u() < 0.1 && world.mean > 0 ? 1 : 0);
    cat4.codes[i] = pick(world.weights, u());
    cat2.codes[i] = u() < world.share ? 0 : 1;
    const [missing, z] = [u(), n()];
    sparse.values[i] = missing < 0.05 ? Number.NaN : z + world.mean / 2;
    if (missing < 0.05) sparse.nulls++;
  }
  return { num_norm: norm, num_exp: exp, num_same: same, num_int: int, num_null: sparse, cat4, cat2 };
}

function pick(weights: number[], value: number): number {
  let sum = 0;
  for (const [i, weight] of weights.entries()) {
    sum += weight;
    if (sum > value) return i;
  }
  return weights.length - 1;
}
