import { createRandom } from '../../../../kernel/random.ts';
import { drawMean, type Posterior } from './draws.ts';
import type { Sums } from './mean-sequence.ts';

/** The posterior of a rate after rewards between 0 and 1, from a uniform prior (Beta–Bernoulli). */
export function betaPosterior({ n, sum }: Sums): Posterior {
  const hits = Math.min(n, Math.max(0, sum));
  return { kind: 'beta', a: 1 + hits, b: 1 + n - hits };
}

/**
 * The posterior of a mean after real rewards, normal–inverse-gamma (Murphy, "Conjugate Bayesian analysis of the Gaussian
 * distribution", 2007, §3): prior mean and spread are those of all arms together, worth one observation each.
 */
export function normalPosterior({ n, sum, squares }: Sums, prior: { mean: number; variance: number }): Posterior {
  const weight = 1 + n;
  const mean = (prior.mean + sum) / weight;
  const own = n === 0 ? 0 : sum / n;
  const scatter = n === 0 ? 0 : Math.max(0, squares - n * own * own);
  const rate = prior.variance / 2 + scatter / 2 + (n * (own - prior.mean) ** 2) / (2 * weight);
  return { kind: 'normal-gamma', mean, weight, shape: 1 + n / 2, rate: Math.max(rate, 1e-12) };
}

/**
 * The posterior probability of each arm to have the greatest mean (least, with `down`), by `draws` rounds of Thompson's
 * sampling (1933): one generator a seed, so that the same state gives the same shares anywhere.
 */
export function probabilitiesBest(
  posteriors: readonly Posterior[],
  options: { seed: number; draws?: number; down?: boolean },
): number[] {
  const { seed, draws = 4000, down = false } = options;
  const random = createRandom(seed);
  const wins = new Array<number>(posteriors.length).fill(0);
  for (let round = 0; round < draws; round++) {
    let best = 0;
    let most = Number.NEGATIVE_INFINITY;
    posteriors.forEach((posterior, at) => {
      const drawn = drawMean(posterior, random) * (down ? -1 : 1);
      if (drawn <= most) return;
      most = drawn;
      best = at;
    });
    wins[best]!++;
  }
  return wins.map((won) => won / draws);
}

/** The floor of each arm after `n` measured requests: `floor`, or on its way to `to`, half of the rest every `halfLife`. */
export function floorAfter(
  n: number,
  { floor, floorDecay }: { floor: number; floorDecay?: { to: number; halfLifeRequests: number } | undefined },
): number {
  if (!floorDecay) return floor;
  return floorDecay.to + (floor - floorDecay.to) * 2 ** (-n / floorDecay.halfLifeRequests);
}

/**
 * Whole weights that sum to `total`, each at least `floor` of it, what is left dealt by `probabilities` (summing to 1);
 * odd parts go to the largest remainders.
 */
export function weightsOf(probabilities: readonly number[], floor: number, total: number): number[] {
  const least = Math.min(Math.ceil(floor * total - 1e-9), Math.floor(total / probabilities.length));
  const free = total - least * probabilities.length;
  const exact = probabilities.map((probability) => probability * free);
  const weights = exact.map((share) => least + Math.floor(share));
  const order = exact.map((share, at) => ({ at, rest: share - Math.floor(share) }));
  order.sort((a, b) => b.rest - a.rest || a.at - b.at);
  let left = total - weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; left > 0; i = (i + 1) % order.length, left--) weights[order[i]!.at]!++;
  return weights;
}
