import { normalCdf } from '../../../kernel/gamma.ts';
import { normalQuantile } from './normal-quantile.ts';

/** How two samples differ in location. */
export interface LocationShift {
  /** Mann–Whitney U of the first sample: pairs in which it is larger, ties counting half. */
  u: number;
  /** Two-sided, normal approximation with tie and continuity correction. */
  pValue: number;
  /** Hodges–Lehmann estimate: the median of all differences first minus second. */
  shift: number;
  /** Ends of the confidence interval of the shift. */
  low: number;
  high: number;
}

/**
 * Compares two samples of up to a few hundred values by ranks (Mann & Whitney 1947; Hodges & Lehmann 1963). The interval is
 * the order statistics of the differences at the normal approximation's rank (Hollander, Wolfe & Chicken, §4.3).
 */
export function compareLocation(a: readonly number[], b: readonly number[], confidence: number): LocationShift {
  const [n, m] = [a.length, b.length];
  const differences = new Float64Array(n * m);
  let at = 0;
  let u = 0;
  for (const x of a) {
    for (const y of b) {
      differences[at++] = x - y;
      u += x > y ? 1 : x === y ? 0.5 : 0;
    }
  }
  differences.sort();
  const sd = Math.sqrt(((n * m) / 12) * (n + m + 1 - tieTerm([...a, ...b])));
  const away = Math.abs(u - (n * m) / 2) - 0.5;
  const pValue = sd === 0 ? 1 : Math.min(1, 2 * (1 - normalCdf(Math.max(0, away) / sd)));
  const plainSd = Math.sqrt((n * m * (n + m + 1)) / 12);
  const rank = Math.floor((n * m) / 2 - normalQuantile((1 + confidence) / 2) * plainSd);
  const low = rank < 1 ? Number.NEGATIVE_INFINITY : differences[rank - 1]!;
  const high = rank < 1 ? Number.POSITIVE_INFINITY : differences[n * m - rank]!;
  return { u, pValue, shift: medianOf(differences), low, high };
}

/** Σ(t³ − t)/(N(N − 1)) over groups of t equal values. */
function tieTerm(values: number[]): number {
  values.sort((x, y) => x - y);
  let sum = 0;
  for (let from = 0; from < values.length; ) {
    let to = from;
    while (to < values.length && values[to] === values[from]) to++;
    const t = to - from;
    sum += t ** 3 - t;
    from = to;
  }
  return sum / (values.length * (values.length - 1));
}

function medianOf(sorted: Float64Array): number {
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
