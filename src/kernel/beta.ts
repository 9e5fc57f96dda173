import { logGamma } from './gamma.ts';

/** The regularised incomplete beta function I_x(a, b), a, b > 0, 0 ≤ x ≤ 1 (continued fraction, DLMF 8.17.22, by Lentz). */
export function betaI(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaI(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  return front * inverseFraction({ a, b, x });
}

/** 1/(1 + d₁/(1 + d₂/(1 + …))). */
function inverseFraction({ a, b, x }: { a: number; b: number; x: number }): number {
  const guard = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / guard(1 + term * d);
      c = guard(1 + term / c);
      step = c * d;
      value *= step;
    }
    if (Math.abs(step - 1) < 1e-16) break;
  }
  return value;
}

/** ln(1 − I_x(a, b)), also where the tail itself is too small for a number: then by its first terms (DLMF 8.17.20). */
export function logBetaTail(a: number, b: number, x: number): number {
  const tail = x > (a + 1) / (a + b + 2) ? betaI(b, a, 1 - x) : 1 - betaI(a, b, x);
  if (tail > 1e-280) return Math.log(tail);
  // I_{1-x}(b, a) = (1-x)^b x^a / (b B(a, b)) · (1/(1 + …)), the fraction evaluated apart from its front.
  const front = logGamma(a + b) - logGamma(a) - logGamma(b) + b * Math.log1p(-x) + a * Math.log(x) - Math.log(b);
  return front + Math.log(inverseFraction({ a: b, b: a, x: 1 - x }));
}
