import { checkModel, dropZipMap, inlineData, type TensorSpec as OnnxTensor } from '../../onnx/index.ts';
import type { ModelInspector } from './ports.ts';
import type { TensorSpec } from './schema.ts';

/** Checks ONNX files, takes in the data beside them and drops their ZipMaps, so that probabilities are served as tensors. */
export const onnxInspector: ModelInspector = {
  async inspect(given, beside) {
    const whole = beside ? await inlineData(given, beside) : given;
    checkModel(whole);
    const bytes = dropZipMap(whole);
    const { inputs, outputs } = checkModel(bytes);
    return { bytes, signature: { inputs: inputs.map(toSpec), outputs: outputs.map(toSpec) } };
  },
};

function toSpec({ name, type, shape }: OnnxTensor): TensorSpec {
  return { name, type, shape: shape.map((size) => (typeof size === 'number' ? size : null)) };
}
