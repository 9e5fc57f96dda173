import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MlflowTracking, openMlflowTracking } from '../../../test/support/mlflow-tracking.ts';

let server: MlflowTracking;
let made = 0;

const refused = (status: number, error_code: string, message: unknown) => ({ status, body: { error_code, message } });
const invalid = (message: unknown) => refused(400, 'INVALID_PARAMETER_VALUE', message);
const create = async (more: object = {}) => {
  const { body } = await server.post('experiments/create', { name: `experiment ${++made}`, ...more });
  return body.experiment_id as string;
};
const get = async (id: string) => (await server.get('experiments/get', { experiment_id: id })).body.experiment;

beforeAll(async () => {
  server = await openMlflowTracking();
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.dispose();
});

test('there is a default experiment; a new one has tags, times and a place for its files', async () => {
  expect(await get('0')).toMatchObject({ name: 'Default', artifact_location: 'mlflow-artifacts:/0' });
  const id = await create({ name: '/team/a ü', tags: [{ key: 'k', value: 'v' }] });
  const { creation_time, last_update_time, ...rest } = await get(id);
  expect(creation_time).toBe(last_update_time);
  expect(rest).toEqual({
    experiment_id: id,
    name: '/team/a ü',
    artifact_location: `mlflow-artifacts:/${id}`,
    lifecycle_stage: 'active',
    tags: [{ key: 'k', value: 'v' }],
  });
  const found = await server.get('experiments/get-by-name', { experiment_name: '/team/a ü' });
  expect(found.body.experiment.experiment_id).toBe(id);
  const elsewhere = await create({ artifact_location: 's3://bucket/x' });
  expect((await get(elsewhere)).artifact_location).toBe('s3://bucket/x');
});

test('what is not there, taken or wrongly named is refused in the words clients know', async () => {
  expect(await server.get('experiments/get', { experiment_id: '12' })).toEqual(
    refused(404, 'RESOURCE_DOES_NOT_EXIST', 'No Experiment with id=12 exists'),
  );
  expect(await server.get('experiments/get-by-name', { experiment_name: '0' })).toEqual(
    refused(404, 'RESOURCE_DOES_NOT_EXIST', "Could not find experiment with name '0'"),
  );
  expect(await server.post('experiments/create', { name: 'Default' })).toEqual(
    refused(400, 'RESOURCE_ALREADY_EXISTS', expect.stringMatching(/^Experiment\(name=Default\) already exists\./)),
  );
  expect(await server.post('experiments/create', {})).toEqual(
    invalid(
      "Missing value for required parameter 'name'. See the API docs for more information about request parameters.",
    ),
  );
  expect(await server.post('experiments/create', { name: 'x'.repeat(501) })).toEqual(
    invalid("'name' exceeds the maximum length of 500 characters"),
  );
});

test('a deleted experiment keeps its name, takes no writes, and comes back with the runs that went with it', async () => {
  const id = await create();
  const { run } = (await server.post('runs/create', { experiment_id: id })).body;
  expect(await server.post('experiments/update', { experiment_id: id, new_name: `renamed ${id}` })).toEqual({
    status: 200,
    body: {},
  });
  expect((await server.post('experiments/delete', { experiment_id: id })).status).toBe(200);
  expect((await server.post('experiments/delete', { experiment_id: id })).status).toBe(404);
  expect(await get(id)).toMatchObject({ lifecycle_stage: 'deleted', name: `renamed ${id}` });
  expect((await server.post('experiments/create', { name: `renamed ${id}` })).body.error_code).toBe(
    'RESOURCE_ALREADY_EXISTS',
  );
  const inactive = invalid(`The experiment ${id} must be in the 'active' state. Current state is deleted.`);
  expect(await server.post('runs/create', { experiment_id: id })).toEqual(inactive);
  expect(await server.post('experiments/set-experiment-tag', { experiment_id: id, key: 'a', value: 'b' })).toEqual(
    inactive,
  );
  expect(await server.post('experiments/update', { experiment_id: id, new_name: 'other' })).toEqual(
    invalid('Cannot rename a non-active experiment.'),
  );
  expect((await server.post('experiments/restore', { experiment_id: id })).status).toBe(200);
  expect((await server.post('experiments/restore', { experiment_id: id })).status).toBe(404);
  const back = await server.get('runs/get', { run_id: run.info.run_id });
  expect(back.body.run.info.lifecycle_stage).toBe('active');
});

test('tags are set and removed; keys and lengths are checked', async () => {
  const id = await create();
  const set = (key: string, value: string) =>
    server.post('experiments/set-experiment-tag', { experiment_id: id, key, value });
  await set('a', '1');
  await set('a', '2');
  expect((await get(id)).tags).toEqual([{ key: 'a', value: '2' }]);
  expect(await set('a/../b', 'x')).toEqual(
    invalid(
      "Invalid value \"a/../b\" for parameter 'key' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to 'b'",
    ),
  );
  expect(await set('a', 'x'.repeat(20_001))).toEqual(invalid("'value' exceeds the maximum length of 20000 characters"));
  const remove = () => server.post('experiments/delete-experiment-tag', { experiment_id: id, key: 'a' });
  expect(await remove()).toEqual({ status: 200, body: {} });
  expect(await remove()).toEqual(
    refused(404, 'RESOURCE_DOES_NOT_EXIST', `No tag with name: a in experiment with id ${id}`),
  );
});

test('a search filters, orders and pages, by GET and by POST', async () => {
  for (const [i, team] of ['red', 'blue', 'red'].entries()) {
    await create({ name: `searched/${i}`, tags: [{ key: 'team', value: team }] });
  }
  const names = async (more: object) => {
    const { body } = await server.post('experiments/search', { max_results: 100, ...more });
    return (body.experiments ?? []).map((one: { name: string }) => one.name);
  };
  const like = "name LIKE 'searched/%'";
  expect(await names({ filter: like })).toEqual(['searched/2', 'searched/1', 'searched/0']);
  expect(await names({ filter: `${like} AND tags.team = 'red'`, order_by: ['name ASC'] })).toEqual([
    'searched/0',
    'searched/2',
  ]);
  expect(await names({ filter: `${like} AND tags.team IS NULL` })).toEqual([]);
  expect(await names({ filter: `${like} AND (name ILIKE '%/0' OR creation_time < 5)` })).toEqual(['searched/0']);
  const query = { max_results: '2', filter: like, order_by: ['name DESC'] };
  const first = (await server.get('experiments/search', query)).body;
  expect(first.experiments.map((one: { name: string }) => one.name)).toEqual(['searched/2', 'searched/1']);
  const second = (await server.get('experiments/search', { ...query, page_token: first.next_page_token })).body;
  expect(second.experiments.map((one: { name: string }) => one.name)).toEqual(['searched/0']);
  expect(second.next_page_token).toBeUndefined();
  await server.post('experiments/delete', { experiment_id: first.experiments[0].experiment_id });
  expect(await names({ filter: like, view_type: 'DELETED_ONLY' })).toEqual(['searched/2']);
  expect(await names({ filter: like, view_type: 'ALL' })).toHaveLength(3);
  expect(await server.post('experiments/search', {})).toEqual(
    invalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer"),
  );
  for (const wrong of [{ filter: "foo = 'x'" }, { filter: '(' }, { page_token: 'junk' }, { order_by: ['tags.x'] }]) {
    const answer = await server.post('experiments/search', { max_results: 1, ...wrong });
    expect(answer).toEqual(invalid(expect.any(String)));
  }
});
