import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { verifyLedger } from '../support/ledger-check.ts';
import { cleanUp, isRunning, newFolder, startServerProcess, until } from '../support/server-process.ts';

afterEach(cleanUp);

/** Every object of a home folder whose name is not the hash of its bytes. */
async function wrongObjects(home: string): Promise<string[]> {
  const root = join(home, 'objects', 'sha256');
  const wrong: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const hash = createHash('sha256');
    for await (const part of createReadStream(join(entry.parentPath, entry.name))) hash.update(part);
    const name = entry.parentPath.slice(-2) + entry.name;
    if (hash.digest('hex') !== name) wrong.push(name);
  }
  return wrong;
}

async function writeRows(path: string, rows: number): Promise<void> {
  const file = createWriteStream(path);
  file.write('id,amount,city,note\n');
  for (let start = 0; start < rows; start += 10_000) {
    const lines = Array.from({ length: 10_000 }, (_, i) => {
      const id = start + i;
      return `${id},${(id * 7919) % 10_007},city-${id % 97},note number ${(id * 31) % 1_000_003}`;
    });
    if (!file.write(`${lines.join('\n')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

test('kill -9 in the middle of an ingest leaves nothing, and the same ingest works afterwards', async () => {
  const home = await newFolder();
  const data = await newFolder();
  await writeRows(join(data, 'rows.csv'), 1_000_000);
  await writeRows(join(data, 'small.csv'), 10_000);
  const flags = ['--data-roots', data];
  const expectations = [
    { type: 'between', column: 'amount', min: 5 },
    { type: 'unique', column: 'id' },
  ];
  const ingest = (file: string) => ({ source: { files: [join(data, file)] }, expectations });

  let server = await startServerProcess(home, { flags });
  const before = await server.ok('POST', 'datasets/rows/ingest', ingest('small.csv'));
  const staging = join(home, 'work', 'ingest');
  let answered = false;
  const asked = server.call('POST', 'datasets/rows/ingest', ingest('rows.csv')).then(
    () => (answered = true),
    () => undefined,
  );
  await until('the ingest to write', async () => {
    const files = await readdir(staging, { recursive: true }).catch(() => []);
    const sizes = await Promise.all(
      files.map(async (file) => (await stat(join(staging, file)).catch(() => undefined))?.size),
    );
    return sizes.some((size) => (size ?? 0) > 100_000);
  });
  await server.kill();
  await asked;
  expect(answered).toBe(false);

  server = await startServerProcess(home, { flags });
  expect(await readdir(staging)).toEqual([]);
  expect(await wrongObjects(home)).toEqual([]);
  const { items } = await server.ok('GET', 'datasets/rows/versions');
  expect(items.map(({ id }: { id: string }) => id)).toEqual([before.version.id]);
  await verifyLedger(server);
  const again = await server.ok('POST', 'datasets/rows/ingest', ingest('rows.csv'));
  expect(again.version).toMatchObject({ version: 2 });
  expect(again.version.rows + again.version.quarantinedRows).toBe(1_000_000);
  expect(await wrongObjects(home)).toEqual([]);
  expect(await server.stop()).toBe(0);
});

test('kill -9 in the middle of a pipeline: what is done is not done again, what runs is adopted, the run succeeds', async () => {
  const home = await newFolder();
  const effects = join(await newFolder(), 'effects');
  const gate = `${effects}-gate`;
  const note = (word: string) => `echo ${word} >> ${effects}`;
  const steps = {
    first: { kind: 'shell', command: note('first') },
    second: { kind: 'shell', command: `${note('second')}; echo said-before`, needs: ['first'] },
    slow: {
      kind: 'shell',
      command: `${note('slow-begins')}; echo $$ > ${effects}-pid; while [ ! -e ${gate} ]; do sleep 0.05; done; ${note('slow-ends')}; echo '{"n":7}' > "$TIDEMILL_OUTPUTS/made"`,
      needs: ['second'],
      outputs: { made: 'value' },
    },
    last: { kind: 'shell', command: note('last'), needs: ['slow'], inputs: { made: '{{ steps.slow.outputs.made }}' } },
  };
  let server = await startServerProcess(home);
  await server.ok('PUT', 'pipelines/chain', { spec: { steps } });
  const run = await server.ok('POST', 'pipelines/chain/runs', {});
  await until('the slow step to run', () => existsSync(`${effects}-pid`));
  await server.kill();
  const pid = Number(await until('the pid', async () => (await readFile(`${effects}-pid`, 'utf8')).trim()));
  expect(await isRunning(pid)).toBe(true);

  server = await startServerProcess(home);
  const step = async (name: string) => server.ok('GET', `pipeline-runs/${run.id}/steps/${name}`);
  await until('the step to be adopted', async () => (await step('slow')).state === 'running');
  await server.kill();
  server = await startServerProcess(home);
  expect(await isRunning(pid)).toBe(true);
  createWriteStream(gate).end();
  const ended = await until('the run to end', async () => {
    const now = await server.ok('GET', `pipeline-runs/${run.id}`);
    return ['queued', 'running'].includes(now.status) ? undefined : now;
  });
  expect(ended, JSON.stringify(ended)).toMatchObject({ status: 'succeeded', doneSteps: 4 });
  const done = (await readFile(effects, 'utf8')).trim().split('\n');
  expect(done).toEqual(['first', 'second', 'slow-begins', 'slow-ends', 'last']);
  for (const name of ['first', 'second', 'slow', 'last']) expect(await step(name)).toMatchObject({ attempts: 1 });
  const log = await server.ok('GET', `pipeline-runs/${run.id}/steps/second/logs`);
  expect(log.text).toContain('said-before');
  await verifyLedger(server);
  expect(await server.stop()).toBe(0);
});
