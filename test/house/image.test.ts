import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const root = resolve(import.meta.dirname, '../..');
const textOf = (path: string) => readFileSync(join(root, path), 'utf8');
const stages = textOf('Dockerfile')
  .replaceAll(/\\\n/g, '')
  .split(/^(?=FROM )/m)
  .map((stage) => stage.split('\n').filter((line) => line !== '' && !line.startsWith('#')));

test('the image installs by the whole lockfile, without scripts, on a pinned Node', () => {
  const { workspaces } = JSON.parse(textOf('package.json')) as { workspaces: string[] };
  const folders = globSync(workspaces, { cwd: root }).filter((path) => existsSync(join(root, path, 'package.json')));
  expect(folders.length).toBeGreaterThan(3);
  const installing = stages.filter((lines) => lines.some((line) => line.includes('npm ci')));
  expect(installing).toHaveLength(2);
  for (const lines of installing) {
    for (const folder of folders) expect(lines).toContain(`COPY ${folder}/package.json ${folder}/`);
    for (const line of lines.filter((one) => one.includes('npm ci'))) expect(line).toContain('--ignore-scripts');
  }
  expect(stages[0]![0]).toMatch(/^ARG NODE_IMAGE=\S+:\d+\.\d+\.\d+-\S+$/);
  for (const lines of stages.slice(1)) expect(lines[0]).toMatch(/^FROM \$\{NODE_IMAGE\}/);
});

test('the image and its compose file give the process no more than it needs', () => {
  const last = stages.at(-1)!;
  expect(last).toContain('USER node');
  expect(last.join('\n')).toContain('ORT_DISABLE_TELEMETRY=1');
  for (const line of last.filter((one) => /^(ENTRYPOINT|CMD) /.test(one))) {
    expect(() => JSON.parse(line.slice(line.indexOf('[')))).not.toThrow();
  }
  const { services } = parse(textOf('compose.yaml'), { strict: true });
  expect(services.tidemill).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
});
