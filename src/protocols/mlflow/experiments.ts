import { z } from 'zod';
import type { Experiment, Experiments } from '../../domains/tracking/index.ts';
import type { Route } from '../../http/route.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { int64, list, oneOf, pair, requiredText, text } from './fields.ts';
import { checkKey, checkLength, longest } from './key-rules.ts';
import { presentExperiment } from './present-experiment.ts';
import { ofPage, pageSize } from './run-words.ts';
import { lifecycleOf, viewTypes } from './view-types.ts';

const base = '/mlflow/experiments';
const read = { permission: 'tracking.read' } as const;
const write = { method: 'POST', permission: 'tracking.write' } as const;
const which = z.object({ experiment_id: requiredText() });

/** The routes of experiments. */
export function experimentRoutes(experiments: Experiments): Route[] {
  return [
    ...findRoutes(experiments),
    ...lifeRoutes(experiments),
    ...tagRoutes(experiments),
    ...searchRoutes(experiments),
  ];
}

/** The experiment of an id, in the words clients know where there is none; one that is not named is the default one. */
export async function experimentById(experiments: Experiments, id: string): Promise<Experiment> {
  const [found] = await experiments.byIds([id || '0']);
  return found ?? unknown(id);
}

/** Fails where an experiment is deleted. */
export function refuseDeleted({ id, lifecycle }: Experiment): void {
  if (lifecycle === 'active') return;
  const message = `The experiment ${id} must be in the 'active' state. Current state is ${lifecycle}.`;
  refuse('INVALID_PARAMETER_VALUE', message);
}

function unknown(id: string): never {
  return refuse('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`);
}

function checkName(name: string): void {
  checkLength('name', name, longest.experimentName);
}

/** That a name is taken is said as clients know it. */
async function named<T>(name: string, asked: Promise<T>): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof TidemillError && error.code === 'already_exists')) throw error;
    const message = `Experiment(name=${name}) already exists. Error: ${error.message}`;
    return refuse('RESOURCE_ALREADY_EXISTS', message, 'name');
  }
}

function findRoutes(experiments: Experiments): Route[] {
  return [
    ...endpoint({
      method: 'GET',
      ...read,
      path: `${base}/get`,
      summary: 'Shows an experiment.',
      input: which,
      handle: async ({ input }) => ({
        experiment: presentExperiment(await experimentById(experiments, input.experiment_id)),
      }),
    }),
    ...endpoint({
      method: 'GET',
      ...read,
      path: `${base}/get-by-name`,
      summary: 'Shows the experiment of a name.',
      input: z.object({ experiment_name: requiredText() }),
      handle: async ({ input }) => {
        const found = await experiments.byName(input.experiment_name);
        if (found) return { experiment: presentExperiment(found) };
        const message = `Could not find experiment with name '${input.experiment_name}'`;
        return refuse('RESOURCE_DOES_NOT_EXIST', message);
      },
    }),
  ];
}

function lifeRoutes(experiments: Experiments): Route[] {
  const only = async (id: string, lifecycle: Experiment['lifecycle']) => {
    if ((await experimentById(experiments, id)).lifecycle !== lifecycle) unknown(id);
  };
  return [
    ...endpoint({
      ...write,
      path: `${base}/create`,
      summary: 'Creates an experiment.',
      input: z.object({ name: requiredText(), artifact_location: text(), tags: z.array(pair).optional() }),
      handle: async ({ input, actor }) => {
        checkName(input.name);
        const tags = Object.fromEntries((input.tags ?? []).map(checkedTag));
        const { artifact_location: location } = input;
        const experiment = { name: input.name, tags, ...(location && { artifactLocation: location }) };
        return { experiment_id: (await named(input.name, experiments.create(actor, experiment))).id };
      },
    }),
    ...endpoint({
      ...write,
      path: `${base}/update`,
      summary: 'Renames an experiment.',
      input: which.extend({ new_name: requiredText() }),
      handle: async ({ input: { experiment_id: id, new_name: name }, actor }) => {
        checkName(name);
        const { lifecycle } = await experimentById(experiments, id);
        // The reference answers 500, which clients would try again for minutes.
        if (lifecycle !== 'active') refuse('INVALID_PARAMETER_VALUE', 'Cannot rename a non-active experiment.');
        await named(name, experiments.update(actor, id, { name }));
      },
    }),
    ...endpoint({
      ...write,
      path: `${base}/delete`,
      summary: 'Deletes an experiment and its runs, restorably.',
      input: which,
      handle: async ({ input: { experiment_id: id }, actor }) => {
        await only(id, 'active');
        await experiments.delete(actor, id);
      },
    }),
    ...endpoint({
      ...write,
      path: `${base}/restore`,
      summary: 'Brings an experiment back.',
      input: which,
      handle: async ({ input: { experiment_id: id }, actor }) => {
        await only(id, 'deleted');
        await experiments.restore(actor, id);
      },
    }),
  ];
}

function checkedTag({ key, value }: { key: string; value: string }): [string, string] {
  checkKey(key, 'key');
  checkLength('key', key, longest.key);
  checkLength('value', value, longest.experimentTag);
  return [key, value];
}

function tagRoutes(experiments: Experiments): Route[] {
  return [
    ...endpoint({
      ...write,
      path: `${base}/set-experiment-tag`,
      summary: 'Sets a tag.',
      input: which.extend({ key: requiredText(), value: z.string().default('') }),
      handle: async ({ input }) => {
        const [key, value] = checkedTag(input);
        refuseDeleted(await experimentById(experiments, input.experiment_id));
        await experiments.setTags(input.experiment_id, { [key]: value });
      },
    }),
    ...endpoint({
      ...write,
      path: `${base}/delete-experiment-tag`,
      summary: 'Removes a tag.',
      input: which.extend({ key: requiredText() }),
      handle: async ({ input: { experiment_id: id, key } }) => {
        const experiment = await experimentById(experiments, id);
        refuseDeleted(experiment);
        if (Object.hasOwn(experiment.tags, key)) return experiments.deleteTag(id, key);
        return refuse('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in experiment with id ${id}`);
      },
    }),
  ];
}

function searchRoutes(experiments: Experiments): Route[] {
  const input = z.object({
    max_results: int64(),
    page_token: text(),
    filter: text(),
    order_by: list(z.string()),
    view_type: oneOf(viewTypes),
  });
  return (['GET', 'POST'] as const).flatMap((method) =>
    endpoint({
      method,
      ...read,
      path: `${base}/search`,
      summary: 'Finds experiments.',
      input,
      handle: async ({ input: { max_results, page_token, filter = '', order_by: orderBy = [], view_type } }) => {
        const limit = pageSize(max_results);
        const lifecycle = lifecycleOf(view_type);
        const pageToken = page_token || undefined;
        const page = await ofPage(experiments.search({ filter, orderBy, lifecycle, limit, pageToken }));
        return {
          ...(page.items.length > 0 && { experiments: page.items.map(presentExperiment) }),
          ...(page.nextPageToken && { next_page_token: page.nextPageToken }),
        };
      },
    }),
  );
}
