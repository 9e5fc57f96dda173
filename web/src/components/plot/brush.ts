import { createScale, type Extent, extentOf, padded, type Scale } from './scale.ts';

/** What a run has on an axis: a number, or a text. */
export type AxisValue = number | string | null;

/** One axis of parallel coordinates: numbers on a scale, or texts in a row. */
export interface Axis {
  key: string;
  /** The texts in order, where the axis is one of texts. */
  texts?: string[];
  scale: Scale;
  /** The values at both ends. */
  extent: Extent;
}

/** A stretch of an axis that lines must pass, as values (or as places in the row of texts). */
export type Brush = Extent;

/** The number in a text; undefined where it holds none. */
export function numberIn(text: string): number | undefined {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(value) ? undefined : value;
}

/** An axis for the values: of numbers where all that are there are numbers, of texts otherwise. `to` is from bottom to top. */
export function axisOf(key: string, values: readonly AxisValue[], to: Extent): Axis {
  const there = values.filter((value) => value !== null);
  const numbers = there.map((value) => (typeof value === 'number' ? value : numberIn(value)));
  if (there.length > 0 && numbers.every((value) => value !== undefined)) {
    const extent = extentOf(numbers) ?? [0, 1];
    const of = extent[0] === extent[1] ? padded(extent) : extent;
    return { key, extent: of, scale: createScale({ of, to, ticks: 4 }) };
  }
  const texts = [...new Set(there.map(String))].sort();
  const of: Extent = [-0.5, Math.max(texts.length, 1) - 0.5];
  return { key, texts, extent: of, scale: { ...createScale({ of, to }), ticks: texts.map((_, i) => i) } };
}

/** A value as the number its axis places; undefined where it has no place. */
export function onAxis({ texts }: Axis, value: AxisValue): number | undefined {
  if (value === null) return undefined;
  const number = texts ? texts.indexOf(String(value)) : typeof value === 'number' ? value : numberIn(value);
  return number === undefined || !Number.isFinite(number) || (texts && number < 0) ? undefined : number;
}

/** Whether a line passes all brushes; one that has no place on a brushed axis does not. */
export function passes(
  axes: readonly Axis[],
  brushes: Readonly<Record<string, Brush>>,
  read: (key: string) => AxisValue,
): boolean {
  return axes.every((axis) => {
    const brush = brushes[axis.key];
    if (!brush) return true;
    const at = onAxis(axis, read(axis.key));
    return at !== undefined && at >= brush[0] && at <= brush[1];
  });
}

/** Moves one end of a brush by steps of a fiftieth of the axis; the ends do not cross, nor leave the axis. */
export function moveBrush(axis: Axis, brush: Brush | undefined, { end, steps }: { end: 0 | 1; steps: number }): Brush {
  const [low, high] = brush ?? axis.extent;
  const by = (steps * (axis.extent[1] - axis.extent[0])) / 50;
  if (end === 0) return [Math.max(axis.extent[0], Math.min(low + by, high)), high];
  return [low, Math.min(axis.extent[1], Math.max(high + by, low))];
}
