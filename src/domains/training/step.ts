import { fail } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import { stringifyJson } from '../../kernel/json.ts';
import type { Builtin, BuiltinCall, BuiltinResult } from '../pipelines/index.ts';
import { TrainRequest } from './schema.ts';
import type { Training } from './service.ts';
import { stepTags } from './train.ts';

/** Parameters of the step: an order to train; the dataset may come from the step's input instead. */
export const TrainStepParams = TrainRequest.omit({ resume: true })
  .partial({ dataset: true })
  .meta({ id: 'TrainStepParams' });

/** Changes when trained models would. */
const trainerVersion = '1';

/**
 * The builtin step `train`: takes a dataset version (any one input of that kind, or the parameter `dataset`), gives `model`
 * (the ONNX file), `profile` (the reference profile), and as values `run`, `trackingRunId`, `signature`, `metrics` and
 * `evaluation`, under the names that the step `register` takes them by.
 */
export function trainStep(training: Pick<Training, 'train'>): Builtin<typeof TrainStepParams> {
  return {
    name: 'train',
    params: TrainStepParams,
    version: trainerVersion,
    run: (call) => runStep(training, call),
  };
}

async function runStep(
  training: Pick<Training, 'train'>,
  { params, inputs, actor, signal, log, runId, stepName }: BuiltinCall<(typeof TrainStepParams)['_zod']['output']>,
): Promise<BuiltinResult> {
  const given = Object.values(inputs).filter((input) => input.kind === 'dataset-version');
  if (given.length > 1) {
    fail('invalid_input', 'The step `train` takes one dataset version.', {
      field: 'inputs',
      value: Object.keys(inputs),
    });
  }
  const dataset =
    given[0]?.id ??
    params.dataset ??
    fail('invalid_input', 'The step `train` needs a dataset version.', { field: 'inputs' });
  const tags = { ...params.tags, [stepTags.run]: runId, [stepTags.step]: stepName };
  let lastAt = performance.now();
  const onProgress = ({
    phase,
    done,
    total,
    loss,
  }: {
    phase: string;
    done: number;
    total: number;
    loss: number | null;
  }) => {
    if (phase === 'fitting' && done < total && performance.now() - lastAt < 1000) return;
    lastAt = performance.now();
    log(`${phase} ${done}/${total}${loss === null ? '' : `, loss ${loss.toFixed(5)}`}`);
  };
  const result = await training.train(actor, { ...params, dataset, tags }, { signal, onProgress });
  const { metrics, modelDigest, signature, referenceProfileDigest, datasetVersionId, evaluation } = result;
  const value = { runId: result.runId, metrics, modelDigest, signature, datasetVersionId };
  const noted = (name: string, content: unknown) => {
    const digest = sha256(stringifyJson(content, 'string'));
    return { kind: 'value' as const, id: digest, digest, name, value: content };
  };
  return {
    outputs: {
      run: { kind: 'value', id: result.runId, name: 'run', value },
      trackingRunId: { kind: 'value', id: result.runId, name: 'trackingRunId', value: result.runId },
      signature: noted('signature', signature),
      metrics: noted('metrics', metrics),
      evaluation: noted('evaluation', evaluation),
      model: { kind: 'file', id: modelDigest, digest: modelDigest, name: 'model.onnx', value },
      profile: {
        kind: 'file',
        id: referenceProfileDigest,
        digest: referenceProfileDigest,
        name: 'reference-profile.json',
      },
    },
    metrics,
  };
}
