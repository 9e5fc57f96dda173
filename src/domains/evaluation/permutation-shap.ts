import { createRandom, permutation } from './random.ts';

/** Rows to ask a model for: each takes every player either of the row to be explained or of a background row. */
export interface MixedRows {
  rows: number;
  /** 1 where the player is of the row to be explained: `row * players + player`. */
  own: Uint8Array;
  /** The background row of each. */
  background: Int32Array;
}

/** What sampling needs. */
export interface SamplingOptions {
  players: number;
  backgroundRows: number;
  seed: number;
  /** Orders to draw; each is walked forth and back. */
  samples: number;
  /** Orders of one round; 4 unless said. */
  perRound?: number;
  evaluate(rows: MixedRows): Promise<Float64Array>;
  /** Asked between two rounds, with how long one takes: whether to end with what there is. */
  isLate?(roundMs: number): boolean;
}

/** Estimated Shapley values: they and the base add up to the model's answer exactly. */
export interface SampledShap {
  /** The mean answer over the background rows that were drawn. */
  base: number;
  contributions: Float64Array;
  /** Standard error of each contribution; NaN with one sample. */
  errors: Float64Array;
  /** Orders that were drawn. */
  samples: number;
}

/**
 * Permutation sampling of interventional Shapley values (Castro et al. 2009) with each order also walked backwards
 * (Mitchell et al. 2022): exact for models without interactions of more than two players, up to the background drawn. Background
 * rows are taken in turn in a random order. Costs `2 · players` answers a sample.
 */
export async function permutationShap(options: SamplingOptions): Promise<SampledShap> {
  const { players, backgroundRows, seed, samples, perRound = 4 } = options;
  const random = createRandom(seed);
  const turns = permutation(backgroundRows, random);
  const sums = new Float64Array(players);
  const squares = new Float64Array(players);
  let base = 0;
  let done = 0;
  let slowest = 0;
  while (done < samples) {
    if (done > 0 && options.isLate?.(slowest)) break;
    const startedAt = performance.now();
    const orders = Array.from({ length: Math.min(perRound, samples - done) }, () => permutation(players, random));
    const rows = mixRows(players, orders, (i) => turns[(done + i) % backgroundRows]!);
    const answers = await options.evaluate(rows);
    for (const [i, order] of orders.entries()) {
      base += answers[i * 2 * players]!;
      addOrder(order, answers.subarray(i * 2 * players, (i + 1) * 2 * players), { sums, squares });
    }
    done += orders.length;
    slowest = Math.max(slowest, performance.now() - startedAt);
  }
  const contributions = sums.map((sum) => sum / done);
  const errors = squares.map((square, i) =>
    done < 2 ? Number.NaN : Math.sqrt(Math.max(0, square / done - contributions[i]! ** 2) / (done - 1)),
  );
  return { base: base / done, contributions, errors, samples: done };
}

/** For each order: none own, then one more own at a time until all are, then one less at a time in the same order. */
function mixRows(players: number, orders: readonly Int32Array[], backgroundOf: (order: number) => number): MixedRows {
  const each = 2 * players;
  const rows = orders.length * each;
  const own = new Uint8Array(rows * players);
  const background = new Int32Array(rows);
  for (const [i, order] of orders.entries()) {
    const state = new Uint8Array(players);
    for (let step = 0; step < each; step++) {
      const row = i * each + step;
      own.set(state, row * players);
      background[row] = backgroundOf(i);
      state[order[step % players]!] = step < players ? 1 : 0;
    }
  }
  return { rows, own, background };
}

function addOrder(
  order: Int32Array,
  answers: Float64Array,
  { sums, squares }: { sums: Float64Array; squares: Float64Array },
): void {
  const players = order.length;
  for (let step = 0; step < players; step++) {
    const player = order[step]!;
    const forth = answers[step + 1]! - answers[step]!;
    const back = answers[players + step]! - answers[(players + step + 1) % (2 * players)]!;
    const gain = (forth + back) / 2;
    sums[player]! += gain;
    squares[player]! += gain * gain;
  }
}
