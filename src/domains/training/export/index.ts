export { type ExportOptions, exportOnnx } from './export.ts';
export { feedsOf, type OnnxPrediction, predictWithOnnx } from './predict-with-onnx.ts';
