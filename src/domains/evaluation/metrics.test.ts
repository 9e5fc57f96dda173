import { describe, expect, test } from 'vitest';
import {
  bestF1Golden,
  binaryGolden,
  binaryRows,
  binaryWeightedGolden,
  calibrationGolden,
  classWeights,
  confusionGolden,
  multiclassGolden,
  multiclassRows,
  multiclassWeightedGolden,
  regressionGolden,
  regressionRows,
  regressionWeightedGolden,
  regressionWeights,
} from './golden.ts';
import {
  bestF1Threshold,
  binary,
  calibrationBins,
  evaluate,
  evaluationReportSchema,
  type MetricValue,
  multiclass,
  precisionRecallCurve,
  regression,
  rocCurve,
  sliceByQuantile,
} from './index.ts';
import { ascendingOrder } from './order.ts';
import { createRandom } from './random.ts';

function expectGolden(values: Record<string, MetricValue>, golden: Record<string, number>): void {
  expect(Object.keys(values).sort()).toEqual(Object.keys(golden).sort());
  for (const [name, value] of Object.entries(golden)) {
    expect(Math.abs(values[name]!.value! - value), `${name}: ${values[name]!.value} for ${value}`).toBeLessThan(1e-12);
  }
}

describe('metrics are those of scikit-learn', () => {
  test('regression', () => {
    expectGolden(regression(regressionRows).compute(), regressionGolden);
    expectGolden(regression({ ...regressionRows, weights: regressionWeights }).compute(), regressionWeightedGolden);
    expectGolden(regression(regressionRows).compute({ weights: regressionWeights }), regressionWeightedGolden);
  });

  test('two classes', () => {
    expectGolden(binary(binaryRows).compute(), binaryGolden);
    expectGolden(binary({ ...binaryRows, weights: classWeights }).compute(), binaryWeightedGolden);
  });

  test('several classes', () => {
    const weights = classWeights.slice(0, 150);
    expectGolden(multiclass(multiclassRows).compute(), multiclassGolden);
    expectGolden(multiclass({ ...multiclassRows, weights }).compute(), multiclassWeightedGolden);
    expect(multiclass(multiclassRows).confusion()).toEqual(confusionGolden);
  });

  test('calibration and the best threshold', () => {
    const bins = calibrationBins(binaryRows, null);
    bins.forEach((bin, i) => {
      expect(bin.observed).toBeCloseTo(calibrationGolden.observed[i]!, 12);
      expect(bin.predicted).toBeCloseTo(calibrationGolden.predicted[i]!, 12);
    });
    expect(bins).toHaveLength(calibrationGolden.observed.length);
    const best = bestF1Threshold(binaryRows)!;
    expect(best.f1).toBeCloseTo(bestF1Golden.f1, 12);
    expect(best.threshold).toBeCloseTo(bestF1Golden.threshold - 0.0125, 12);
    const { f1_score } = binary({ ...binaryRows, threshold: best.threshold }).compute({ only: ['f1_score'] });
    expect(f1_score.value).toBeCloseTo(best.f1, 12);
  });
});

describe('curves', () => {
  test('have one point a distinct score, and the ends', () => {
    const roc = rocCurve(binaryRows)!;
    expect(roc).toHaveLength(42);
    expect(roc[1]).toEqual({ threshold: 1, falsePositiveRate: 0, truePositiveRate: 5 / 99 });
    expect(roc.at(-1)).toEqual({ threshold: 0, falsePositiveRate: 1, truePositiveRate: 1 });
    expect(precisionRecallCurve(binaryRows)!.at(-1)).toEqual({ threshold: 0, precision: 99 / 200, recall: 1 });
  });

  test('are thinned evenly and keep their area', () => {
    const random = createRandom(1);
    const scores = Float64Array.from({ length: 50_000 }, random);
    const truth = Uint8Array.from(scores, (score) => (random() < score ? 1 : 0));
    const roc = rocCurve({ truth, scores }, 100)!;
    expect(roc.length).toBeLessThanOrEqual(101);
    expect(roc.length).toBeGreaterThan(80);
    let area = 0;
    for (let i = 1; i < roc.length; i++) {
      const [a, b] = [roc[i - 1]!, roc[i]!];
      area += ((b.falsePositiveRate - a.falsePositiveRate) * (a.truePositiveRate + b.truePositiveRate)) / 2;
    }
    expect(area).toBeCloseTo(binary({ truth, scores }).compute().roc_auc_score.value!, 3);
    expect(precisionRecallCurve({ truth, scores }, 100)!.length).toBeLessThanOrEqual(101);
  });
});

describe('what cannot be computed says why', () => {
  const reasonOf = (value: MetricValue) => value.reason;

  test('one class only', () => {
    const positives = binary({ truth: Uint8Array.of(1, 1), scores: Float64Array.of(0.2, 0.9) }).compute();
    expect(positives.roc_auc_score).toEqual({ value: null, reason: 'not computable: all rows are of one class' });
    expect(positives.average_precision_score.value).toBe(1);
    const negatives = binary({ truth: Uint8Array.of(0, 0), scores: Float64Array.of(0.2, 0.4) }).compute();
    expect(reasonOf(negatives.recall_score)).toMatch(/no row is of the positive class/);
    expect(reasonOf(negatives.precision_score)).toMatch(/no row is predicted positive/);
    expect(reasonOf(negatives.average_precision_score)).toMatch(/positive class/);
    expect(negatives.accuracy_score.value).toBe(1);
    expect(rocCurve({ truth: Uint8Array.of(0), scores: Float64Array.of(1) })).toBeNull();
    expect(bestF1Threshold({ truth: Uint8Array.of(0), scores: Float64Array.of(1) })).toBeNull();
  });

  test('scores that are no probabilities still rank', () => {
    const values = binary({ truth: Uint8Array.of(0, 1), scores: Float64Array.of(-3, 7) }).compute();
    expect(reasonOf(values.log_loss)).toMatch(/not probabilities/);
    expect(values.roc_auc_score.value).toBe(1);
  });

  test('NaN, no rows, constant and zero truths', () => {
    const nan = binary({ truth: Uint8Array.of(0, 1), scores: Float64Array.of(0.1, Number.NaN) }).compute();
    expect(Object.values(nan).every((value) => value.value === null && /row 1/.test(value.reason ?? ''))).toBe(true);
    const none = regression({ truth: new Float64Array(), predicted: new Float64Array() }).compute();
    expect(reasonOf(none.r2_score)).toMatch(/no rows/);
    const constant = regression({ truth: Float64Array.of(0, 0), predicted: Float64Array.of(1, 2) }).compute();
    expect(reasonOf(constant.r2_score)).toMatch(/all equal/);
    expect(reasonOf(constant.mean_absolute_percentage_error)).toMatch(/is 0/);
    const infinite = regression({ truth: Float64Array.of(1), predicted: Float64Array.of(Infinity) }).compute();
    expect(reasonOf(infinite.mean_squared_error)).toMatch(/not a finite number/);
    const two = multiclass({
      truth: Int32Array.of(0, 1),
      probabilities: Float64Array.of(1, 0, 0, 0, 1, 0),
      classes: 3,
    });
    expect(reasonOf(two.compute().roc_auc_ovr)).toMatch(/class 2/);
    expect(two.compute().precision_macro.value).toBe(1);
  });

  test('lengths and weights are checked', () => {
    const data = { truth: Uint8Array.of(0, 1), scores: Float64Array.of(1) };
    expect(() => binary(data)).toThrow(/'scores' has 1 values for 2 rows/);
    expect(() => binary({ ...binaryRows, weights: classWeights.map(() => -1) })).toThrow(/Weight -1 of row 0/);
  });
});

test('sorting agrees with the engine’s for every kind of double', () => {
  const random = createRandom(7);
  const special = [0, -0, Infinity, -Infinity, Number.NaN, Number.MIN_VALUE, -Number.MIN_VALUE, 1, 1];
  const values = Float64Array.from({ length: 30_000 }, (_, i) =>
    i % 3 === 0 ? special[i % special.length]! : (random() - 0.5) * 10 ** Math.floor(random() * 40 - 20),
  );
  const expected = Array.from(values.keys()).sort((a, b) => {
    const [x, y] = [values[a]!, values[b]!];
    if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(x)) - Number(Number.isNaN(y)) || a - b;
    return x - y || a - b;
  });
  expect([...ascendingOrder(values)]).toEqual(expected);
  expect(ascendingOrder(values.slice(0, 100)).length).toBe(100);
});

test('a report holds it all and fits its schema', () => {
  const slices = sliceByQuantile('score', binaryRows.scores);
  const report = evaluate(
    { task: 'binary', labels: ['no', 'yes'], ...binaryRows },
    { seed: 1, intervals: ['roc_auc_score', 'r2_score'], resamples: 50, slices },
  );
  expect(evaluationReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(JSON.parse(JSON.stringify(report)));
  expect(report.metrics['roc_auc_score']!.low).toBeLessThan(binaryGolden.roc_auc_score);
  expect(report.metrics['r2_score']).toBeUndefined();
  expect(report.slices).toHaveLength(4);
  expect(report.confusion!.counts.flat().reduce((a, b) => a + b)).toBe(200);
  expect(evaluate({ task: 'regression', ...regressionRows }, { seed: 1 }).metrics['r2_score']!.value).toBeGreaterThan(
    0.9,
  );
  const classes = evaluate({ task: 'multiclass', labels: ['a', 'b', 'c'], ...multiclassRows }, { seed: 1 });
  expect(classes.confusion!.counts).toEqual(confusionGolden);
});
