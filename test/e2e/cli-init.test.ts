import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CommandLine, createCommandLine } from '../support/command-line.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess, until } from '../support/server-process.ts';

interface Predicted {
  predictions: { predictionId: string; outputs: { label: number } }[];
}

let folder: string;
let server: ServerProcess;
let outside: CommandLine;
let inside: CommandLine;

beforeAll(async () => {
  folder = await newFolder();
  server = await startServerProcess(join(folder, 'home'), { flags: ['--data-roots', folder] });
  outside = createCommandLine(folder, { TIDEMILL_URL: server.url });
  await mkdir(join(folder, 'demo'));
  inside = createCommandLine(join(folder, 'demo'), { TIDEMILL_URL: server.url });
});
afterAll(cleanUp);

/** A command that must succeed; gives what it wrote. */
async function succeed(...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await inside.run(words);
  expect(code, `tidemill ${words.join(' ')}: ${stderr}${stdout}`).toBe(0);
  return stdout;
}

test('init writes a project that goes from rows to a prediction that can be explained', async () => {
  const made = await outside.run(['init', 'demo']);
  expect(made.code, made.stderr).toBe(0);
  expect(made.stdout).toContain('demo/tidemill.config.ts');

  expect((await inside.run(['plan'])).code).toBe(2);
  expect(await succeed('apply')).toContain('Applied revision 1 of demo.');
  expect(await succeed('apply')).toContain('Nothing to change.');
  expect(await succeed('plan')).toContain('0 to create, 0 to update, 0 to delete, 5 unchanged.');

  const run = await succeed('pipeline', 'run', 'train', '--param', 'iterations=60');
  expect(run).toContain('ingest | 20 rows are in quarantine.');
  expect(run).toMatch(/report \| On customers it had not seen, the AUC is 0\.[78]/);
  expect(run).toContain('model: churn version 1');
  const again = await inside.json<{ steps: { name: string; state: string }[] }>([
    'pipeline',
    'run',
    'train',
    '--param',
    'iterations=60',
  ]);
  expect(again.steps.map((step) => `${step.name} ${step.state}`)).toContain('train cached');

  expect(await succeed('dataset', 'quarantine', 'customers')).toContain('known-plan');
  expect(await succeed('model', 'check', 'churn', 'latest', '--alias', 'champion')).toContain(
    'good-enough/ranks-leavers',
  );
  expect(await succeed('model', 'alias', 'churn', 'champion', 'latest')).toContain('churn@champion is now version 1.');
  const table = await succeed('endpoint', 'predict', 'churn', 'data/new-customers.csv');
  expect(table).toContain('and 380 more; --json gives all.');

  const watched = await until('a window that breaches', async () => {
    const looked = await inside.run(['monitor', 'run', 'churn-drift']);
    return looked.code === 1 && looked;
  });
  expect(watched.stdout).toMatch(/breached +usage_hours/);
  expect(await succeed('alert', 'list', '--status', 'open')).toContain('churn-drift');

  const rows =
    '[{"country":"DE","plan":"basic","payment":"card","monthly_fee":9.99,"usage_hours":3,"support_calls":4,"tenure_months":2}]';
  const { predictions } = await inside.json<Predicted>(['endpoint', 'predict', 'churn', '--json-rows', rows]);
  const prediction = predictions[0]!;
  expect(prediction.outputs.label).toBe(1);
  const why = await succeed('why', prediction.predictionId);
  expect(why).toContain('Model churn version 1');
  expect(why).toContain('customer-features');
  expect(await succeed('audit', 'log', '--type', 'model-alias.*')).toContain('model-alias.moved');
  expect(await succeed('audit', 'verify')).toContain('The ledger is whole.');
}, 90_000);

test('init overwrites nothing, and leaves a package.json that is there', async () => {
  const again = await outside.run(['init', 'demo']);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain('nothing was written');
  await mkdir(join(folder, 'mine'));
  await writeFile(join(folder, 'mine', 'package.json'), '{"name":"mine"}');
  expect((await outside.run(['init', 'mine'])).code).toBe(0);
  expect(await readFile(join(folder, 'mine', 'package.json'), 'utf8')).toBe('{"name":"mine"}');
});

test('a home folder is copied beside its running server, and restored with a whole ledger', async () => {
  const [home, copy, restored] = ['home', 'copy', 'restored'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  expect((await outside.run(['backup', copy, '--home', home])).code).toBe(0);
  const made = await outside.json<{ ledger: object }>(['restore', copy, '--home', restored]);
  expect(made.ledger).toMatchObject({ ok: true, problems: [] });
  const second = await startServerProcess(restored);
  const there = createCommandLine(folder, { TIDEMILL_URL: second.url });
  const [model] = (await there.json(['model', 'list'])).items;
  expect(model).toMatchObject({ name: 'churn', aliases: { champion: 1 } });
  const answered = await there.run(['endpoint', 'predict', 'churn', join(folder, 'demo', 'data', 'new-customers.csv')]);
  expect(answered.code, answered.stderr).toBe(0);
  const { rows } = (await there.json(['dataset', 'show', 'customers'])).items[0]!;
  expect(rows).toBe(1980);
  expect((await outside.run(['restore', copy, '--home', restored])).code).toBe(1);
  await second.stop();
});
