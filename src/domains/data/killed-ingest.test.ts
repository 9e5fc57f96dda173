import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { connect } from '../../database/connect.ts';
import { migrate } from '../../database/migrate.ts';
import { createEngine } from '../../engine/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { systemClock } from '../../kernel/clock.ts';
import { createData } from './index.ts';

const source = join(import.meta.dirname, '..', '..');
const support = join(import.meta.dirname, '..', '..', '..', 'test', 'support');

/** A process that ingests and, at a given point of it, says so and stands still until it is killed. */
const program = `
const [source, support, folder, point] = process.argv.slice(1);
const load = (path) => import(source + '/' + path);
const { connect } = await load('database/connect.ts');
const { createLocalBlobs } = await load('blobs/index.ts');
const { createEngine } = await load('engine/index.ts');
const { createData } = await load('domains/data/index.ts');
const { systemActor } = await load('kernel/actor.ts');
const { systemClock } = await load('kernel/clock.ts');
const { createSpine } = await import(support + '/spine.ts');
const stand = () => { console.log('standing'); return new Promise(() => setInterval(() => {}, 1000)); };
const after = (part, verb, matches) => ({ ...part, [verb]: async (...given) => {
  const result = await part[verb](...given);
  if (matches(...given)) await stand();
  return result;
} });
const database = await connect(folder + '/tidemill.db');
let { ledger } = createSpine(database);
let engine = createEngine({ tempFolder: folder + '/temp' });
let blobs = await createLocalBlobs(folder + '/home');
if (point === 'staged') engine = after(engine, 'writeParquet', () => true);
if (point === 'object') blobs = after(blobs, 'put', () => true);
if (point === 'manifest') blobs = after(blobs, 'put', (content) => typeof content === 'string' && content.startsWith('{"columns"'));
if (point === 'transaction') ledger = after(ledger, 'append', (tx, event) => event.type === 'dataset-version.created');
const data = await createData({ database, ledger, clock: systemClock, engine, blobs, stagingFolder: folder + '/staging', allowedRoots: [folder] });
await data.ingest(systemActor, { dataset: 'rows', source: { files: [folder + '/rows.csv'] }, expectations: [{ type: 'between', column: 'a', min: 10 }] });
console.log('finished');
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-killed-'));
  const lines = Array.from({ length: 20_000 }, (_, i) => `${i},v${i % 7}`);
  await writeFile(join(folder, 'rows.csv'), `a,b\n${lines.join('\n')}\n`);
  const database = await connect(join(folder, 'tidemill.db'));
  await migrate(database);
  await database.close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs the program until it stands at the point, kills it with SIGKILL and waits for its end. */
async function killAt(point: string): Promise<void> {
  const urls = [source, support].map((path) => pathToFileURL(path).href);
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, ...urls, folder, point], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let wrong = '';
  child.stderr.on('data', (chunk: Buffer) => {
    wrong += chunk;
  });
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk;
    if (said.includes('standing')) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.once('exit', (_code, name) => resolve(name)));
  expect([signal, said.trim(), signal === 'SIGKILL' ? '' : wrong]).toEqual(['SIGKILL', 'standing', '']);
}

describe('an ingest that is killed', () => {
  test.each(['staged', 'object', 'manifest', 'transaction'])('at %s, leaves nothing to be seen', async (point) => {
    await killAt(point);
    expect(await readdir(join(folder, 'staging'))).toHaveLength(1);
    const { data, ledger, close } = await open();
    expect(await readdir(join(folder, 'staging'))).toEqual([]);
    expect((await data.list({ limit: 10 })).items).toEqual([]);
    expect(await ledger.read({ limit: 10 })).toEqual([]);
    await close();
  });

  test('can be done again', async () => {
    const { data, close } = await open();
    const source = { files: [join(folder, 'rows.csv')] };
    const rule = { type: 'between' as const, column: 'a', min: 10 };
    const { version, created } = await data.ingest(systemActor, { dataset: 'rows', source, expectations: [rule] });
    expect([created, version.version, version.rows, version.quarantinedRows]).toEqual([true, 1, 19_990, 10]);
    expect((await data.quarantine('rows', { limit: 1 })).items).toEqual([
      { a: 0, b: 'v0', _row: 1, _rules: ['between:a'] },
    ]);
    await close();
  });
});

async function open() {
  const database = await connect(join(folder, 'tidemill.db'));
  const { ledger } = createSpine(database);
  const engine = createEngine({ tempFolder: join(folder, 'temp') });
  const blobs = await createLocalBlobs(join(folder, 'home'));
  const parts = { database, ledger, clock: systemClock, engine, blobs, stagingFolder: join(folder, 'staging') };
  const data = await createData({ ...parts, allowedRoots: [folder] });
  const close = async () => {
    await engine.close();
    await database.close();
  };
  return { data, ledger, close };
}
