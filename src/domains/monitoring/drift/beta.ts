import { logGamma } from './gamma.ts';

/** The regularised incomplete beta function I_x(a, b), a, b > 0, 0 ≤ x ≤ 1 (continued fraction, DLMF 8.17.22, by Lentz). */
export function betaI(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaI(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  return front / fraction({ a, b, x });
}

function fraction({ a, b, x }: { a: number; b: number; x: number }): number {
  const tiny = 1e-300;
  const guard = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 0;
  let f = 1;
  for (let i = 0; i < 10_000; i++) {
    const m = Math.floor(i / 2);
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    const term = i === 0 ? 1 : i % 2 === 0 ? even : odd;
    d = 1 / guard(1 + term * d);
    c = guard(1 + term / c);
    f *= c * d;
    if (i > 1 && Math.abs(c * d - 1) < 1e-16) break;
  }
  // The loop's first turn (term 1) leaves a factor c·d = 2·1; dividing it out keeps the recurrence uniform.
  return f / 2;
}
