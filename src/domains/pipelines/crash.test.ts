import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { connect } from '../../database/connect.ts';
import type { Database } from '../../database/database.ts';
import { migrate } from '../../database/migrate.ts';
import { digestOf } from '../../kernel/hash.ts';
import { checkPipeline } from './document.ts';
import { createRunStore } from './run-store.ts';
import type { PipelineDocument } from './schema.ts';
import { createPipelineStore } from './store.ts';

const program = fileURLToPath(new URL('../../../test/support/pipelines-server.ts', import.meta.url));
let home: string;
let database: Database;
let server: ChildProcess | undefined;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'tidemill-crash-'));
  database = await connect(join(home, 'tidemill.db'));
  await migrate(database);
});

afterEach(async () => {
  await kill();
  await database.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

async function declare(document: PipelineDocument): Promise<void> {
  const { spec } = checkPipeline(document);
  const pipeline = { name: 'p', version: digestOf(spec), spec: JSON.stringify(spec), at: 1 };
  await database.transaction((tx) => createPipelineStore(tx).putPipeline(pipeline));
}

/** Starts a server; with `run` it starts that pipeline and gives the run's id. */
async function serve(run?: string): Promise<string> {
  const started = spawn(process.execPath, [program, home, ...(run ? [run] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server = started;
  if (!run) return '';
  return new Promise((resolve) => started.stdout.once('data', (text: Buffer) => resolve(text.toString().trim())));
}

async function kill(): Promise<void> {
  const dying = server;
  server = undefined;
  if (!dying || dying.exitCode !== null || dying.signalCode !== null) return;
  const gone = new Promise((resolve) => dying.once('exit', resolve));
  dying.kill('SIGKILL');
  await gone;
}

const effects = () =>
  existsSync(join(home, 'effects')) ? readFileSync(join(home, 'effects'), 'utf8').trim().split('\n') : [];
const count = (effect: string) => effects().filter((each) => each === effect).length;
const ended = (id: string) => expect.poll(() => existsSync(join(home, `over-${id}`)), { timeout: 25_000 }).toBe(true);
const statusOf = async (id: string) => (await createRunStore(database.query).run(id))!.status;
const say = (word: string) => `echo ${word} >> ${join(home, 'effects')}`;
const soon = { infra: 50, delay: 1 };

describe('kill -9 of the server in the middle of a run', () => {
  test('finished steps are not re-run, a process that outlived the server is adopted, lost work is tried again', async () => {
    await declare({
      steps: {
        first: { kind: 'shell', command: say('first') },
        long: {
          kind: 'shell',
          command: `${say('long')}; while [ ! -e ${join(home, 'go')} ]; do sleep 0.05; done; echo 7 > $TIDEMILL_OUTPUTS/x; echo bye`,
          needs: ['first'],
        },
        inside: { kind: 'builtin', builtin: 'hang-once', needs: ['first'], retries: soon },
        last: { kind: 'shell', command: `${say('last')}; test {{ steps.long.outputs.x }} = 7`, needs: ['inside'] },
      },
    });
    const id = await serve('p');
    await expect.poll(() => [count('long'), count('builtin')], { timeout: 10_000 }).toEqual([1, 1]);
    await kill();
    await serve();
    await expect.poll(() => count('builtin'), { timeout: 10_000 }).toBe(2);
    writeFileSync(join(home, 'go'), '');
    await ended(id);
    expect(await statusOf(id)).toBe('succeeded');
    expect(effects().sort()).toEqual(['builtin', 'builtin', 'first', 'last', 'long']);
    const nodes = await createRunStore(database.query).nodes(id);
    expect(Object.fromEntries(nodes.map((node) => [node.name, node.attempts]))).toEqual({
      first: 1,
      inside: 2,
      last: 1,
      long: 1,
    });
  });

  test('a step that ended while no server ran is taken as it ended; one that was killed is tried again', async () => {
    await declare({
      steps: {
        ends: { kind: 'shell', command: `${say('ends')}; sleep 0.5; ${say('ended')}; echo 1 > $TIDEMILL_OUTPUTS/x` },
        dies: {
          kind: 'shell',
          command: `${say('dies')}; [ -e ${join(home, 'again')} ] || { echo $PPID > ${join(home, 'again')}; sleep 300; }`,
          retries: soon,
        },
      },
    });
    const id = await serve('p');
    await expect.poll(() => [count('ends'), existsSync(join(home, 'again'))], { timeout: 10_000 }).toEqual([1, true]);
    await kill();
    process.kill(-Number(readFileSync(join(home, 'again'), 'utf8')), 'SIGKILL');
    await expect.poll(() => count('ended'), { timeout: 10_000 }).toBe(1);
    await serve();
    await ended(id);
    expect(await statusOf(id)).toBe('succeeded');
    expect(effects().sort()).toEqual(['dies', 'dies', 'ended', 'ends']);
  });

  test('killed again and again, every step takes effect exactly once', { timeout: 60_000 }, async () => {
    const names = Array.from({ length: 24 }, (_, index) => `s${index}`);
    await declare({
      retries: soon,
      steps: Object.fromEntries(
        names.map((name, index) => [
          name,
          { kind: 'shell' as const, command: `${say(name)}; sleep 0.05`, needs: index < 3 ? [] : [`s${index - 3}`] },
        ]),
      ),
    });
    const id = await serve('p');
    for (let round = 0; round < 5 && !existsSync(join(home, `over-${id}`)); round++) {
      const before = effects().length;
      await expect
        .poll(() => effects().length > before || existsSync(join(home, `over-${id}`)), { interval: 5, timeout: 15_000 })
        .toBe(true);
      await kill();
      await serve();
    }
    await ended(id);
    expect(await statusOf(id)).toBe('succeeded');
    expect(effects().sort()).toEqual([...names].sort());
  });
});
