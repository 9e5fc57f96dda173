import type { Tensor } from '../../../onnx/index.ts';
import type { RunCall } from '../predict/batcher.ts';
import type { ModelPlan } from '../predict/model-plan.ts';

/** What callers give, as a plan says it. */
export type Face = Pick<ModelPlan, 'columns' | 'numbers' | 'strings' | 'inputs'>;
/** What callers get, as a plan says it. */
export type Answer = Pick<ModelPlan, 'outputs' | 'classes' | 'score' | 'probabilities'>;
/** Tensors by name. */
export type Tensors = Record<string, Tensor>;

interface Part {
  memoryBytes(): number;
  logs(): string[];
  close(): Promise<void>;
}

/** What runs before the model: callers' tensors become the model's. */
export interface Before extends Part {
  face: Face;
  run(given: Tensors, call: RunCall): Promise<Tensors>;
}

/** What runs behind the model: its answers, and what callers gave, become what callers get. */
export interface Behind extends Part {
  answer: Answer;
  run(answers: Tensors, given: Tensors, call: RunCall): Promise<Tensors>;
}
