import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openRegistryWorld, type RegistryWorld } from '../../../test/support/mlflow-registry.ts';

let world: RegistryWorld;
let n = 0;
let name = '';

beforeAll(async () => {
  world = await openRegistryWorld();
});
beforeEach(async () => {
  name = `model ${++n}`;
  await post('registered-models/create', { name });
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
const seeDocs = 'See the API docs for more information about request parameters.';
const register = async (times = 1) => {
  const run = await world.runWith({ 'model/MLmodel': name });
  for (let i = 0; i < times; i++) await post('model-versions/create', { name, source: `runs:/${run}/model` });
  return run;
};
const shown = async () => (await get('registered-models/get', { name })).body.registered_model;

describe('a registered model', () => {
  test('is created, shown, described, renamed and deleted', async () => {
    const made = await post('registered-models/create', {
      ...{ name: 'Größe ☂', description: 'd' },
      tags: [{ key: 'a', value: '1' }, { key: 'a', value: '2' }, { key: 'b' }],
    });
    const { creation_timestamp: at } = made.body.registered_model;
    expect(made.body.registered_model).toEqual({
      ...{ name: 'Größe ☂', description: 'd', creation_timestamp: at, last_updated_timestamp: at },
      tags: [
        { key: 'a', value: '2' },
        { key: 'b', value: '' },
      ],
    });
    expect(Number.isSafeInteger(at)).toBe(true);
    const changed = await world.call('PATCH', 'registered-models/update', { name: 'Größe ☂', description: 'new' });
    expect(changed.body.registered_model.description).toBe('new');
    const emptied = await world.call('PATCH', 'registered-models/update', { name: 'Größe ☂' });
    expect(emptied.body.registered_model).not.toHaveProperty('description');
    const renamed = await post('registered-models/rename', { name: 'Größe ☂', new_name: 'renamed' });
    expect(renamed.body.registered_model.name).toBe('renamed');
    expect((await post('registered-models/rename', { name: 'renamed', new_name: 'renamed' })).status).toBe(200);
    expect(await world.call('DELETE', 'registered-models/delete', { name: 'renamed' })).toEqual({
      status: 200,
      body: {},
    });
    expect(await get('registered-models/get', { name: 'renamed' })).toEqual(
      missing('Registered Model with name=renamed not found'),
    );
  });

  test('goes with its versions and aliases', async () => {
    await register(2);
    await post('registered-models/alias', { name, alias: 'champion', version: '1' });
    expect((await world.call('DELETE', 'registered-models/delete', { name })).status).toBe(200);
    expect(await get('model-versions/get', { name, version: '1' })).toEqual(
      missing(`Model Version (name=${name}, version=1) not found`),
    );
    await post('registered-models/create', { name });
    expect(await shown()).not.toHaveProperty('aliases');
  });

  test.each([
    ['a/b', "Invalid model name 'a/b'. Names cannot contain '/' or ':'."],
    ['a:b', "Invalid model name 'a:b'. Names cannot contain '/' or ':'."],
    ['  ', "Missing value for required parameter 'name'."],
    [
      '..',
      'Invalid value ".." for parameter \'name\' supplied: Names may be treated as files in certain cases, and must not resolve ' +
        "to other names when treated as such. This name would resolve to '..'",
    ],
    [
      'a%2fb',
      "Invalid model name 'a%2fb'. Names are at most 250 characters and cannot contain '%', '\\' or control characters.",
    ],
    ['', `Missing value for required parameter 'name'. ${seeDocs}`],
    [5, `Invalid value 5 for parameter 'name' supplied:  Hint: Value was of type 'int'. ${seeDocs}`],
  ])('of the name %j is refused', async (given, message) => {
    expect(await post('registered-models/create', { name: given })).toEqual(invalid(message));
  });

  test('of a name that is taken is refused, for prompts in other words', async () => {
    expect(await post('registered-models/create', { name })).toEqual(
      refused(400, 'RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name}) already exists.`),
    );
    const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
    expect((await post('registered-models/create', { name, tags })).body.message).toBe(
      `Tried to create a prompt with name '${name}', but the name is already taken by a registered model. MLflow does not allow creating a model and a prompt with the same name.`,
    );
    await post('registered-models/create', { name: `${name} p`, tags });
    expect((await post('registered-models/create', { name: `${name} p`, tags })).body.message).toBe(
      `Prompt (name=${name} p) already exists.`,
    );
    expect(await post('registered-models/rename', { name, new_name: `${name} p` })).toEqual(
      refused(400, 'RESOURCE_ALREADY_EXISTS', `Registered Model (name=${name} p) already exists.`),
    );
    expect(await post('registered-models/rename', { name, new_name: ' ' })).toEqual(
      invalid("Missing value for required parameter 'new_name'."),
    );
  });

  test('has tags', async () => {
    expect(await post('registered-models/set-tag', { name, key: 'k', value: 'ü'.repeat(100_000) })).toEqual({
      status: 200,
      body: {},
    });
    await post('registered-models/set-tag', { name, key: 'k', value: 'v' });
    expect((await shown()).tags).toEqual([{ key: 'k', value: 'v' }]);
    for (let i = 0; i < 2; i++) {
      expect(await world.call('DELETE', 'registered-models/delete-tag', { name, key: 'k' })).toEqual({
        status: 200,
        body: {},
      });
    }
    expect(await shown()).not.toHaveProperty('tags');
    const tag = { name, key: 'k', value: 'v' };
    expect(await post('registered-models/set-tag', { ...tag, key: 'k'.repeat(251) })).toEqual(
      invalid("'key' exceeds the maximum length of 250 characters"),
    );
    expect(await post('registered-models/set-tag', { ...tag, value: 'v'.repeat(100_001) })).toEqual(
      invalid("'value' exceeds the maximum length of 100000 characters"),
    );
    expect((await post('registered-models/set-tag', { ...tag, key: 'a//b' })).body.message).toMatch(
      /would resolve to 'a\/b'$/,
    );
    expect((await post('registered-models/set-tag', { ...tag, key: 'a*b' })).body.message).toMatch(
      /^Invalid value "a\*b" for parameter 'key'/,
    );
    expect((await post('registered-models/set-tag', { ...tag, name: 'absent' })).status).toBe(404);
  });
});

describe('an alias', () => {
  test('is set, moved, shown and removed', async () => {
    await register(2);
    const alias = 'Champion_ü-1';
    for (const version of ['1', '2']) {
      expect(await post('registered-models/alias', { name, alias, version })).toEqual({ status: 200, body: {} });
    }
    expect((await shown()).aliases).toEqual([{ alias, version: '2' }]);
    const { model_version } = (await get('registered-models/alias', { name, alias })).body;
    expect(model_version).toMatchObject({ version: '2', aliases: [alias] });
    expect((await get('registered-models/alias', { name, alias: 'LATEST' })).body.model_version.version).toBe('2');
    for (let i = 0; i < 2; i++) {
      expect(await world.call('DELETE', 'registered-models/alias', { name, alias })).toEqual({ status: 200, body: {} });
    }
    expect(await get('registered-models/alias', { name, alias })).toEqual(
      invalid(`Registered model alias ${alias} not found.`),
    );
  });

  test('goes with its version', async () => {
    await register(2);
    await post('registered-models/alias', { name, alias: 'a', version: '1' });
    await post('model-versions/transition-stage', { name, version: '1', stage: 'production' });
    const forbidden = await world.call('DELETE', 'model-versions/delete', { name, version: '1' }, 'models.write');
    expect(forbidden).toMatchObject({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
    await world.call('DELETE', 'model-versions/delete', { name, version: '1' });
    expect(await shown()).not.toHaveProperty('aliases');
  });

  test('of a wrong name, or to what is not there, is refused', async () => {
    await register();
    const set = (alias: string, version = '1') => post('registered-models/alias', { name, alias, version });
    expect(await set('v12')).toEqual(invalid("Version alias name 'v12' is reserved."));
    expect(await set('Latest')).toEqual(invalid("'latest' alias name (case insensitive) is reserved."));
    expect(await set('a b')).toEqual(
      invalid("Invalid alias name: 'a b'. Names may only contain alphanumerics, underscores (_), and dashes (-)."),
    );
    expect(await set('a'.repeat(256))).toEqual(
      invalid("'Registered model alias name' exceeds the maximum length of 255 characters"),
    );
    expect(await set('a', '9')).toEqual(missing(`Model Version (name=${name}, version=9) not found`));
    expect(await set('a', 'x')).toEqual(invalid("Parameter 'version' must be an integer, got 'x'."));
    expect(await world.call('DELETE', 'registered-models/alias', { name: 'absent', alias: 'a' })).toEqual(
      missing('Registered Model with name=absent not found'),
    );
    const empty = `model ${n} empty`;
    await post('registered-models/create', { name: empty });
    expect(await get('registered-models/alias', { name: empty, alias: 'latest' })).toEqual(
      missing(`Latest version not found for model ${empty}.`),
    );
  });
});

describe('finding models', () => {
  test('by filter and in order, page by page', async () => {
    for (const [key, tag] of [
      ['c', 'x'],
      ['a', 'x'],
      ['b', 'y'],
    ] as const) {
      await post('registered-models/create', { name: `${name}-${key}`, tags: [{ key: 'kind', value: tag }] });
    }
    const find = async (fields: Record<string, unknown>) => {
      const { body } = await get('registered-models/search', fields);
      return {
        names: (body.registered_models ?? []).map((one: { name: string }) => one.name.slice(name.length)),
        token: body.next_page_token,
      };
    };
    const filter = `name LIKE '${name}-%'`;
    expect((await find({ filter })).names).toEqual(['-a', '-b', '-c']);
    expect((await find({ filter, order_by: ['name DESC'] })).names).toEqual(['-c', '-b', '-a']);
    expect((await find({ filter: `${filter} AND (tags.kind = 'y' OR NOT tags.\`kind\` = 'x')` })).names).toEqual([
      '-b',
    ]);
    expect((await find({ filter: `name IN ('${name}-a', '${name}')` })).names).toEqual(['', '-a']);
    const first = await find({ filter, max_results: 2, order_by: ['last_updated_timestamp ASC', 'name'] });
    expect(first.names).toEqual(['-a', '-c'].toReversed());
    const second = await find({
      filter,
      max_results: 2,
      order_by: ['last_updated_timestamp ASC', 'name'],
      page_token: first.token,
    });
    expect(second).toEqual({ names: ['-b'], token: undefined });
  });

  test('leaves prompts out unless the filter speaks of them', async () => {
    const tags = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
    await post('registered-models/create', { name: `${name} prompt`, tags });
    const names = async (filter: string) =>
      ((await get('registered-models/search', { filter })).body.registered_models ?? []).map(
        (one: { name: string }) => one.name,
      );
    const both = `name LIKE '${name}%'`;
    const is = 'tags.`mlflow.prompt.is_prompt`';
    expect(await names(both)).toEqual([name]);
    expect(await names(`${both} AND tag.\`mlflow.prompt.is_prompt\` != 'true'`)).toEqual([name]);
    expect(await names(`${both} AND ${is} = 'false'`)).toEqual([name]);
    expect(await names(`${both} AND ${is} = 'true'`)).toEqual([`${name} prompt`]);
    expect(await names(`${both} AND ${is} != 'false'`)).toEqual([`${name} prompt`]);
    expect(await names(`${both} AND (${is} = 'true' OR ${is} != 'true')`)).toEqual([name, `${name} prompt`]);
  });

  test('with fields that are wrong is refused', async () => {
    const search = (fields: Record<string, unknown>) => get('registered-models/search', fields);
    for (const fields of [
      ...[
        { filter: "foo = 'a'" },
        { filter: 'name = a' },
        { filter: "name = 'a" },
        { filter: "name > 'a'" },
        { order_by: ['foo'] },
      ],
      ...[
        { order_by: ['name', 'name DESC'] },
        { page_token: 'junk' },
        { max_results: 0 },
        { max_results: 1001 },
        { max_results: 'x' },
      ],
    ]) {
      expect(await search(fields), JSON.stringify(fields)).toMatchObject({
        status: 400,
        body: { error_code: 'INVALID_PARAMETER_VALUE' },
      });
    }
  });

  test('tells the newest version of each stage', async () => {
    await register(4);
    await post('model-versions/transition-stage', { name, version: '2', stage: 'PRODUCTION' });
    await world.call('DELETE', 'model-versions/delete', { name, version: '4' });
    const versions = (body: { model_versions?: { version: string; current_stage: string }[] }) =>
      (body.model_versions ?? []).map((one) => [one.version, one.current_stage]);
    const both = [
      ['2', 'Production'],
      ['3', 'None'],
    ];
    for (const method of ['GET', 'POST']) {
      const latest = async (stages?: string[]) =>
        versions(
          (await world.call(method, 'registered-models/get-latest-versions', { name, ...(stages && { stages }) })).body,
        );
      expect(await latest()).toEqual(both);
      expect(await latest(['production'])).toEqual([['2', 'Production']]);
      expect(await latest(['Archived'])).toEqual([]);
    }
    expect(versions({ model_versions: (await shown()).latest_versions })).toEqual(both);
    expect(await get('registered-models/get-latest-versions', { name, stages: 'Foo' })).toEqual(
      invalid('Invalid Model Version stage: Foo. Value must be one of None, Staging, Production, Archived.'),
    );
  });
});
