import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { type Blobs, createLocalBlobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import type { PipelineDocument, PipelinePorts, Pipelines } from './index.ts';
import { createPipelines } from './service.ts';

let folder: string;
let store: TestDatabase;
let spine: Spine;
let blobs: Blobs;
let pipelines: Pipelines;
const errors: unknown[] = [];

async function open(ports: PipelinePorts): Promise<Pipelines> {
  const made = createPipelines({
    ...{
      database: store.database,
      ledger: spine.ledger,
      background: spine.background,
      clock: spine.clock,
      blobs,
      ports,
    },
    root: join(folder, 'work'),
    url: () => 'http://127.0.0.1:7070',
    environment: { ...process.env, SECRET_OF_SERVER: 'x' },
    pools: { gpu: 1 },
    limits: { graceMs: 300, log: { headBytes: 10_000, tailBytes: 20_000 } },
    onError: (what, error) => errors.push(what, error),
  });
  made.addBuiltin({
    name: 'add',
    params: z.object({ a: z.number(), b: z.number() }),
    run: async ({ params, log }) => {
      log(`adding ${params.a} and ${params.b}`);
      const value = params.a + params.b;
      return { outputs: { sum: { kind: 'value', id: String(value), value } }, metrics: { sum: value } };
    },
  });
  await made.open();
  return made;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-pipelines-'));
  store = await openSqlite();
  spine = createSpine(store.database);
  blobs = await createLocalBlobs(join(folder, 'blobs'));
  errors.length = 0;
  pipelines = await open({
    mintStepToken: async () => 'tm_secret-token-0123456789',
    writeQueryResult: async ({ sql, inputs, dataset }) => ({
      kind: 'dataset-version',
      id: 'v1',
      digest: 'd1',
      name: `${dataset}: ${sql} over ${Object.keys(inputs).join()}`,
    }),
  });
  spine.background.start();
});

afterEach(async () => {
  await spine.background.stop();
  await pipelines.drain(0);
  await store.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(errors).toEqual([]);
  expect(spine.errors).toEqual([]);
});

async function run(document: PipelineDocument, params = {}) {
  await pipelines.declare(systemActor, 'p', document);
  const started = await pipelines.start(systemActor, { pipeline: 'p', params });
  return pipelines.wait(started.id);
}

async function logOf(runId: string, step: string): Promise<string> {
  let text = '';
  for await (const chunk of pipelines.followLog({ runId, step }, AbortSignal.timeout(20_000))) text += chunk.text;
  return text;
}

const line = (file: string) => `echo x >> ${join(folder, file)}`;
const lines = (file: string) =>
  existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8').split('\n').length - 1 : 0;

describe('steps', () => {
  test('shell, typescript, sql and builtin steps hand typed values and files to each other', async () => {
    const { digest } = await pipelines.putBundle({
      'src/double.ts': `import { twice } from './twice.ts';
        export async function double({ params, inputs, outputs, log }: { params: { n: number }; inputs: { sum: number }; outputs: { path(name: string): string }; log(...w: unknown[]): void }) {
          const { writeFile } = await import('node:fs/promises');
          log('doubling', inputs.sum);
          await writeFile(outputs.path('report'), 'a report of more than JSON');
          return { doubled: twice(inputs.sum), n: params.n };
        }`,
      'src/twice.ts': 'export const twice = (x: number): number => 2 * x;',
    });
    const ended = await run(
      {
        bundle: digest,
        params: { n: { type: 'integer', default: 3 } },
        steps: {
          sum: { kind: 'builtin', builtin: 'add', params: { a: '{{ params.n }}', b: 4 } },
          double: {
            kind: 'typescript',
            module: 'src/double.ts',
            export: 'double',
            inputs: { sum: '{{ steps.sum.outputs.sum }}' },
          },
          query: { kind: 'sql', sql: 'select * from t where x > {{ params.n }}', dataset: 'big', inputs: { t: 1 } },
          show: {
            kind: 'shell',
            command:
              'cat {{ inputs.report }} > {{ outputs.copy }}; echo "$TIDEMILL_PARAMS" {{ inputs.doubled }} "${SECRET_OF_SERVER:-clean}"',
            inputs: { report: '{{ steps.double.outputs.report }}', doubled: '{{ steps.double.outputs.doubled }}' },
            outputs: { copy: 'file' },
          },
          seldom: { kind: 'shell', command: ['false'], when: 'params.n + 1 > 100' },
          after: { kind: 'shell', command: ['true'], needs: ['seldom'] },
        },
        outputs: { doubled: '{{ steps.double.outputs.doubled }}', version: '{{ steps.query.outputs.dataset }}' },
      },
      {},
    );
    expect(ended.error).toBeUndefined();
    expect(ended.status).toBe('succeeded');
    expect(ended.outputs?.['doubled']).toMatchObject({ kind: 'value', value: 14 });
    expect(ended.outputs?.['version']).toMatchObject({ id: 'v1', name: 'big: select * from t where x > 3 over t' });
    expect(await logOf(ended.id, 'show')).toBe('{"n":3} 14 clean\n');
    expect(await logOf(ended.id, 'double')).toBe('doubling 7\n');
    expect(await logOf(ended.id, 'sum')).toBe('adding 3 and 4\n');
    const { outputs } = await pipelines.step(ended.id, 'show');
    expect((await blobs.read(outputs!['copy']!.id)).toString()).toBe('a report of more than JSON');
    expect((await pipelines.step(ended.id, 'seldom')).state).toBe('skipped');
    expect((await pipelines.step(ended.id, 'after')).state).toBe('succeeded');
  });

  test('the token reaches the step and never its log', async () => {
    const ended = await run({
      steps: { a: { kind: 'shell', command: 'printf "t=%s." "$TIDEMILL_TOKEN"; test -n "$MLFLOW_TRACKING_TOKEN"' } },
    });
    expect(ended.status).toBe('succeeded');
    expect(await logOf(ended.id, 'a')).toBe(`t=${'*'.repeat(26)}.`);
  });

  test('a value of a parameter cannot break out of a shell line', async () => {
    const ended = await run(
      { params: { who: { type: 'string' } }, steps: { a: { kind: 'shell', command: 'echo hello {{ params.who }}' } } },
      { who: `$(touch ${join(folder, 'pwned')}) 'quoted'` },
    );
    expect(await logOf(ended.id, 'a')).toContain('$(touch');
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  test('a step that fails says how, fails what depends on it, and is written to the ledger', async () => {
    const ended = await run({
      steps: {
        bad: { kind: 'shell', command: 'echo the reason >&2; exit 3', retries: { user: 1, delay: 1 } },
        signal: { kind: 'shell', command: 'kill -SEGV $$' },
        next: { kind: 'shell', command: ['true'], needs: ['bad'] },
        free: { kind: 'shell', command: ['true'] },
        silent: { kind: 'shell', command: ['true'], outputs: { model: 'file' } },
      },
    });
    expect(ended.status).toBe('failed');
    const bad = await pipelines.step(ended.id, 'bad');
    expect(bad.tries.map((attempt) => attempt.exit)).toEqual([3, 3]);
    expect(bad.error).toContain('exited with status 3. the reason');
    expect((await pipelines.step(ended.id, 'signal')).error).toContain('ended by signal 11');
    expect((await pipelines.step(ended.id, 'next')).state).toBe('upstream_failed');
    expect((await pipelines.step(ended.id, 'free')).state).toBe('succeeded');
    expect((await pipelines.step(ended.id, 'silent')).error).toContain("did not write its output 'model'");
    const failed = await spine.ledger.read({ types: ['pipeline-step.failed'], limit: 10 });
    expect(failed.map((event) => event.data['step']).sort()).toEqual(['bad', 'signal', 'silent']);
  });
});

describe('steps that misbehave', () => {
  test('a hanging step and all it forked are killed at the time limit, also what left its process group', async () => {
    const marker = join(folder, 'pids');
    const sleep = `sleep 3${process.pid}`;
    const ended = await run({
      steps: {
        hang: {
          kind: 'shell',
          command: `trap '' TERM; ${sleep} & echo $! >> ${marker}; setsid ${sleep} & sleep 0.2; echo $$ >> ${marker}; pgrep -f '${sleep}' >> ${marker}; wait; ${sleep}`,
          timeouts: { run: 700 },
        },
      },
    });
    expect(ended.status).toBe('failed');
    expect((await pipelines.step(ended.id, 'hang')).errorClass).toBe('timeout');
    const pids = readFileSync(marker, 'utf8').trim().split('\n').map(Number);
    expect(pids.length).toBeGreaterThanOrEqual(2);
    await expect.poll(() => pids.filter(isSleeping)).toEqual([]);
  });

  test('cancel stops a running step and the rest of the run', async () => {
    await pipelines.declare(systemActor, 'p', {
      steps: {
        a: { kind: 'shell', command: `${line('a')}; sleep 300` },
        b: { kind: 'shell', command: ['true'], needs: ['a'] },
      },
    });
    const started = await pipelines.start(systemActor, { pipeline: 'p' });
    await expect.poll(() => lines('a'), { timeout: 10_000 }).toBe(1);
    await pipelines.cancel(systemActor, started.id);
    expect((await pipelines.wait(started.id)).status).toBe('cancelled');
    expect((await pipelines.step(started.id, 'b')).state).toBe('cancelled');
  });

  test('a flood of 200 MB is kept as head and tail, with the cut counted, in flat memory and on a small disk', async () => {
    await pipelines.declare(systemActor, 'p', {
      steps: {
        flood: { kind: 'shell', command: 'echo first; head -c 200000000 /dev/zero | tr "\\0" "x"; echo; echo last' },
      },
    });
    const before = process.memoryUsage().rss;
    const started = await pipelines.start(systemActor, { pipeline: 'p' });
    const ended = await pipelines.wait(started.id);
    expect(ended.status).toBe('succeeded');
    const text = await logOf(started.id, 'flood');
    expect(text.startsWith('first\nxxx')).toBe(true);
    expect(text.endsWith('xxx\nlast\n')).toBe(true);
    const cut = Number(/\[(\d+) bytes of this log were cut\]/.exec(text)![1]);
    expect(cut).toBe(200_000_012 - 30_000);
    expect(text.length).toBeLessThan(31_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 2 ** 20);
  });

  test('a process that the machine takes away is tried again; waiting and deadlines have limits of their own', async () => {
    const go = join(folder, 'go');
    await pipelines.declare(systemActor, 'p', {
      steps: {
        taken: {
          kind: 'shell',
          command: `${line('taken')}; [ $(wc -l < ${join(folder, 'taken')}) -gt 1 ] || kill -TERM $$`,
          retries: { delay: 1 },
        },
        holder: { kind: 'shell', command: `while [ ! -e ${go} ]; do sleep 0.05; done`, pool: 'gpu' },
        waiter: { kind: 'shell', command: line('waiter'), pool: 'gpu', needs: ['taken'], timeouts: { queued: 100 } },
        late: {
          kind: 'shell',
          command: `${line('late')}; exit 1`,
          retries: { user: 100, delay: 50, factor: 1 },
          timeouts: { deadline: 1500 },
        },
      },
    });
    const { id } = await pipelines.start(systemActor, { pipeline: 'p' });
    await expect.poll(async () => (await pipelines.step(id, 'waiter')).state, { timeout: 10_000 }).toBe('failed');
    writeFileSync(go, '');
    const ended = await pipelines.wait(id);
    expect(ended.status).toBe('failed');
    const taken = await pipelines.step(ended.id, 'taken');
    expect(taken.tries.map((attempt) => attempt.errorClass)).toEqual(['preempted', undefined]);
    expect((await pipelines.step(ended.id, 'waiter')).error).toContain('waited for a slot longer');
    expect(lines('waiter')).toBe(0);
    expect(await pipelines.step(ended.id, 'late')).toMatchObject({ errorClass: 'timeout', state: 'failed' });
    expect(lines('late')).toBeGreaterThan(1);
  });

  test('a run that goes over its deadline is stopped and has failed', async () => {
    const ended = await run({ deadline: 300, steps: { a: { kind: 'shell', command: 'sleep 300' } } });
    expect(ended).toMatchObject({ status: 'failed', error: expect.stringContaining('deadline') });
  });

  test('outputs that are no files are refused', async () => {
    const ended = await run({ steps: { a: { kind: 'shell', command: 'ln -s /etc/passwd $TIDEMILL_OUTPUTS/x' } } });
    expect((await pipelines.step(ended.id, 'a')).error).toContain("'x' is neither a file nor a folder");
  });
});

function isSleeping(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('sleep');
  } catch {
    return false;
  }
}

describe('cache', () => {
  const document = (salt: string): PipelineDocument => ({
    params: { n: { type: 'integer', default: 1 } },
    cache: 'content',
    steps: {
      a: {
        kind: 'shell',
        command: `${line('a')}; echo {{ params.n }} > $TIDEMILL_OUTPUTS/n; echo not json > $TIDEMILL_OUTPUTS/f`,
        env: { SALT: salt },
      },
      b: { kind: 'shell', command: line('b'), params: {}, inputs: { n: '{{ steps.a.outputs.n }}' } },
    },
  });

  test('an unchanged step takes its outputs from the earlier run; equal outputs stop recomputation downstream', async () => {
    const first = await run(document('1'));
    const again = await run(document('1'));
    expect([lines('a'), lines('b')]).toEqual([1, 1]);
    expect(await pipelines.step(again.id, 'a')).toMatchObject({ state: 'cached', fromRun: first.id });
    await run(document('2'));
    expect([lines('a'), lines('b')]).toEqual([2, 1]);
    await run(document('2'), { n: 2 });
    expect([lines('a'), lines('b')]).toEqual([3, 2]);
  });

  test('a result whose file is gone is computed again', async () => {
    const first = await run(document('1'));
    await blobs.delete((await pipelines.step(first.id, 'a')).outputs!['f']!.id);
    await run(document('1'));
    expect([lines('a'), lines('b')]).toEqual([2, 1]);
  });

  test('two runs that want the same compute it once', async () => {
    await pipelines.declare(systemActor, 'p', {
      cache: 'content',
      steps: { slow: { kind: 'shell', command: `${line('slow')}; sleep 0.5; echo 1 > $TIDEMILL_OUTPUTS/x` } },
    });
    const runs = await Promise.all([1, 2, 3].map(() => pipelines.start(systemActor, { pipeline: 'p' })));
    const ended = await Promise.all(runs.map((each) => pipelines.wait(each.id)));
    expect(ended.map((each) => each.status)).toEqual(['succeeded', 'succeeded', 'succeeded']);
    expect(lines('slow')).toBe(1);
  });
});

describe('rerun and concurrency', () => {
  const broken = (command: string): PipelineDocument => ({
    steps: {
      load: { kind: 'shell', command: `${line('load')}; echo 5 > $TIDEMILL_OUTPUTS/rows` },
      train: { kind: 'shell', command, inputs: { rows: '{{ steps.load.outputs.rows }}' } },
      side: { kind: 'shell', command: line('side') },
    },
  });

  test('a rerun keeps what was done and uses the original or the latest code, as asked', async () => {
    const first = await run(broken('exit 1'));
    const original = await pipelines.rerun(systemActor, { runId: first.id });
    expect((await pipelines.wait(original.id)).status).toBe('failed');
    await pipelines.declare(
      systemActor,
      'p',
      broken('test $(cat {{ inputs.rows }}) = 5 || test {{ inputs.rows }} = 5'),
    );
    const latest = await pipelines.rerun(systemActor, { runId: original.id, code: 'latest' });
    expect(await pipelines.wait(latest.id)).toMatchObject({
      status: 'succeeded',
      lineage: first.id,
      parent: original.id,
    });
    expect([lines('load'), lines('side')]).toEqual([1, 1]);
    expect((await pipelines.step(latest.id, 'load')).fromRun).toBe(first.id);
    const from = await pipelines.rerun(systemActor, { runId: latest.id, fromStep: 'load' });
    await pipelines.wait(from.id);
    expect([lines('load'), lines('side')]).toEqual([2, 1]);
  });

  test('queue, skip and cancel-previous', async () => {
    const wait = join(folder, 'go');
    const document = (policy: 'queue' | 'skip' | 'cancel-previous'): PipelineDocument => ({
      concurrency: { max: 1, policy },
      steps: { a: { kind: 'shell', command: `while [ ! -e ${wait} ]; do sleep 0.05; done` } },
    });
    const start = () => pipelines.start(systemActor, { pipeline: 'p' });
    await pipelines.declare(systemActor, 'p', document('queue'));
    const first = await start();
    expect((await start()).status).toBe('queued');
    await pipelines.declare(systemActor, 'p', document('skip'));
    expect((await start()).status).toBe('skipped');
    await pipelines.declare(systemActor, 'p', document('cancel-previous'));
    const last = await start();
    expect((await pipelines.wait(first.id)).status).toBe('cancelled');
    writeFileSync(wait, '');
    expect((await pipelines.wait(last.id)).status).toBe('succeeded');
    const { items } = await pipelines.runs({ limit: 10 });
    expect(items.map((each) => each.status)).toEqual(['succeeded', 'skipped', 'cancelled', 'cancelled']);
  });

  test('a pool of one slot lets one step at a time through', async () => {
    const step = {
      kind: 'shell',
      pool: 'gpu',
      command: `mkdir ${join(folder, 'lock')} && sleep 0.05 && rmdir ${join(folder, 'lock')}`,
    } as const;
    const ended = await run({ steps: { a: step, b: step, c: step, d: step } });
    expect(ended.status).toBe('succeeded');
  });

  test('the work folders of ended runs are removed', async () => {
    await run({ steps: { a: { kind: 'shell', command: 'echo hi' } } });
    await expect.poll(() => readdirSync(join(folder, 'work', 'steps'))).toEqual([]);
  });
});
