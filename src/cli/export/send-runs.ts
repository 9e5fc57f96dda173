import { noteMany, noteMiss, noteTaken } from '../import/report.ts';
import type { SourcePoint, SourceRun } from '../import/source.ts';
import { contextTag, numberOf, pairsOf, parentTag, wireNumber } from '../import/wire.ts';
import { type Export, originTags, orReport } from './export.ts';
import { findRun, type RunThere } from './find-there.ts';
import { sendFilesThere } from './send-files.ts';

/** What is still to be said of a run once the logged models are there. */
export interface RunSent {
  run: Pick<SourceRun, 'id' | 'modelInputs' | 'modelOutputs' | 'status' | 'endedAt' | 'lifecycle' | 'name'> & {
    parent?: string;
  };
  id: string;
}

interface Between {
  from: string;
  to: string;
}

/** Sends the runs of an experiment; gives those that are not complete with that. */
export async function sendRuns(job: Export, { from, to }: Between): Promise<RunSent[]> {
  const open: RunSent[] = [];
  for await (const run of job.source.runs(from)) {
    const sent = await sendRun(job, run, to);
    if (sent) open.push(sent);
  }
  return open;
}

async function sendRun(job: Export, run: SourceRun, experimentId: string): Promise<RunSent | undefined> {
  const { target, report } = job;
  const what = `run ${run.id}`;
  const before = await findRun(target, { experimentIds: [experimentId], origin: run.id });
  noteTaken(report, 'runs', before === undefined);
  if (before && isDone(before, run)) return undefined;
  if (before?.info.lifecycle_stage === 'deleted') {
    if (run.lifecycle === 'active') noteMiss(report, what, `It is deleted there, as ${before.info.run_id}.`);
    return undefined;
  }
  const there = before ?? (await createRun(job, run, experimentId));
  if (!there) return undefined;
  const id = there.info.run_id;
  await sendTexts(job, run, id);
  await sendInputs(job, run, id);
  let batch: SourcePoint[] = [];
  for await (const point of job.source.points(run)) {
    if (batch.push(point) < pointsPerCall) continue;
    await sendPoints(job, { what, id }, batch);
    batch = [];
  }
  await sendPoints(job, { what, id }, batch);
  const owner = { kind: 'run', id: run.id, uri: run.artifactUri } as const;
  if (job.artifacts) await sendFilesThere(job, owner, { id, uri: there.info.artifact_uri ?? '' });
  const { modelInputs, modelOutputs, status, endedAt, lifecycle, name } = run;
  const parent = run.tags[parentTag];
  return {
    id,
    run: { id: run.id, modelInputs, modelOutputs, status, endedAt, lifecycle, name, ...(parent && { parent }) },
  };
}

/** A run gets its end once all of it is there. */
function isDone({ info, data = {} }: RunThere, run: SourceRun): boolean {
  const isSame = info.status === run.status && (info.lifecycle_stage ?? 'active') === run.lifecycle;
  if (!isSame || run.status === 'RUNNING' || run.status === 'SCHEDULED') return false;
  const latest = new Map((data.metrics ?? []).map((one) => [one.key, one]));
  return run.latest.every(({ key, step, at }) => {
    const there = latest.get(key);
    return there && numberOf(there.step) === step && numberOf(there.timestamp) === at;
  });
}

async function createRun({ target, report, from }: Export, run: SourceRun, experimentId: string) {
  const origin = { [originTags.run]: run.id, [originTags.url]: from };
  const { [parentTag]: _, ...own } = run.tags;
  const tags = { ...own, ...origin };
  const made = await orReport(report, `run ${run.id}`, () =>
    target.send<{ run: RunThere }>('POST', 'mlflow/runs/create', {
      ...{ experiment_id: experimentId, user_id: run.user, run_name: run.name, start_time: run.startedAt },
      tags: pairsOf(tags),
    }),
  );
  return made?.run;
}

const textsPerCall = 100;
const longestParam = 6_000;

async function sendTexts({ target, report }: Export, run: SourceRun, id: string): Promise<void> {
  const params = pairsOf(run.params);
  for (const { key, value } of params) {
    if (value.length <= longestParam) continue;
    noteMiss(report, `run ${run.id} param '${key}'`, `It is cut there after ${longestParam} characters.`);
  }
  for (let at = 0; at < params.length; at += textsPerCall) {
    const body = { run_id: id, params: params.slice(at, at + textsPerCall) };
    await orReport(report, `run ${run.id} params`, () => target.send('POST', 'mlflow/runs/log-batch', body));
  }
}

async function sendInputs({ target, report }: Export, run: SourceRun, id: string): Promise<void> {
  if (run.inputs.length === 0) return;
  const datasets = run.inputs.map(({ name, digest, context, sourceType, source, schema, profile, tags }) => ({
    dataset: { name, digest, source_type: sourceType ?? 'code', source: source ?? '{}', schema, profile },
    tags: pairsOf({ ...tags, ...(context && { [contextTag]: context }) }),
  }));
  await orReport(report, `run ${run.id} inputs`, () =>
    target.send('POST', 'mlflow/runs/log-inputs', { run_id: id, datasets }),
  );
}

const pointsPerCall = 1_000;

async function sendPoints({ target, report }: Export, at: { what: string; id: string }, points: SourcePoint[]) {
  if (points.length === 0) return;
  const metrics = points.map(({ key, value, step, at: timestamp }) => ({
    key,
    value: wireNumber(value),
    step,
    timestamp,
  }));
  await orReport(report, `${at.what} metrics`, () =>
    target.send('POST', 'mlflow/runs/log-batch', { run_id: at.id, metrics }),
  );
  noteMany(report, 'metric points', points.length);
}

interface Ending {
  sent: RunSent[];
  /** Logged models of the other server by their ids in the source. */
  models: ReadonlyMap<string, string>;
  experimentId: string;
}

/** Joins runs to their models and parents, and says how they ended. */
export async function endRuns(job: Export, { sent, models, experimentId }: Ending): Promise<void> {
  const { target, report } = job;
  const parents = new Map(sent.map((one) => [one.run.id, one.id]));
  for (const { run, id } of sent) {
    const what = `run ${run.id}`;
    const parent = run.parent && (parents.get(run.parent) ?? (await parentThere(job, run.parent, experimentId)));
    if (run.parent && !parent) noteMiss(report, what, `Its parent ${run.parent} is not there.`);
    await orReport(report, what, async () => {
      if (parent) await target.send('POST', 'mlflow/runs/set-tag', { run_id: id, key: parentTag, value: parent });
      await joinModels(job, { run, id }, models);
      const { status, endedAt } = run;
      await target.send('POST', 'mlflow/runs/update', {
        run_id: id,
        status,
        ...(endedAt !== null && { end_time: endedAt }),
      });
      if (run.lifecycle === 'deleted') await target.send('POST', 'mlflow/runs/delete', { run_id: id });
    });
  }
}

async function parentThere({ target }: Export, origin: string, experimentId: string): Promise<string | undefined> {
  return (await findRun(target, { experimentIds: [experimentId], origin }))?.info.run_id;
}

async function joinModels(
  { target }: Export,
  { run, id }: RunSent,
  models: ReadonlyMap<string, string>,
): Promise<void> {
  if (run.modelInputs.length === 0 && run.modelOutputs.length === 0) return;
  const { run: there } = await target.get<{ run: RunThere }>('mlflow/runs/get', { run_id: id });
  const made = new Set((there.outputs?.model_outputs ?? []).map((one) => one.model_id));
  const read = new Set((there.inputs?.model_inputs ?? []).map((one) => one.model_id));
  const outputs = run.modelOutputs.flatMap(({ modelId, step }) => {
    const model = models.get(modelId);
    return model && !made.has(model) ? [{ model_id: model, step }] : [];
  });
  const inputs = run.modelInputs.flatMap((modelId) => {
    const model = models.get(modelId);
    return model && !read.has(model) ? [{ model_id: model }] : [];
  });
  if (outputs.length > 0) await target.send('POST', 'mlflow/runs/outputs', { run_id: id, models: outputs });
  if (inputs.length > 0) await target.send('POST', 'mlflow/runs/log-inputs', { run_id: id, models: inputs });
}
