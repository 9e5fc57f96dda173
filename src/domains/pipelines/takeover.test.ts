import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { backends, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Pipelines } from './index.ts';
import { createPipelines } from './service.ts';

describe.each(backends)('two servers on one $name', (backend) => {
  let store: TestDatabase;
  let folder: string;

  beforeAll(async () => {
    store = await backend.open();
    folder = await mkdtemp(join(tmpdir(), 'tidemill-takeover-'));
  });

  afterAll(async () => {
    await store.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  async function server(name: string, clock = systemClock) {
    const spine = createSpine(store.database, clock);
    const pipelines = createPipelines({
      ...{ database: store.database, ledger: spine.ledger, background: spine.background, clock },
      blobs: await createLocalBlobs(join(folder, 'blobs')),
      root: join(folder, name),
      url: () => '',
      environment: process.env,
      onError: (what, error) => spine.errors.push(what, error),
    });
    const calls: string[] = [];
    const held = Promise.withResolvers<void>();
    pipelines.addBuiltin({
      name: 'hold',
      params: z.object({}),
      run: async () => {
        calls.push(name);
        await held.promise;
        return { outputs: { by: { kind: 'value', id: name, value: name } } };
      },
    });
    return { pipelines, spine, calls, release: held.resolve };
  }

  test('a run whose server lost its lease is taken over; what the late one still says does not count', async () => {
    const slow = await server('slow');
    await slow.pipelines.open();
    const document = {
      steps: { a: { kind: 'builtin' as const, builtin: 'hold', retries: { infra: 1, delay: 1 } } },
      outputs: { by: '{{ steps.a.outputs.by }}' },
    };
    await slow.pipelines.declare(systemActor, 'p', document);
    const { id } = await slow.pipelines.start(systemActor, { pipeline: 'p' });
    await expect.poll(() => slow.calls).toEqual(['slow']);
    const quick = await server('quick', { ...systemClock, now: () => Date.now() + 60_000 });
    quick.release();
    await quick.pipelines.open();
    expect((await quick.pipelines.wait(id)).outputs?.['by']).toMatchObject({ value: 'quick' });
    slow.release();
    await slow.pipelines.drain(100);
    expect((await quick.pipelines.run(id)).outputs?.['by']).toMatchObject({ value: 'quick' });
    expect((await quick.pipelines.step(id, 'a')).tries.map((attempt) => attempt.state)).toEqual(['lost', 'succeeded']);
    await end(quick.pipelines);
    expect([...slow.spine.errors, ...quick.spine.errors]).toEqual([]);
  });

  test('a chain with a fan runs to its end', async () => {
    const { pipelines, release, calls } = await server('third');
    release();
    await pipelines.open();
    const step = { kind: 'builtin' as const, builtin: 'hold' };
    const fan = Array.from({ length: 100 }, (_, index) => [`f${index}`, { ...step, needs: ['first'] }]);
    const names = fan.map(([name]) => name as string);
    const steps = { first: step, ...Object.fromEntries(fan), last: { ...step, needs: names } };
    await pipelines.declare(systemActor, 'fan', { steps });
    const run = await pipelines.start(systemActor, { pipeline: 'fan' });
    expect(await pipelines.wait(run.id)).toMatchObject({ status: 'succeeded', doneSteps: 102 });
    expect(calls).toHaveLength(102);
    const page = await pipelines.steps(run.id, { limit: 100 });
    const rest = await pipelines.steps(run.id, { limit: 100, pageToken: page.nextPageToken });
    expect([page.items.length, rest.items.length, rest.items.at(-1)?.name]).toEqual([100, 2, 'last']);
    await end(pipelines);
  });
});

async function end(pipelines: Pipelines): Promise<void> {
  await pipelines.drain(0);
}
