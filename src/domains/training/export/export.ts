import { fail } from '../../../kernel/errors.ts';
import { Graph } from '../../../onnx/index.ts';
import type { FittedModel } from '../fitted.ts';
import { addInputs, needsWideLabels, rawTypeOf } from './inputs.ts';
import { addLinear } from './linear.ts';
import { addOutputs } from './outputs.ts';
import { addTrees } from './trees.ts';

/** What to write into the file beside the model. */
export interface ExportOptions {
  producerVersion: string;
  /** Further metadata entries. */
  metadata?: Record<string, string>;
}

/**
 * Writes a fitted model with its whole preprocessing as one ONNX graph (opset 17, `ai.onnx.ml` 3 or 4). Inputs are the
 * raw columns by name, `[N, 1]` each: float32 for numeric features (NaN is missing), strings for categories (the empty
 * string is missing), float64 for numeric categories. Outputs: `prediction` `[N, 1]`, or `label` `[N]` and
 * `probabilities` `[N, classes]`. Metadata: `task`, `target`, `features` and `classes` (both JSON).
 */
export function exportOnnx(model: FittedModel, options: ExportOptions): Uint8Array {
  if (model.inputs.length === 0) fail('invalid_model', 'A model without features cannot be exported.');
  const graph = new Graph();
  const inputs = addInputs(graph, model.inputs);
  const { predictor } = model;
  addOutputs(
    graph,
    model,
    predictor.kind === 'linear'
      ? { value: addLinear(graph, predictor, inputs), type: 'float64' }
      : { value: addTrees(graph, predictor, inputs), type: 'float32' },
  );
  return graph.build({
    producerVersion: options.producerVersion,
    mlOpset: needsWideLabels(model.inputs) ? 4 : 3,
    metadata: { ...options.metadata, ...describe(model) },
  });
}

function describe(model: FittedModel): Record<string, string> {
  const features = model.inputs.map((input) => ({ name: input.name, kind: input.kind, type: rawTypeOf(input) }));
  return {
    task: model.task,
    target: model.target,
    features: JSON.stringify(features),
    ...(model.classes === null ? {} : { classes: JSON.stringify(model.classes) }),
  };
}
