export { type BinaryConfusion, type BinaryMetric, type BinaryRows, binary, binaryMetrics } from './binary.ts';
export { type BootstrapOptions, bootstrapIntervals, type Interval } from './bootstrap.ts';
export { type CalibrationBin, calibrationBins, calibrationError } from './calibration.ts';
export { bestF1Threshold, precisionRecallCurve, rocCurve } from './curves.ts';
export {
  type FeatureColumns,
  type FeatureImportance,
  type FeatureValues,
  type ImportanceOptions,
  type Importances,
  permutationImportance,
} from './importance.ts';
export { type Evaluation, type MetricName, type MetricValue, metricDirections } from './metric.ts';
export { type MulticlassMetric, type MulticlassRows, multiclass, multiclassMetrics } from './multiclass.ts';
export { type MixedRows, permutationShap, type SampledShap } from './permutation-shap.ts';
export { type RegressionMetric, type RegressionRows, regression, regressionMetrics } from './regression.ts';
export { evaluate, type ReportOptions, type Subject } from './report.ts';
export { type EvaluationReport, evaluationReportSchema } from './schema.ts';
export {
  evaluateSlices,
  type MeasuredSlice,
  type Slice,
  type SliceOptions,
  sliceByQuantile,
  sliceByValue,
} from './slices.ts';
export { type Fold, folds, holdOut, type SplitPlan } from './splits.ts';
export { addTreeShap, emptySum, type ShapSum, type ShapTrees } from './tree-shap.ts';
