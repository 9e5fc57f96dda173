import { fail } from '../../kernel/errors.ts';
import { type Evaluation, notComputable } from './metric.ts';
import { createRandom } from './random.ts';

/** A metric with its percentile interval, or why there is none. */
export type Interval =
  | { value: number; low: number; high: number; level: number; resamples: number; reason?: undefined }
  | { value: null; reason: string };

/** How to resample. */
export interface BootstrapOptions<Name extends string> {
  /** The metrics wanted; all when left out. */
  only?: readonly Name[];
  /** 200 when left out. */
  resamples?: number;
  /** Share of resamples inside the interval; 0.95 when left out. */
  level?: number;
  seed: number;
}

/** A metric that more than one in ten resamples does not have has no interval. */
const neededShare = 0.9;

/**
 * Percentile bootstrap intervals (Efron 1979): rows are drawn with replacement as counts, so that nothing is copied or
 * sorted again; O(resamples × rows). Resamples without a value (one class only) are left out.
 */
export function bootstrapIntervals<Name extends string>(
  evaluation: Evaluation<Name>,
  options: BootstrapOptions<Name>,
): Record<Name, Interval> {
  const { resamples = 200, level = 0.95, only = evaluation.names } = options;
  if (!Number.isInteger(resamples) || resamples < 20 || resamples > 10_000) {
    fail('invalid_input', `'resamples' is ${resamples}.`, {
      field: 'resamples',
      value: resamples,
      cure: 'Give 20 to 10000.',
    });
  }
  if (!(level > 0 && level < 1)) {
    fail('invalid_input', `'level' is ${level}.`, { field: 'level', value: level, cure: 'Give a share such as 0.95.' });
  }
  const observed = evaluation.compute({ only });
  const drawn = Object.fromEntries(only.map((name) => [name, []])) as unknown as Record<Name, number[]>;
  const random = createRandom(options.seed);
  const counts = new Float64Array(evaluation.rows);
  for (let i = 0; i < resamples; i++) {
    counts.fill(0);
    for (let draw = 0; draw < counts.length; draw++) counts[Math.floor(random() * counts.length)]! += 1;
    const values = evaluation.compute({ only, weights: counts });
    for (const name of only) {
      const { value } = values[name];
      if (value !== null) drawn[name].push(value);
    }
  }
  const intervalOf = (name: Name): Interval => {
    const { value, reason } = observed[name];
    if (value === null) return { value, reason: reason ?? '' };
    const sorted = Float64Array.from(drawn[name]).sort();
    if (sorted.length < neededShare * resamples) {
      return notComputable(`only ${sorted.length} of ${resamples} resamples have a value`) as {
        value: null;
        reason: string;
      };
    }
    const [low, high] = [quantile(sorted, (1 - level) / 2), quantile(sorted, (1 + level) / 2)];
    return { value, low, high, level, resamples: sorted.length };
  };
  return Object.fromEntries(only.map((name) => [name, intervalOf(name)])) as Record<Name, Interval>;
}

/** A quantile of sorted values, interpolated linearly (numpy's default, Hyndman–Fan type 7); NaN without values. */
export function quantile(sorted: Float64Array, q: number): number {
  const position = (sorted.length - 1) * q;
  const below = Math.floor(position);
  const low = sorted[below] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? low;
  // The plain formula makes NaN of two equal infinities.
  return low === high ? low : low + (high - low) * (position - below);
}
