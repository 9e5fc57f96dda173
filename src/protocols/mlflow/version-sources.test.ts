import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openRegistryWorld, type RegistryWorld } from '../../../test/support/mlflow-registry.ts';
import { readSource } from './version-sources.ts';

let world: RegistryWorld;
let run: string;
let other: string;
let logged: string;

beforeAll(async () => {
  world = await openRegistryWorld(['s3://models/good', 'https://files.example.com/']);
  run = await world.runWith({ 'model/MLmodel': 'flavors: {}', 'model/data/x.bin': 'abc', 'one.txt': 'one' });
  other = await world.runWith({ 'secret/MLmodel': 'other' });
  logged = await world.loggedModelWith({ MLmodel: 'logged' }, run);
  await world.call('POST', 'registered-models/create', { name: 'm' });
});
afterAll(async () => {
  await world.close();
  expect(world.faults).toEqual([]);
});

const create = (fields: Record<string, unknown>) =>
  world.call('POST', 'model-versions/create', { name: 'm', ...fields });

/** What an attacker, or a mistake, sends; `R` stands for a run's id, `H` for the server's address. */
const refused = [
  ...['/etc/passwd', 'etc', './x', '../x', '~/x', 'C:\\x', 'c:/x', '\\\\host\\share', '//host/share', ''],
  ...['file:///etc/passwd', 'file:/etc', 'FILE:///etc', 'file://host/etc', 'file:etc', 'file:///etc#runs:/R/model'],
  ...['dbfs:/etc', 'dbfs:///x', 's3://bucket/x', 'gs://b/x', 'wasbs://c@a/x', 'hdfs://h/x', 'ftp://h/x', 'sftp://h/x'],
  ...['http://127.0.0.1/x', 'http://localhost:1/api', 'http://169.254.169.254/latest', 'https://example.com/m'],
  ...[
    'http://evil.example/api/2.0/mlflow-artifacts/artifacts/0/R/artifacts/model',
    'data:text/plain,x',
    'javascript:x',
  ],
  ...['runs:/R/../../x', 'runs:/R/model/..', 'runs:/R/%2e%2e/x', 'runs:/R/%2e%2e%2fx', 'runs:/R/%252e%252e/x'],
  ...[
    'runs:/R/a%5c..%5cb',
    'runs:/R/model#x',
    'runs:/R/model?x',
    'runs:/R/model%23x',
    'runs:/R/model%3fx',
    'runs:/R/a;b',
  ],
  ...[
    'runs:/R/model%00',
    'runs:/R/mo\u0000del',
    'runs:/R/mo%0adel',
    'runs:/R/./model',
    'runs:/R/model\\x',
    'runs:/R/%c0%ae%c0%ae/x%2e%2e/..',
  ],
  ...['runs://host/R/model', 'runs:/', 'runs:/short/model', 'runs:/00000000000000000000000000000000/model'],
  ...['mlflow-artifacts:/0/R/artifacts/../../x', 'mlflow-artifacts:/0/R/artifacts/%2e%2e/x', 'mlflow-artifacts:/..'],
  ...[
    'mlflow-artifacts:/',
    'mlflow-artifacts://evil.example/0/R/artifacts/model',
    'mlflow-artifacts:/0/R/artifacts/m#x',
  ],
  ...[
    'mlflow-artifacts:/0/00000000000000000000000000000000/artifacts/model',
    'H/api/2.0/mlflow-artifacts/artifacts/..%2fx',
  ],
  ...[
    'H/api/2.0/mlflow-artifacts/artifacts%00',
    'H/api/2.0/mlflow/runs/get',
    'H/api/2.0/mlflow-artifacts/artifactsX/0/R/artifacts',
  ],
  ...[
    'models:/',
    'models:/m',
    'models:/m/1/x',
    'models:/absent/1',
    'models:/m/99',
    'models:/m@none',
    'models:/m/Nowhere',
  ],
  ...[
    'models://host/m/1',
    'models:/m-00000000000000000000000000000000',
    'models:/..%2fm/1',
    'models:/m/1#x',
    'models:/m/../1',
  ],
  ...[
    's3://models/goodbye',
    's3://models/good/../bad',
    's3://models/good/%2e%2e/bad',
    's3://models/good#x',
    's3://models/good?x',
  ],
  ...[
    'https://files.example.com@evil.example/x',
    'https://files.example.com.evil.example/x',
    `s3://models/good/${'x'.repeat(2100)}`,
  ],
];

describe('the source of a version', () => {
  test.each(refused.map((source) => [source]))('%j is refused', async (source) => {
    const sent = source.replaceAll('R', run).replace(/^H/, world.server.url);
    for (const named of [{}, { run_id: run }, { model_id: logged }]) {
      const { status, body } = await create({ source: sent, ...named });
      expect([400, 404], JSON.stringify(body)).toContain(status);
      expect(body.error_code).toMatch(/^(INVALID_PARAMETER_VALUE|RESOURCE_DOES_NOT_EXIST)$/);
    }
    const { body } = await world.call('GET', 'model-versions/search', {
      filter: `source_path = '${sent.replaceAll("'", "''").replaceAll('\u0000', '')}'`,
    });
    expect(body).toEqual({});
  });

  test('says why in the words clients know', async () => {
    const start = (source: string) => `Invalid model version source: '${source}'.`;
    expect((await create({ source: '/etc/passwd' })).body.message).toBe(
      `${start('/etc/passwd')} To use a local path as a model version source, the run_id request parameter has to be specified and the local path has to be contained within the artifact directory of the run specified by the run_id.`,
    );
    const upward = `runs:/${run}/../x`;
    expect((await create({ source: upward })).body.message).toBe(
      `${start(upward)} If supplying a source as an http, https, local file path, ftp, objectstore, or mlflow-artifacts uri, an absolute path must be provided without relative path references present. Please provide an absolute path.`,
    );
    const foreign = `${start(`runs:/${other}/secret`)} The run_id request parameter must identify the resource that contains the source.`;
    expect((await create({ source: `runs:/${other}/secret`, run_id: run })).body.message).toBe(foreign);
    expect((await create({ source: `models:/${logged}`, model_id: `m-${'1'.repeat(32)}` })).body.message).toMatch(
      /The model_id request parameter must identify the resource that contains the source\.$/,
    );
  });

  test.each([
    ['a run', () => ({ source: `runs:/${run}/model` }), ['MLmodel', 'data/x.bin']],
    ['a run, named', () => ({ source: `runs:/${run}/model/`, run_id: run }), ['MLmodel', 'data/x.bin']],
    ['a whole run', () => ({ source: `runs:/${run}` }), ['model/MLmodel', 'model/data/x.bin', 'one.txt']],
    ['one file', () => ({ source: `runs:/${run}/one.txt` }), ['one.txt']],
    ['a location', () => ({ source: `mlflow-artifacts:/0/${run}/artifacts/model` }), ['MLmodel', 'data/x.bin']],
    [
      'a location of old',
      () => ({ source: `${world.server.url}/api/2.0/mlflow-artifacts/artifacts/0/${run}/artifacts/model` }),
      ['MLmodel', 'data/x.bin'],
    ],
    ['a logged model', () => ({ source: `models:/${logged}`, model_id: logged }), ['MLmodel']],
    ['a location of one', () => ({ source: `mlflow-artifacts:/0/models/${logged}/artifacts` }), ['MLmodel']],
    ['the first version', () => ({ source: 'models:/m/1' }), ['MLmodel', 'data/x.bin']],
    ['an alias', () => ({ source: 'models:/m@champion' }), ['MLmodel', 'data/x.bin']],
    ['the newest version', () => ({ source: 'models:/m/latest' }), ['MLmodel', 'data/x.bin']],
    ['a stage', () => ({ source: 'models:/m/production' }), ['MLmodel', 'data/x.bin']],
  ])('%s gives its files', async (_, fields, paths) => {
    const made = await create(fields());
    expect(made.status, JSON.stringify(made.body)).toBe(200);
    const { source, version, run_id } = made.body.model_version;
    expect(source).toBe(fields().source);
    expect(run_id).toBe(run);
    const files = await world.registry.versions.files({ model: 'm', version: Number(version) });
    expect(files.map(({ path }) => path)).toEqual(paths);
    if (version !== '1') return;
    await world.call('POST', 'registered-models/alias', { name: 'm', alias: 'champion', version });
    await world.call('POST', 'model-versions/transition-stage', { name: 'm', version, stage: 'Production' });
  });

  test('below an allowed prefix is noted and never read', async () => {
    for (const source of ['s3://models/good', 's3://models/good/a/b', 'https://files.example.com/x']) {
      const { version } = (await create({ source })).body.model_version;
      const { body } = await world.call('GET', 'model-versions/get-download-uri', { name: 'm', version });
      expect(body).toEqual({ artifact_uri: source });
      expect((await world.registry.versions.get('m', Number(version))).content).toBe('elsewhere');
    }
  });

  test('of another who may not read runs is refused', async () => {
    const fields = { name: 'm', source: `runs:/${run}/model` };
    const refusal = await world.call('POST', 'model-versions/create', fields, 'models.write');
    expect(refusal).toMatchObject({ status: 403, body: { error_code: 'PERMISSION_DENIED' } });
    expect((await world.call('POST', 'model-versions/create', fields, 'models.write,tracking.read')).status).toBe(200);
  });

  test('is never read as anything else, whatever it holds', () => {
    const rules = { allowed: [], ownUrls: ['http://h'], field: 'run_id' } as const;
    let state = 5;
    const pick = (from: string[]) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return from[state % from.length]!;
    };
    const pieces = [
      'runs:',
      'models:',
      'mlflow-artifacts:',
      'file:',
      'http://h',
      '/',
      '//',
      '..',
      '%2e',
      '%252e',
      '%',
      '#',
      '?',
      '\\',
      '@',
      'a',
      'a'.repeat(32),
      `m-${'b'.repeat(32)}`,
      '\u0000',
      '\ud800',
      'ü',
      '1',
    ];
    for (let round = 0; round < 5000; round++) {
      const source = Array.from({ length: 1 + (round % 9) }, () => pick(pieces)).join('');
      try {
        const read = readSource(source, rules);
        expect(decodeURIComponent(JSON.stringify(read).replace(/%(?![0-9a-f]{2})/gi, '%25'))).not.toMatch(
          /\/\.\.\/|\/\.\."|\\u0000|#|\?/,
        );
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_input' });
      }
    }
  });
});
