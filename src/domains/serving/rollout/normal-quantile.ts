import { normalCdf } from '../../../kernel/gamma.ts';

/** Quantile of the standard normal distribution, 0 < p < 1, by bisection on its distribution function (error below 1e-9). */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let low = -38;
  let high = 0;
  while (high - low > 1e-10) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
