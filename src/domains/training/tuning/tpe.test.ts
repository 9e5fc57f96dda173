import { describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../../kernel/random.ts';
import { drawPoint, type Point, type SearchSpace } from './space.ts';
import { type KnownTrial, suggest } from './tpe.ts';
import { normalCdf } from './truncated-normal.ts';

interface Problem {
  name: string;
  space: SearchSpace;
  value(point: Point): number;
  /** Interquartile range of Optuna's TPE over 30 seeds of 100 trials. */
  reference: [number, number];
}

const unit = (low: number, high: number) => ({ type: 'float' as const, low, high, log: false });

function branin({ x, y }: Point): number {
  const [a, b] = [x as number, y as number];
  const bent = b - (5.1 / (4 * Math.PI ** 2)) * a * a + (5 / Math.PI) * a - 6;
  return bent ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(a) + 10;
}

const scales = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const centres = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];

function hartmann(point: Point): number {
  const x = Object.values(point) as number[];
  const heights = [1, 1.2, 3, 3.2];
  return -heights.reduce((sum, height, i) => {
    const distance = x.reduce((total, value, j) => total + scales[i]![j]! * (value - centres[i]![j]! * 1e-4) ** 2, 0);
    return sum + height * Math.exp(-distance);
  }, 0);
}

const problems: Problem[] = [
  { name: 'Branin', space: { x: unit(-5, 10), y: unit(0, 15) }, value: branin, reference: [0.405, 0.444] },
  {
    name: 'Hartmann-6',
    space: Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`x${i}`, unit(0, 1)])),
    value: hartmann,
    reference: [-3.245, -2.989],
  },
  {
    name: 'mixed',
    space: {
      kind: { type: 'categorical', choices: ['a', 'b', 'c', 'd'] },
      rate: { type: 'float', low: 1e-5, high: 0.1, log: true },
      depth: { type: 'int', low: 1, high: 16, log: false },
    },
    value: ({ kind, rate, depth }) =>
      [0, 0.3, 0.6, 1]['abcd'.indexOf(kind as string)]! +
      0.5 * (Math.log10(rate as number) + 2.5) ** 2 +
      0.05 * Math.abs((depth as number) - 6),
    reference: [0, 0.0005],
  },
];

function search(problem: Problem, random: Random, next: typeof suggest): number {
  const trials: KnownTrial[] = [];
  for (let i = 0; i < 100; i++) {
    const point = next(problem.space, trials, random);
    trials.push({ point, value: problem.value(point) });
  }
  return Math.min(...trials.map((trial) => trial.value));
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

describe('TPE against Optuna and random search, medians over seeds', () => {
  test.each(problems)('$name', (problem) => {
    const seeds = Array.from({ length: 9 }, (_, seed) => seed);
    const tpe = median(seeds.map((seed) => search(problem, createRandom(seed), suggest)));
    const random = median(
      seeds.map((seed) => search(problem, createRandom(seed), (space, _, r) => drawPoint(space, r))),
    );
    expect(tpe).toBeLessThan(random);
    expect(tpe).toBeLessThanOrEqual(problem.reference[1]);
  });
});

test('the normal distribution function has the published values (Abramowitz and Stegun, table 26.1)', () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(1)).toBeCloseTo(0.841344746068543, 14);
  expect(normalCdf(-2)).toBeCloseTo(0.022750131948179, 14);
  expect(normalCdf(4)).toBeCloseTo(0.999968328758167, 14);
});
