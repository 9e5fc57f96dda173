import { z } from 'zod';
import type { LoggedModels } from '../../domains/logged-models/index.ts';
import type { Tracking } from '../../domains/tracking/index.ts';
import type { Route } from '../../http/route.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { flag, pair, requiredText, text } from './fields.ts';
import { known } from './known-model.ts';
import { loggedModelFileRoutes } from './logged-model-files.ts';
import { loggedModelSearchRoutes } from './logged-model-search.ts';
import { presentLoggedModel, statusOf } from './present-logged-model.ts';
import { pythonRepr } from './python-repr.ts';
import { versionsTag, withoutRepeats } from './version-links.ts';

/** What the routes of logged models ask. */
export interface LoggedModelServices {
  loggedModels: LoggedModels;
  tracking: Tracking;
}

const base = '/mlflow/logged-models';
const which = z.object({ model_id: requiredText() });
const pairs = z.array(pair).optional();
const read = { permission: 'tracking.read' } as const;
const write = { permission: 'tracking.write' } as const;
const created = z.object({
  experiment_id: requiredText(),
  name: text(),
  model_type: text(),
  source_run_id: text(),
  params: pairs,
  tags: pairs,
});

/** The routes of logged models. */
export function loggedModelRoutes(services: LoggedModelServices): Route[] {
  return [
    ...lifeRoutes(services),
    ...pairRoutes(services.loggedModels),
    ...loggedModelSearchRoutes(services.loggedModels),
    ...loggedModelFileRoutes(services),
  ];
}

function lifeRoutes(services: LoggedModelServices): Route[] {
  const { loggedModels } = services;
  const one = `${base}/:model_id`;
  return [
    ...endpoint({
      ...{ method: 'POST', path: base, ...write, summary: 'Begins a logged model.', input: created },
      handle: (call) => create(services, call),
    }),
    ...endpoint({
      ...{ method: 'GET', path: one, ...read, summary: 'Shows a logged model.' },
      input: which.extend({ allow_deleted: flag() }),
      handle: async ({ input: { model_id: id, allow_deleted: allowDeleted = false } }) => {
        const model = await known(id, loggedModels.get(id, { allowDeleted, metrics: 'history' }));
        return { model: presentLoggedModel(model) };
      },
    }),
    ...endpoint({
      ...{ method: 'PATCH', path: one, ...write, summary: 'Says how the upload of a logged model ended.' },
      input: which.extend({ status: z.union([z.string().min(1), z.number().int()]) }),
      handle: async ({ input: { model_id: id, status }, actor }) => ({
        model: presentLoggedModel(await known(id, loggedModels.finalize(actor, id, statusOf(status)))),
      }),
    }),
    ...endpoint({
      ...{ method: 'DELETE', path: one, ...write, summary: 'Deletes a logged model.', input: which },
      handle: ({ input, actor }) => known(input.model_id, loggedModels.delete(actor, input.model_id)),
    }),
  ];
}

function pairRoutes(loggedModels: LoggedModels): Route[] {
  const one = `${base}/:model_id`;
  return [
    ...endpoint({
      ...{ method: 'PATCH', path: `${one}/tags`, ...write, summary: 'Sets tags of a logged model.' },
      input: which.extend({ tags: pairs }),
      handle: ({ input: { model_id: id, tags }, actor }) => known(id, loggedModels.setTags(actor, id, tagsOf(tags))),
    }),
    ...endpoint({
      // The key may hold slashes, which clients send as they are.
      ...{
        method: 'DELETE',
        path: `${one}/tags/*`,
        ...write,
        summary: 'Removes a tag of a logged model.',
        input: which,
      },
      handle: ({ input: { model_id: id }, actor, url }) => {
        const key = decodeURIComponent(/\/tags\/([^?]*)/.exec(url)?.[1] ?? '');
        return known(id, loggedModels.deleteTag(actor, id, key), key);
      },
    }),
    ...endpoint({
      ...{ method: 'POST', path: `${one}/params`, ...write, summary: 'Adds parameters to a logged model.' },
      input: which.extend({ params: pairs }),
      handle: ({ input: { model_id: id, params }, actor }) =>
        known(id, loggedModels.logParams(actor, id, paramsOf(params))),
    }),
  ];
}

async function create(
  { loggedModels, tracking }: LoggedModelServices,
  { input, actor }: Call<z.output<typeof created>>,
) {
  if (input.name && /[/:.%"']/.test(input.name)) {
    const rule = `must be a non-empty string and cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`;
    refuse('INVALID_PARAMETER_VALUE', `Invalid model name (${pythonRepr(input.name)}) provided. Model name ${rule}`);
  }
  const id = input.experiment_id;
  const experiment = await tracking.experiments.get(id).catch(noneWhenMissing);
  if (experiment?.id !== id) return refuse('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${id} exists`);
  if (experiment.lifecycle === 'deleted') {
    const message = `The experiment ${id} must be in the 'active' state. Current state is deleted.`;
    refuse('INVALID_PARAMETER_VALUE', message);
  }
  const model = await loggedModels.create(actor, {
    experiment: id,
    ...(input.name ? { name: input.name } : {}),
    type: input.model_type ?? '',
    sourceRunId: input.source_run_id ?? '',
    params: paramsOf(input.params),
    tags: recordOf(input.tags),
  });
  return { model: presentLoggedModel(model) };
}

function noneWhenMissing(error: unknown): undefined {
  if (!(error instanceof TidemillError && error.code === 'not_found')) throw error;
}

/** Pairs as a record; of a key given twice the last counts. */
function recordOf(given: readonly { key: string; value: string }[] = []): Record<string, string> {
  return Object.fromEntries(given.map(({ key, value }) => [key, value]));
}

/** Tags as a record, the versions made from the model each once. */
function tagsOf(given: readonly { key: string; value: string }[] | undefined): Record<string, string> {
  const tags = recordOf(given);
  const versions = tags[versionsTag];
  return versions === undefined ? tags : { ...tags, [versionsTag]: withoutRepeats(versions) };
}

/** Parameters as a record; a key given twice with different values is refused. */
function paramsOf(given: readonly { key: string; value: string }[] = []): Record<string, string> {
  const params = recordOf(given);
  const twice = given.find(({ key, value }) => params[key] !== value);
  if (twice) refuse('INVALID_PARAMETER_VALUE', `The parameter ${pythonRepr(twice.key)} was given two values.`);
  return params;
}
