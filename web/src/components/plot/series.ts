import { type Extent, extentOf, padded } from './scale.ts';
import { nearestIndex, smooth } from './smoothing.ts';

/** What a curve's points stand over. */
export type XAxis = 'step' | 'relative' | 'wall';

/** A metric of a run as it was read: columns of equal length. */
export interface RawCurve {
  steps: readonly number[];
  at: readonly string[];
  values: readonly number[];
  min: readonly number[];
  max: readonly number[];
}

/** One line of a plot, its points by ascending x. */
export interface Series {
  id: string;
  label: string;
  /** Which colour of the palette. */
  colour: number;
  xs: number[];
  ys: number[];
  /** The values before smoothing, drawn faintly behind; absent where nothing was smoothed. */
  raw?: number[];
  low?: readonly number[];
  high?: readonly number[];
}

/** Places a curve over an axis: steps, seconds since `startedAt`, or UTC milliseconds; and smooths it. */
export function toSeries(
  curve: RawCurve,
  { axis, smoothing, startedAt }: { axis: XAxis; smoothing: number; startedAt: number },
): Pick<Series, 'xs' | 'ys' | 'raw' | 'low' | 'high'> {
  const times = axis === 'step' ? [] : curve.at.map((at) => Date.parse(at));
  const over = { step: curve.steps, wall: times, relative: times.map((ms) => (ms - startedAt) / 1000) }[axis];
  // A run that was resumed may log later steps at earlier times.
  const order = over.map((_, i) => i).sort((a, b) => over[a]! - over[b]!);
  const pick = (values: readonly number[]) => order.map((i) => values[i]!);
  const values = pick(curve.values);
  const ys = smooth(values, smoothing);
  const band = { low: pick(curve.min), high: pick(curve.max) };
  const hasBand = band.low.some((low, i) => low !== band.high[i]);
  return { xs: pick(over), ys, ...(smoothing > 0 && { raw: values }), ...(hasBand && band) };
}

/** The extents of a plot: x over all points, y over all that is drawn; for a logarithmic scale of what is above 0. */
export function plotExtents(series: readonly Series[], log: boolean): { x: Extent; y: Extent } | undefined {
  const drawn = (value: number) => Number.isFinite(value) && (!log || value > 0);
  const x = extentOf(series.flatMap(({ xs }) => xs));
  const y = extentOf(
    series.flatMap(({ ys, raw, low, high }) => [...ys, ...(raw ?? []), ...(low ?? []), ...(high ?? [])].filter(drawn)),
  );
  if (!x || !y) return undefined;
  if (log) return { x, y: y[0] === y[1] ? [y[0] / 2, y[1] * 2] : y };
  return { x, y: padded(y) };
}

/** A line as an SVG path, broken where a point has no place. */
export function pathOf(
  { xs, ys }: { xs: readonly number[]; ys: readonly number[] },
  place: (x: number, y: number) => readonly [number, number] | undefined,
): string {
  let path = '';
  let isOpen = false;
  for (let i = 0; i < xs.length; i++) {
    const at = place(xs[i]!, ys[i]!);
    if (at) path += `${isOpen ? 'L' : 'M'}${at[0].toFixed(1)} ${at[1].toFixed(1)}`;
    isOpen = at !== undefined;
  }
  return path;
}

/** What each series has at the point nearest to x. */
export interface Reading {
  series: Series;
  index: number;
  x: number;
  y: number;
}

/** Reads all series near x, the greatest value first; those that end well before or begin well after it are left out. */
export function readAt(series: readonly Series[], x: number, within: number): Reading[] {
  const readings = series.flatMap((one): Reading[] => {
    const index = nearestIndex(one.xs, x);
    const at = one.xs[index];
    return at === undefined || Math.abs(at - x) > within ? [] : [{ series: one, index, x: at, y: one.ys[index]! }];
  });
  return readings.sort((a, b) => b.y - a.y);
}
