import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import type { Blobs } from '../../blobs/index.ts';
import { createEvalDatasets } from '../../domains/eval-datasets/index.ts';
import { createTracking, type Tracking } from '../../domains/tracking/index.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { evaluationDatasetRoutes } from './evaluation-datasets.ts';

let opened: TestDatabase;
let server: Server;
let tracking: Tracking;
const faults: unknown[] = [];

interface Wire {
  dataset: { dataset_id: string; digest: string; schema?: string; profile?: string; tags: string };
  datasets: { name: string }[];
  records: string;
  next_page_token: string;
}

beforeAll(async () => {
  opened = await openSqlite();
  const spine = createSpine(opened.database);
  tracking = createTracking({ ...spine, database: opened.database, blobs: {} as Blobs });
  server = await listen({
    routes: evaluationDatasetRoutes(createEvalDatasets({ ...spine, database: opened.database, tracking })),
    authenticator: { authenticate: () => systemActor },
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 16_777_216, checkAnswers: true },
    onFault: (error) => faults.push(error),
  });
});
afterAll(async () => {
  await server.close();
  await opened.dispose();
  expect(faults).toEqual([]);
});

async function call(method: string, path: string, body?: unknown, root = 'api') {
  const headers = { 'content-type': 'application/json' };
  const sent = body === undefined ? { method } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${server.url}/${root}/3.0/mlflow/datasets${path}`, sent);
  return { status: response.status, body: (await response.json()) as Wire };
}
async function ok(method: string, path: string, body?: unknown) {
  const answer = await call(method, path, body);
  expect(answer).toMatchObject({ status: 200 });
  return answer.body;
}
const make = async (name: string, more: object = {}) => (await ok('POST', '/create', { name, ...more })).dataset;
const merge = (id: string, records: unknown) => ok('POST', `/${id}/records`, { records: JSON.stringify(records) });
const recordsOf = async (id: string) =>
  JSON.parse((await ok('GET', `/${id}/records`)).records) as Record<string, unknown>[];
const refused = (status: number, error_code: string, message: unknown) => ({ status, body: { error_code, message } });
const missing = (message: string) => refused(404, 'RESOURCE_DOES_NOT_EXIST', message);
const invalid = (pattern: RegExp) => refused(400, 'INVALID_PARAMETER_VALUE', expect.stringMatching(pattern));

test('a dataset is made, shown, tagged and deleted', async () => {
  const tags = JSON.stringify({ team: 'a', n: 3, yes: true, none: null, 'mlflow.user': 'ann' });
  const made = await make('qa', { tags, experiment_ids: ['0'] });
  const shown = {
    dataset_id: expect.stringMatching(/^d-[0-9a-f]{32}$/),
    name: 'qa',
    tags: expect.any(String),
    digest: expect.stringMatching(/^[0-9a-f]{8}$/),
    created_time: expect.any(Number),
    last_update_time: expect.any(Number),
    created_by: 'ann',
    last_updated_by: 'ann',
  };
  expect(made).toEqual({ ...shown, experiment_ids: ['0'] });
  expect(JSON.parse(made.tags)).toEqual({ team: 'a', n: '3', yes: 'True', 'mlflow.user': 'ann' });
  const id = made.dataset_id;
  expect(await ok('GET', `/${id}`)).toEqual({ dataset: shown });
  expect(await ok('PATCH', `/${id}/tags`, { tags: '{"team":"b","a/b":"c"}' })).toEqual({});
  expect(await ok('DELETE', `/${id}/tags/n`)).toEqual({});
  expect(await ok('DELETE', `/${id}/tags/${encodeURIComponent('a/b')}`)).toEqual({});
  expect(await ok('DELETE', '/d-none/tags/n')).toEqual({});
  expect(JSON.parse((await ok('GET', `/${id}`)).dataset.tags)).toEqual({
    team: 'b',
    yes: 'True',
    'mlflow.user': 'ann',
  });
  for (const one of [id, id]) expect(await ok('DELETE', `/${one}`)).toEqual({});
  expect(await call('GET', `/${id}`)).toEqual(missing(`Evaluation dataset with id '${id}' not found`));
  expect(await call('GET', `/${id}`, undefined, 'ajax-api')).toMatchObject({ status: 404 });
});

describe('records', () => {
  test('are merged by their inputs; schema, profile and digest follow', async () => {
    const { dataset_id: id, digest } = await make('records');
    const user = { 'mlflow.user': 'ann' };
    const first = { inputs: { q: 'a', n: 1 }, expectations: { e: 0.5 }, tags: user };
    const source = { source_type: 'human', source_data: { source_id: 'form-1' } };
    expect(
      await merge(id, [
        { ...first, source },
        { inputs: { q: 'b' }, outputs: 'text' },
      ]),
    ).toEqual({
      inserted_count: 2,
      updated_count: 0,
    });
    const again = { inputs: { n: 1, q: 'a' }, outputs: null, expectations: { f: [1] }, tags: { 'mlflow.user': 'bob' } };
    expect(await merge(id, [again])).toEqual({ inserted_count: 0, updated_count: 1 });
    const common = { dataset_id: id, created_time: expect.any(Number), last_update_time: expect.any(Number) };
    expect(await recordsOf(id)).toEqual([
      {
        ...common,
        dataset_record_id: expect.stringMatching(/^dr-[0-9a-f]{32}$/),
        inputs: { q: 'a', n: 1 },
        expectations: { e: 0.5, f: [1] },
        tags: { 'mlflow.user': 'bob' },
        source: { source_type: 'HUMAN', source_data: { source_id: 'form-1' } },
        source_type: 'HUMAN',
        source_id: 'form-1',
        created_by: 'ann',
        last_updated_by: 'bob',
      },
      { ...common, dataset_record_id: expect.any(String), inputs: { q: 'b' }, outputs: 'text', tags: {} },
    ]);
    const { dataset } = await ok('GET', `/${id}`);
    expect(JSON.parse(dataset.schema!)).toEqual({
      inputs: { q: 'string', n: 'integer' },
      outputs: 'string',
      expectations: { e: 'float', f: 'array' },
      version: '1.0',
    });
    expect(JSON.parse(dataset.profile!)).toEqual({ num_records: 2 });
    expect(dataset.digest).not.toBe(digest);
  });

  test("keep what only Python's JSON says", async () => {
    const { dataset_id: id } = await make('python');
    await ok('POST', `/${id}/records`, { records: '[{"inputs": {"x": NaN, "big": 123456789012345678901234567890}}]' });
    const { records } = await ok('GET', `/${id}/records`);
    expect(records).toContain('"inputs":{"x":NaN,"big":123456789012345678901234567890}');
  });

  test('come in pages, and are deleted', async () => {
    const { dataset_id: id } = await make('pages');
    await merge(
      id,
      Array.from({ length: 5 }, (_, i) => ({ inputs: { i } })),
    );
    const first = await ok('GET', `/${id}/records?max_results=3`);
    const rest = await ok('GET', `/${id}/records?max_results=3&page_token=${first.next_page_token}`);
    expect(rest).not.toHaveProperty('next_page_token');
    const ids = [first, rest].flatMap(({ records }) => JSON.parse(records)).map((one) => one.dataset_record_id);
    expect(new Set(ids).size).toBe(5);
    expect(await ok('DELETE', `/${id}/records`, { dataset_record_ids: [...ids, 'dr-none'] })).toEqual({
      deleted_count: 5,
    });
    expect(await ok('DELETE', `/${id}/records`, { dataset_record_ids: ids })).toEqual({ deleted_count: 0 });
    expect((await ok('GET', `/${id}`)).dataset).not.toHaveProperty('profile');
    expect(await recordsOf(id)).toEqual([]);
  });

  test.each([
    [{}, /Missing value for required parameter 'records'/],
    [{ records: 'no json' }, /'records' is not JSON/],
    [{ records: '{}' }, /must be the JSON of a list/],
    [{ records: '[1]' }, /must be the JSON of a list of objects/],
    [{ records: '[{"inputs": 1}]' }, /'inputs' of a record must be a dictionary/],
    [{ records: '[{"inputs": {}, "tags": []}]' }, /'tags' of a record/],
    [
      { records: '[{"inputs": {}, "source": {"source_type": "moon"}}]' },
      /^Invalid dataset record source type: MOON. Valid source types: \['UNSPECIFIED', 'TRACE'/,
    ],
    [{ records: `${'['.repeat(100)}` }, /nested deeper/],
  ])('%j are refused', async (body, message) => {
    const { dataset_id: id } = await make('refusing');
    expect(await call('POST', `/${id}/records`, body)).toEqual(invalid(message));
  });
});

test('datasets are linked to experiments, which must be there', async () => {
  const { id: other } = await tracking.experiments.create(systemActor, { name: 'other' });
  const { dataset_id: id } = await make('linked', { experiment_ids: ['0'] });
  expect((await ok('POST', `/${id}/add-experiments`, { experiment_ids: [other, '0'] })).dataset).toMatchObject({
    name: 'linked',
  });
  expect(await ok('GET', `/${id}/experiment-ids`)).toEqual({ experiment_ids: ['0', other].sort() });
  await ok('POST', `/${id}/remove-experiments`, { experiment_ids: ['0', 'never'] });
  expect(await ok('GET', `/${id}/experiment-ids`)).toEqual({ experiment_ids: [other] });
  expect(await ok('GET', '/d-none/experiment-ids')).toEqual({ experiment_ids: [] });
  expect(await call('POST', `/${id}/add-experiments`, { experiment_ids: ['99'] })).toEqual(
    missing('No Experiment with id=99'),
  );
  expect(await call('POST', '/create', { name: 'x', experiment_ids: ['99'] })).toEqual(
    missing('No Experiment with id=99'),
  );
  for (const verb of ['add', 'remove']) {
    const answer = await call('POST', `/d-none/${verb}-experiments`, { experiment_ids: ['0'] });
    expect(answer).toEqual(missing("Dataset 'd-none' not found"));
  }
});

test('datasets are searched by GET and POST, in pages', async () => {
  const { id } = await tracking.experiments.create(systemActor, { name: 'search' });
  for (const name of ['s-a', 's-b', 's-c']) await make(name, { experiment_ids: [id], tags: `{"of":"${name}"}` });
  const search = {
    experiment_ids: [id],
    filter_string: "name LIKE 's-%' AND tags.of != 's-b'",
    order_by: ['name DESC'],
  };
  const names = ({ datasets }: Wire) => datasets.map(({ name }) => name);
  expect(names(await ok('POST', '/search', search))).toEqual(['s-c', 's-a']);
  const query = `experiment_ids=${id}&experiment_ids=0&order_by=name&max_results=2`;
  const first = await ok(
    'GET',
    `/search?${query}&filter_string=${encodeURIComponent("name != 's-a' AND name LIKE 's-%'")}`,
  );
  expect([names(first), first.next_page_token]).toEqual([['s-b', 's-c'], undefined]);
  const page = await ok('POST', '/search', { ...search, max_results: 1 });
  expect(names(await ok('POST', '/search', { ...search, max_results: 1, page_token: page.next_page_token }))).toEqual([
    's-a',
  ]);
  expect(await ok('POST', '/search', { experiment_ids: ['none'] })).toEqual({ datasets: [] });
});

test.each([
  ['POST', '/create', {}, invalid(/Missing value for required parameter 'name'/)],
  ['POST', '/create', { name: 7 }, invalid(/Invalid value 7 for parameter 'name'/)],
  ['POST', '/create', { name: 'a\u0000' }, invalid(/name/)],
  ['POST', '/create', { name: 'x', tags: '[]' }, invalid(/must be the JSON of an object/)],
  ['POST', '/create', { name: 'x', tags: `{"k":"${'x'.repeat(9000)}"}` }, invalid(/tags/)],
  ['POST', '/search', { filter_string: 'bogus = 1' }, invalid(/bogus/)],
  ['POST', '/search', { order_by: ['created_by up'] }, invalid(/./)],
  ['POST', '/search', { page_token: 'junk' }, invalid(/page token/)],
  ['POST', '/search', { max_results: -1 }, invalid(/max_results/)],
  ['PATCH', '/d-none/tags', { tags: '{}' }, missing('Could not find evaluation dataset with ID d-none')],
  ['PATCH', '/d-none/tags', {}, invalid(/Missing value for required parameter 'tags'/)],
  ['GET', '/d-none/records', undefined, missing("There is no evaluation dataset 'd-none'.")],
  ['POST', '/d-none/records', { records: '[]' }, missing("There is no evaluation dataset 'd-none'.")],
])('%s %s with %j is refused', async (method, path, body, expected) => {
  expect(await call(method, path, body)).toEqual(expected);
});
