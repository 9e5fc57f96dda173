import { ingestStep, validateStep } from '../domains/data/index.ts';
import { registerStep } from '../domains/registry/index.ts';
import { labelledPredictionsStep, predictStep, rolloutStep } from '../domains/serving/index.ts';
import { trainStep } from '../domains/training/index.ts';
import type { Services } from './faces.ts';

type Parts = Pick<Services, 'pipelines' | 'data' | 'training' | 'registry' | 'serving'>;

/** Fills the catalogue of steps that the platform brings. */
export function addBuiltins({ pipelines, data, training, registry, serving }: Parts): void {
  pipelines.addBuiltin(ingestStep(data));
  pipelines.addBuiltin(validateStep(data));
  pipelines.addBuiltin(trainStep(training));
  pipelines.addBuiltin(registerStep(registry));
  pipelines.addBuiltin(labelledPredictionsStep(serving));
  pipelines.addBuiltin(predictStep(serving.batches));
  pipelines.addBuiltin(rolloutStep(serving, registry));
}
