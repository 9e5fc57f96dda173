import { commonBins, countBins, distinctOfBoth, shares, unionEdges, valueBins } from './bins.ts';
import { benjaminiHochberg } from './correction.ts';
import { chiSquareContingency, chiSquareOneSample, type TestOutcome, zTest } from './count-tests.ts';
import { fillZeros, hellinger, jensenShannon, klDivergence, lInfinity, psi } from './distances.ts';
import { cdfDistance, exactUpTo, ksPValue } from './ks.ts';
import type { DriftBins, DriftMethod, DriftResult } from './result.ts';
import { deviation, type NumericSample, type Sample } from './sample.ts';
import { unseenIn } from './unseen.ts';

/** How a column is to be compared. */
export interface Comparison {
  column: string;
  reference: Sample;
  current: Sample;
  method?: DriftMethod | 'auto' | undefined;
  threshold?: number | undefined;
  /** Fewer used rows on either side give no verdict. */
  minRows?: number | undefined;
}

interface Measured {
  statistic: number;
  pValue?: number;
  degreesOfFreedom?: number | null;
  bins?: DriftBins;
  recipe: string;
}

interface Rule {
  threshold: number;
  direction: DriftResult['direction'];
  numericOnly?: boolean;
  logBase?: 'e';
  measure(reference: Sample, current: Sample): Measured | string;
}

const distance = { threshold: 0.1, direction: 'at-least' } as const;
const pTest = { threshold: 0.05, direction: 'p-below' } as const;

/** Every method with its own threshold, direction and exact recipe. */
const rules: Record<DriftMethod, Rule> = {
  psi: { ...distance, logBase: 'e', measure: binned('psi', 'zero fill', (r, c) => psi(fillZeros(r), fillZeros(c))) },
  'kl-divergence': {
    ...distance,
    logBase: 'e',
    measure: binned('KL divergence', 'zero fill', (r, c) => klDivergence(fillZeros(r), fillZeros(c))),
  },
  jensenshannon: {
    ...distance,
    logBase: 'e',
    measure: binned('Jensen–Shannon distance', 'no zero fill', jensenShannon),
  },
  'l-infinity': { ...distance, measure: binned('L∞ of shares', 'no zero fill', lInfinity) },
  hellinger: { ...distance, measure: measureHellinger },
  wasserstein: { ...distance, numericOnly: true, measure: measureWasserstein },
  ks: { threshold: 0.05, direction: 'p-at-most', numericOnly: true, measure: measureKs },
  chisquare: {
    ...pTest,
    measure: counted('chi-square, one-sample form: the reference is taken as exact', chiSquareOneSample),
  },
  'chisquare-contingency': {
    ...pTest,
    measure: counted('chi-square of the 2 × k contingency table, Yates when k = 2', chiSquareContingency),
  },
  z: { ...pTest, measure: measureZ },
};

function binned(name: string, fill: string, of: (r: number[], c: number[]) => number): Rule['measure'] {
  return (reference, current) => {
    const bins = commonBins(reference, current);
    const how = bins.edges ? `${bins.reference.length} Sturges bins over both sides` : 'a bin for every value';
    const statistic = of(shares(bins.reference, reference.counts.used), shares(bins.current, current.counts.used));
    return { statistic, bins, recipe: `${name} (${how}, ${fill})` };
  };
}

function counted(recipe: string, of: (r: number[], c: number[]) => TestOutcome): Rule['measure'] {
  return (reference, current) => {
    const bins = valueBins(reference, current);
    return { ...of(bins.reference, bins.current), bins, recipe };
  };
}

function measureZ(reference: Sample, current: Sample): Measured | string {
  const bins = valueBins(reference, current);
  if (bins.reference.length > 2) return `the z test compares one share, the column has ${bins.reference.length} values`;
  return { ...zTest(bins.reference, bins.current), bins, recipe: 'pooled two-proportion z test, two-sided' };
}

function measureHellinger(reference: Sample, current: Sample): Measured {
  const numeric = reference.type === 'numeric' && current.type === 'numeric';
  if (!numeric) return binned('Hellinger distance', 'no zero fill', hellinger)(reference, current) as Measured;
  const edges = unionEdges(reference, current, distinctOfBoth(reference.sorted, current.sorted));
  const counts = { reference: countBins(reference.sorted, edges), current: countBins(current.sorted, edges) };
  return {
    statistic: hellinger(shares(counts.reference, reference.counts.used), shares(counts.current, current.counts.used)),
    bins: { edges: Array.from(edges), categories: null, ...counts },
    recipe: `Hellinger distance (${edges.length - 1} Sturges bins over the distinct values of both sides)`,
  };
}

function measureWasserstein(reference: Sample, current: Sample): Measured {
  const [a, b] = [(reference as NumericSample).sorted, (current as NumericSample).sorted];
  const norm = Math.max(deviation(a), 0.001);
  return {
    statistic: cdfDistance(a, b).area / norm,
    bins: commonBins(reference, current),
    recipe: "Wasserstein distance over the reference's standard deviation (ddof 0, at least 0.001)",
  };
}

function measureKs(reference: Sample, current: Sample): Measured {
  const [a, b] = [(reference as NumericSample).sorted, (current as NumericSample).sorted];
  const { supremum } = cdfDistance(a, b);
  const how = Math.max(a.length, b.length) <= exactUpTo ? 'exact' : 'one-sample distribution at the effective size';
  return {
    statistic: supremum,
    pValue: ksPValue(supremum, a.length, b.length),
    bins: commonBins(reference, current),
    recipe: `two-sample Kolmogorov–Smirnov, two-sided (${how})`,
  };
}

/** The method for a column by the size of the reference and how many values it takes (Evidently's defaults). */
export function chooseMethod(reference: Sample, current: Sample): DriftMethod {
  const rows = reference.counts.used;
  const numeric = reference.type === 'numeric' && current.type === 'numeric';
  if (rows > 1000) return numeric && distinct(reference, current) > 5 ? 'wasserstein' : 'jensenshannon';
  const values = distinct(reference, current);
  if (numeric && values > 5) return 'ks';
  return values > 2 ? 'chisquare' : 'z';
}

function distinct(reference: Sample, current: Sample): number {
  if (reference.type === 'numeric' && current.type === 'numeric')
    return distinctOfBoth(reference.sorted, current.sorted);
  return valueBins(reference, current).reference.length;
}

/** Compares one column of the current side with the reference; never throws for data. */
export function compareColumn(comparison: Comparison): DriftResult {
  const { column, reference, current, minRows = 1 } = comparison;
  const short = [reference, current].find((side) => side.counts.used < Math.max(1, minRows));
  const wanted = comparison.method ?? 'auto';
  const method = wanted !== 'auto' ? wanted : short ? 'jensenshannon' : chooseMethod(reference, current);
  const rule = rules[method];
  const empty: DriftResult = {
    column,
    type: reference.type,
    method,
    recipe: method,
    verdict: 'not-computable',
    reason: null,
    statistic: null,
    pValue: null,
    adjustedPValue: null,
    threshold: comparison.threshold ?? rule.threshold,
    direction: rule.direction,
    logBase: rule.logBase ?? null,
    degreesOfFreedom: null,
    counts: { reference: reference.counts, current: current.counts },
    bins: null,
    unseen: unseenIn(reference, current),
  };
  if (short) {
    const side = short === reference ? 'reference' : 'current side';
    const reason = `the ${side} has ${short.counts.used} usable rows, ${minRows} are needed`;
    return { ...empty, verdict: 'insufficient-data', reason };
  }
  if (reference.type !== current.type)
    return { ...empty, reason: `the reference is ${reference.type}, the current side ${current.type}` };
  if (rule.numericOnly && reference.type !== 'numeric') return { ...empty, reason: `${method} needs a numeric column` };
  const measured = rule.measure(reference, current);
  return typeof measured === 'string' ? { ...empty, reason: measured } : judge(empty, measured);
}

function judge(empty: DriftResult, measured: Measured): DriftResult {
  const { statistic, pValue = null, degreesOfFreedom = null, bins = null, recipe } = measured;
  const result = { ...empty, recipe, pValue, degreesOfFreedom, bins };
  const infinite = statistic === Number.POSITIVE_INFINITY;
  const reason = infinite ? 'a category the reference lacks makes the statistic infinite' : null;
  const drifted = isDrift(result, statistic, pValue);
  return { ...result, statistic: infinite ? null : statistic, reason, verdict: drifted ? 'drift' : 'no-drift' };
}

function isDrift(rule: Pick<DriftResult, 'direction' | 'threshold'>, statistic: number, p: number | null): boolean {
  if (rule.direction === 'at-least') return statistic >= rule.threshold;
  return rule.direction === 'p-at-most' ? p! <= rule.threshold : p! < rule.threshold;
}

/** Judges all columns that have p-values again by their Benjamini–Hochberg adjusted ones. */
export function correctAll(results: readonly DriftResult[]): DriftResult[] {
  const tested = results.filter((result) => result.pValue !== null);
  const adjusted = benjaminiHochberg(tested.map((result) => result.pValue!));
  const byColumn = new Map(tested.map((result, i) => [result, adjusted[i]!]));
  return results.map((result) => {
    const p = byColumn.get(result);
    if (p === undefined) return result;
    return { ...result, adjustedPValue: p, verdict: isDrift(result, 0, p) ? 'drift' : 'no-drift' };
  });
}
