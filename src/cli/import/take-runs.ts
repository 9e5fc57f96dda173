import type { OutputOf } from '@tidemill/sdk';
import { TidemillApiError } from '@tidemill/sdk';
import { sendFitting } from './fitting.ts';
import type { Import } from './job.ts';
import { noteMany, noteTaken } from './report.ts';
import type { SourceRun } from './source.ts';
import { fileDifference, sendFiles } from './take-files.ts';
import { parentTag, wireNumber } from './wire.ts';

type RunHere = OutputOf<'/api/v1/runs/{id}', 'get'>;

const runsAtOnce = 4;
const pointsPerCall = 1_000;

interface Runs {
  /** The experiment in the source, and here. */
  from: string;
  to: string;
  step: () => void;
}

/** Takes over the runs of an experiment, a few at once; runs whose parent came after them are joined to it at the end. */
export async function takeRuns(job: Import, { from, to, step }: Runs): Promise<void> {
  const orphans: SourceRun[] = [];
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  for await (const run of job.source.runs(from)) {
    const task = takeRun(job, run, to)
      .then((hasParent) => {
        if (!hasParent) orphans.push(run);
        step();
      })
      .catch((error: unknown) => {
        failure ??= error;
      })
      .finally(() => underWay.delete(task));
    underWay.add(task);
    if (underWay.size >= runsAtOnce) await Promise.race(underWay);
    if (failure !== undefined) break;
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
  for (const run of orphans) {
    const there = await runHere(job, run.tags[parentTag]!);
    if (there) await job.client.post('/api/v1/import/runs', { ...bodyOf(run, to), ...endOf(run) });
  }
}

/** Gives whether its parent, if it has one, was here already. */
async function takeRun(job: Import, run: SourceRun, experiment: string): Promise<boolean> {
  const { client, report } = job;
  const what = `run ${run.id}`;
  const here = await runHere(job, run.id);
  const isDone = here !== undefined && isSame(here, run);
  // What somebody deleted here stays deleted.
  if (here?.lifecycle === 'deleted' && (run.lifecycle === 'active' || (isDone && !job.artifacts))) {
    noteTaken(report, 'runs', false);
    return true;
  }
  const owner = { kind: 'run', id: run.id, uri: run.artifactUri } as const;
  const files = job.artifacts ? await fileDifference(job, owner) : [];
  noteTaken(report, 'runs', here === undefined);
  if (isDone && files.length === 0) return hasParent(here.parentRunId, run);
  // It ends as it ended only once all it logged is here: by that a next import knows that it is whole.
  const open = { ...bodyOf(run, experiment), status: 'RUNNING' as const };
  const taken = await sendFitting({ report, what }, open, (body) => client.post('/api/v1/import/runs', body));
  if (!taken) return true;
  if (!isDone) await sendPoints(job, run);
  await sendFiles(job, owner, files);
  // What did not fit was told: the end alone is said.
  const { params: _params, tags: _tags, inputs: _inputs, ...end } = { ...open, ...endOf(run) };
  await client.post('/api/v1/import/runs', end);
  return hasParent(taken.parentRunId, run);
}

function hasParent(here: string | null, run: SourceRun): boolean {
  const parent = run.tags[parentTag];
  return parent === undefined || here === parent || parent === run.id;
}

async function runHere({ client }: Import, id: string): Promise<RunHere | undefined> {
  try {
    return await client.get('/api/v1/runs/{id}', { id });
  } catch (error) {
    if (error instanceof TidemillApiError && [400, 404, 422].includes(error.status)) return undefined;
    throw error;
  }
}

function bodyOf(run: SourceRun, experiment: string) {
  const { id, name, startedAt, user, params, tags, inputs, modelInputs, modelOutputs } = run;
  const parent = tags[parentTag];
  const parentRunId = parent && /^[0-9a-f]{32}$/.test(parent) && parent !== id ? parent : undefined;
  return {
    ...{ id, experiment, name, startedAt, user, params, tags, inputs, modelInputs, modelOutputs },
    ...(parentRunId && { parentRunId }),
  };
}

function endOf({ status, lifecycle, endedAt, deletedAt }: SourceRun) {
  return { status, lifecycle, endedAt, ...(deletedAt !== undefined && { deletedAt }) };
}

/** Whether all of a run is here: whatever is taken of it comes before the state that is compared first. */
function isSame(here: RunHere, run: SourceRun): boolean {
  const endedAt = here.endedAt === null ? null : Date.parse(here.endedAt);
  if (here.status !== run.status || here.lifecycle !== run.lifecycle || endedAt !== run.endedAt) return false;
  // One that goes on may be here without its last points.
  if (run.status === 'RUNNING' || run.status === 'SCHEDULED') return false;
  const holds = (texts: Record<string, string>, all: Record<string, string>) =>
    Object.entries(all).every(([key, value]) => texts[key] === value);
  return (
    holds(here.params, run.params) &&
    holds({ ...here.tags, 'mlflow.runName': here.name }, run.tags) &&
    here.inputs.length >= run.inputs.length &&
    here.modelInputs.length >= run.modelInputs.length &&
    here.modelOutputs.length >= run.modelOutputs.length &&
    run.latest.every((point) => {
      const metric = here.metrics[point.key];
      const isEqual =
        metric && (metric.value === point.value || (Number.isNaN(metric.value) && Number.isNaN(point.value)));
      return isEqual && metric.step === point.step && Date.parse(metric.at) === point.at;
    })
  );
}

async function sendPoints({ source, client, report }: Import, run: SourceRun): Promise<void> {
  const what = `run ${run.id}`;
  const send = async (metrics: { key: string; value: number; step: number; at: number }[]) => {
    if (metrics.length === 0) return;
    const body = { metrics: metrics.map((point) => ({ ...point, value: wireNumber(point.value) as number })) };
    await sendFitting({ report, what }, body, (one) => client.post('/api/v1/runs/{id}/log', { id: run.id, ...one }));
    noteMany(report, 'metric points', metrics.length);
  };
  let batch: { key: string; value: number; step: number; at: number }[] = [];
  for await (const point of source.points(run)) {
    batch.push(point);
    if (batch.length < pointsPerCall) continue;
    await send(batch);
    batch = [];
  }
  await send(batch);
}
