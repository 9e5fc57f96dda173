import { kolmogorovTail } from './kolmogorov.ts';

/** The largest distance of two empirical distribution functions and the area between them, from ascending samples. */
export interface CdfDistance {
  /** max |F − G|. */
  supremum: number;
  /** ∫ |F − G|: the first Wasserstein distance, in the samples' unit. */
  area: number;
}

/** Both distances of two ascending, non-empty samples in one pass over them. */
export function cdfDistance(a: Float64Array, b: Float64Array): CdfDistance {
  let i = 0;
  let j = 0;
  let supremum = 0;
  let area = 0;
  let gap = 0;
  let at = Math.min(a[0]!, b[0]!);
  while (i < a.length || j < b.length) {
    const next = i < a.length && (j >= b.length || a[i]! <= b[j]!) ? a[i]! : b[j]!;
    area += gap * (next - at);
    at = next;
    while (i < a.length && a[i] === next) i++;
    while (j < b.length && b[j] === next) j++;
    gap = Math.abs(i / a.length - j / b.length);
    if (gap > supremum) supremum = gap;
  }
  return { supremum, area };
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/** Equal sizes: the alternating sum of Gnedenko and Korolyuk in Horner form. */
function equalSizesTail(n: number, h: number): number {
  let tail = 0;
  for (let k = Math.floor(n / h); k >= 0; k--) {
    let share = 1;
    for (let j = 0; j < h; j++) share = ((n - k * h - j) * share) / (n + k * h + j + 1);
    tail = share * (1 - tail);
  }
  return 2 * tail;
}

/**
 * The chance that a random lattice path from (0,0) to (m,n) meets |i/m − j/n| ≥ h/lcm, by
 * f(i,j) = (i·f(i−1,j) + j·f(i,j−1))/(i+j), f = 1 at and beyond the bounds (Hodges 1957). O(m·n) inside the bounds.
 */
function pathsTail(m: number, n: number, h: number): number {
  const g = gcd(m, n);
  const mg = m / g;
  const ng = n / g;
  const row = new Float64Array(n + 1).fill(1);
  const outside = (i: number, j: number) => Math.abs(i * ng - j * mg) >= h;
  for (let j = 0; j <= n && !outside(0, j); j++) row[j] = 0;
  for (let i = 1; i <= m; i++) {
    const low = Math.max(0, Math.floor((i * ng - h) / mg) + 1);
    const high = Math.min(n, Math.ceil((i * ng + h) / mg) - 1);
    if (low > 0) row[low - 1] = 1;
    let left = low > 0 ? 1 : 0;
    for (let j = low; j <= high; j++) {
      left = (i * row[j]! + j * left) / (i + j);
      row[j] = left;
    }
    if (high < n) row[high + 1] = 1;
  }
  return row[n]!;
}

/** Samples up to this size get the exact two-sample distribution. */
export const exactUpTo = 10_000;

/**
 * The two-sided p-value of the two-sample Kolmogorov–Smirnov test: exact while neither sample exceeds `exactUpTo`, beyond
 * it the one-sample distribution at the effective size round(n₁n₂/(n₁+n₂)), as SciPy's `ks_2samp` does.
 */
export function ksPValue(d: number, n1: number, n2: number): number {
  if (Math.max(n1, n2) > exactUpTo) return kolmogorovTail(Math.round((n1 * n2) / (n1 + n2)), d);
  const lcm = (n1 / gcd(n1, n2)) * n2;
  const h = Math.round(d * lcm);
  if (h === 0) return 1;
  const tail = n1 === n2 ? equalSizesTail(n1, h) : pathsTail(Math.max(n1, n2), Math.min(n1, n2), h);
  return Math.min(1, Math.max(0, tail));
}
