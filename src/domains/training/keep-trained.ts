import { stringifyJson } from '../../kernel/json.ts';
import type { TrainingDeps } from './deps.ts';
import type { Trained } from './finish.ts';
import { referenceProfilePath } from './reference-profile.ts';
import type { TrainerParams, TrainResult } from './schema.ts';
import type { TrainingUnderWay } from './under-way.ts';

/** Artifacts a training keeps with its run. */
export const trainedArtifacts = {
  model: 'model/model.onnx',
  summary: 'model/fitted.json',
  report: 'evaluation.json',
  profile: referenceProfilePath,
} as const;

/** Stores the model and what is known of it: artifacts, metrics and parameters of the run, and the model as a blob. */
export async function keepTrained(
  deps: TrainingDeps,
  training: TrainingUnderWay,
  { trained, params, droppedRows }: { trained: Trained; params: TrainerParams; droppedRows: number },
): Promise<TrainResult> {
  const { runs } = deps.tracking;
  const { runId, planned } = training;
  const { digest } = await deps.blobs.put(trained.onnx);
  await runs.artifacts.put(runId, trainedArtifacts.model, trained.onnx);
  await runs.artifacts.put(runId, trainedArtifacts.summary, stringifyJson(trained.summary, 'null'));
  await runs.artifacts.put(runId, trainedArtifacts.report, stringifyJson(trained.report, 'null'));
  const profile = stringifyJson(trained.profile, 'null');
  const kept = await deps.blobs.put(profile);
  await runs.artifacts.put(runId, trainedArtifacts.profile, profile);
  const metrics = metricsOf(trained);
  const at = deps.clock.now();
  await runs.log(runId, {
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, at })),
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
    tags: {
      'tidemill.model': digest,
      'tidemill.reference-profile': kept.digest,
      'tidemill.rows': JSON.stringify({ ...trained.rows, withoutTarget: droppedRows }),
      'tidemill.signature': JSON.stringify(trained.signature),
    },
  });
  const { rocCurve, precisionRecallCurve, ...evaluation } = trained.report;
  return {
    runId,
    metrics,
    modelDigest: digest,
    signature: trained.signature,
    datasetVersionId: planned.version.id,
    referenceProfileDigest: kept.digest,
    evaluation,
  };
}

function metricsOf({ report, losses, exportDifference }: Trained): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const [name, metric] of Object.entries(report.metrics)) if (metric.value !== null) metrics[name] = metric.value;
  return { ...metrics, fit_loss: losses.training, holdout_loss: losses.holdout, export_difference: exportDifference };
}
