import type { ComparedMetric, Comparison, ComparisonRules, MetricComparison } from './comparison-schema.ts';
import type { IntervalSeries, IntervalSums } from './intervals.ts';
import { compareLocation } from './mann-whitney.ts';

/**
 * Compares both arms by their values in each interval, as canary analysis at a fixed horizon does: a metric is high or low
 * when the confidence interval of its Hodges–Lehmann shift clears ± `tolerance` of the shift; a group's score is its share of
 * metrics that are not worse, the score their weighted mean, 0 when a critical metric is worse.
 */
export function compareIntervals(series: IntervalSeries, rules: ComparisonRules): Comparison {
  const metrics = rules.metrics.map((metric) => compareMetric(series, metric, rules));
  const groups = scoreGroups(metrics, rules);
  const critical = metrics.find((metric) => metric.isWorse && metric.critical);
  const withData = metrics.filter((metric) => metric.class !== 'no-data').length;
  const common = { intervalMs: series.lengthMs, groups, metrics };
  if (critical)
    return { ...common, verdict: 'fail', score: 0, reason: `The critical metric '${critical.name}' is worse.` };
  if (withData * 2 < metrics.length || withData === 0) {
    const reason = `Only ${withData} of ${metrics.length} metrics have ${rules.minIntervals} intervals of each arm.`;
    return { ...common, verdict: 'inconclusive', score: null, reason };
  }
  const total = groups.reduce((sum, group) => sum + group.weight, 0);
  const score = total === 0 ? 100 : groups.reduce((sum, group) => sum + group.weight * group.score, 0) / total;
  const verdict = score >= rules.pass ? 'pass' : score < rules.marginal ? 'fail' : 'inconclusive';
  const worse = metrics.filter((metric) => metric.isWorse).map((metric) => metric.name);
  const reason = worse.length === 0 ? 'No metric is worse.' : `Worse: ${worse.join(', ')}.`;
  return { ...common, verdict, score, reason };
}

function compareMetric(series: IntervalSeries, metric: ComparedMetric, rules: ComparisonRules): MetricComparison {
  const valuesOf = (arm: 'candidate' | 'champion') => {
    const values = series.intervals.map((interval) => intervalValue(interval[arm], metric.name));
    const known = values.map((value) => (Number.isNaN(value) && metric.nan === 'zero' ? 0 : value));
    return known.filter((value) => !Number.isNaN(value));
  };
  const [mine, theirs] = [valuesOf('candidate'), valuesOf('champion')];
  const found: MetricComparison = {
    name: metric.name,
    group: metric.group ?? metric.name,
    class: 'no-data',
    isWorse: metric.mustHaveData,
    critical: metric.critical,
    candidateMean: meanOf(mine),
    championMean: meanOf(theirs),
    candidateIntervals: mine.length,
    championIntervals: theirs.length,
    ...{ u: null, pValue: null, shift: null, low: null, high: null },
  };
  if (Math.min(mine.length, theirs.length) < rules.minIntervals) return found;
  const { u, pValue, shift, low, high } = compareLocation(mine, theirs, rules.confidence);
  const band = rules.tolerance * Math.abs(shift);
  const what = low > band ? 'high' : high < -band ? 'low' : 'pass';
  const isWorse = what !== 'pass' && (metric.worse === 'either' || (metric.worse === 'higher') === (what === 'high'));
  return { ...found, class: what, isWorse, u, pValue, shift, low: orNull(low), high: orNull(high) };
}

function intervalValue(sums: IntervalSums | null, name: ComparedMetric['name']): number {
  if (!sums) return Number.NaN;
  const { requests, answered, scored } = sums;
  if (name === 'error-rate') return sums.errors / requests;
  if (name === 'invalid-rate') return sums.invalid / requests;
  if (name === 'score') return scored === 0 ? Number.NaN : sums.score / scored;
  if (answered === 0) return Number.NaN;
  return name === 'latency' ? Math.exp(sums.logLatency / answered) : sums.slow / answered;
}

function scoreGroups(metrics: readonly MetricComparison[], { weights }: ComparisonRules): Comparison['groups'] {
  const judged = metrics.filter((metric) => metric.class !== 'no-data' || metric.isWorse);
  const names = [...new Set(judged.map((metric) => metric.group))];
  const said = names.reduce((sum, name) => sum + (weights[name] ?? 0), 0);
  const others = names.filter((name) => weights[name] === undefined).length;
  return names.map((name) => {
    const members = judged.filter((metric) => metric.group === name);
    const good = members.filter((metric) => !metric.isWorse).length;
    return { name, weight: weights[name] ?? Math.max(0, 100 - said) / others, score: (100 * good) / members.length };
  });
}

function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
