import type { Random } from '../../../kernel/random.ts';
import type { SearchDimension } from '../schema.ts';
import { boundsOf, drawPoint, fromUnit, type ParamValue, type Point, type SearchSpace, toUnit } from './space.ts';
import { logNormalMass, sampleTruncatedNormal } from './truncated-normal.ts';

/** A trial whose value is known; lower is better. */
export interface KnownTrial {
  point: Point;
  value: number;
}

const startupTrials = 10;
const candidates = 24;

/**
 * The next point to try by the tree-structured Parzen estimator (Bergstra et al. 2011; joint product kernels, weights and
 * bandwidths as in Optuna: Watanabe 2023, arXiv 2304.11127): of 24 points drawn from the density of good trials, the one
 * where it most exceeds the density of the others. The first 10 points are random.
 */
export function suggest(space: SearchSpace, trials: readonly KnownTrial[], random: Random): Point {
  const known = trials.filter((trial) => !Number.isNaN(trial.value));
  if (known.length < startupTrials) return drawPoint(space, random);
  const order = known.map((_, index) => index).sort((a, b) => known[a]!.value - known[b]!.value || a - b);
  const good = new Set(order.slice(0, Math.min(Math.ceil(0.1 * known.length), 25)));
  const part = (isGood: boolean) => known.filter((_, index) => good.has(index) === isGood).map((trial) => trial.point);
  const below = createMixture(space, part(true));
  const above = createMixture(space, part(false));
  let best: Point | undefined;
  let bestRatio = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates; i++) {
    const point = samplePoint(below, random);
    const ratio = logDensity(below, point) - logDensity(above, point);
    if (best === undefined || ratio > bestRatio) {
      best = point;
      bestRatio = ratio;
    }
  }
  return best!;
}

/** One kernel a trial and one for the prior, each a product over dimensions. */
interface Mixture {
  logWeights: number[];
  dimensions: MixtureDimension[];
}

type NumericDimension = Exclude<SearchDimension, { type: 'categorical' }>;

type MixtureDimension =
  | {
      name: string;
      kind: 'numeric';
      dimension: NumericDimension;
      low: number;
      high: number;
      means: number[];
      widths: number[];
      /** Log of each kernel's mass within the range. */
      masses: number[];
    }
  | { name: string; kind: 'categorical'; choices: ParamValue[]; shares: number[][] };

function createMixture(space: SearchSpace, points: Point[]): Mixture {
  const weights = [...weightsOf(points.length), 1];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return {
    logWeights: weights.map((weight) => Math.log(weight / total)),
    dimensions: Object.entries(space).map(([name, dimension]) => {
      const values = points.map((point) => point[name]!);
      if (dimension.type !== 'categorical') return numericKernels(name, dimension, values as number[]);
      return categoricalKernels(name, dimension.choices, values);
    }),
  };
}

/** 1 for the latest 25 trials, falling linearly to 1/n for the oldest. */
function weightsOf(count: number): number[] {
  const ramp = count - 25;
  return Array.from({ length: count }, (_, i) =>
    i >= ramp || ramp <= 1 ? (i >= ramp ? 1 : 1 / count) : 1 / count + ((1 - 1 / count) * i) / (ramp - 1),
  );
}

function numericKernels(name: string, dimension: NumericDimension, values: number[]): MixtureDimension {
  const [low, high] = boundsOf(dimension);
  const span = high - low;
  const means = [...values.map((value) => toUnit(dimension, value)), (low + high) / 2];
  const order = means.map((_, index) => index).sort((a, b) => means[a]! - means[b]!);
  const least = span / Math.min(100, values.length + 2);
  const widths = new Array<number>(means.length);
  order.forEach((index, rank) => {
    const before = rank > 0 ? means[index]! - means[order[rank - 1]!]! : Number.NaN;
    const after = rank < order.length - 1 ? means[order[rank + 1]!]! - means[index]! : Number.NaN;
    const gap = Number.isNaN(before) ? after : Number.isNaN(after) ? before : Math.max(before, after);
    widths[index] = Math.min(span, Math.max(least, gap));
  });
  widths[means.length - 1] = span;
  const masses = means.map((mean, i) => logNormalMass((low - mean) / widths[i]!, (high - mean) / widths[i]!));
  return { name, kind: 'numeric', dimension, low, high, means, widths, masses };
}

function categoricalKernels(name: string, choices: ParamValue[], values: ParamValue[]): MixtureDimension {
  const kernels = values.length + 1;
  const shares = [...values, undefined].map((value) => {
    const raw = choices.map((choice) => 1 / kernels + (choice === value ? 1 : 0));
    const total = raw.reduce((sum, share) => sum + share, 0);
    return raw.map((share) => share / total);
  });
  return { name, kind: 'categorical', choices, shares };
}

function pick(shares: readonly number[], random: Random): number {
  let left = random();
  for (let i = 0; i < shares.length - 1; i++) {
    left -= shares[i]!;
    if (left < 0) return i;
  }
  return shares.length - 1;
}

function samplePoint(mixture: Mixture, random: Random): Point {
  const kernel = pick(mixture.logWeights.map(Math.exp), random);
  return Object.fromEntries(
    mixture.dimensions.map((part) => {
      if (part.kind === 'categorical') return [part.name, part.choices[pick(part.shares[kernel]!, random)]!];
      const { low, high, means, widths, dimension } = part;
      const at = sampleTruncatedNormal({ mean: means[kernel]!, width: widths[kernel]!, low, high }, random);
      return [part.name, fromUnit(dimension, at)];
    }),
  );
}

function logDensity(mixture: Mixture, point: Point): number {
  const logs = mixture.logWeights.map((logWeight, kernel) => {
    let sum = logWeight;
    for (const part of mixture.dimensions) sum += kernelLog(part, kernel, point[part.name]!);
    return sum;
  });
  const most = Math.max(...logs);
  return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0));
}

function kernelLog(part: MixtureDimension, kernel: number, value: ParamValue): number {
  if (part.kind === 'categorical') return Math.log(part.shares[kernel]![part.choices.indexOf(value)]!);
  const { dimension } = part;
  const mean = part.means[kernel]!;
  const width = part.widths[kernel]!;
  const whole = part.masses[kernel]!;
  if (dimension.type === 'int') {
    const from = toUnit(dimension, (value as number) - 0.5);
    const to = toUnit(dimension, (value as number) + 0.5);
    return logNormalMass((from - mean) / width, (to - mean) / width) - whole;
  }
  const z = (toUnit(dimension, value as number) - mean) / width;
  return -0.5 * z * z - Math.log(width) - 0.5 * Math.log(2 * Math.PI) - whole;
}
