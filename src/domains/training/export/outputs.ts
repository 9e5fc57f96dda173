import { type Graph, ops, type TensorType, type Value } from '../../../onnx/index.ts';
import type { FittedModel, Label } from '../fitted.ts';

/** A tensor of scores `[N, outputs]`, float32 (trees) or float64 (linear). */
export interface Scores {
  value: Value;
  type: 'float32' | 'float64';
}

/** Names of the outputs; a feature that took one of them pushes it aside by an underscore. */
export interface OutputNames {
  prediction: string;
  label: string;
  probabilities: string;
}

/** The names the outputs have beside these features. */
export function outputNames(features: readonly string[]): OutputNames {
  const free = (name: string): string => (features.includes(name) ? free(`${name}_`) : name);
  return { prediction: free('prediction'), label: free('label'), probabilities: free('probabilities') };
}

/**
 * Adds what the model answers: `prediction` float32 `[N, 1]` for regression, else `label` `[N]` (of the classes' type) and
 * `probabilities` float32 `[N, classes]`.
 */
export function addOutputs(graph: Graph, model: FittedModel, scores: Scores): void {
  const names = outputNames(model.inputs.map((input) => input.name));
  if (model.task === 'regression') {
    graph.output(toFloat(graph, scores.value, scores.type), names.prediction, { type: 'float32', shape: ['N', 1] });
    return;
  }
  const classes = model.classes!;
  const { probabilities, ranked } = addLink(graph, model, scores);
  const { type, values } = labelTensor(classes);
  const labels = graph.constantOf(type, [classes.length], values);
  graph.output(ops.gather(graph, labels, ops.argMax(graph, ranked, 1)), names.label, { type, shape: ['N'] });
  const floats = toFloat(graph, probabilities, scores.type);
  graph.output(floats, names.probabilities, { type: 'float32', shape: ['N', classes.length] });
}

/** Labels are taken from `ranked`, before the link: a score that the sigmoid rounds to 0.5 keeps its side. */
function addLink(graph: Graph, model: FittedModel, scores: Scores): { probabilities: Value; ranked: Value } {
  if (model.predictor.link === 'softmax') {
    return { probabilities: ops.softmax(graph, scores.value, 1), ranked: scores.value };
  }
  // Both sides from the sigmoid, [s(-x), s(x)]: 1 - s(x) would lose small probabilities in float32.
  const sides = graph.constantOf(scores.type, [1, 2], [-1, 1]);
  const ranked = ops.multiply(graph, scores.value, sides);
  return { probabilities: ops.sigmoid(graph, ranked), ranked };
}

function labelTensor(classes: readonly Label[]): { type: TensorType; values: Label[] } {
  const values = [...classes];
  if (values.every((label) => typeof label === 'boolean')) return { type: 'bool', values };
  if (values.every((label) => Number.isSafeInteger(label))) return { type: 'int64', values };
  if (values.every((label) => typeof label === 'number')) return { type: 'float64', values };
  return { type: 'string', values: values.map(String) };
}

function toFloat(graph: Graph, value: Value, type: 'float32' | 'float64'): Value {
  return type === 'float32' ? value : ops.cast(graph, value, 'float32');
}
