import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { createLoggedModels, type LoggedModels } from '../../domains/logged-models/index.ts';
import { createTracking, type Tracking } from '../../domains/tracking/index.ts';
import { listen, type Server } from '../../http/server.ts';
import { systemActor } from '../../kernel/actor.ts';
import { loggedModelRoutes } from './logged-models.ts';

let opened: TestDatabase;
let folder: string;
let server: Server;
let tracking: Tracking;
let loggedModels: LoggedModels;
const faults: unknown[] = [];

interface Wire {
  model: {
    info: Record<string, never> & { model_id: string; tags?: object[] };
    data: { metrics?: object[]; params?: object[] };
  };
  models?: Wire['model'][];
  next_page_token?: string;
}

async function call(method: string, path: string, body?: unknown, root = 'api') {
  const url = `${server.url}/${root}/2.0/mlflow/logged-models${path}`;
  const sent =
    body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(url, { method, ...sent });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, body: (isJson ? JSON.parse(text) : text) as Wire, headers: response.headers };
}
const create = async (more: object = {}) =>
  (await call('POST', '', { experiment_id: '0', name: 'model', ...more })).body.model.info.model_id;
const refused = (status: number, error_code: string, message: unknown) =>
  expect.objectContaining({ status, body: { error_code, message } });
const invalid = (message: unknown) => refused(400, 'INVALID_PARAMETER_VALUE', message);
const seeDocs = 'See the API docs for more information about request parameters.';
const none = `m-${'0'.repeat(32)}`;

beforeAll(async () => {
  opened = await openSqlite();
  folder = await mkdtemp(join(tmpdir(), 'tidemill-mlflow-models-'));
  const { ledger, clock } = createSpine(opened.database);
  const shared = { database: opened.database, ledger, clock };
  tracking = createTracking({ ...shared, blobs: await createLocalBlobs(folder) });
  loggedModels = createLoggedModels({ ...shared, tracking });
  server = await listen({
    routes: loggedModelRoutes({ loggedModels, tracking }),
    authenticator: { authenticate: () => systemActor },
    ...{ host: '127.0.0.1', port: 0, publicUrl: '', allowedHosts: [], maxBodyBytes: 16_777_216, checkAnswers: true },
    onFault: (error) => faults.push(error),
  });
});
afterAll(async () => {
  await server.close();
  await opened.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(faults).toEqual([]);
});

describe('a logged model', () => {
  test('is created, shown, finished and deleted', async () => {
    const params = [{ key: 'depth', value: '3' }, { key: 'empty' }];
    const made = await call('POST', '', {
      ...{ experiment_id: '0', name: 'höhe ☂', model_type: 'clf', source_run_id: 'r' },
      ...{ params, tags: [{ key: 't', value: '1' }] },
    });
    const id = made.body.model.info.model_id;
    expect(made.body.model).toEqual({
      info: {
        model_id: expect.stringMatching(/^m-[0-9a-f]{32}$/),
        experiment_id: '0',
        name: 'höhe ☂',
        creation_timestamp_ms: expect.any(Number),
        last_updated_timestamp_ms: expect.any(Number),
        artifact_uri: `mlflow-artifacts:/0/models/${id}/artifacts`,
        status: 'LOGGED_MODEL_PENDING',
        model_type: 'clf',
        source_run_id: 'r',
        tags: [{ key: 't', value: '1' }],
      },
      data: {
        params: [
          { key: 'depth', value: '3' },
          { key: 'empty', value: '' },
        ],
      },
    });
    expect((await call('GET', `/${id}`, undefined, 'ajax-api')).body).toEqual(made.body);
    for (const [status, said] of [
      ['LOGGED_MODEL_READY', 'LOGGED_MODEL_READY'],
      [3, 'LOGGED_MODEL_UPLOAD_FAILED'],
      ['1', 'LOGGED_MODEL_PENDING'],
      ['NONSENSE', 'LOGGED_MODEL_STATUS_UNSPECIFIED'],
    ]) {
      const { body } = await call('PATCH', `/${id}`, { model_id: id, status });
      expect(body.model.info['status']).toBe(said);
    }
    expect(await call('DELETE', `/${id}`, { model_id: id })).toMatchObject({ status: 200, body: {} });
    expect((await call('DELETE', `/${id}`)).status).toBe(200);
    expect(await call('GET', `/${id}`)).toEqual(
      refused(404, 'RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${id}' not found.`),
    );
    expect((await call('GET', `/${id}?allow_deleted=true`)).body.model.info.model_id).toBe(id);
  });

  test('where the experiment keeps its artifacts elsewhere, is kept there', async () => {
    const { id } = await tracking.experiments.create(systemActor, { name: 'far', artifactLocation: 's3://bucket/x/' });
    const { model } = (await call('POST', '', { experiment_id: id })).body;
    expect(model.info['artifact_uri']).toBe(`s3://bucket/x/models/${model.info.model_id}/artifacts`);
    expect(model.info['name']).toMatch(/^model-/);
  });

  test('that is wrong is refused in known words', async () => {
    const bad = `cannot contain the following characters: ('/', ':', '.', '%', '"', "'")`;
    const named = (name: string) =>
      invalid(`Invalid model name (${name}) provided. Model name must be a non-empty string and ${bad}`);
    const hint = (value: string, field: string, type: string) =>
      invalid(
        `Invalid value ${value} for parameter '${field}' supplied:  Hint: Value was of type '${type}'. ${seeDocs}`,
      );
    const missing = (field: string) => invalid(`Missing value for required parameter '${field}'. ${seeDocs}`);
    const gone = (await tracking.experiments.create(systemActor, { name: 'gone' })).id;
    await tracking.experiments.delete(systemActor, gone);
    const inDefault = { experiment_id: '0' };
    const cases: [object, unknown][] = [
      [{}, missing('experiment_id')],
      [{ experiment_id: 5 }, hint('5', 'experiment_id', 'int')],
      [{ experiment_id: '77' }, refused(404, 'RESOURCE_DOES_NOT_EXIST', 'No Experiment with id=77 exists')],
      [{ experiment_id: 'far' }, refused(404, 'RESOURCE_DOES_NOT_EXIST', 'No Experiment with id=far exists')],
      [
        { experiment_id: gone },
        invalid(`The experiment ${gone} must be in the 'active' state. Current state is deleted.`),
      ],
      [{ ...inDefault, name: 'a/b' }, named("'a/b'")],
      [{ ...inDefault, name: "it's" }, named(`"it's"`)],
      [{ ...inDefault, name: 7 }, hint('7', 'name', 'int')],
      [{ ...inDefault, params: 'x' }, hint('"x"', 'params', 'str')],
      [{ ...inDefault, name: 'x'.repeat(501) }, invalid(expect.stringContaining('name'))],
      [
        {
          ...inDefault,
          params: [
            { key: 'a', value: '1' },
            { key: 'a', value: '2' },
          ],
        },
        invalid(expect.any(String)),
      ],
      [{ ...inDefault, tags: [{ key: '', value: '1' }] }, missing('tags.0.key')],
    ];
    for (const [body, expected] of cases) expect(await call('POST', '', body)).toEqual(expected);
    const headers = { 'content-type': 'application/json' };
    const body = `{"experiment_id": "0", "source_run_id": {"a": [1${'0'.repeat(30)}, NaN]}}`;
    const big = await fetch(`${server.url}/api/2.0/mlflow/logged-models`, { method: 'POST', headers, body });
    expect([big.status, await big.text()]).toEqual([400, expect.stringContaining(`[1${'0'.repeat(30)},NaN]`)]);
    const id = await create();
    expect(await call('PATCH', `/${id}`, { model_id: id })).toEqual(missing('status'));
    const lost = refused(404, 'RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${none}' not found.`);
    expect(await call('PATCH', `/${none}`, { status: 2 })).toEqual(lost);
    expect(await call('DELETE', `/${none}`)).toEqual(lost);
    expect(await call('GET', `/m-x`)).toEqual(
      refused(404, 'RESOURCE_DOES_NOT_EXIST', expect.stringContaining("'m-x'")),
    );
  });

  test('takes tags and parameters', async () => {
    const id = await create({ params: [{ key: 'a', value: '1' }] });
    const tags = [{ key: 'k', value: '1' }, { key: 'k', value: '2' }, { key: 'x/y z', value: '3' }, { key: 'e' }];
    expect(await call('PATCH', `/${id}/tags`, { tags })).toMatchObject({ status: 200, body: {} });
    expect((await call('PATCH', `/${id}/tags`, {})).body).toEqual({});
    expect((await call('DELETE', `/${id}/tags/x/y%20z`)).body).toEqual({});
    expect((await call('DELETE', `/${id}/tags/k`)).body).toEqual({});
    const message = `No tag with key 'k' found for model with ID '${id}'.`;
    expect(await call('DELETE', `/${id}/tags/k`)).toEqual(refused(404, 'RESOURCE_DOES_NOT_EXIST', message));
    expect((await call('POST', `/${id}/params`, { model_id: id, params: [{ key: 'b', value: '2' }] })).body).toEqual(
      {},
    );
    expect((await call('POST', `/${id}/params`, { params: [{ key: 'b', value: '2' }] })).status).toBe(200);
    const again = await call('POST', `/${id}/params`, { params: [{ key: 'b', value: '3' }] });
    expect(again).toEqual(invalid(expect.stringContaining('write-once')));
    const { model } = (await call('GET', `/${id}`)).body;
    expect(model.info.tags).toEqual([{ key: 'e', value: '' }]);
    expect(model.data.params).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ]);
    const lost = refused(404, 'RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${none}' not found.`);
    expect(await call('PATCH', `/${none}/tags`, { tags: [{ key: 'a', value: '1' }] })).toEqual(lost);
    expect(await call('DELETE', `/${none}/tags/a`)).toEqual(lost);
    expect(await call('POST', `/${none}/params`, { params: [] })).toEqual(lost);
  });

  test('names each version made from it once', async () => {
    const id = await create();
    const versions = (listed: unknown) => [{ key: 'mlflow.modelVersions', value: JSON.stringify(listed) }];
    const [one, two] = [
      { name: 'x', version: '1' },
      { name: 'x', version: '2' },
    ];
    await call('PATCH', `/${id}/tags`, { tags: versions([one, { ...one, version: 1 }, two]) });
    expect((await call('GET', `/${id}`)).body.model.info.tags).toEqual(versions([{ ...one, version: 1 }, two]));
    await call('PATCH', `/${id}/tags`, { tags: [{ key: 'mlflow.modelVersions', value: 'no list' }] });
    expect((await call('GET', `/${id}`)).body.model.info.tags).toMatchObject([{ value: 'no list' }]);
  });

  test('shows all that was measured', async () => {
    const id = await create();
    await loggedModels.logMetrics(systemActor, id, [
      { key: 'acc', value: 0.5, step: 1, at: 5, runId: 'r' },
      { key: 'acc', value: Number.NaN, step: 2, at: 6, datasetName: 'd', datasetDigest: 'x' },
      { key: 'acc', value: Number.NEGATIVE_INFINITY, step: -3, at: 7 },
    ]);
    expect((await call('GET', `/${id}`)).body.model.data.metrics).toEqual([
      { key: 'acc', value: 0.5, timestamp: 5, step: 1, model_id: id, run_id: 'r' },
      { key: 'acc', value: 'NaN', timestamp: 6, step: 2, dataset_name: 'd', dataset_digest: 'x', model_id: id },
      { key: 'acc', value: -Number.MAX_VALUE, timestamp: 7, step: -3, model_id: id },
    ]);
  });
});

describe('the search of logged models', () => {
  let experiment: string;
  const search = (body: object) => call('POST', '/search', body);
  const names = async (body: object) =>
    (await search({ experiment_ids: [experiment], ...body })).body.models?.map(({ info }) => info['name']) ?? [];

  beforeAll(async () => {
    experiment = (await tracking.experiments.create(systemActor, { name: 'found' })).id;
    for (const [i, name] of ['a', 'b', 'c'].entries()) {
      const id = await create({ experiment_id: experiment, name, params: [{ key: 'lr', value: `0.${i}` }] });
      const points = [{ key: 'acc', value: i / 10, datasetName: `d${i % 2}`, datasetDigest: 'x' }];
      await loggedModels.logMetrics(systemActor, id, points);
    }
  });

  test('filters, orders and scopes', async () => {
    expect(await names({})).toEqual(['c', 'b', 'a']);
    expect(await names({ max_results: 0 })).toHaveLength(3);
    expect(await names({ max_results: '5000' })).toHaveLength(3);
    expect(await names({ filter: 'metrics.acc > 0.05 AND params.lr = 0.1' })).toEqual(['b']);
    expect(await names({ filter: `name = 'a' or not (name IN ("a", "b"))` })).toEqual(['c', 'a']);
    expect(await names({ order_by: [{ field_name: 'metrics.acc', ascending: true }] })).toEqual(['a', 'b', 'c']);
    expect(await names({ order_by: [{ field_name: 'metrics.acc', dataset_name: 'd1' }] })).toEqual(['b', 'c', 'a']);
    expect(await names({ datasets: [{ dataset_name: 'd0' }] })).toEqual(['c', 'a']);
    expect(await names({ datasets: [{ dataset_name: 'd0', dataset_digest: 'y' }] })).toEqual([]);
    expect((await search({ experiment_ids: [] })).body).toEqual({});
    expect((await search({ experiment_ids: ['nowhere'] })).body).toEqual({});
  });

  test('pages; a token is of its search', async () => {
    const asked = { experiment_ids: [experiment], max_results: 2, order_by: [{ field_name: 'name' }] };
    const first = (await search(asked)).body;
    const second = (await search({ ...asked, page_token: first.next_page_token })).body;
    expect([...first.models!, ...second.models!].map(({ info }) => info['name'])).toEqual(['a', 'b', 'c']);
    expect(second.next_page_token).toBeUndefined();
    const token = { page_token: first.next_page_token };
    const order = "[{'field_name': 'name', 'ascending': True, 'dataset_name': None, 'dataset_digest': None}]";
    const cases: [object, string][] = [
      [
        { ...asked, experiment_ids: ['0'], ...token },
        `Experiment IDs in the page token do not match the requested experiment IDs. Expected: ['0']. Found: ['${experiment}']`,
      ],
      [
        { ...asked, filter: "name='q'", ...token },
        "Filter string in the page token does not match the requested filter string. Expected: name='q'. Found: None",
      ],
      [
        { ...asked, order_by: [], ...token },
        `Order by in the page token does not match the requested order by. Expected: None. Found: ${order}`,
      ],
      [{ ...asked, page_token: 'junk' }, 'Invalid page token: junk'],
    ];
    for (const [body, message] of cases) expect(await search(body)).toEqual(invalid(message));
    const forged = Buffer.from(first.next_page_token!, 'base64')
      .toString()
      .replace(/"after":"[^"]*"/, '"after":"bm8"');
    const page_token = Buffer.from(forged).toString('base64');
    expect(await search({ ...asked, page_token })).toEqual(invalid(expect.any(String)));
  });

  test('that is wrong is refused', async () => {
    const cases: [object, unknown][] = [
      [{}, `Missing value for required parameter 'experiment_ids'. ${seeDocs}`],
      [{ experiment_ids: ['0'], datasets: [{}] }, '`dataset_name` in the `datasets` clause must be specified.'],
      [{ experiment_ids: ['0'], order_by: [{ field_name: 'zzz' }] }, 'Invalid order by field name: zzz'],
      [{ experiment_ids: ['0'], order_by: [{}] }, 'Invalid order by field name: '],
      [{ experiment_ids: ['0'], max_results: -1 }, expect.stringContaining('max_results')],
      [{ experiment_ids: ['0'], filter: 'foo = 3' }, expect.stringContaining("'foo'")],
      [{ experiment_ids: ['0'], filter: 'metrics.a like 3' }, expect.any(String)],
    ];
    for (const [body, message] of cases) expect(await search(body)).toEqual(invalid(message));
  });
});

describe('files of a logged model', () => {
  test('are listed by folder and downloaded one by one', async () => {
    const id = await create();
    const list = (query = '') => call('GET', `/${id}/artifacts/directories${query}`);
    const root_uri = `mlflow-artifacts:/0/models/${id}/artifacts`;
    expect((await list()).body).toEqual({ root_uri });
    await tracking.artifacts.put(id, 'MLmodel', Buffer.from('flavors:'));
    await tracking.artifacts.put(id, 'data/model.txt', Buffer.from('bytes'));
    expect((await list()).body).toEqual({
      root_uri,
      files: [
        { path: 'MLmodel', is_dir: false, file_size: 8 },
        { path: 'data', is_dir: true },
      ],
    });
    const files = [{ path: 'data/model.txt', is_dir: false, file_size: 5 }];
    expect((await list('?artifact_directory_path=data')).body).toEqual({ root_uri, files });
    expect((await list('?artifact_directory_path=none')).body).toEqual({ root_uri });
    const get = (query: string) => call('GET', `/${id}/artifacts/files${query}`, undefined, 'ajax-api');
    const got = await get('?artifact_file_path=data/model.txt');
    expect(got).toMatchObject({ status: 200, body: 'bytes' });
    expect(got.headers.get('content-disposition')).toBe('attachment; filename="model.txt"');
    expect(got.headers.get('x-content-type-options')).toBe('nosniff');
    const missing = (path: string) => refused(404, 'RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
    expect(await get('?artifact_file_path=data')).toEqual(missing('data'));
    expect(await get('?artifact_file_path=none')).toEqual(missing('none'));
    const must = 'Request must include the "artifact_file_path" query parameter.';
    expect(await get('')).toEqual(refused(400, 'BAD_REQUEST', must));
    for (const path of ['../x', '%2e%2e/x', '/etc/passwd', 'a%5Cb', 'c:/x', 'a%00b', '%252e%252e/x']) {
      expect(await get(`?artifact_file_path=${path}`)).toEqual(invalid('Invalid path'));
      expect(await list(`?artifact_directory_path=${path}`)).toEqual(invalid('Invalid path'));
    }
    const lost = refused(404, 'RESOURCE_DOES_NOT_EXIST', `Logged model with ID '${none}' not found.`);
    expect(await call('GET', `/${none}/artifacts/directories`)).toEqual(lost);
    expect(await call('GET', `/${none}/artifacts/files?artifact_file_path=a`, undefined, 'ajax-api')).toEqual(lost);
  });
});
