import { sendFitting } from './fitting.ts';
import type { Import } from './job.ts';
import { noteMany, noteMiss, noteTaken } from './report.ts';
import type { SourceExperiment } from './source.ts';
import { takeLoggedModel } from './take-logged-models.ts';
import { takeModel } from './take-registry.ts';
import { takeRuns } from './take-runs.ts';

/** Takes over everything; whatever is here already stays, so that it may be stopped and started again. */
export async function takeOver(job: Import): Promise<void> {
  const { source, report } = job;
  const experiments: SourceExperiment[] = [];
  for await (const one of source.experiments()) if (job.wants(one.name)) experiments.push(one);
  let total = 0;
  for (const one of experiments) total += (await source.countRuns(one.id)) ?? 1;
  if (report.dryRun) return countOnly(job, experiments);
  const progress = await job.startProgress(total);
  try {
    for (const experiment of experiments) {
      const hasCount = (await source.countRuns(experiment.id)) !== undefined;
      await takeExperiment(job, experiment, () => hasCount && progress.add(1));
      if (!hasCount) progress.add(1);
    }
    if (job.models) for await (const model of source.models()) await takeModel(job, model);
  } finally {
    progress.end();
  }
  report.leftOut.push(...(await source.unread()));
}

const far = /^(?!file:|mlflow-artifacts:|https?:)[a-z][a-z0-9+.-]*:\/\//i;

async function takeExperiment(job: Import, experiment: SourceExperiment, step: () => void): Promise<void> {
  const { client, report } = job;
  const { artifactLocation, ...rest } = experiment;
  const what = `experiment '${experiment.name}'`;
  // Where files lie in a store of their own, clients go on finding them there.
  const body = { ...rest, ...(far.test(artifactLocation) && { artifactLocation }) };
  const taken = await sendFitting({ report, what }, body, (one) => client.post('/api/v1/import/experiments', one));
  noteTaken(report, 'experiments', taken?.isNew ?? false);
  if (!taken) return;
  if (far.test(artifactLocation) && job.artifacts) {
    noteMiss(report, what, `New files of it still go to ${artifactLocation}, where clients must reach them.`);
  }
  await takeRuns(job, { from: experiment.id, to: taken.id, step });
  for await (const model of job.source.loggedModels(experiment.id)) await takeLoggedModel(job, model, taken.id);
}

/** Only counts what there is. */
async function countOnly({ source, report, models }: Import, experiments: SourceExperiment[]): Promise<void> {
  for (const { id } of experiments) {
    noteTaken(report, 'experiments', true);
    const runs = await source.countRuns(id);
    if (runs !== undefined) noteMany(report, 'runs', runs);
    else for await (const _ of source.runs(id)) noteTaken(report, 'runs', true);
    for await (const _ of source.loggedModels(id)) noteTaken(report, 'logged models', true);
  }
  if (models) {
    for await (const model of source.models()) {
      noteTaken(report, model.isPrompt ? 'prompts' : 'registered models', true);
      for await (const _ of source.versions(model)) noteTaken(report, 'model versions', true);
    }
  }
  report.leftOut.push(...(await source.unread()));
}
