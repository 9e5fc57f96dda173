import { once } from 'node:events';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/cli/import/report.ts';
import { openServer } from '../support/in-process.ts';
import { contentsOf } from '../support/mlflow-contents.ts';
import { makeMlflowStore, stored } from '../support/mlflow-database.ts';
import { cleanUp, newFolder, runTidemill, spawnTidemill, until } from '../support/server-process.ts';

type Server = Awaited<ReturnType<typeof openServer>>;

const servers: Server[] = [];
let store: ReturnType<typeof makeMlflowStore>;
let folder: string;

beforeAll(async () => {
  folder = await newFolder();
  store = makeMlflowStore(folder);
});
afterAll(async () => {
  for (const server of servers) await server.close();
  await cleanUp();
});

async function newServer(): Promise<Server> {
  const server = await openServer();
  servers.push(server);
  return server;
}

async function run(words: string[], expected: number, env: Record<string, string> = {}): Promise<Report> {
  const { code, stdout, stderr } = await runTidemill([...words, '--json'], env);
  expect(code, stderr).toBe(expected);
  return JSON.parse(stdout);
}

const fromDatabase = (to: Server) => [
  ...['import', 'mlflow', '--db', store.database, '--artifacts', store.artifacts, '--url', to.url],
];

test('a database and its files are taken over, with what does not fit told; a second time nothing changes', async () => {
  const server = await newServer();
  const first = await run(fromDatabase(server), 3);
  expect(first.taken).toMatchObject({
    ...{ experiments: { found: 3, new: 2 }, runs: { found: 4, new: 4 }, 'metric points': { new: 2_504 } },
    ...{ files: { new: 5 }, 'logged models': { new: 2 }, 'model versions': { new: 4 }, aliases: { new: 1 } },
  });
  expect(first.notFitting.map(({ what }) => what)).toEqual([
    `run ${stored.run} param 'bad*key'`,
    "version 4 of 'iris ☂' files",
  ]);
  expect(first.leftOut.map(({ what }) => what)).toEqual(['1 traces', 'experiment elsewhere']);
  const contents = await contentsOf(server.url);
  const [, experiment, gone] = contents.experiments;
  expect(experiment).toMatchObject({
    id: '1',
    name: 'team/höhe',
    createdAt: stored.at + 1,
    tags: { 'mlflow.note.content': '**hi**' },
  });
  expect(gone).toMatchObject({ id: '2', lifecycle: 'deleted', runs: [{ id: 'e'.repeat(32) }] });
  const [trained, child, deleted] = experiment!.runs;
  expect(trained).toMatchObject({
    ...{ name: 'trainé', status: 'FINISHED', endedAt: stored.at + 9, user: 'ada', params: { C: '1.0' } },
    ...{ tags: { note: 'zwei\n"Zeilen"' }, modelOutputs: [{ modelId: stored.model, step: 3 }] },
    inputs: [{ name: 'iris', digest: 'abc', context: 'training', sourceType: 'local', source: '{}', schema: '{}' }],
    files: [
      { path: 'empty', bytes: 0 },
      { path: 'notes/lies mich ☂.txt', bytes: 7 },
    ],
  });
  expect(trained!.points).toHaveLength(2_504);
  expect(trained!.latest).toContainEqual({ key: 'odd', value: Number.NaN, step: -3, at: stored.at });
  expect(child).toMatchObject({ status: 'FAILED', modelInputs: [stored.model] });
  expect((await server.call('GET', `runs/${stored.child}`)).body.parentRunId).toBe(stored.run);
  expect(deleted).toMatchObject({ lifecycle: 'deleted', files: [{ path: 'gone.txt' }] });
  expect(experiment!.loggedModels).toMatchObject([
    {
      id: stored.model,
      name: 'net',
      status: 'READY',
      type: 'classifier',
      points: [{ value: Number.NaN, datasetName: 'iris' }],
    },
  ]);
  expect(contents.models).toMatchObject([
    { name: 'gruss', isPrompt: true, versions: [{ number: 1, tags: { 'mlflow.prompt.text': 'Hallo {{name}}' } }] },
    {
      ...{ name: 'iris ☂', aliases: { champion: 3 }, description: 'gut', updatedAt: stored.at + 8 },
      versions: [
        {
          number: 1,
          stage: 'staging',
          modelId: stored.model,
          files: [{ path: 'MLmodel' }, { path: 'data/model.bin' }],
        },
        { number: 3, stage: 'none', tags: { q: 'ok' }, description: 'drei', files: [{ path: 'lies mich ☂.txt' }] },
        { number: 4, files: [] },
      ],
    },
  ]);
  const ledger = async () => (await server.call('GET', 'ledger/events?limit=1')).body;
  const before = await ledger();
  const second = await run(fromDatabase(server), 3);
  expect(Object.values(second.taken).map((one) => one.new)).toEqual(expect.not.arrayContaining([1, 2, 3, 4]));
  expect(await contentsOf(server.url)).toEqual(contents);
  expect(await ledger()).toEqual(before);
});

test('what one server tells MLflow clients is told by another that imported it; killed on the way, it goes on', {
  timeout: 120_000,
}, async () => {
  const [from, to] = [await newServer(), await newServer()];
  await run(fromDatabase(from), 3);
  const { id: experiment } = (await from.call('POST', 'experiments', { name: 'many' })).body;
  for (let i = 0; i < 60; i++) {
    const { id } = (await from.call('POST', 'runs', { experiment, name: `r${i}`, params: { i: String(i) } })).body;
    const metrics = Array.from({ length: 500 }, (_, step) => ({
      key: `m${step % 5}`,
      value: step * i,
      step,
      at: stored.at,
    }));
    await from.call('POST', `runs/${id}/log`, { metrics });
    await from.call('PUT', `runs/${id}/artifacts/f.txt`, `file ${i}`);
    await from.call('PATCH', `runs/${id}`, { status: 'FINISHED', endedAt: stored.at + i });
  }
  const words = ['import', 'mlflow', '--uri', from.url, '--url', to.url];
  const countHere = async () =>
    (await to.call('POST', 'runs/search', { experiments: ['many'], limit: 100 })).body.items?.length;
  for (const enough of [3, 25]) {
    const child = spawnTidemill(words);
    await until(`${enough} runs to be here`, async () => (await countHere()) >= enough);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await countHere()).toBeLessThan(60);
  }
  expect((await run(words, 3)).notFitting).toMatchObject([{ what: "version 4 of 'iris ☂' files" }]);
  const [there, here] = [await contentsOf(from.url), await contentsOf(to.url)];
  const withoutTimes = ({ experiments, models }: typeof there) => ({
    experiments: experiments.filter(({ id }) => id !== '0'),
    models,
  });
  expect(withoutTimes(here)).toEqual(withoutTimes(there));
  const again = await run(words, 3);
  expect(again.taken['runs']).toEqual({ found: 64, new: 0 });
  expect(await contentsOf(to.url)).toEqual(here);
});

test('an export to another server is complete under new ids, and a second one changes nothing', async () => {
  const [from, to] = [await newServer(), await newServer()];
  await run(fromDatabase(from), 3);
  const words = ['export', 'mlflow', '--uri', to.url, '--url', from.url];
  const first = await run(words, 3);
  expect(first.taken).toMatchObject({ runs: { found: 4, new: 4 }, files: { new: 5 }, 'model versions': { new: 3 } });
  // That server takes no versions of files that it cannot see.
  expect(first.notFitting.map(({ what }) => what)).toEqual(["version 4 of 'iris ☂'"]);
  const there = await contentsOf(to.url);
  const [, experiment, gone] = there.experiments;
  const origin = (tags: Record<string, string>) => tags['tidemill.origin.run'];
  const sent = Object.fromEntries(experiment!.runs.map((one) => [origin(one.tags), one]));
  const trained = sent[stored.run]!;
  expect(trained).toMatchObject({
    ...{ name: 'trainé', status: 'FINISHED', startedAt: stored.at, endedAt: stored.at + 9, params: { C: '1.0' } },
    ...{
      inputs: [{ name: 'iris', context: 'training' }],
      files: [{ path: 'empty' }, { path: 'notes/lies mich ☂.txt' }],
    },
  });
  expect(trained.points).toHaveLength(2_504);
  const model = experiment!.loggedModels[0]!;
  expect(model).toMatchObject({
    sourceRunId: trained.id,
    status: 'READY',
    files: [{ path: 'MLmodel' }, { path: 'data/model.bin' }],
  });
  expect(trained.modelOutputs).toEqual([{ modelId: model.id, step: 3 }]);
  expect(sent[stored.child]).toMatchObject({ tags: { 'mlflow.parentRunId': trained.id }, modelInputs: [model.id] });
  expect(sent[stored.deleted]).toMatchObject({ lifecycle: 'deleted' });
  expect(gone).toMatchObject({ name: 'weg', lifecycle: 'deleted', runs: [{ status: 'FINISHED' }] });
  expect(there.models).toMatchObject([
    { name: 'gruss', versions: [{ number: 1 }] },
    {
      aliases: { champion: 3 },
      versions: [
        { number: 1, stage: 'staging', source: `models:/${model.id}`, runId: trained.id },
        { number: 3, files: [{ path: 'lies mich ☂.txt' }] },
      ],
    },
  ]);
  const second = await run(words, 3);
  expect(Object.entries(second.taken).filter(([, { new: made }]) => made > 0)).toEqual([]);
  expect(await contentsOf(to.url)).toEqual(there);
});

test('nothing outside the folder of artifacts is read, and a choice of experiments takes only those', async () => {
  const server = await newServer();
  const own = await newFolder();
  const { database, artifacts } = makeMlflowStore(own);
  const secret = join(own, 'secret');
  mkdirSync(secret);
  writeFileSync(join(secret, 'key.txt'), 'secret');
  const place = join(artifacts, '1', stored.run, 'artifacts');
  symlinkSync(join(secret, 'key.txt'), join(place, 'link.txt'));
  symlinkSync(secret, join(place, 'folder'));
  symlinkSync(join(place, 'empty'), join(place, 'inner.txt'));
  const words = ['import', 'mlflow', '--db', database, '--url', server.url, '--experiment', 'team/*'];
  const dry = await run([...words, '--artifacts', artifacts, '--dry-run'], 0);
  expect(dry.taken).toEqual({
    experiments: { found: 1, new: 1 },
    runs: { found: 3, new: 3 },
    'logged models': { found: 2, new: 2 },
  });
  expect((await contentsOf(server.url)).experiments).toHaveLength(1);
  const report = await run([...words, '--artifacts', artifacts], 3);
  expect(report.notFitting.filter(({ what }) => what.includes('file')).map(({ what }) => what)).toEqual(
    ['folder', 'link.txt'].map((path) => `run ${stored.run} file ${path}`),
  );
  const [, experiment] = (await contentsOf(server.url)).experiments;
  expect(experiment!.runs[0]!.files.map(({ path }) => path)).toEqual(['empty', 'inner.txt', 'notes/lies mich ☂.txt']);
  expect((await contentsOf(server.url)).models).toEqual([]);
  const plain = await run([...words, '--no-artifacts'], 3);
  expect(plain.notFitting.map(({ what }) => what)).toEqual([`run ${stored.run} param 'bad*key'`]);
});

test('wrong use is told as such, and a password never', async () => {
  const server = await newServer();
  const to = ['--url', server.url];
  const of = (...words: string[]) => runTidemill(['import', 'mlflow', ...to, ...words]);
  for (const words of [
    [],
    ['--uri', server.url, '--db', 'x'],
    ['--db', 'mysql://u:hush@h/d'],
    ['--db', join(folder, 'none.db')],
  ]) {
    const { code, stderr, stdout } = await of(...words);
    expect(code, words.join(' ')).toBe(2);
    expect(stderr + stdout).not.toContain('hush');
  }
  const { code, stderr } = await of('--uri', 'http://ada:hush@127.0.0.1:9');
  expect(code).toBe(1);
  expect(stderr).toContain('http://127.0.0.1:9');
  expect(stderr).not.toContain('hush');
});
