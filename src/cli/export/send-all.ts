import { noteMiss, noteTaken } from '../import/report.ts';
import type { SourceExperiment } from '../import/source.ts';
import { pairsOf } from '../import/wire.ts';
import { type Export, orNothing, orReport } from './export.ts';
import { sendLoggedModels } from './send-logged-models.ts';
import { sendModel } from './send-registry.ts';
import { endRuns, type RunSent, sendRuns } from './send-runs.ts';

interface ExperimentThere {
  experiment_id: string;
  lifecycle_stage?: string;
}

/** Sends everything to another server; what an earlier export made is found by its tags and completed. */
export async function sendAll(job: Export): Promise<void> {
  const experiments: SourceExperiment[] = [];
  for await (const one of job.source.experiments()) if (job.wants(one.name)) experiments.push(one);
  if (job.report.dryRun) return countOnly(job, experiments);
  const progress = await job.startProgress(experiments.length);
  const ids: string[] = [];
  try {
    for (const experiment of experiments) {
      const id = await sendExperiment(job, experiment);
      if (id !== undefined) ids.push(id);
      progress.add(1);
    }
    if (job.models && ids.length > 0) for await (const model of job.source.models()) await sendModel(job, model, ids);
  } finally {
    progress.end();
  }
  // Only at the end: nothing more can be sent to deleted ones.
  for (const { name, lifecycle } of experiments) {
    if (lifecycle === 'deleted') await deleteExperiment(job, name);
  }
}

async function findExperiment({ target }: Export, name: string): Promise<ExperimentThere | undefined> {
  const query = { experiment_name: name };
  const get = target.get<{ experiment: ExperimentThere }>('mlflow/experiments/get-by-name', query);
  return (await orNothing(get))?.experiment;
}

/** Gives the experiment's id there, unless it is refused or was completed before. */
async function sendExperiment(job: Export, experiment: SourceExperiment): Promise<string | undefined> {
  const { target, report } = job;
  const { name, lifecycle, tags } = experiment;
  const what = `experiment '${name}'`;
  const there = await findExperiment(job, name);
  noteTaken(report, 'experiments', there === undefined);
  if (there?.lifecycle_stage === 'deleted') {
    // It was deleted when all of it was there, or by somebody since.
    if (lifecycle === 'active')
      noteMiss(report, what, 'An experiment of this name is deleted there; restore it first.');
    return undefined;
  }
  const body = { name, tags: pairsOf(tags) };
  const made =
    there ??
    (await orReport(report, what, () => target.send<ExperimentThere>('POST', 'mlflow/experiments/create', body)));
  if (!made) return undefined;
  const id = String(made.experiment_id);
  const sent: RunSent[] = await sendRuns(job, { from: experiment.id, to: id });
  const models = await sendLoggedModels(job, { from: experiment.id, to: id });
  await endRuns(job, { sent, models, experimentId: id });
  return id;
}

async function deleteExperiment(job: Export, name: string): Promise<void> {
  const there = await findExperiment(job, name);
  if (!there || there.lifecycle_stage === 'deleted') return;
  const body = { experiment_id: there.experiment_id };
  await orReport(job.report, `experiment '${name}'`, () => job.target.send('POST', 'mlflow/experiments/delete', body));
}

async function countOnly({ source, report, models }: Export, experiments: SourceExperiment[]): Promise<void> {
  for (const { id } of experiments) {
    noteTaken(report, 'experiments', true);
    for await (const _ of source.runs(id)) noteTaken(report, 'runs', true);
    for await (const _ of source.loggedModels(id)) noteTaken(report, 'logged models', true);
  }
  if (!models) return;
  for await (const model of source.models()) {
    noteTaken(report, model.isPrompt ? 'prompts' : 'registered models', true);
    for await (const _ of source.versions(model)) noteTaken(report, 'model versions', true);
  }
}
