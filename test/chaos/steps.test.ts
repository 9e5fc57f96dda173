import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLedger } from '../support/ledger-check.ts';
import {
  cleanUp,
  isRunning,
  newFolder,
  type ServerProcess,
  startServerProcess,
  until,
} from '../support/server-process.ts';

let server: ServerProcess;
let scratch: string;
beforeAll(async () => {
  scratch = await newFolder();
  server = await startServerProcess(await newFolder());
});
afterAll(async () => {
  expect(await server?.stop()).toBe(0);
  await cleanUp();
});

/** Starts a run of one step. */
async function start(name: string, step: Record<string, unknown>): Promise<string> {
  await server.ok('PUT', `pipelines/${name}`, { spec: { steps: { only: { kind: 'shell', ...step } } } });
  return (await server.ok('POST', `pipelines/${name}/runs`, {})).id;
}

/** Waits until a run is over and gives its step with its tries. */
async function end(id: string) {
  const run = await until(`the end of run ${id}`, async () => {
    const now = await server.ok('GET', `pipeline-runs/${id}`);
    return ['queued', 'running'].includes(now.status) ? undefined : now;
  });
  return { run, step: await server.ok('GET', `pipeline-runs/${id}/steps/only`) };
}

test('a step that hangs is ended at its time limit, tried as often as it may, and is a timeout', async () => {
  const pids = join(scratch, 'hang');
  const command = `echo $$ >> ${pids}; sleep 1000`;
  const timeouts = { run: 400 };
  const { run, step } = await end(await start('hang', { command, timeouts, retries: { timeout: 1, delay: 1 } }));
  expect(run.status).toBe('failed');
  expect(step).toMatchObject({ state: 'failed', errorClass: 'timeout', attempts: 2 });
  for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) expect(await isRunning(Number(pid))).toBe(false);
});

test('a step that floods its log with 200 MB: the log keeps head and tail, the server stays small', async () => {
  const before = await server.memoryBytes();
  const command = `echo FIRST-LINE; head -c 200000000 /dev/zero | tr '\\0' 'x' | fold -w 199; echo; echo LAST-LINE`;
  const id = await start('flood', { command });
  let most = before;
  const watching = until('the flood to end', async () => {
    most = Math.max(most, await server.memoryBytes());
    return (await server.ok('GET', `pipeline-runs/${id}`)).status === 'succeeded';
  });
  await watching;
  expect(most - before).toBeLessThan(150 * 2 ** 20);
  const first = await server.ok('GET', `pipeline-runs/${id}/steps/only/logs`);
  expect(first.text).toMatch(/^FIRST-LINE\nxxx/);
  const parts: string[] = [];
  let bytes = 0;
  for (let offset = 0; ; ) {
    const part = await server.ok('GET', `pipeline-runs/${id}/steps/only/logs?offset=${offset}&limitBytes=1048576`);
    parts.push(part.text);
    bytes += part.text.length;
    if (part.nextOffset === offset || (part.ended && part.text === '')) break;
    offset = part.nextOffset;
    expect(bytes).toBeLessThan(40_000_000);
  }
  const whole = parts.join('');
  expect(whole.trimEnd()).toMatch(/LAST-LINE$/);
  expect(whole).toMatch(/\[.*(left out|skipped|cut|omitted|dropped).*\]/i);
  expect(bytes).toBeLessThan(40_000_000);
});

test('children that ignore SIGTERM and leave their group are all gone after a cancel', async () => {
  const pids = join(scratch, 'family');
  const stubborn = `trap "" TERM INT HUP; echo $$ >> ${pids}; while true; do sleep 0.2; done`;
  const command = `sh -c '${stubborn}' & setsid sh -c '${stubborn}' & setsid -f sh -c '${stubborn}'; echo $$ >> ${pids}; wait`;
  const id = await start('family', { command });
  const family = await until('four processes', () => {
    const lines = existsSync(pids) ? readFileSync(pids, 'utf8').trim().split('\n') : [];
    return lines.length === 4 ? lines.map(Number) : undefined;
  });
  await server.ok('POST', `pipeline-runs/${id}/cancel`, {});
  expect((await end(id)).run.status).toBe('cancelled');
  await until('all to be gone', async () => {
    const alive = await Promise.all(family.map(isRunning));
    return !alive.includes(true);
  });
});

test.each([
  ['an exit code', 'exit 3', { errorClass: 'user' }],
  ['a signal of its own', 'kill -SEGV $$', { errorClass: 'user' }],
  ['a kill from outside, as when memory is short', 'kill -9 $$', { errorClass: expect.stringMatching(/infra|user/) }],
  ['a termination from outside', 'kill -TERM $$', { errorClass: 'preempted' }],
  ['no such program', ['/no/such/program'], { errorClass: 'user' }],
] as const)('a step that ends by %s is failed with its class and a reason', async (what, command, wanted) => {
  const name = what.replaceAll(/\W+/g, '-');
  const retries = { infra: 0, preempted: 0 };
  const { run, step } = await end(await start(name, { command, retries }));
  expect(run.status).toBe('failed');
  expect(step).toMatchObject({ state: 'failed', attempts: 1, ...wanted });
  expect(step.error.length).toBeGreaterThan(5);
});

test('binary garbage in the log is shown as text and breaks nothing', async () => {
  const command = `echo BEGIN; head -c 300000 /dev/urandom; printf '\\377\\376\\000\\033[31m'; echo; echo END`;
  const id = await start('garbage', { command });
  expect((await end(id)).run.status).toBe('succeeded');
  const log = await server.ok('GET', `pipeline-runs/${id}/steps/only/logs?limitBytes=1048576`);
  expect(log.text).toMatch(/^BEGIN\n/);
  expect(log.text.trimEnd()).toMatch(/END$/);
  const live = await fetch(`${server.url}/api/v1/pipeline-runs/${id}/steps/only/logs?follow=true`);
  expect(live.headers.get('content-type')).toContain('text/event-stream');
  expect(await live.text()).toContain('END');
  await verifyLedger(server);
});
