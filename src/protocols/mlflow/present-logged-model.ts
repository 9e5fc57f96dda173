import type { LoggedModel, LoggedModelStatus, ModelMetric } from '../../domains/logged-models/index.ts';
import { modelArtifactUriOf } from './artifact-locations.ts';

/** The states of a logged model on the wire, by number. */
export const wireStatuses = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
] as const;
type WireStatus = (typeof wireStatuses)[number];

const wireStatusOf: Record<LoggedModelStatus, WireStatus> = {
  UNSPECIFIED: 'LOGGED_MODEL_STATUS_UNSPECIFIED',
  PENDING: 'LOGGED_MODEL_PENDING',
  READY: 'LOGGED_MODEL_READY',
  FAILED: 'LOGGED_MODEL_UPLOAD_FAILED',
};

/** A state on the wire, by name or number, as ours; unknown ones are no state. */
export function statusOf(wire: string | number): LoggedModelStatus {
  const name = /^\d+$/.test(String(wire)) ? wireStatuses[Number(wire)] : wire;
  const found = Object.entries(wireStatusOf).find(([, one]) => one === name);
  return (found?.[0] as LoggedModelStatus | undefined) ?? 'UNSPECIFIED';
}

/** Where a logged model's files are. */
export function modelUriOf({ id, experimentId, artifactLocation }: LoggedModel): string {
  return modelArtifactUriOf({ id: experimentId, artifactLocation }, id);
}

/** A logged model on the wire. */
export function presentLoggedModel(model: LoggedModel) {
  const { tags, params, metrics } = model;
  return {
    info: {
      model_id: model.id,
      experiment_id: model.experimentId,
      name: model.name,
      creation_timestamp_ms: model.createdAt,
      last_updated_timestamp_ms: model.updatedAt,
      artifact_uri: modelUriOf(model),
      status: wireStatusOf[model.status],
      model_type: model.type,
      source_run_id: model.sourceRunId,
      ...(isEmpty(tags) ? {} : { tags: pairsOf(tags) }),
    },
    data: {
      ...(isEmpty(params) ? {} : { params: pairsOf(params) }),
      ...(metrics.length === 0 ? {} : { metrics: metrics.map((metric) => presentMetric(model.id, metric)) }),
    },
  };
}

function presentMetric(modelId: string, metric: ModelMetric) {
  return {
    key: metric.key,
    value: wireNumber(metric.value),
    timestamp: metric.at,
    step: metric.step,
    ...(metric.datasetName === '' ? {} : { dataset_name: metric.datasetName }),
    ...(metric.datasetDigest === '' ? {} : { dataset_digest: metric.datasetDigest }),
    model_id: modelId,
    ...(metric.runId === '' ? {} : { run_id: metric.runId }),
  };
}

/** NaN is a text on the wire; the infinities are the largest doubles, as clients have always been told. */
function wireNumber(value: number): number | string {
  if (Number.isNaN(value)) return 'NaN';
  return Number.isFinite(value) ? value : Math.sign(value) * Number.MAX_VALUE;
}

function isEmpty(pairs: Record<string, string>): boolean {
  return Object.keys(pairs).length === 0;
}

function pairsOf(pairs: Record<string, string>) {
  return Object.entries(pairs).map(([key, value]) => ({ key, value }));
}
