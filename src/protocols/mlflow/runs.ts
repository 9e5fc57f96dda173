import { z } from 'zod';
import { type Experiment, runStatuses, type Tracking } from '../../domains/tracking/index.ts';
import { Reply, type Route } from '../../http/route.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { experimentById, refuseDeleted } from './experiments.ts';
import { int64, oneOf, pair, text } from './fields.ts';
import { cut, longest } from './key-rules.ts';
import { nameTag, parentTag, presentInfo, writeRun } from './present-run.ts';
import { parentOf } from './run-tags.ts';
import { ofRun, runIdOf } from './run-words.ts';

const base = '/mlflow/runs';
const write = { method: 'POST', permission: 'tracking.write' } as const;
const json = { 'content-type': 'application/json' };
/** The fields that name a run. */
export const whichRun = z.object({ run_id: text(), run_uuid: text() });
const created = z.object({
  experiment_id: text(),
  user_id: text(),
  run_name: text(),
  start_time: int64(),
  tags: z.array(pair).optional(),
});

/** The routes of runs themselves. */
export function runRoutes(tracking: Tracking): Route[] {
  const { runs } = tracking;
  return [
    ...endpoint({
      ...write,
      path: `${base}/create`,
      summary: 'Starts a run.',
      input: created,
      handle: (call) => createRun(tracking, call),
    }),
    ...endpoint({
      method: 'GET',
      permission: 'tracking.read',
      path: `${base}/get`,
      summary: 'Shows a run.',
      input: whichRun,
      handle: async ({ input }) => {
        const id = runIdOf(input);
        const run = await ofRun(id, runs.get(id));
        return new Reply(`{"run":${writeRun(run, await placeOf(tracking, run.experimentId))}}`, 200, json);
      },
    }),
    ...endpoint({
      ...write,
      path: `${base}/update`,
      summary: "Changes a run's status, end or name.",
      input: whichRun.extend({ status: oneOf(runStatuses), end_time: int64(), run_name: text() }),
      handle: async ({ input, actor }) => {
        const id = runIdOf(input);
        const { status, end_time: endedAt, run_name: name } = input;
        if (name) await ofRun(id, runs.log(id, { tags: { [nameTag]: cut(name, longest.tag) } }));
        const change = { ...(status && { status }), ...(endedAt !== undefined && { endedAt }), ...(name && { name }) };
        const run = await ofRun(id, runs.update(actor, id, change));
        return { run_info: presentInfo(run, await placeOf(tracking, run.experimentId)) };
      },
    }),
    ...(['delete', 'restore'] as const).flatMap((verb) =>
      endpoint({
        ...write,
        path: `${base}/${verb}`,
        summary: verb === 'delete' ? 'Deletes a run, restorably.' : 'Brings a run back.',
        input: whichRun,
        handle: async ({ input, actor }) => {
          const id = runIdOf(input);
          await ofRun(id, runs[verb](actor, id));
        },
      }),
    ),
  ];
}

/** The experiment of a run, which says where its files are. */
async function placeOf({ experiments }: Tracking, id: string): Promise<Pick<Experiment, 'id' | 'artifactLocation'>> {
  const [experiment] = await experiments.byIds([id]);
  return experiment ?? { id, artifactLocation: null };
}

async function createRun(tracking: Tracking, { input, actor }: Call<z.output<typeof created>>): Promise<Reply> {
  const experiment = await experimentById(tracking.experiments, input.experiment_id ?? '0');
  refuseDeleted(experiment);
  const tags = Object.fromEntries((input.tags ?? []).map(({ key, value }) => [key, cut(value, longest.tag)]));
  const tagged = tags[nameTag];
  if (input.run_name && tagged && input.run_name !== tagged) {
    refuse(
      'INVALID_PARAMETER_VALUE',
      `Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='${input.run_name}', mlflow.runName='${tagged}').`,
    );
  }
  const name = input.run_name || tagged;
  const parentRunId = await parentOf(tracking.runs, tags[parentTag]);
  const run = await tracking.runs.create(actor, {
    experiment: experiment.id,
    user: input.user_id ?? '',
    ...(name && { name }),
    ...(input.start_time ? { startedAt: input.start_time } : {}),
    ...(parentRunId && { parentRunId }),
    tags: { ...tags, ...(name && { [nameTag]: name }) },
  });
  return new Reply(`{"run":${writeRun(run, experiment)}}`, 200, json);
}
