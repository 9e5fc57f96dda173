import { normal, type Random } from '../../../../kernel/random.ts';

/** A gamma deviate of shape `a` > 0 and scale 1 (Marsaglia & Tsang, ACM TOMS 2000; below 1 by their boost). */
export function drawGamma(a: number, random: Random): number {
  if (a < 1) return drawGamma(a + 1, random) * (1 - random()) ** (1 / a);
  const d = a - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A beta deviate of shapes `a`, `b` > 0: one gamma deviate's share of two. */
export function drawBeta(a: number, b: number, random: Random): number {
  const x = drawGamma(a, random);
  return x / (x + drawGamma(b, random));
}

/** A law of what an arm's mean reward may be. */
export type Posterior =
  | { kind: 'beta'; a: number; b: number }
  | { kind: 'normal-gamma'; mean: number; weight: number; shape: number; rate: number };

/** A deviate of the mean reward under a posterior. */
export function drawMean(posterior: Posterior, random: Random): number {
  if (posterior.kind === 'beta') return drawBeta(posterior.a, posterior.b, random);
  const precision = drawGamma(posterior.shape, random) / posterior.rate;
  return posterior.mean + normal(random) / Math.sqrt(posterior.weight * precision);
}
