import { sendFitting } from './fitting.ts';
import type { Import } from './job.ts';
import { noteTaken } from './report.ts';
import type { SourceLoggedModel } from './source.ts';
import { fileDifference, sendFiles } from './take-files.ts';
import { wireNumber } from './wire.ts';

const pointsPerCall = 1_000;

/** Takes over a logged model with its metrics and files; it is deleted, where it was, at the end. */
export async function takeLoggedModel(job: Import, model: SourceLoggedModel, experiment: string): Promise<void> {
  const { client, report } = job;
  const { artifactUri, experimentId: _, points, lifecycle, ...said } = model;
  const what = `logged model ${model.id}`;
  const take = (body: object) => client.post('/api/v1/import/logged-models', body as never);
  const taken = await sendFitting({ report, what }, { ...said, experiment }, take);
  noteTaken(report, 'logged models', taken?.isNew ?? false);
  if (!taken) return;
  for (let at = 0; at < points.length; at += pointsPerCall) {
    const metrics = points
      .slice(at, at + pointsPerCall)
      .map((one) => ({ ...one, value: wireNumber(one.value) as number }));
    await sendFitting({ report, what }, { metrics }, (body) =>
      client.post('/api/v1/logged-models/{id}/metrics', { id: model.id, ...body }),
    );
  }
  if (job.artifacts) {
    const owner = { kind: 'logged-model', id: model.id, uri: artifactUri } as const;
    await sendFiles(job, owner, await fileDifference(job, owner));
  }
  if (lifecycle === 'deleted') {
    const { params: _params, tags: _tags, ...rest } = said;
    await take({ ...rest, experiment, lifecycle });
  }
}
