/** An estimate of a mean or of a difference of means: its value, the variance of the estimate, and the observations behind it. */
export interface Estimate {
  n: number;
  value: number;
  /** Variance of the estimate itself (of one observation, divided by how many there are). */
  variance: number;
}

/** Sums that a mean and its variance follow from. */
export interface Sums {
  n: number;
  sum: number;
  squares: number;
}

/**
 * The mean of observations and the variance of that mean (infinite for none). Observations that are all the same count as if
 * one more, far away, had been seen: a rate that was never hit is not known for certain.
 */
export function meanOf({ n, sum, squares }: Sums): Estimate {
  if (n === 0) return { n, value: Number.NaN, variance: Number.POSITIVE_INFINITY };
  const value = sum / n;
  const spread = Math.max(0, squares / n - value * value);
  const unseen = spread === 0 ? Math.max(value * value, 1) / (n + 1) : 0;
  return { n, value, variance: (spread + unseen) / Math.max(1, n - 1) };
}

/** The difference of two independent means, the second taken from the first. */
export function differenceOf(of: Estimate, from: Estimate): Estimate {
  return { n: of.n + from.n, value: of.value - from.value, variance: of.variance + from.variance };
}

/**
 * The mixing variance, in units of one observation's variance, under which a sequence is narrowest at `n` observations:
 * Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences"
 * (Annals of Statistics 2024), appendix on the choice of rho, by its approximation of the Lambert function.
 */
export function mixingFor(n: number, alpha: number): number {
  const spent = -2 * Math.log(alpha);
  return (spent + Math.log(spent + 1)) / n;
}

/**
 * ln of the mixture likelihood ratio against "the true value is `at`", normal mixture of variance `mixing` observations:
 * the mSPRT of Johari, Koomen, Pekelis & Walsh, "Always valid inference" (Operations Research 2022), eq. 8, with the
 * variance estimated. Its reciprocal bounds the chance of ever seeing so much under the null (Ville's inequality).
 */
export function logMixture({ n, value, variance }: Estimate, mixing: number, at = 0): number {
  if (n === 0 || !Number.isFinite(variance)) return 0;
  const weight = n * mixing;
  const z2 = (value - at) ** 2 / variance;
  return (weight * z2) / (2 * (1 + weight)) - 0.5 * Math.log1p(weight);
}

/**
 * Half the width of the asymptotic confidence sequence of level 1 − alpha (Waudby-Smith et al. 2024, theorem 2.2): the
 * values against which `logMixture` has not reached ln(1/alpha). It covers at all times at once.
 */
export function radiusOf({ n, variance }: Estimate, mixing: number, alpha: number): number {
  if (n === 0 || !Number.isFinite(variance)) return Number.POSITIVE_INFINITY;
  const weight = n * mixing;
  return Math.sqrt(((2 * (1 + weight)) / weight) * variance * (0.5 * Math.log1p(weight) - Math.log(alpha)));
}

/**
 * How many observations the sequence needs until its half-width is at most `effect`, where one observation adds `unit`
 * variance (n times the variance of the estimate); infinite where the effect is 0.
 */
export function observationsFor(effect: number, unit: number, level: { mixing: number; alpha: number }): number {
  if (!(effect > 0)) return Number.POSITIVE_INFINITY;
  const isEnough = (n: number) => radiusOf({ n, value: 0, variance: unit / n }, level.mixing, level.alpha) <= effect;
  let high = 2;
  while (!isEnough(high)) {
    high *= 2;
    if (high > 1e15) return Number.POSITIVE_INFINITY;
  }
  let low = high / 2;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
