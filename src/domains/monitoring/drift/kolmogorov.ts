import { deviance, stirlingError } from '../../../kernel/gamma.ts';

/** ln(n!/nⁿ). */
function logFactorialShare(n: number): number {
  return 0.5 * Math.log(2 * Math.PI * n) - n + stirlingError(n);
}

/** C(n, j)·pʲ·(1−p)ⁿ⁻ʲ without underflow on the way (Loader 2000). */
function binomialTerm(n: number, j: number, p: number): number {
  if (j === 0) return Math.exp(n * Math.log1p(-p));
  if (j === n) return Math.exp(n * Math.log(p));
  const log =
    stirlingError(n) - stirlingError(j) - stirlingError(n - j) - deviance(j, n * p) - deviance(n - j, n * (1 - p));
  return Math.exp(log) * Math.sqrt(n / (2 * Math.PI * j * (n - j)));
}

/** P(D⁺ₙ ≥ d), the one-sided tail, by the exact sum of Birnbaum and Tingey (1951), whose terms are all positive. */
export function smirnovTail(n: number, d: number): number {
  if (d <= 0) return 1;
  if (d >= 1) return 0;
  const last = Math.floor(n * (1 - d));
  let sum = 0;
  for (let j = 0; j <= last; j++) {
    const p = d + j / n;
    if (p >= 1) break;
    sum += (d / p) * binomialTerm(n, j, p);
  }
  return Math.min(1, sum);
}

function multiply(a: Float64Array, b: Float64Array, m: number): Float64Array {
  const out = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let k = 0; k < m; k++) {
      const left = a[i * m + k]!;
      if (left === 0) continue;
      for (let j = 0; j < m; j++) out[i * m + j]! += left * b[k * m + j]!;
    }
  }
  return out;
}

/** The matrix whose n-th power holds P(Dₙ < d) in its middle (Durbin 1968). */
function durbinMatrix(k: number, h: number): Float64Array {
  const m = 2 * k - 1;
  const matrix = new Float64Array(m * m);
  const inverseFactorial = new Float64Array(m + 1).fill(1);
  for (let i = 1; i <= m; i++) inverseFactorial[i] = inverseFactorial[i - 1]! / i;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) if (i - j + 1 >= 0) matrix[i * m + j] = inverseFactorial[i - j + 1]!;
  }
  for (let i = 0; i < m; i++) {
    const edge = (1 - h ** (i + 1)) * inverseFactorial[i + 1]!;
    matrix[i * m] = edge;
    matrix[(m - 1) * m + (m - 1 - i)] = edge;
  }
  matrix[(m - 1) * m] = (1 - 2 * h ** m + Math.max(0, 2 * h - 1) ** m) * inverseFactorial[m]!;
  return matrix;
}

/** P(Dₙ < d) by Durbin's matrix (Marsaglia, Tsang & Wang 2003), powers kept in range by a binary exponent. */
function durbinCdf(n: number, d: number): number {
  const k = Math.ceil(n * d);
  const m = 2 * k - 1;
  let base = durbinMatrix(k, k - n * d);
  let baseExponent = 0;
  let power: Float64Array | undefined;
  let exponent = 0;
  const middle = (k - 1) * m + k - 1;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      power = power ? multiply(power, base, m) : base;
      exponent += baseExponent;
    }
    if (left === 1) break;
    base = multiply(base, base, m);
    baseExponent *= 2;
    const scale = Math.floor(Math.log2(base[middle]!));
    if (Math.abs(scale) > 100) {
      base = base.map((value) => value * 2 ** -scale);
      baseExponent += scale;
    }
  }
  return power![middle]! * Math.exp(logFactorialShare(n) + exponent * Math.LN2);
}

/** The four terms of Pelz and Good (1976), "Approximating the lower tail areas of the Kolmogorov–Smirnov one-sample statistic". */
function pelzGoodCdf(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const pi2 = Math.PI ** 2;
  const log = -pi2 / (8 * z2);
  if (log < -708) return 0;
  const sums = [0, 0, 0, 0];
  let extra2 = 0;
  let extra3 = 0;
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const m2 = (2 * k - 1) ** 2;
    const weight = Math.exp(log * m2);
    const p2 = pi2 * m2;
    sums[0]! += weight;
    sums[1]! += weight * (p2 / 4 - z2);
    sums[2]! += weight * (6 * z6 + 2 * z4 + ((2 * z4 - 5 * z2) * p2) / 4 + ((1 - 2 * z2) * p2 * p2) / 16);
    const cubic = (p2 * (135 * z4 - 96 * z6)) / 4 + (p2 * p2 * (212 * z4 - 60 * z2)) / 16;
    sums[3]! += weight * (-30 * z6 - 90 * z4 * z4 + cubic + (p2 ** 3 * (5 - 30 * z2)) / 64);
    const k2 = k * k;
    const whole = k2 * Math.exp(4 * log * k2);
    extra2 += whole;
    extra3 += whole * (3 * z2 - pi2 * k2);
  }
  const root = Math.sqrt(2 * Math.PI);
  const first = (root / z) * sums[0]!;
  const second = (root / (6 * z4)) * sums[1]!;
  const third = (root / (72 * z6 * z)) * sums[2]! - ((pi2 * root) / (36 * z2 * z)) * extra2;
  const fourth = (root / (6480 * z6 * z4)) * sums[3]! + ((pi2 * root) / (216 * z6)) * extra3;
  return first + second / Math.sqrt(n) + third / n + fourth / n ** 1.5;
}

/** 1 − (n!/nⁿ)(2nd−1)ⁿ for 1/2n < d ≤ 1/n (Ruben and Gambino 1982). */
function shortTail(n: number, d: number): number {
  return 1 - Math.exp(logFactorialShare(n) + n * Math.log(2 * n * d - 1));
}

/**
 * P(Dₙ ≥ d), the tail of the two-sided one-sample Kolmogorov–Smirnov distribution for `n` observations.
 * Chooses its method as Simard and L'Ecuyer (2011), "Computing the two-sided Kolmogorov–Smirnov distribution", §3.
 */
export function kolmogorovTail(n: number, d: number): number {
  const nd = n * d;
  if (nd <= 0.5) return 1;
  if (d >= 1) return 0;
  if (nd <= 1) return shortTail(n, d);
  if (nd >= n - 1) return 2 * (1 - d) ** n;
  const nd2 = nd * d;
  if (nd2 >= 370) return 0;
  if (d >= 0.5 || nd2 >= (n <= 140 ? 4 : 2.2)) return Math.min(1, 2 * smirnovTail(n, d));
  const exact = n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4);
  return Math.min(1, Math.max(0, 1 - (exact ? durbinCdf(n, d) : pelzGoodCdf(n, d))));
}

/** The limit of P(√n·Dₙ ≥ x) for n → ∞: 2 Σ (−1)ᵏ⁻¹ e^(−2k²x²). */
export function kolmogorovLimitTail(x: number): number {
  if (x < 0.2) return 1;
  if (x < 1) {
    let sum = 0;
    for (let k = 1; k < 20; k += 2) sum += Math.exp((-(k * k) * Math.PI ** 2) / (8 * x * x));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  let sum = 0;
  for (let k = 20; k >= 1; k--) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * x * x);
  return 2 * sum;
}
