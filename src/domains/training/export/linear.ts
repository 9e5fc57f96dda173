import { type Graph, ops, type Value } from '../../../onnx/index.ts';
import type { CategoricalInput, LinearPredictor } from '../fitted.ts';
import { type GraphInputs, lookUp, scaleMatrix } from './inputs.ts';

/**
 * Adds a linear model: scores float64 `[N, outputs]`. Numeric columns are multiplied in double; what a category adds is
 * a row of a table, so that one-hot slots are never spread out.
 */
export function addLinear(graph: Graph, model: LinearPredictor, inputs: GraphInputs): Value {
  const { outputs, intercepts } = model;
  let scores = graph.constantOf('float64', [1, outputs], intercepts);
  if (inputs.matrix !== null) {
    const weights = graph.constantOf('float64', [inputs.numeric.length, outputs], numericWeights(model, inputs));
    scores = ops.add(graph, ops.matMul(graph, scaleMatrix(graph, inputs.matrix, inputs.numeric), weights), scores);
  }
  for (const { input, codes } of inputs.categorical) {
    const table = graph.constantOf('float64', [input.codes + 1, outputs], categoryWeights(model, input));
    scores = ops.add(graph, lookUp(graph, codes, table), scores);
  }
  return scores;
}

function numericWeights(model: LinearPredictor, inputs: GraphInputs): Float64Array {
  const { outputs, coefficients } = model;
  const width = coefficients.length / outputs;
  const weights = new Float64Array(inputs.numeric.length * outputs);
  inputs.numeric.forEach((input, row) => {
    for (let k = 0; k < outputs; k++) weights[row * outputs + k] = coefficients[k * width + input.slot]!;
  });
  return weights;
}

/** What each code of a feature adds to each score; the last row is "none": nothing (one-hot) or NaN (ordinal). */
function categoryWeights(model: LinearPredictor, input: CategoricalInput): Float64Array {
  const { outputs, coefficients } = model;
  const width = coefficients.length / outputs;
  const table = new Float64Array((input.codes + 1) * outputs);
  for (let code = 0; code <= input.codes; code++) {
    for (let k = 0; k < outputs; k++) {
      const at = code * outputs + k;
      const base = k * width + input.slot;
      if (input.encoding === 'ordinal') {
        table[at] = (code === input.codes ? Number.NaN : code) * coefficients[base]!;
      } else if (code < input.codes) table[at] = coefficients[base + code]!;
    }
  }
  return table;
}
