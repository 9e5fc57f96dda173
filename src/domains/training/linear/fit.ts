import { fail } from '../../../kernel/errors.ts';
import type { LinearPredictor, Task } from '../fitted.ts';
import type { Block } from '../prepare.ts';
import { linearLoss, unpack } from './loss.ts';
import { minimise } from './owl-qn.ts';

/** Parameters of linear and logistic regression: the mean loss plus `l1·Σ|w| + l2/2·Σw²`, intercepts left free. */
export interface LinearParams {
  l1: number;
  l2: number;
  maxIterations: number;
  tolerance: number;
}

/** The parameters unless said otherwise. */
export const linearDefaults: LinearParams = { l1: 0, l2: 1e-4, maxIterations: 1000, tolerance: 1e-8 };

/** What to fit: encoded blocks (standardised, no NaN), and the target (a number, or the class index). */
export interface LinearRequest {
  task: Task;
  classes: number;
  blocks: Block[];
  width: number;
  target: Float64Array;
  weights: Float64Array | null;
  params: LinearParams;
  onIteration?(iteration: number, value: number): boolean | undefined;
}

/** Fits linear regression (half squared error), logistic or softmax regression. */
export function fitLinear(request: LinearRequest): LinearPredictor {
  requireFinite(request.blocks);
  const { task, width, params } = request;
  const outputs = task === 'multiclass' ? request.classes : 1;
  const stride = width + 1;
  const l1 = new Float64Array(outputs * stride).fill(params.l1);
  for (let k = 0; k < outputs; k++) l1[k * stride + width] = 0;
  const { maxIterations, tolerance, onIteration } = { ...params, onIteration: request.onIteration };
  const start = new Float64Array(outputs * stride);
  const { at } = minimise(linearLoss(request, outputs), start, { l1, maxIterations, tolerance, onIteration });
  const link = task === 'regression' ? 'identity' : task === 'binary' ? 'sigmoid' : 'softmax';
  return { ...unpack(at, outputs, width), link };
}

function requireFinite(blocks: Block[]): void {
  for (const block of blocks) {
    if (block.kind === 'dense' && !block.values.every(Number.isFinite)) {
      fail(
        'invalid_data',
        'A linear model cannot learn from a feature that is infinite, or missing without imputation.',
        {
          cure: 'Impute missing values, and drop or cap infinite ones, or use gradient boosting.',
        },
      );
    }
  }
}
