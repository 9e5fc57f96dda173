import { logBetaTail } from '../../../../kernel/beta.ts';
import { chiSquareTail, logGamma } from '../../../../kernel/gamma.ts';

/** ln of the beta function. */
function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/**
 * ln of the e-value against "each of `n` trials hits with a chance of at most `limit`" (0 < limit < 1) when `hits` did: the
 * likelihood ratio averaged over the chances above the limit by a uniform law cut there. A function of the counts alone,
 * so that it may be looked at whenever one likes; after Lindon & Malek (arXiv 2011.03567, NeurIPS 2022), cut to one side,
 * where the ratio's monotony makes it hold for the whole null.
 */
export function logExceeds(hits: number, n: number, limit: number): number {
  if (n === 0 || limit <= 0 || limit >= 1) return 0;
  const misses = n - hits;
  const averaged = logBeta(hits + 1, misses + 1) + logBetaTail(hits + 1, misses + 1, limit) - Math.log1p(-limit);
  return averaged - hits * Math.log(limit) - misses * Math.log1p(-limit);
}

/**
 * ln of the e-value against "the arm's rate of bad events is at most `ratio` times the control's", given how many bad events
 * each had and the arm's share of what the two got: given that something went wrong, the arm's chance of having it is at
 * most share·ratio / (share·ratio + 1 − share).
 */
export function logExceedsControl(bad: { arm: number; control: number }, share: number, ratio: number): number {
  return logExceeds(bad.arm, bad.arm + bad.control, (share * ratio) / (share * ratio + 1 - share));
}

/**
 * ln of the e-value against "the arms are dealt by `shares`" (summing to 1) when `counts` came: a Dirichlet mixture around
 * the shares, of weight `weight`, over the multinomial (Lindon & Malek, eq. 7). Its reciprocal is a p-value at every look.
 */
export function logMismatch(counts: readonly number[], shares: readonly number[], weight = 1000): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  let log = logGamma(weight) - logGamma(weight + n);
  counts.forEach((count, at) => {
    const share = shares[at]!;
    log += logGamma(weight * share + count) - logGamma(weight * share) - count * Math.log(share);
  });
  return log;
}

/** Pearson's chi-square of counts against shares, and its p-value at one look. */
export function chiSquare(counts: readonly number[], shares: readonly number[]): { value: number; p: number } {
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n === 0) return { value: Number.NaN, p: Number.NaN };
  const value = counts.reduce((sum, count, at) => sum + (count - n * shares[at]!) ** 2 / (n * shares[at]!), 0);
  return { value, p: chiSquareTail(value, counts.length - 1) };
}
