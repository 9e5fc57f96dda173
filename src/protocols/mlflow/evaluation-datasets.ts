import { z } from 'zod';
import type { EvalDatasets } from '../../domains/eval-datasets/index.ts';
import type { Route } from '../../http/route.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { readTags, userTag } from './evaluation-record-fields.ts';
import { evaluationRecordRoutes } from './evaluation-records.ts';
import { checkMaxResults, int64, list, requiredText, text } from './fields.ts';
import { presentEvalDataset } from './present-evaluation-dataset.ts';

const version = '3.0';
const path = '/mlflow/datasets';
const byId = { dataset_id: requiredText() };
const write = { version, permission: 'tracking.write' } as const;
const read = { version, permission: 'tracking.read' } as const;

/** Evaluation datasets: made, found, tagged, linked to experiments, and their records. */
export function evaluationDatasetRoutes(datasets: EvalDatasets): Route[] {
  return [
    ...searchRoutes(datasets),
    ...datasetRoutes(datasets),
    ...tagRoutes(datasets),
    ...experimentRoutes(datasets),
    ...evaluationRecordRoutes(datasets),
  ];
}

function searchRoutes(datasets: EvalDatasets): Route[] {
  const input = z.object({
    experiment_ids: list(z.string()),
    filter_string: text(),
    max_results: int64(),
    order_by: list(z.string()),
    page_token: text(),
  });
  const handle = async ({ input: asked }: Call<z.output<typeof input>>) => {
    const { experiment_ids: experimentIds, filter_string: filter, order_by: orderBy, page_token } = asked;
    const limit = checkMaxResults(asked.max_results || undefined, { fallback: 1000, max: 50_000 });
    const { items, nextPageToken } = await datasets.search({
      experimentIds: experimentIds?.length ? experimentIds : undefined,
      ...{ filter, orderBy, limit, pageToken: page_token || undefined },
    });
    return { datasets: items.map((dataset) => presentEvalDataset(dataset)), next_page_token: nextPageToken };
  };
  const summary = 'Search evaluation datasets.';
  return (['GET', 'POST'] as const).flatMap((method) =>
    endpoint({ ...read, method, path: `${path}/search`, summary, input, handle }),
  );
}

function datasetRoutes(datasets: EvalDatasets): Route[] {
  return [
    ...endpoint({
      ...write,
      method: 'POST',
      path: `${path}/create`,
      summary: 'Make an evaluation dataset.',
      input: z.object({ name: requiredText(), experiment_ids: list(z.string()), tags: text() }),
      async handle({ input: { name, experiment_ids: experimentIds = [], tags: given }, actor }) {
        const tags = given ? readTags(given) : {};
        const author = tags[userTag] ?? null;
        const made = await worded('', () => datasets.create(actor, { name, tags, experimentIds, author }));
        return { dataset: presentEvalDataset(made, [...new Set(experimentIds)]) };
      },
    }),
    ...endpoint({
      ...read,
      method: 'GET',
      path: `${path}/:dataset_id`,
      summary: 'Show an evaluation dataset.',
      input: z.object(byId),
      async handle({ input: { dataset_id: id } }) {
        const message = `Evaluation dataset with id '${id}' not found`;
        return { dataset: presentEvalDataset(await worded(message, () => datasets.get(id))) };
      },
    }),
    ...endpoint({
      ...write,
      method: 'DELETE',
      path: `${path}/:dataset_id`,
      summary: 'Delete an evaluation dataset with its records.',
      input: z.object(byId),
      handle: ({ input, actor }) => datasets.delete(actor, input.dataset_id),
    }),
  ];
}

function tagRoutes(datasets: EvalDatasets): Route[] {
  return [
    ...endpoint({
      ...write,
      method: 'PATCH',
      path: `${path}/:dataset_id/tags`,
      summary: 'Set tags of an evaluation dataset.',
      input: z.object({ ...byId, tags: requiredText() }),
      async handle({ input: { dataset_id: id, tags }, actor }) {
        const message = `Could not find evaluation dataset with ID ${id}`;
        await worded(message, () => datasets.setTags(actor, id, readTags(tags)));
      },
    }),
    ...endpoint({
      ...write,
      method: 'DELETE',
      path: `${path}/:dataset_id/tags/:key`,
      summary: 'Delete a tag of an evaluation dataset.',
      input: z.object({ ...byId, key: requiredText() }),
      handle: ({ input, actor }) => datasets.deleteTag(actor, input.dataset_id, input.key),
    }),
  ];
}

function experimentRoutes(datasets: EvalDatasets): Route[] {
  const input = z.object({ ...byId, experiment_ids: list(z.string()) });
  const change = (verb: 'link' | 'unlink') => ({
    ...write,
    method: 'POST' as const,
    input,
    async handle({ input: { dataset_id: id, experiment_ids: ids = [] }, actor }: Call<z.output<typeof input>>) {
      const message = `Dataset '${id}' not found`;
      return { dataset: presentEvalDataset(await worded(message, () => datasets[verb](actor, id, ids))) };
    },
  });
  return [
    ...endpoint({
      ...read,
      method: 'GET',
      path: `${path}/:dataset_id/experiment-ids`,
      summary: 'The experiments of an evaluation dataset.',
      input: z.object(byId),
      handle: async ({ input: { dataset_id } }) => ({ experiment_ids: await datasets.experimentIds(dataset_id) }),
    }),
    ...endpoint({ ...change('link'), path: `${path}/:dataset_id/add-experiments`, summary: 'Link to experiments.' }),
    ...endpoint({
      ...change('unlink'),
      path: `${path}/:dataset_id/remove-experiments`,
      summary: 'Unlink from experiments.',
    }),
  ];
}

/** What is missing, in the words of each route. */
async function worded<T>(message: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof TidemillError) || error.code !== 'not_found') throw error;
    const { field, value } = error.details;
    const isExperiment = field === 'experiment';
    return refuse('RESOURCE_DOES_NOT_EXIST', isExperiment ? `No Experiment with id=${String(value)}` : message);
  }
}
