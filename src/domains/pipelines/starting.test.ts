import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock, type ManualClock } from '../../kernel/clock.ts';
import type { PipelineDocument, Pipelines } from './index.ts';
import { createPipelines } from './service.ts';

const monday = Date.parse('2026-06-01T00:00:00Z');
const minute = 60_000;
let folder: string;
let store: TestDatabase;
let clock: ManualClock;
let spine: Spine;
let pipelines: Pipelines;
let release: () => void;
let held: Promise<void> | undefined;

async function open(): Promise<Pipelines> {
  const made = createPipelines({
    ...{ database: store.database, ledger: spine.ledger, background: spine.background, clock },
    blobs: await createLocalBlobs(join(folder, 'blobs')),
    root: join(folder, 'work'),
    url: () => '',
    environment: {},
    onError: (what, error) => spine.errors.push(what, error),
  });
  made.addBuiltin({
    name: 'noop',
    params: z.looseObject({}),
    run: async () => {
      await held;
      return {};
    },
  });
  await made.open();
  return made;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tidemill-starting-'));
  store = await openSqlite();
  clock = createManualClock(monday);
  spine = createSpine(store.database, clock);
  held = undefined;
  pipelines = await open();
  spine.background.start();
});

afterEach(async () => {
  release?.();
  await spine.background.stop();
  await pipelines.drain(0);
  await store.dispose();
  await rm(folder, { recursive: true, force: true });
  expect(spine.errors).toEqual([]);
});

const steps = { a: { kind: 'builtin', builtin: 'noop' } } as const;
const declare = (document: Partial<PipelineDocument>) => pipelines.declare(systemActor, 'p', { steps, ...document });
const runs = async () => (await pipelines.runs({ limit: 100 })).items.reverse();
const fireTimes = async () => (await runs()).map((run) => run.trigger.fireAt?.slice(11, 16));
const fires = async () =>
  (await pipelines.schedules('p'))[0]!.fires.map((fire) => `${fire.fireAt.slice(11, 16)} ${fire.state}`).reverse();

/** Lets the loops that wait for the clock come to rest before and after it moves. */
async function pass(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 50));
  clock.advance(ms);
  await new Promise((resolve) => setTimeout(resolve, 150));
}

describe('schedules', () => {
  test('fire at their times, once, whatever the number of servers', async () => {
    const other = createSpine(store.database, clock);
    const first = pipelines;
    const firstSpine = spine;
    spine = other;
    const second = await open();
    await declare({ schedules: { s: { cron: '*/10 * * * *', catchup: { all: 100 }, overlap: 'allow' } } });
    for (let passed = 0; passed < 30; passed++) await passQuietly();
    await expect.poll(fireTimes).toEqual(['00:10', '00:20', '00:30']);
    await second.drain(0);
    await other.background.stop();
    pipelines = first;
    spine = firstSpine;
  });

  test.each([
    ['none', 'none' as const, ['00:10 missed', '00:20 missed', '00:30 missed'], []],
    ['last', 'last' as const, ['00:10 missed', '00:20 missed', '00:30 started'], ['00:30']],
    ['all, at most 2', { all: 2 }, ['00:10 missed', '00:20 started', '00:30 started'], ['00:20', '00:30']],
  ])('catch-up: %s', async (_, catchup, recorded, started) => {
    await declare({ schedules: { s: { cron: '*/10 * * * *', catchup, overlap: 'allow' } } });
    await pass(35 * minute);
    await expect.poll(fires).toEqual(recorded);
    await expect.poll(fireTimes).toEqual(started);
  });

  test.each([
    ['skip', ['running', 'skipped']],
    ['queue', ['running', 'queued']],
    ['cancel-previous', ['cancelled', 'running']],
    ['allow', ['running', 'running']],
  ] as const)('overlap: %s', async (overlap, statuses) => {
    held = new Promise((resolve) => {
      release = resolve;
    });
    await declare({ schedules: { s: { cron: '*/10 * * * *', overlap } } });
    await pass(10 * minute);
    await expect.poll(async () => (await runs()).length).toBe(1);
    await pass(10 * minute);
    if (overlap === 'cancel-previous') release();
    const expected = overlap === 'cancel-previous' ? ['cancelled', 'succeeded'] : statuses;
    await expect.poll(async () => (await runs()).map((run) => run.status)).toEqual(expected);
    release();
  });

  test('a clock that goes back fires nothing twice', async () => {
    await declare({ schedules: { s: { cron: '*/10 * * * *', overlap: 'allow' } } });
    await pass(10 * minute);
    await expect.poll(fireTimes).toEqual(['00:10']);
    clock.set(monday + 5 * minute);
    await pass(6 * minute);
    expect(await fireTimes()).toEqual(['00:10']);
  });
});

async function passQuietly(): Promise<void> {
  clock.advance(minute);
  await new Promise((resolve) => setTimeout(resolve, 25));
}

async function happen(name: string, version: string): Promise<void> {
  await store.database.transaction((tx) =>
    spine.ledger.append(tx, {
      type: 'pipeline.declared',
      actor: systemActor,
      subject: { kind: 'pipeline', id: name, name },
      data: { version },
    }),
  );
}

describe('triggers on events', () => {
  const trigger = (more: object): Partial<PipelineDocument> => ({
    params: { version: { type: 'string', default: 'none' } },
    triggers: {
      t: {
        on: 'pipeline.declared',
        where: { 'subject.name': 'flights' },
        params: { version: 'v{{ event.data.version }}' },
        ...more,
      },
    },
  });
  const started = async () => (await runs()).map((run) => run.params['version']);

  test('start a run with values of the event, for matching events only', async () => {
    await declare(trigger({}));
    await happen('other', '1');
    await happen('flights', '2');
    await expect.poll(started).toEqual(['v2']);
    const [run] = await runs();
    expect(run!.trigger).toMatchObject({
      kind: 'event',
      name: 't',
      data: { version: '2', subject: { name: 'flights' } },
    });
  });

  test('debounce waits for quiet and takes the last; the least interval holds back', async () => {
    await declare(trigger({ debounce: '30s', minInterval: '10m' }));
    await happen('flights', '1');
    await pass(20_000);
    await happen('flights', '2');
    await pass(20_000);
    expect(await started()).toEqual([]);
    await pass(15_000);
    await expect.poll(started).toEqual(['v2']);
    await happen('flights', '3');
    await pass(5 * minute);
    expect(await started()).toEqual(['v2']);
    await pass(6 * minute);
    await expect.poll(started).toEqual(['v2', 'v3']);
  });
});
