import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowTracking, openMlflowTracking } from '../../../test/support/mlflow-tracking.ts';

let server: MlflowTracking;

const refused = (status: number, error_code: string, message: unknown) => ({ status, body: { error_code, message } });
const invalid = (message: unknown) => refused(400, 'INVALID_PARAMETER_VALUE', message);
const missing = (path: string) =>
  invalid(
    `Missing value for required parameter '${path}'. See the API docs for more information about request parameters.`,
  );
const done = { status: 200, body: {} };
const create = async (more: object = {}) =>
  (await server.post('runs/create', { experiment_id: '0', ...more })).body.run.info.run_id as string;
const get = async (id: string) => (await server.get('runs/get', { run_id: id })).body.run;
const pairs = (list: { key: string; value: unknown }[] = []) =>
  Object.fromEntries(list.map(({ key, value }) => [key, value]));
const metric = (id: string, more: object) =>
  server.post('runs/log-metric', { run_id: id, key: 'm', value: 1, timestamp: 5, step: 0, ...more });

beforeAll(async () => {
  server = await openMlflowTracking();
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.dispose();
});

describe('a run', () => {
  test('is created with name, user, start and tags, and found by both of its names', async () => {
    const made = await server.post('runs/create', {
      experiment_id: '0',
      user_id: 'ada',
      start_time: 1_700_000_000_123,
      run_name: 'first',
      tags: [{ key: 'odd (key)!', value: 'v' }],
    });
    const { info, data } = made.body.run;
    expect(info).toEqual({
      run_id: info.run_id,
      run_uuid: info.run_id,
      experiment_id: '0',
      run_name: 'first',
      user_id: 'ada',
      status: 'RUNNING',
      start_time: 1_700_000_000_123,
      artifact_uri: `mlflow-artifacts:/0/${info.run_id}/artifacts`,
      lifecycle_stage: 'active',
    });
    expect(pairs(data.tags)).toEqual({ 'odd (key)!': 'v', 'mlflow.runName': 'first' });
    expect((await server.get('runs/get', { run_uuid: info.run_id })).body.run.info).toEqual(info);
    expect((await server.get('/ajax-api/2.0/mlflow/runs/get', { run_id: info.run_id })).body.run.info).toEqual(info);
  });

  test('has one name: in its info and in a tag, whichever was set last', async () => {
    const id = await create({ tags: [{ key: 'mlflow.runName', value: 'by tag' }] });
    expect((await get(id)).info.run_name).toBe('by tag');
    await server.post('runs/set-tag', { run_id: id, key: 'mlflow.runName', value: 'tagged' });
    expect((await get(id)).info.run_name).toBe('tagged');
    await server.post('runs/update', { run_id: id, run_name: 'updated' });
    expect(pairs((await get(id)).data.tags)['mlflow.runName']).toBe('updated');
    await server.post('runs/log-batch', { run_id: id, tags: [{ key: 'mlflow.runName', value: 'batched' }] });
    expect((await get(id)).info.run_name).toBe('batched');
    expect(await create()).toMatch(/^[0-9a-f]{32}$/);
    const both = { run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] };
    expect(await server.post('runs/create', both)).toEqual(
      invalid(
        "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='a', mlflow.runName='b').",
      ),
    );
  });

  test('named as parent by a tag is the parent for the whole platform; any other text stays a tag', async () => {
    const parent = await create();
    const child = await create({ tags: [{ key: 'mlflow.parentRunId', value: parent }] });
    expect((await server.tracking.runs.info(child)).parentRunId).toBe(parent);
    const loose = await create({ tags: [{ key: 'mlflow.parentRunId', value: 'nobody' }] });
    expect((await server.tracking.runs.info(loose)).parentRunId).toBeNull();
    expect(pairs((await get(loose)).data.tags)['mlflow.parentRunId']).toBe('nobody');
    await server.post('runs/set-tag', { run_id: loose, key: 'mlflow.parentRunId', value: parent });
    expect((await server.tracking.runs.info(loose)).parentRunId).toBe(parent);
  });

  test('ends, goes on taking writes, is deleted and takes none, and comes back', async () => {
    const id = await create();
    const ended = await server.post('runs/update', { run_id: id, status: 'FINISHED', end_time: 1_900_000_000_000 });
    expect(ended.body.run_info).toMatchObject({ status: 'FINISHED', end_time: 1_900_000_000_000 });
    expect((await server.post('runs/update', { run_id: id, status: 'NONSENSE' })).body.run_info.status).toBe(
      'FINISHED',
    );
    expect(await metric(id, {})).toEqual(done);
    for (let i = 0; i < 2; i++) expect(await server.post('runs/delete', { run_id: id })).toEqual(done);
    const inactive = invalid(`The run ${id} must be in the 'active' state. Current state is deleted.`);
    expect(await metric(id, {})).toEqual(inactive);
    expect(await server.post('runs/update', { run_id: id, status: 'FAILED' })).toEqual(inactive);
    expect(await server.post('runs/log-parameter', { run_id: id, key: 'p', value: '1' })).toEqual(inactive);
    expect(await server.post('runs/set-tag', { run_id: id, key: 't', value: '1' })).toEqual(inactive);
    expect(await server.post('runs/delete-tag', { run_id: id, key: 't' })).toEqual(inactive);
    expect((await get(id)).info.lifecycle_stage).toBe('deleted');
    for (let i = 0; i < 2; i++) expect(await server.post('runs/restore', { run_id: id })).toEqual(done);
    expect(await metric(id, {})).toEqual(done);
  });

  test('that is not there is said to be not there', async () => {
    const none = refused(404, 'RESOURCE_DOES_NOT_EXIST', 'Run with id=nope not found');
    expect(await server.get('runs/get', { run_id: 'nope' })).toEqual(none);
    for (const verb of ['delete', 'restore', 'update', 'log-batch', 'log-inputs']) {
      expect(await server.post(`runs/${verb}`, { run_id: 'nope' })).toEqual(none);
    }
    expect(await metric('nope', {})).toEqual(none);
    expect(await server.post('runs/set-tag', { run_id: 'nope', key: 'a', value: 'b' })).toEqual(none);
    expect(await server.get('runs/get')).toEqual(missing('run_id'));
    expect(await server.post('runs/create', { experiment_id: 'none' })).toEqual(
      refused(404, 'RESOURCE_DOES_NOT_EXIST', 'No Experiment with id=none exists'),
    );
  });
});

describe('parameters and tags', () => {
  test('a parameter is written once; the same value again is no error', async () => {
    const id = await create();
    const log = (value: string) => server.post('runs/log-parameter', { run_id: id, key: 'p', value });
    expect(await log('1')).toEqual(done);
    expect(await log('1')).toEqual(done);
    expect(await log('2')).toEqual(
      invalid(
        `Changing param values is not allowed. Param with key='p' was already logged with value='1' for run ID='${id}'. Attempted logging new value '2'.`,
      ),
    );
    expect(
      await server.post('runs/log-batch', {
        run_id: id,
        params: [{ key: 'p', value: "it's" }],
        metrics: [{ key: 'never', value: 1, timestamp: 1 }],
      }),
    ).toEqual(
      invalid(
        `Changing param values is not allowed. Params were already logged='[{'key': 'p', 'old_value': '1', 'new_value': "it's"}]' for run ID='${id}'.`,
      ),
    );
    expect((await get(id)).data.metrics).toBeUndefined();
  });

  test('long values are cut to whole characters', async () => {
    const id = await create();
    await server.post('runs/log-parameter', { run_id: id, key: 'p', value: '🚀'.repeat(6001) });
    await server.post('runs/set-tag', { run_id: id, key: 't', value: 'x'.repeat(8001) });
    const { data } = await get(id);
    expect(pairs(data.params)['p']).toBe('🚀'.repeat(6000));
    expect(pairs(data.tags)['t']).toHaveLength(8000);
  });

  test('a tag is replaced and removed; removing it again fails', async () => {
    const id = await create();
    for (const value of ['1', '2']) await server.post('runs/set-tag', { run_id: id, key: 't', value });
    expect(pairs((await get(id)).data.tags)['t']).toBe('2');
    const remove = () => server.post('runs/delete-tag', { run_id: id, key: 't' });
    expect(await remove()).toEqual(done);
    expect(await remove()).toEqual(refused(404, 'RESOURCE_DOES_NOT_EXIST', `No tag with name: t in run with id ${id}`));
  });

  test.each(['', 'a,b', '/a', 'a/../b', 'a//b', './a', '..', 'a/', 'k'.repeat(251)])(
    'the key %j is refused',
    async (key) => {
      const id = await create();
      const answers = [
        await server.post('runs/log-parameter', { run_id: id, key, value: '1' }),
        await server.post('runs/set-tag', { run_id: id, key, value: '1' }),
        await metric(id, { key }),
        await server.post('runs/log-batch', { run_id: id, metrics: [{ key, value: 1, timestamp: 1 }] }),
      ];
      for (const answer of answers) expect(answer).toEqual(invalid(expect.any(String)));
    },
  );

  test('a double-encoded body counts, an unparsable one is empty, other content is refused', async () => {
    const id = await create();
    const body = JSON.stringify({ run_id: id, key: 'twice', value: 'v' });
    expect(await server.post('runs/set-tag', JSON.stringify(body))).toEqual(done);
    expect(await server.post('runs/set-tag', '{oops')).toEqual(missing('key'));
    expect(await server.post('runs/log-metric', '{oops')).toEqual(missing('run_id'));
  });
});

describe('inputs and outputs', () => {
  test('datasets and models are told with the run, each once', async () => {
    const id = await create();
    const dataset = {
      name: 'd',
      digest: '1',
      source_type: 'local',
      source: '{"uri":"x"}',
      schema: '{}',
      profile: '{}',
    };
    const tags = [
      { key: 'mlflow.data.context', value: 'training' },
      { key: 'more', value: 'said' },
    ];
    const model = `m-${'a'.repeat(32)}`;
    for (let i = 0; i < 2; i++) {
      const body = { run_id: id, datasets: [{ tags, dataset }], models: [{ model_id: model }] };
      expect(await server.post('runs/log-inputs', body)).toEqual(done);
      const made = { run_id: id, models: [{ model_id: model, step: 3 }, { model_id: model }] };
      expect(await server.post('runs/outputs', made)).toEqual(done);
    }
    const { inputs, outputs } = await get(id);
    expect(inputs.model_inputs).toEqual([{ model_id: model }]);
    expect(outputs.model_outputs).toEqual([{ model_id: model, step: 3 }, { model_id: model }]);
    expect(inputs.dataset_inputs).toHaveLength(1);
    expect(inputs.dataset_inputs[0].dataset).toEqual(dataset);
    expect(pairs(inputs.dataset_inputs[0].tags)).toEqual({ 'mlflow.data.context': 'training', more: 'said' });
    const found = await server.post('experiments/search-datasets', { experiment_ids: ['0'] });
    expect(found.body.dataset_summaries).toEqual([{ experiment_id: '0', name: 'd', digest: '1', context: 'training' }]);
  });

  test('what is too long or missing is refused', async () => {
    const id = await create();
    const dataset = { name: 'd'.repeat(501), digest: '1', source_type: 'local', source: '' };
    expect(await server.post('runs/log-inputs', { run_id: id, datasets: [{ dataset }] })).toEqual(
      invalid("'name' exceeds the maximum length of 500 characters"),
    );
    expect(await server.post('runs/outputs', { run_id: id })).toEqual(missing('models'));
    expect(await server.post('experiments/search-datasets', {})).toEqual(
      invalid('SearchDatasets request must specify at least one experiment_id.'),
    );
  });

  test('a model logged the old way is noted in a tag', async () => {
    const id = await create();
    const model = {
      artifact_path: 'm',
      flavors: { f: { config: {}, x: 1 } },
      utc_time_created: 't',
      run_id: id,
      no: 1,
    };
    const log = (model_json: string) => server.post('runs/log-model', { run_id: id, model_json });
    for (let i = 0; i < 2; i++) expect(await log(JSON.stringify(model))).toEqual(done);
    const { no: _, ...kept } = { ...model, flavors: { f: { x: 1 } } };
    expect(JSON.parse(pairs((await get(id)).data.tags)['mlflow.log-model.history'] as string)).toEqual([kept, kept]);
    expect((await log('{')).body.message).toMatch(/^Malformed model info\./);
    expect((await log('{"flavors": {}}')).body.message).toMatch(/^Model json is missing mandatory fields: \{/);
  });
});
