import { noteTaken } from '../import/report.ts';
import type { SourceLoggedModel } from '../import/source.ts';
import { numberOf, pairsOf, wireNumber } from '../import/wire.ts';
import { type Export, originTags, orReport } from './export.ts';
import { findLoggedModel, findRun, type LoggedModelThere } from './find-there.ts';
import { sendFilesThere } from './send-files.ts';

/** Sends the logged models of an experiment; gives their ids there by those of the source. */
export async function sendLoggedModels(
  job: Export,
  { from, to }: { from: string; to: string },
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for await (const model of job.source.loggedModels(from)) {
    const id = await sendLoggedModel(job, model, to);
    if (id !== undefined) ids.set(model.id, id);
  }
  return ids;
}

async function sendLoggedModel(
  job: Export,
  model: SourceLoggedModel,
  experimentId: string,
): Promise<string | undefined> {
  const { target, report } = job;
  const what = `logged model ${model.id}`;
  const before = await findLoggedModel(target, { experimentIds: [experimentId], origin: model.id });
  noteTaken(report, 'logged models', before === undefined);
  const there = before ?? (await orReport(report, what, () => createModel(job, model, experimentId)));
  if (!there) return undefined;
  const id = there.info.model_id;
  const status = `LOGGED_MODEL_${model.status === 'FAILED' ? 'UPLOAD_FAILED' : model.status}`;
  if (there.info.status === status && status !== 'LOGGED_MODEL_PENDING') return id;
  const owner = { kind: 'logged-model', id: model.id, uri: model.artifactUri } as const;
  if (job.artifacts) await sendFilesThere(job, owner, { id, uri: there.info.artifact_uri ?? '' });
  await orReport(report, `${what} metrics`, () => sendPoints(job, { model, there, experimentId }));
  if (model.status === 'READY' || model.status === 'FAILED') {
    await target.send('PATCH', `mlflow/logged-models/${id}`, { model_id: id, status });
  }
  return id;
}

async function createModel({ target, from }: Export, model: SourceLoggedModel, experimentId: string) {
  const { sourceRunId } = model;
  const run = sourceRunId && (await findRun(target, { experimentIds: [experimentId], origin: sourceRunId }));
  const { model: made } = await target.send<{ model: LoggedModelThere }>('POST', 'mlflow/logged-models', {
    ...{ experiment_id: experimentId, name: model.name, model_type: model.type },
    ...(run && { source_run_id: run.info.run_id }),
    params: pairsOf(model.params),
    tags: pairsOf({ ...model.tags, [originTags.model]: model.id, [originTags.url]: from }),
  });
  return made;
}

interface ModelPoints {
  model: SourceLoggedModel;
  there: LoggedModelThere;
  experimentId: string;
}

/** Metrics of a model are logged to the runs that measured them, a run's together. */
async function sendPoints({ target }: Export, { model, there, experimentId }: ModelPoints): Promise<void> {
  const known = new Set(
    (there.data?.metrics ?? []).map((one) => keyOf(one.key, numberOf(one.step), numberOf(one.timestamp))),
  );
  const missing = model.points.filter(({ key, step, at, runId }) => runId && !known.has(keyOf(key, step, at)));
  for (const [runId, points] of Map.groupBy(missing, (point) => point.runId)) {
    const run = await findRun(target, { experimentIds: [experimentId], origin: runId });
    if (!run || run.info.lifecycle_stage === 'deleted') continue;
    const metrics = points.map(({ key, value, step, at, datasetName, datasetDigest }) => ({
      ...{ key, value: wireNumber(value), step, timestamp: at, model_id: there.info.model_id },
      ...(datasetName && { dataset_name: datasetName, dataset_digest: datasetDigest }),
    }));
    for (let at = 0; at < metrics.length; at += 1_000) {
      const body = { run_id: run.info.run_id, metrics: metrics.slice(at, at + 1_000) };
      await target.send('POST', 'mlflow/runs/log-batch', body);
    }
  }
}

function keyOf(key: string, step: number, at: number): string {
  return JSON.stringify([key, step, at]);
}
