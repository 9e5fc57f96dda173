import { z } from 'zod';
import type { LoggedModels } from '../../domains/logged-models/index.ts';
import type { Route } from '../../http/route.ts';
import type { JsonValue } from '../../kernel/json.ts';
import { type Call, endpoint } from './endpoint.ts';
import { refuse } from './errors.ts';
import { flag, int64, text } from './fields.ts';
import { presentLoggedModel } from './present-logged-model.ts';
import { pythonRepr } from './python-repr.ts';

const input = z.object({
  experiment_ids: z.array(z.string()),
  filter: text(),
  datasets: z.array(z.object({ dataset_name: text(), dataset_digest: text() })).optional(),
  max_results: int64(),
  order_by: z
    .array(z.object({ field_name: text(), ascending: flag(), dataset_name: text(), dataset_digest: text() }))
    .optional(),
  page_token: text(),
});
type Asked = z.output<typeof input>;

const most = 1000;

/** The search of logged models. */
export function loggedModelSearchRoutes(loggedModels: LoggedModels): Route[] {
  const path = '/mlflow/logged-models/search';
  const what = { method: 'POST', path, permission: 'tracking.read', summary: 'Finds logged models.' } as const;
  return endpoint({ ...what, input, handle: (call) => search(loggedModels, call) });
}

async function search(loggedModels: LoggedModels, { input: asked }: Call<Asked>) {
  const { datasets = [], order_by: orderBy = [], page_token: token } = asked;
  if (datasets.some(({ dataset_name: name }) => !name)) {
    refuse('INVALID_PARAMETER_VALUE', '`dataset_name` in the `datasets` clause must be specified.');
  }
  const pageToken = token ? readToken(token, asked) : undefined;
  const { items, nextPageToken } = await loggedModels.search({
    experimentIds: asked.experiment_ids,
    filter: asked.filter ?? '',
    datasets: datasets.map(({ dataset_name: name, dataset_digest: digest }) => ({
      name: name!,
      ...(digest ? { digest } : {}),
    })),
    orderBy: orderBy.map((term) => ({
      field: orderFieldOf(term.field_name ?? ''),
      ascending: term.ascending ?? true,
      ...(term.dataset_name ? { datasetName: term.dataset_name } : {}),
      ...(term.dataset_digest ? { datasetDigest: term.dataset_digest } : {}),
    })),
    limit: limitOf(asked.max_results),
    ...(pageToken === undefined ? {} : { pageToken }),
    metrics: 'history',
  });
  return {
    ...(items.length === 0 ? {} : { models: items.map(presentLoggedModel) }),
    ...(nextPageToken === undefined ? {} : { next_page_token: writeToken(nextPageToken, asked) }),
  };
}

function orderFieldOf(name: string): string {
  return name === '' ? refuse('INVALID_PARAMETER_VALUE', 'Invalid order by field name: ') : name;
}

/** 50 unless said, 100 for 0; more than a page may hold is given in pages. */
function limitOf(given: number | undefined): number {
  if (given === undefined) return 50;
  if (given >= 0) return Math.min(given || 100, most);
  const rule = `It must be a positive integer, but got value ${given}`;
  return refuse('INVALID_PARAMETER_VALUE', `Invalid value ${given} for parameter 'max_results' supplied: ${rule}`);
}

/** What a page token is of; one of another search is refused. */
function searched(asked: Asked): Record<string, JsonValue> {
  const order = asked.order_by?.map((term) => ({
    field_name: term.field_name ?? '',
    ascending: term.ascending ?? true,
    dataset_name: term.dataset_name || null,
    dataset_digest: term.dataset_digest || null,
  }));
  return {
    experiment_ids: asked.experiment_ids,
    filter_string: asked.filter || null,
    order_by: order?.length ? order : null,
  };
}

function writeToken(after: string, asked: Asked): string {
  return Buffer.from(JSON.stringify({ ...searched(asked), after })).toString('base64');
}

function readToken(token: string, asked: Asked): string {
  let read: Record<string, JsonValue>;
  try {
    read = JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as Record<string, JsonValue>;
    if (read === null || typeof read !== 'object') throw new SyntaxError();
  } catch {
    return refuse('INVALID_PARAMETER_VALUE', `Invalid page token: ${token}`);
  }
  const now = searched(asked);
  const names = [
    ['experiment_ids', 'Experiment IDs', 'do'],
    ['filter_string', 'Filter string', 'does'],
    ['order_by', 'Order by', 'does'],
  ] as const;
  for (const [field, name, does] of names) {
    if (JSON.stringify(read[field] ?? null) === JSON.stringify(now[field])) continue;
    const text = `${name} in the page token ${does} not match the requested ${name[0]!.toLowerCase()}${name.slice(1)}.`;
    const found = `Expected: ${shown(now[field])}. Found: ${shown(read[field])}`;
    refuse('INVALID_PARAMETER_VALUE', `${text} ${found}`, 'page_token');
  }
  return typeof read['after'] === 'string' && read['after'] !== ''
    ? read['after']
    : refuse('INVALID_PARAMETER_VALUE', `Invalid page token: ${token}`);
}

function shown(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : pythonRepr(value);
}
