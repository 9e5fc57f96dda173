/** Rows made from integers alone, so that they are the same in Python; golden values computed with scikit-learn 1.9.1. */

function numbers(rows: number, of: (row: number) => number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => of(row));
}

/** 101 rows of a regression. */
export const regressionRows = (() => {
  const truth = numbers(101, (i) => ((i * 37) % 101) / 10 + 1);
  const predicted = truth.map((value, i) => value + (((i * 53) % 29) - 14) / 10);
  return { truth, predicted };
})();

/** Weights of the regression rows. */
export const regressionWeights = numbers(101, (i) => ((i * 17) % 5) + 1);

/** 200 rows of two classes, scores with many ties. */
export const binaryRows = {
  truth: Uint8Array.from({ length: 200 }, (_, i) => (((i * 31) % 17) * 2 + ((i * 73) % 41) > 36 ? 1 : 0)),
  scores: numbers(200, (i) => ((i * 73) % 41) / 40),
};

/** Weights of the binary rows, and of the first 150 of several classes. */
export const classWeights = numbers(200, (i) => ((i * 11) % 4) + 0.5);

/** 150 rows of three classes. */
export const multiclassRows = (() => {
  const probabilities = new Float64Array(450);
  for (let i = 0; i < 150; i++) {
    const raw = [0, 1, 2].map((k) => ((i * (7 + k * 6) + k * 5) % 23) + 1);
    const sum = raw[0]! + raw[1]! + raw[2]!;
    raw.forEach((value, k) => {
      probabilities[i * 3 + k] = value / sum;
    });
  }
  const truth = Int32Array.from({ length: 150 }, (_, i) => ((i * 13) % 7) % 3);
  return { truth, probabilities, classes: 3 };
})();

/** Metrics of the regression rows. */
export const regressionGolden = {
  mean_absolute_error: 0.7326732673267325,
  mean_squared_error: 0.7148514851485147,
  root_mean_squared_error: 0.845488903030971,
  median_absolute_error: 0.7000000000000002,
  mean_absolute_percentage_error: 0.19292216557926947,
  r2_score: 0.9158998252766453,
};

/** The same with weights. */
export const regressionWeightedGolden = {
  mean_absolute_error: 0.7382059800664451,
  mean_squared_error: 0.7201993355481727,
  root_mean_squared_error: 0.8486455888933688,
  median_absolute_error: 0.7000000000000002,
  mean_absolute_percentage_error: 0.19652385461689528,
  r2_score: 0.9120018755446546,
};

/** Metrics of the binary rows; the calibration error from `calibration_curve`-like bins in numpy. */
export const binaryGolden = {
  accuracy_score: 0.795,
  balanced_accuracy_score: 0.7949294929492949,
  precision_score: 0.7959183673469388,
  recall_score: 0.7878787878787878,
  f1_score: 0.7918781725888325,
  matthews_corrcoef: 0.589947493511947,
  log_loss: 0.4227581992922876,
  brier_score_loss: 0.13779375000000002,
  roc_auc_score: 0.8897389738973898,
  average_precision_score: 0.8839336508748977,
  expected_calibration_error: 0.04350000000000001,
};

/** The same with weights. */
export const binaryWeightedGolden = {
  accuracy_score: 0.81375,
  balanced_accuracy_score: 0.8137585885677489,
  precision_score: 0.8080808080808081,
  recall_score: 0.8142493638676844,
  f1_score: 0.8111533586818758,
  matthews_corrcoef: 0.6274524546169268,
  log_loss: 0.3985790135335297,
  brier_score_loss: 0.12697968750000002,
  roc_auc_score: 0.9111634187970066,
  average_precision_score: 0.9060047457292839,
  expected_calibration_error: 0.07231250000000002,
};

/** Metrics of the rows of three classes. */
export const multiclassGolden = {
  accuracy_score: 0.34,
  balanced_accuracy_score: 0.3314166453701337,
  precision_macro: 0.3315523657628921,
  precision_micro: 0.34,
  precision_weighted: 0.34764433811802237,
  recall_macro: 0.3314166453701337,
  recall_micro: 0.34,
  recall_weighted: 0.34,
  f1_macro: 0.32664438431747045,
  f1_micro: 0.34,
  f1_weighted: 0.33942346013051095,
  log_loss: 1.2566339121674759,
  roc_auc_ovr: 0.5046981679661419,
};

/** The same with weights. */
export const multiclassWeightedGolden = {
  accuracy_score: 0.36833333333333335,
  balanced_accuracy_score: 0.3553543082022557,
  precision_macro: 0.3533950267833106,
  precision_micro: 0.36833333333333335,
  precision_weighted: 0.36907810184451334,
  recall_macro: 0.3553543082022557,
  recall_micro: 0.36833333333333335,
  recall_weighted: 0.36833333333333335,
  f1_macro: 0.35064919536267397,
  f1_micro: 0.36833333333333335,
  f1_weighted: 0.36538759321568043,
  log_loss: 1.2219163347403572,
  roc_auc_ovr: 0.5118080224486187,
};

/** `calibration_curve(n_bins=10)` of the binary rows: shares of positives, mean probabilities. */
export const calibrationGolden = {
  observed: [
    0.0, 0.05, 0.21052631578947367, 0.35, 0.47368421052631576, 0.55, 0.6842105263157895, 0.85, 0.8947368421052632, 1.0,
  ],
  predicted: [
    0.04791666666666666, 0.1625, 0.2644736842105263, 0.36250000000000004, 0.46315789473684216, 0.5625,
    0.6618421052631579, 0.7625000000000001, 0.8605263157894736, 0.9625,
  ],
};

/** Best F1 over `precision_recall_curve` of the binary rows: F1, threshold, precision, recall. */
export const bestF1Golden = {
  f1: 0.8056872037914691,
  threshold: 0.45,
  precision: 0.7589285714285714,
  recall: 0.8585858585858586,
};

/** `confusion_matrix` of the rows of three classes. */
export const confusionGolden = [
  [25, 14, 26],
  [16, 9, 17],
  [16, 10, 17],
];
