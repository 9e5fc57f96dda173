import { chiSquareTail, erfc } from '../../../kernel/gamma.ts';

/** A test's statistic, its p-value and, where it has them, its degrees of freedom. */
export interface TestOutcome {
  statistic: number;
  pValue: number;
  degreesOfFreedom: number | null;
}

/**
 * Pearson's chi-square of the current counts against the reference's shares, taken as exact (one-sample form). A category
 * the reference lacks makes the statistic infinite and p = 0; a single category on both sides gives p = 1.
 */
export function chiSquareOneSample(reference: readonly number[], current: readonly number[]): TestOutcome {
  const scale = total(current) / total(reference);
  let statistic = 0;
  for (const [i, count] of current.entries()) {
    const expected = reference[i]! * scale;
    if (expected > 0) statistic += (count - expected) ** 2 / expected;
    else if (count > 0) statistic = Number.POSITIVE_INFINITY;
  }
  return outcome(statistic, current.length - 1);
}

/** The two-sample chi-square of a 2 × k table of counts, with Yates' correction when k = 2. */
export function chiSquareContingency(reference: readonly number[], current: readonly number[]): TestOutcome {
  const [n1, n2] = [total(reference), total(current)];
  const yates = reference.length === 2;
  let statistic = 0;
  for (const [i, first] of reference.entries()) {
    const both = first + current[i]!;
    for (const [count, n] of [
      [first, n1],
      [current[i]!, n2],
    ] as const) {
      const expected = (both * n) / (n1 + n2);
      const off = Math.abs(count - expected);
      statistic += (off - (yates ? Math.min(0.5, off) : 0)) ** 2 / expected;
    }
  }
  return outcome(statistic, reference.length - 1);
}

/** The pooled two-proportion z test on the share of rows beside the first category, two-sided, no continuity correction. */
export function zTest(reference: readonly number[], current: readonly number[]): TestOutcome {
  const [n1, n2] = [total(reference), total(current)];
  const [p1, p2] = [1 - reference[0]! / n1, 1 - current[0]! / n2];
  const pooled = (p1 * n1 + p2 * n2) / (n1 + n2);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2));
  if (spread === 0) return { statistic: 0, pValue: 1, degreesOfFreedom: null };
  const statistic = (p1 - p2) / spread;
  return { statistic, pValue: erfc(Math.abs(statistic) * Math.SQRT1_2), degreesOfFreedom: null };
}

function outcome(statistic: number, degreesOfFreedom: number): TestOutcome {
  if (degreesOfFreedom === 0) return { statistic: 0, pValue: 1, degreesOfFreedom };
  return { statistic, pValue: chiSquareTail(statistic, degreesOfFreedom), degreesOfFreedom };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
