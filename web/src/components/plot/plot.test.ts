import { describe, expect, test } from 'vitest';
import { axisOf, moveBrush, onAxis, passes } from './brush.ts';
import { createScale, extentOf, formatTick, logTicks, niceTicks, padded } from './scale.ts';
import { pathOf, plotExtents, readAt, toSeries, type XAxis } from './series.ts';
import { nearestIndex, smooth } from './smoothing.ts';

describe('scales', () => {
  test('an extent leaves out what is no number', () => {
    expect(extentOf([3, Number.NaN, -1, null, Number.POSITIVE_INFINITY])).toEqual([-1, 3]);
    expect(extentOf([Number.NaN])).toBeUndefined();
    expect(padded([0, 10], 0.1)).toEqual([-1, 11]);
    expect(padded([5, 5])[0]).toBeLessThan(5);
  });

  test('a value and its place belong together, straight and by powers', () => {
    const straight = createScale({ of: [0, 10], to: [100, 0] });
    expect(straight.place(2.5)).toBe(75);
    expect(straight.value(75)).toBe(2.5);
    const log = createScale({ of: [0.01, 100], to: [0, 40], log: true });
    expect(log.place(1)).toBeCloseTo(20);
    expect(log.value(30)).toBeCloseTo(10);
    expect(createScale({ of: [3, 3], to: [0, 10] }).place(3)).toBe(5);
  });

  test.each([
    [[0, 1], 5, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [[0, 97], 5, [0, 20, 40, 60, 80]],
    [[-0.013, 0.011], 4, [-0.01, 0, 0.01]],
    [[1e6, 1.5e6], 5, [1e6, 1.1e6, 1.2e6, 1.3e6, 1.4e6, 1.5e6]],
    [[4, 4], 5, [4]],
  ] as const)('round ticks of %j', (extent, about, ticks) => expect(niceTicks(extent, about)).toEqual(ticks));

  test('ticks of powers', () => {
    expect(logTicks([0.002, 50], 5)).toEqual([0.01, 0.1, 1, 10]);
    expect(logTicks([2, 8], 3)).toEqual([2, 4, 6, 8]);
    expect([0, 0.00012, 0.25, 1234, 2_500_000].map(formatTick)).toEqual(['0', '1.2e-4', '0.25', '1234', '2.5M']);
  });
});

describe('smoothing', () => {
  test('the average is of the values themselves from the first on', () => {
    expect(smooth([4, 4, 4], 0.9).map((value) => Number(value.toFixed(9)))).toEqual([4, 4, 4]);
    const [first, second] = smooth([1, 2], 0.5);
    expect(first).toBe(1);
    expect(second).toBeCloseTo((0.25 * 1 + 0.5 * 2) / 0.75);
    expect(smooth([1, 5], 0)).toEqual([1, 5]);
  });

  test('what is no number stays where it is', () => {
    expect(smooth([2, Number.NaN, 2], 0.5)).toEqual([2, Number.NaN, 2]);
  });

  test('the nearest of ascending numbers', () => {
    expect([-5, 0, 4, 6, 100].map((x) => nearestIndex([0, 5, 10], x))).toEqual([0, 0, 1, 1, 2]);
    expect(nearestIndex([], 1)).toBe(-1);
    expect(nearestIndex([7], 1)).toBe(0);
  });
});

describe('brushing', () => {
  const depth = axisOf('depth', ['2', '4', 8, null], [100, 0]);
  const kind = axisOf('kind', ['tree', 'line', 'tree', '3'], [100, 0]);
  const runs: Record<string, string | number | null>[] = [
    { depth: '2', kind: 'tree' },
    { depth: 8, kind: 'line' },
    { depth: null, kind: 'tree' },
  ];
  const passing = (brushes: Record<string, readonly [number, number]>) =>
    runs.filter((run) => passes([depth, kind], brushes, (key) => run[key] ?? null));

  test('texts that are all numbers make an axis of numbers', () => {
    expect(depth.extent).toEqual([2, 8]);
    expect(depth.texts).toBeUndefined();
    expect(kind.texts).toEqual(['3', 'line', 'tree']);
    expect([onAxis(depth, '4'), onAxis(kind, 'line'), onAxis(kind, 'other'), onAxis(depth, null)]).toEqual([
      4,
      1,
      undefined,
      undefined,
    ]);
    expect(depth.scale.place(8)).toBe(0);
  });

  test('a line passes all brushes or none', () => {
    expect(passing({})).toHaveLength(3);
    expect(passing({ depth: [2, 5] })).toEqual([runs[0]]);
    expect(passing({ kind: [1.6, 2.4] })).toEqual([runs[0], runs[2]]);
    expect(passing({ kind: [1.6, 2.4], depth: [5, 9] })).toEqual([]);
  });

  test('the ends of a brush neither cross nor leave the axis', () => {
    expect(moveBrush(depth, undefined, { end: 0, steps: 25 })).toEqual([5, 8]);
    expect(moveBrush(depth, [5, 6], { end: 0, steps: 50 })).toEqual([6, 6]);
    expect(moveBrush(depth, [5, 6], { end: 1, steps: 50 })).toEqual([5, 8]);
    expect(moveBrush(depth, [2, 6], { end: 0, steps: -3 })).toEqual([2, 6]);
  });
});

describe('series', () => {
  const at = [0, 10, 20].map((s) => new Date(1_700_000_000_000 + s * 1000).toISOString());
  const curve = { steps: [0, 1, 2], at, values: [1, 3, 2], min: [1, 3, 2], max: [1, 3, 9] };

  test('over steps, time since the start, and time', () => {
    const over = (axis: XAxis) => toSeries(curve, { axis, smoothing: 0, startedAt: 1_699_999_990_000 }).xs;
    expect(over('step')).toEqual([0, 1, 2]);
    expect(over('relative')).toEqual([10, 20, 30]);
    expect(over('wall')[0]).toBe(1_700_000_000_000);
  });

  test('points by ascending time; spikes stay in the band when the line is smoothed', () => {
    const back = { ...curve, at: [...at].reverse() };
    const series = toSeries(back, { axis: 'wall', smoothing: 0.5, startedAt: 0 });
    expect(series.raw).toEqual([2, 3, 1]);
    expect(series.high).toEqual([9, 3, 1]);
    expect(toSeries({ ...curve, max: curve.min }, { axis: 'step', smoothing: 0, startedAt: 0 }).high).toBeUndefined();
  });

  test('what is drawn: extents, a path broken where a point has no place, readings near the pointer', () => {
    const line = { id: 'a', label: 'a', colour: 0, xs: [0, 1, 2], ys: [-1, 0.1, 10] };
    expect(plotExtents([line], true)).toEqual({ x: [0, 2], y: [0.1, 10] });
    expect(plotExtents([{ ...line, ys: [Number.NaN] }], false)).toBeUndefined();
    expect(pathOf({ xs: [0, 1, 2, 3], ys: [1, 2, Number.NaN, 4] }, (x, y) => (y >= 0 ? [x, y] : undefined))).toBe(
      'M0.0 1.0L1.0 2.0M3.0 4.0',
    );
    const other = { ...line, id: 'b', xs: [0, 1.1], ys: [5, 7] };
    expect(readAt([line, other], 1, 0.5).map(({ series, y }) => [series.id, y])).toEqual([
      ['b', 7],
      ['a', 0.1],
    ]);
    expect(readAt([other], 2, 0.5)).toEqual([]);
  });
});
