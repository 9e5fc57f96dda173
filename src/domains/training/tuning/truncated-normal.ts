import type { Random } from '../../../kernel/random.ts';

/** The upper tail of the standard normal divided by its density there (Mills' ratio), for z >= 0, by Lentz' continued fraction. */
function millsRatio(z: number): number {
  let fraction = 0;
  for (let k = 60; k >= 1; k--) fraction = k / (z + fraction);
  return 1 / (z + fraction);
}

/** The standard normal distribution function: absolute error below 1e-15 (series near 0, continued fraction in the tails). */
export function normalCdf(z: number): number {
  const distance = Math.abs(z);
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (distance > 3) {
    const tail = density * millsRatio(distance);
    return z < 0 ? tail : 1 - tail;
  }
  let term = distance;
  let sum = distance;
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (distance * distance) / (2 * k + 1);
    sum += term;
  }
  const middle = density * sum;
  return z < 0 ? 0.5 - middle : 0.5 + middle;
}

/** log of the standard normal's mass between two points, without cancellation in either tail. */
export function logNormalMass(low: number, high: number): number {
  const [from, to] = low > 0 ? [-high, -low] : [low, high];
  const mass = normalCdf(to) - normalCdf(from);
  return Math.log(Math.max(mass, Number.MIN_VALUE));
}

/** A normal distribution cut off at both ends. */
export interface TruncatedNormal {
  mean: number;
  width: number;
  low: number;
  high: number;
}

/** Draws by inverting the distribution function with bisection, to 1e-12 of the range. */
export function sampleTruncatedNormal({ mean, width, low, high }: TruncatedNormal, random: Random): number {
  const from = normalCdf((low - mean) / width);
  const wanted = from + random() * (normalCdf((high - mean) / width) - from);
  let least = low;
  let most = high;
  for (let i = 0; i < 42; i++) {
    const middle = (least + most) / 2;
    if (normalCdf((middle - mean) / width) < wanted) least = middle;
    else most = middle;
  }
  return (least + most) / 2;
}
