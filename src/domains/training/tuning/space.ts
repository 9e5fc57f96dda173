import { fail } from '../../../kernel/errors.ts';
import type { Random } from '../../../kernel/random.ts';
import type { SearchDimension } from '../schema.ts';

/** A value a parameter takes. */
export type ParamValue = number | string | boolean;

/** One point of a search space. */
export type Point = Record<string, ParamValue>;

/** Dimensions by parameter. */
export type SearchSpace = Record<string, SearchDimension>;

/** Refuses spaces without a point: empty ranges, logarithms of nothing, no choices. */
export function checkSpace(space: SearchSpace): void {
  for (const [name, dimension] of Object.entries(space)) {
    const field = `tuning.space.${name}`;
    if (dimension.type === 'categorical') continue;
    if (!(dimension.low <= dimension.high)) fail('invalid_input', `The range of '${name}' is empty.`, { field });
    if (dimension.log && dimension.low <= 0)
      fail('invalid_input', `A log range must lie above 0: '${name}'.`, { field });
  }
  if (Object.keys(space).length === 0) fail('invalid_input', 'The search space is empty.', { field: 'tuning.space' });
}

/** A point drawn uniformly (uniformly in the logarithm for log dimensions). */
export function drawPoint(space: SearchSpace, random: Random): Point {
  return Object.fromEntries(Object.entries(space).map(([name, dimension]) => [name, draw(dimension, random)]));
}

function draw(dimension: SearchDimension, random: Random): ParamValue {
  if (dimension.type === 'categorical') return dimension.choices[Math.floor(random() * dimension.choices.length)]!;
  const [low, high] = boundsOf(dimension);
  return fromUnit(dimension, low + (high - low) * random());
}

/** The range a kernel lives on: logarithms for log dimensions, half a step wider at both ends for whole numbers. */
export function boundsOf(dimension: Exclude<SearchDimension, { type: 'categorical' }>): [number, number] {
  const half = dimension.type === 'int' ? 0.5 : 0;
  const [low, high] = [dimension.low - half, dimension.high + half];
  return dimension.log ? [Math.log(low), Math.log(high)] : [low, high];
}

/** A value as a kernel sees it. */
export function toUnit(dimension: Exclude<SearchDimension, { type: 'categorical' }>, value: number): number {
  return dimension.log ? Math.log(value) : value;
}

/** The value that a kernel's point stands for, within the dimension's range. */
export function fromUnit(dimension: Exclude<SearchDimension, { type: 'categorical' }>, at: number): number {
  const value = dimension.log ? Math.exp(at) : at;
  const rounded = dimension.type === 'int' ? Math.round(value) : value;
  return Math.min(dimension.high, Math.max(dimension.low, rounded));
}
