/** Sums over all measured requests that inverse-propensity estimates of one arm follow from; `w` = 1/propensity of its own. */
export interface WeightedSums {
  /** Σ w. */
  w: number;
  /** Σ w². */
  ww: number;
  /** Σ w·r. */
  wr: number;
  /** Σ w²·r. */
  wwr: number;
  /** Σ w²·r². */
  wwrr: number;
}

/** An estimate with the ends of its 95 % interval. */
export interface Bounded {
  value: number;
  low: number;
  high: number;
}

/** What an arm would have earned with all traffic, and how many requests the weighted sample is worth (Kish). */
export interface OffPolicy {
  ips: Bounded;
  snips: Bounded;
  effectiveRequests: number;
}

const z95 = 1.959963984540054;

/**
 * Inverse-propensity estimates of an arm's mean reward from `n` requests dealt by any propensities: plain (Horvitz &
 * Thompson 1952; unbiased) and self-normalised (Hájek; Swaminathan & Joachims, NeurIPS 2015), normal intervals, the second
 * by the delta method. At one look; adaptive dealing makes them approximate.
 */
export function offPolicyOf({ w, ww, wr, wwr, wwrr }: WeightedSums, n: number): OffPolicy {
  const around = (value: number, variance: number): Bounded => {
    const half = z95 * Math.sqrt(Math.max(0, variance));
    return { value, low: value - half, high: value + half };
  };
  const ips = wr / n;
  const snips = wr / w;
  return {
    ips: around(ips, (wwrr / n - ips * ips) / n),
    snips: around(snips, (wwrr - 2 * snips * wwr + snips * snips * ww) / (w * w)),
    effectiveRequests: ww === 0 ? 0 : (w * w) / ww,
  };
}
