/** Uniform random numbers in [0, 1). */
export type Random = () => number;

/**
 * A seeded generator (xoshiro128**, Blackman and Vigna 2021, seeded by splitmix32): the same seed gives the same
 * numbers on every machine. 32 bits of randomness a number.
 */
export function createRandom(seed: number): Random {
  let state = (seed ^ Math.floor(seed / 2 ** 32)) >>> 0;
  const word = () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  let a = word();
  let b = word();
  let c = word();
  let d = word();
  return () => {
    const scrambled = Math.imul(b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result / 2 ** 32;
  };
}

/** Standard normal deviate (Box–Muller, one of the pair). */
export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Shuffles indexes in place (Fisher–Yates). */
export function shuffle(indexes: Int32Array, random: Random): Int32Array {
  for (let i = indexes.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const kept = indexes[i]!;
    indexes[i] = indexes[j]!;
    indexes[j] = kept;
  }
  return indexes;
}

/** `count` of `total` indexes drawn without replacement, ascending (Knuth's algorithm S). */
export function sampleSorted(total: number, count: number, random: Random): Int32Array {
  const wanted = Math.min(total, count);
  const taken = new Int32Array(wanted);
  let filled = 0;
  for (let i = 0; filled < wanted; i++) {
    if (random() * (total - i) < wanted - filled) taken[filled++] = i;
  }
  return taken;
}
