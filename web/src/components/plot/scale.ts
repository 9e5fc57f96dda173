/** Numbers from the least to the greatest. */
export type Extent = readonly [low: number, high: number];

/** The least and greatest of the finite numbers; `undefined` where there is none. */
export function extentOf(values: Iterable<number | null | undefined>): Extent | undefined {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value === null || value === undefined || !Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : undefined;
}

/** An extent with some air around it, and of some width also where all values are equal. */
export function padded([low, high]: Extent, share = 0.05): Extent {
  const air = high === low ? Math.max(Math.abs(high) * share, 1e-6) : (high - low) * share;
  return [low - air, high + air];
}

/** From values to places on an axis, and back. */
export interface Scale {
  place(value: number): number;
  value(place: number): number;
  ticks: number[];
}

interface ScaleOptions {
  of: Extent;
  to: Extent;
  /** By powers of ten; only for extents above 0. */
  log?: boolean;
  ticks?: number;
}

/** A straight or logarithmic scale from an extent of values to one of places. */
export function createScale({ of, to, log = false, ticks = 5 }: ScaleOptions): Scale {
  const turn = log ? Math.log10 : (value: number) => value;
  const back = log ? (value: number) => 10 ** value : (value: number) => value;
  const [low, high] = [turn(of[0]), turn(of[1])];
  const perValue = high === low ? 0 : (to[1] - to[0]) / (high - low);
  return {
    place: (value) => (perValue === 0 ? (to[0] + to[1]) / 2 : to[0] + (turn(value) - low) * perValue),
    value: (place) => back(perValue === 0 ? low : low + (place - to[0]) / perValue),
    ticks: log ? logTicks(of, ticks) : niceTicks(of, ticks),
  };
}

/** About so many round numbers within an extent: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks([low, high]: Extent, about: number): number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999) ?? 10) * power;
  const digits = Math.max(0, Math.min(20, 1 - Math.floor(Math.log10(step))));
  const ticks: number[] = [];
  for (let n = Math.ceil(low / step - 1e-9); n * step <= high + step * 1e-9; n++) {
    ticks.push(Number((n * step).toFixed(digits)));
  }
  return ticks;
}

/** Powers of ten within an extent above 0; round numbers where it holds fewer than two. */
export function logTicks([low, high]: Extent, about: number): number[] {
  const [from, to] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
  if (to - from < 1) return niceTicks([low, high], about).filter((tick) => tick > 0);
  const every = Math.max(1, Math.ceil((to - from) / about));
  return Array.from({ length: Math.floor((to - from) / every) + 1 }, (_, i) => 10 ** (from + i * every));
}

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 2 });

/** A tick as few characters as say it. */
export function formatTick(value: number): string {
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e15) return value.toExponential(1).replace('.0e', 'e').replace('e+', 'e');
  return size >= 10_000 ? short.format(value) : String(Number(value.toPrecision(6)));
}
