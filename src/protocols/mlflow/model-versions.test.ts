import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRegistryWorld, type RegistryWorld } from '../../../test/support/mlflow-registry.ts';
import { openGate } from '../../domains/registry/index.ts';
import { smallModel } from '../../domains/registry/registry.contract.ts';
import { systemActor } from '../../kernel/actor.ts';

let world: RegistryWorld;
let n = 0;
let name = '';
let run = '';

beforeAll(async () => {
  world = await openRegistryWorld();
});
beforeEach(async () => {
  name = `model ${++n}`;
  world.guard(openGate);
  await post('registered-models/create', { name });
  run = await world.runWith({ 'model/MLmodel': name, 'model/data/weights': 'abc' });
});
afterAll(async () => {
  await world.close();
  expect(world.faults).toEqual([]);
});

const post = (path: string, fields: Record<string, unknown>) => world.call('POST', path, fields);
const get = (path: string, fields: Record<string, unknown>) => world.call('GET', path, fields);
const refused = (status: number, error_code: string, message: string) => ({ status, body: { error_code, message } });
const invalid = (message: string) => refused(400, 'INVALID_PARAMETER_VALUE', message);
const missing = (message: string) => refused(404, 'RESOURCE_DOES_NOT_EXIST', message);
const register = async (fields: Record<string, unknown> = {}) =>
  (await post('model-versions/create', { name, source: `runs:/${run}/model`, ...fields })).body.model_version;
const shown = async (version = '1') => (await get('model-versions/get', { name, version })).body.model_version;
const uriOf = async (version = '1', of = name) =>
  (await get('model-versions/get-download-uri', { name: of, version })).body.artifact_uri as string;
const download = async (uri: string, path: string) => {
  const response = await fetch(
    `${world.server.url}/api/2.0/mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}/${path}`,
  );
  return { status: response.status, text: await response.text() };
};
const list = async (uri: string) =>
  (await (
    await fetch(`${world.server.url}/api/2.0/mlflow-artifacts/artifacts?path=${uri.replace('mlflow-artifacts:/', '')}`)
  ).json()) as {
    files?: { path: string; is_dir: boolean; file_size?: number }[];
  };

describe('a version', () => {
  test('is registered, shown, described and deleted; its number is never used again', async () => {
    const version = await register({
      run_id: run,
      run_link: 'http://elsewhere',
      description: 'd',
      tags: [{ key: 'a', value: 'b' }],
    });
    const at = version.creation_timestamp;
    expect(version).toEqual({
      ...{ name, version: '1', creation_timestamp: at, last_updated_timestamp: at, user_id: 'system' },
      ...{ current_stage: 'None', description: 'd', source: `runs:/${run}/model`, run_id: run, status: 'READY' },
      ...{ run_link: 'http://elsewhere', tags: [{ key: 'a', value: 'b' }] },
    });
    expect(await shown()).toEqual(version);
    const changed = await world.call('PATCH', 'model-versions/update', { name, version: '1', description: 'new' });
    expect(changed.body.model_version.description).toBe('new');
    expect(await world.call('DELETE', 'model-versions/delete', { name, version: '1' })).toEqual({
      status: 200,
      body: {},
    });
    const gone = missing(`Model Version (name=${name}, version=1) not found`);
    expect(await get('model-versions/get', { name, version: '1' })).toEqual(gone);
    expect(await get('model-versions/get-download-uri', { name, version: '1' })).toEqual(gone);
    expect(await world.call('PATCH', 'model-versions/update', { name, version: '1', description: 'x' })).toEqual(gone);
    expect(await world.call('DELETE', 'model-versions/delete', { name, version: '1' })).toEqual(gone);
    expect(await post('model-versions/set-tag', { name, version: '1', key: 'k', value: 'v' })).toEqual(gone);
    expect(await post('model-versions/transition-stage', { name, version: '1', stage: 'Staging' })).toEqual(gone);
    expect((await register()).version).toBe('2');
  });

  test('has tags', async () => {
    await register();
    const tag = { name, version: '1', key: 'k', value: 'v' };
    expect(await post('model-versions/set-tag', tag)).toEqual({ status: 200, body: {} });
    expect((await shown()).tags).toEqual([{ key: 'k', value: 'v' }]);
    for (let i = 0; i < 2; i++) {
      expect(await world.call('DELETE', 'model-versions/delete-tag', tag)).toEqual({ status: 200, body: {} });
    }
    expect(await shown()).not.toHaveProperty('tags');
    expect((await post('model-versions/set-tag', { ...tag, value: 'v'.repeat(100_001) })).status).toBe(400);
  });

  test('keeps its files when the run loses or changes them, and nobody may write to it', async () => {
    await register();
    const uri = await uriOf();
    await world.tracking.runs.artifacts.put(run, 'model/MLmodel', 'changed');
    await world.tracking.runs.artifacts.delete(run, 'model/data');
    expect(await list(uri)).toEqual({
      files: [
        { path: 'MLmodel', is_dir: false, file_size: name.length },
        { path: 'data', is_dir: true },
      ],
    });
    expect(await download(uri, 'MLmodel')).toEqual({ status: 200, text: name });
    expect(await download(uri, 'data/weights')).toEqual({ status: 200, text: 'abc' });
    expect((await download(uri, 'data')).status).toBe(404);
    expect((await download(uri, 'none')).status).toBe(404);
    const path = `${world.server.url}/api/2.0/mlflow-artifacts/artifacts/${uri.replace('mlflow-artifacts:/', '')}/MLmodel`;
    for (const method of ['PUT', 'DELETE']) {
      const response = await fetch(path, { method, ...(method === 'PUT' && { body: 'x' }) });
      expect([response.status, await response.json()]).toMatchObject([400, { error_code: 'INVALID_PARAMETER_VALUE' }]);
    }
    const page = await fetch(
      `${world.server.url}/model-versions/get-artifact?${new URLSearchParams({ name, version: '1', path: 'MLmodel' })}`,
    );
    expect(await page.text()).toBe(name);
  });

  test('of files that are still to come takes them with the first download or promotion', async () => {
    const source = `mlflow-artifacts:/0/${run}/artifacts/later`;
    expect(await register({ source, run_id: run })).toMatchObject({ status: 'READY', source });
    expect(await uriOf()).toBe(source);
    await world.tracking.runs.artifacts.put(run, 'later/a.txt', 'first');
    const uri = await uriOf();
    expect(uri).not.toBe(source);
    await world.tracking.runs.artifacts.put(run, 'later/a.txt', 'second');
    expect(await uriOf()).toBe(uri);
    expect((await download(uri, 'a.txt')).text).toBe('first');
    await register({ source: `runs:/${run}/promoted` });
    await world.tracking.runs.artifacts.put(run, 'promoted/a.txt', 'one');
    await post('registered-models/alias', { name, alias: 'a', version: '2' });
    expect(await world.registry.versions.get(name, 2)).toMatchObject({ content: 'fixed', bytes: 3 });
    await register({ source: `runs:/${run}/gone` });
    await world.tracking.runs.delete(systemActor, run);
    expect(await uriOf('3')).toMatch(/\/artifacts\/gone$/);
  });

  test('from a logged model is noted there, also by the name it has in its run', async () => {
    const logged = await world.loggedModelWith({ MLmodel: 'logged' }, run);
    const tagOf = async () => JSON.parse((await world.loggedModels.get(logged)).tags['mlflow.modelVersions']!);
    expect(await register({ source: `models:/${logged}`, model_id: logged })).toMatchObject({ run_id: run });
    expect(await tagOf()).toEqual([{ name, version: '1' }]);
    const empty = await world.runWith({});
    const named = await world.loggedModelWith({ MLmodel: 'named' }, empty);
    await register({ source: `runs:/${empty}/model`, run_id: empty });
    expect((await world.registry.versions.get(name, 2)).source).toEqual({ runId: empty, loggedModelId: named });
    await world.loggedModels.setTags(systemActor, logged, { 'mlflow.modelVersions': 'no list' });
    await register({ source: `mlflow-artifacts:/0/models/${logged}/artifacts` });
    expect(await tagOf()).toEqual([{ name, version: '3' }]);
    expect((await get('model-versions/search', { filter: `model_id = '${logged}'` })).body.model_versions).toHaveLength(
      2,
    );
  });

  test('is copied with its files and lineage', async () => {
    await register({ run_id: run });
    const to = `${name} copy`;
    await post('registered-models/create', { name: to });
    const { body } = await post('model-versions/create', { name: to, source: `models:/${name}/1`, run_id: run });
    expect(body.model_version).toMatchObject({ version: '1', source: `models:/${name}/1`, run_id: run });
    expect((await download(await uriOf('1', to), 'data/weights')).text).toBe('abc');
    const foreign = await post('model-versions/create', { name: to, source: `models:/${name}/1`, run_id: 'other' });
    expect(foreign).toEqual(
      invalid(
        `Invalid model version source: 'models:/${name}/1'. The run_id and model_id request parameters must match the referenced model version.`,
      ),
    );
  });

  test('that was registered as an ONNX file can be downloaded and copied', async () => {
    const model = smallModel(5);
    const { digest } = await world.blobs.put(model);
    await world.registry.versions.register(systemActor, { model: name, digest });
    expect(await shown()).toMatchObject({ source: await uriOf(), run_id: '' });
    const { files } = await list(await uriOf());
    expect(files!.map(({ path }) => path)).toEqual(['MLmodel', 'model.onnx']);
    const described = (await download(await uriOf(), 'MLmodel')).text;
    expect(described.length).toBe(files![0]!.file_size);
    expect(described).toContain('loader_module: mlflow.onnx');
    await register({ source: await uriOf() });
    expect((await world.registry.versions.get(name, 2)).servableDigest).toBe(digest);
  });

  test('of a model that is not there, or with wrong fields, is refused', async () => {
    const create = (fields: Record<string, unknown>) =>
      post('model-versions/create', { name, source: `runs:/${run}/model`, ...fields });
    expect(await create({ name: 'absent' })).toEqual(missing('Registered Model with name=absent not found'));
    expect((await create({ source: '' })).body.message).toMatch(/^Missing value for required parameter 'source'/);
    expect((await create({ description: 'x'.repeat(100_001) })).status).toBe(400);
    expect((await create({ tags: [{ key: 'mlflow.prompt.text', value: 'x'.repeat(100_001) }] })).body.message).toBe(
      'Prompt text exceeds max length of 100000 characters.',
    );
    expect(await get('model-versions/get', { name, version: 'x' })).toEqual(
      invalid("Parameter 'version' must be an integer, got 'x'."),
    );
    expect((await get('model-versions/get', { name })).body.message).toMatch(
      /^Missing value for required parameter 'version'/,
    );
  });

  test('of a prompt has no place, only a placeholder', async () => {
    const tags = [
      { key: 'mlflow.prompt.is_prompt', value: 'true' },
      { key: 'mlflow.prompt.text', value: 'Hi {{x}}' },
    ];
    const prompt = `${name} prompt`;
    await post('registered-models/create', { name: prompt, tags: tags.slice(0, 1) });
    const made = await post('model-versions/create', { name: prompt, source: 'dummy-source', tags });
    expect(made.body.model_version).toMatchObject({ version: '1', tags });
    expect(await uriOf('1', prompt)).toBe('dummy-source');
    expect(await post('model-versions/create', { name: prompt, source: '/etc/passwd', tags })).toEqual(
      invalid("Invalid prompt source: '/etc/passwd'. Prompt sources must use an MLflow placeholder."),
    );
    expect(await post('model-versions/create', { name, source: `models:/${prompt}/1` })).toEqual(
      invalid(
        `Invalid model version source: 'models:/${prompt}/1'. Prompt versions cannot be used as model version sources.`,
      ),
    );
    const search = (filter: string) => get('model-versions/search', { filter });
    expect((await search(`name = '${prompt}'`)).body).toEqual({});
    const found = await search(`name = '${prompt}' AND tags.\`mlflow.prompt.is_prompt\` = 'true'`);
    expect(found.body.model_versions).toHaveLength(1);
  });
});

describe('a promotion', () => {
  test('changes stages, and archives the others where that is asked', async () => {
    await register();
    await register();
    const move = (version: string, stage: string, archive?: unknown) =>
      post('model-versions/transition-stage', {
        name,
        version,
        stage,
        ...(archive !== undefined && { archive_existing_versions: archive }),
      });
    expect((await move('1', 'PRODUCTION')).body.model_version.current_stage).toBe('Production');
    await move('2', 'production', true);
    expect((await shown('1')).current_stage).toBe('Archived');
    expect((await shown('2')).current_stage).toBe('Production');
    expect((await move('2', 'none')).body.model_version.current_stage).toBe('None');
    expect(await move('1', 'foo')).toEqual(
      invalid('Invalid Model Version stage: foo. Value must be one of None, Staging, Production, Archived.'),
    );
    expect(await move('1', 'archived', true)).toEqual(
      invalid(
        "Model version transition cannot archive existing model versions because 'archived' is not an Active stage. Valid stages are ['Staging', 'Production']",
      ),
    );
  });

  test('that a gate refuses is a clear 403, which no client tries again', async () => {
    await register();
    const rule = {
      gate: 'quality',
      rule: 'auc',
      outcome: 'failed',
      severity: 'block',
      message: 'too low',
      reason: 'auc < 0.8',
    } as const;
    const verdict = {
      id: 'v',
      outcome: 'failed',
      rules: [{ ...rule, values: {} }],
      approvals: [],
      evidenceDigest: null,
    } as const;
    world.guard({ check: async () => ({ ...verdict, rules: [...verdict.rules], approvals: [] }) });
    const why = "may not become 'champion': quality/auc: auc < 0.8.";
    expect(await post('registered-models/alias', { name, alias: 'champion', version: '1' })).toEqual(
      refused(403, 'PERMISSION_DENIED', `Version 1 of '${name}' ${why}`),
    );
    const approvals = [{ gate: 'people', required: 2, granted: 1, requestId: 'r', reason: null }];
    world.guard({ check: async () => ({ ...verdict, outcome: 'approval-missing', rules: [], approvals }) });
    const waiting = await post('model-versions/transition-stage', { name, version: '1', stage: 'Production' });
    expect(waiting.status).toBe(403);
    expect(waiting.body.message).toMatch(/'people' has 1 of 2\. Request approval, and promote once it is given\.$/);
    expect((await shown()).current_stage).toBe('None');
  });

  test('takes the right to promote', async () => {
    await register();
    const fields = { name, version: '1', alias: 'a', stage: 'Production' };
    for (const path of ['registered-models/alias', 'model-versions/transition-stage']) {
      expect((await world.call('POST', path, fields, 'models.read,models.write')).status).toBe(403);
      expect((await world.call('POST', path, fields, 'models.promote')).status).toBe(200);
    }
  });
});

describe('finding versions', () => {
  test('by filter and in order, page by page', async () => {
    for (let i = 0; i < 3; i++) await register({ run_id: run, tags: [{ key: 'i', value: String(i) }] });
    const find = async (fields: Record<string, unknown>) => {
      const { body } = await get('model-versions/search', fields);
      return {
        versions: (body.model_versions ?? []).map((one: { version: string }) => one.version),
        token: body.next_page_token,
      };
    };
    const filter = `name = '${name}'`;
    const order_by = ['version_number ASC'];
    expect((await find({ filter, order_by })).versions).toEqual(['1', '2', '3']);
    expect((await find({ filter: `run_id IN ('${run}', 'x') AND version_number >= 2`, order_by })).versions).toEqual([
      '2',
      '3',
    ]);
    expect((await find({ filter: `${filter} AND (tags.i = '0' OR tags.i = '2')`, order_by })).versions).toEqual([
      '1',
      '3',
    ]);
    expect((await find({ filter: `source_path LIKE 'runs:/${run}/%' AND tag.i != '1'`, order_by })).versions).toEqual([
      '1',
      '3',
    ]);
    await post('model-versions/transition-stage', { name, version: '1', stage: 'Staging' });
    expect((await find({ filter })).versions[0]).toBe('1');
    const first = await find({ filter, order_by, max_results: 2 });
    expect(first.versions).toEqual(['1', '2']);
    expect(await find({ filter, order_by, max_results: 2, page_token: first.token })).toEqual({
      versions: ['3'],
      token: undefined,
    });
    await world.call('DELETE', 'model-versions/delete', { name, version: '2' });
    expect((await find({ filter, order_by })).versions).toEqual(['1', '3']);
    for (const wrong of [
      { max_results: 0 },
      { max_results: 200_001 },
      { filter: "x = 'a'" },
      { order_by: ['tags.i'] },
    ]) {
      expect(await get('model-versions/search', wrong), JSON.stringify(wrong)).toMatchObject({ status: 400 });
    }
  });
});
