import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createPredictionLog } from '../../../test/support/prediction-log.ts';
import { createSpine, type Spine } from '../../../test/support/spine.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createManualClock, isoTime, type ManualClock } from '../../kernel/clock.ts';
import { fail } from '../../kernel/errors.ts';
import type { PipelineRun } from '../pipelines/index.ts';
import type { ModelVersion } from '../registry/index.ts';
import type { Endpoint, Rollout } from '../serving/index.ts';
import type { Retrainings } from './faces.ts';
import { drive, type Machine } from './retraining-machine.ts';
import { createRetrainingStore } from './retraining-store.ts';
import { triggerByAlert } from './retraining-triggers.ts';
import { advanceRetrainings, createRetrainings } from './retrainings.ts';

const day = 86_400_000;
const start = Date.parse('2026-03-01T00:00:00Z');
const policy = {
  on: { monitors: ['flights-drift'] },
  pipeline: 'train',
  params: { until: '{{window.to}}', alert: '{{alert.id}}', rows: 100, other: '{{unknown}}' },
  endpoint: 'flights',
  model: 'delays',
};

/** Pipelines, registry and serving as the machine sees them, with everything started on record. */
function createSurroundings(clock: ManualClock) {
  const runs: PipelineRun[] = [];
  const rollouts: Rollout[] = [];
  const log = createPredictionLog('delays');
  let live = 1;
  const pipelines: Machine['pipelines'] = {
    async start(_actor, { pipeline, params = {}, trigger }) {
      if (pipeline !== 'train') fail('not_found', `There is no pipeline '${pipeline}'.`);
      const run = { id: `run-${runs.length + 1}`, pipeline, params, trigger, status: 'running' } as PipelineRun;
      runs.unshift(run);
      return run;
    },
    run: async (id) => runs.find((run) => run.id === id)!,
    runs: async () => ({ items: runs }),
  };
  const serving: Machine['serving'] = {
    async startRollout(_actor, endpoint, { version }) {
      const createdAt = isoTime(clock.now());
      const rollout = {
        id: `rollout-${rollouts.length + 1}`,
        endpoint,
        candidate: version,
        state: 'running',
        createdAt,
      };
      rollouts.unshift(rollout as Rollout);
      return rollout as Rollout;
    },
    rollout: async (id) => rollouts.find((rollout) => rollout.id === id)!,
    rollouts: async () => ({ items: rollouts }),
    endpoint: async () => ({ variants: [{ role: 'live', model: 'delays', version: live }] }) as Endpoint,
    observations: (query) => log.observations(query),
    logSpan: () => log.logSpan(),
    countLabels: (endpoint, ranges) => log.countLabels(endpoint, ranges),
  };
  const registry: Machine['registry'] = {
    versions: { byId: async (id) => ({ id, model: 'delays', number: Number(id.slice(1)) }) as ModelVersion },
  };
  const finish = (status: PipelineRun['status'], version?: number) => {
    const outputs = version ? { model: { kind: 'model-version' as const, id: `v${version}` } } : {};
    Object.assign(runs[0]!, { status, outputs });
  };
  const end = (state: Rollout['state'], reason?: string) => {
    Object.assign(rollouts[0]!, { state, reason });
    if (state === 'promoted') live = rollouts[0]!.candidate;
  };
  return { pipelines, serving, registry, runs, rollouts, log, finish, end };
}

let opened: TestDatabase;
let spine: Spine;
let clock: ManualClock;
let world: ReturnType<typeof createSurroundings>;
let machine: Machine;
let retrainings: Retrainings;

beforeEach(async () => {
  opened = await openSqlite();
  clock = createManualClock(start);
  spine = createSpine(opened.database, clock);
  world = createSurroundings(clock);
  machine = { database: opened.database, ledger: spine.ledger, clock, ...world };
  retrainings = createRetrainings(machine);
});
afterEach(() => opened.dispose());

/** Opens an alert in the ledger at a day of event time and lets the policies hear of it. */
async function alert(id: string, at: number, over: Record<string, unknown> = {}) {
  const { database, ledger } = machine;
  await database.transaction(async (tx) => {
    const event = await ledger.append(tx, {
      type: 'alert.opened',
      actor: systemActor,
      subject: { kind: 'alert', id },
      data: {
        monitor: 'flights-drift',
        endpoint: 'flights',
        kind: 'drift',
        severity: 'warning',
        dedupeKey: 'k',
        model: 'delays',
        version: 1,
        windowFromAt: start + (at - 1) * day,
        windowToAt: start + at * day,
        breaches: 1,
        pressure: 2,
        summary: 's',
        worst: [],
        runId: 'r',
        ...over,
      },
    });
    await triggerByAlert(machine, event, tx);
  });
}

const list = async () => (await retrainings.list({ limit: 100 })).items;
const eventTypes = async () => {
  const events = await spine.ledger.read({ subject: { kind: 'retraining' }, limit: 100 });
  return events.map((event) => event.type);
};

describe('a retraining', () => {
  test('goes from alert through pipeline and rollout to promotion, every step with its id and time', async () => {
    await retrainings.declare(systemActor, 'auto', policy);
    await alert('a1', 7);
    await advanceRetrainings(machine);
    expect(world.runs[0]!.params).toEqual({
      until: isoTime(start + 7 * day),
      alert: 'a1',
      rows: 100,
      other: '{{unknown}}',
    });
    expect(await list()).toMatchObject([{ state: 'training', pipelineRunId: 'run-1' }]);
    world.finish('succeeded', 2);
    clock.advance(1000);
    await advanceRetrainings(machine);
    expect(await list()).toMatchObject([{ state: 'rolling-out', version: 2, rolloutId: 'rollout-1' }]);
    world.end('promoted');
    await advanceRetrainings(machine);
    const [done] = await list();
    expect(done!.steps.map(({ state, id, at }) => [state, id, at - start])).toEqual([
      ['starting', null, 0],
      ['training', 'run-1', 0],
      ['deploying', 'v2', 1000],
      ['rolling-out', 'rollout-1', 1000],
      ['promoted', 'rollout-1', 1000],
    ]);
    expect(await eventTypes()).toEqual([
      'retraining.started',
      'retraining.challenger-registered',
      'retraining.promoted',
    ]);
  });

  test('is rejected when the rollout is rolled back, and fails when the pipeline does', async () => {
    await retrainings.declare(systemActor, 'auto', policy);
    await alert('a1', 7);
    await advanceRetrainings(machine);
    world.finish('succeeded', 2);
    await advanceRetrainings(machine);
    world.end('rolled-back', 'quality is worse');
    await advanceRetrainings(machine);
    expect(await list()).toMatchObject([{ state: 'rejected', reason: 'quality is worse' }]);
    await alert('a2', 9);
    await advanceRetrainings(machine);
    world.finish('failed');
    await advanceRetrainings(machine);
    expect((await list())[0]).toMatchObject({ state: 'failed', reason: 'pipeline run run-2 failed' });
  });

  test('ends with a reason when documents make it impossible', async () => {
    await retrainings.declare(systemActor, 'auto', { ...policy, pipeline: 'gone' });
    await alert('a1', 7);
    await advanceRetrainings(machine);
    expect(await list()).toMatchObject([{ state: 'failed', reason: "There is no pipeline 'gone'." }]);
    await retrainings.declare(systemActor, 'auto', policy);
    await alert('a2', 8);
    await advanceRetrainings(machine);
    world.finish('succeeded');
    await advanceRetrainings(machine);
    expect((await list())[0]!.reason).toContain("gave no version of the model 'delays'");
    await alert('a3', 9);
    await advanceRetrainings(machine);
    world.finish('succeeded', 1);
    await advanceRetrainings(machine);
    expect((await list())[0]).toMatchObject({ state: 'rejected', reason: expect.stringContaining('serves already') });
  });
});

describe('a crash', () => {
  /** Does what the verb does, then dies before its answer is heard. */
  const dyingAfter = <A extends unknown[], R>(verb: (...given: A) => Promise<R>) => {
    return async (...given: A): Promise<R> => {
      await verb(...given);
      throw new Error('killed');
    };
  };

  test('between starting the pipeline and writing that down starts it once', async () => {
    await retrainings.declare(systemActor, 'auto', policy);
    await alert('a1', 7);
    const dying = { ...machine, pipelines: { ...world.pipelines, start: dyingAfter(world.pipelines.start) } };
    await expect(advanceRetrainings(dying)).rejects.toThrow('killed');
    expect(await list()).toMatchObject([{ state: 'starting', pipelineRunId: null }]);
    await advanceRetrainings(machine);
    expect(await list()).toMatchObject([{ state: 'training', pipelineRunId: 'run-1' }]);
    expect(world.runs).toHaveLength(1);
  });

  test('between starting the rollout and writing that down starts it once', async () => {
    await retrainings.declare(systemActor, 'auto', policy);
    await alert('a1', 7);
    await advanceRetrainings(machine);
    world.finish('succeeded', 2);
    const serving = { ...world.serving, startRollout: dyingAfter(world.serving.startRollout) };
    await expect(advanceRetrainings({ ...machine, serving })).rejects.toThrow('killed');
    expect(await list()).toMatchObject([{ state: 'deploying', version: 2 }]);
    await advanceRetrainings(machine);
    expect(await list()).toMatchObject([{ state: 'rolling-out', rolloutId: 'rollout-1' }]);
    expect(world.rollouts).toHaveLength(1);
  });

  test('or a second replica with the same state moves it once', async () => {
    await retrainings.declare(systemActor, 'auto', policy);
    await alert('a1', 7);
    const [read] = await createRetrainingStore(opened.database.query).open(10);
    await drive(machine, read!);
    world.finish('succeeded', 2);
    await drive(machine, read!);
    expect(await eventTypes()).toEqual(['retraining.started']);
    expect(world.runs).toHaveLength(1);
  });
});

describe('limits', () => {
  const end = async () => {
    await advanceRetrainings(machine);
    world.finish('failed');
    await advanceRetrainings(machine);
  };

  test('one at a time, a minimum interval and a budget a day, in event time; what is skipped says why', async () => {
    await retrainings.declare(systemActor, 'auto', { ...policy, minIntervalMs: day / 2, maxPerDay: 2 });
    await alert('a1', 7);
    await alert('a1', 7);
    await alert('a2', 7.1);
    await end();
    await alert('a3', 7.4);
    await alert('a4', 7.5);
    await end();
    await alert('a5', 8);
    const skipped = (await list()).filter(({ state }) => state === 'skipped').reverse();
    expect(skipped.map(({ trigger, reason }) => [trigger.id, reason])).toEqual([
      ['a2', expect.stringContaining('is still starting')],
      ['a3', expect.stringContaining('minIntervalMs')],
    ]);
    expect(await list()).toHaveLength(5);
    await end();
    await alert('a6', 8.49);
    expect((await list())[0]).toMatchObject({ state: 'skipped' });
    expect(await eventTypes()).toContain('retraining.skipped');
  });

  test('a budget counts 24 hours of event time', async () => {
    await retrainings.declare(systemActor, 'auto', { ...policy, maxPerDay: 1 });
    await alert('a1', 7);
    await end();
    await alert('a2', 7.9);
    expect((await list())[0]!.reason).toContain('maxPerDay is 1');
    await alert('a3', 8);
    expect((await list())[0]!.state).toBe('starting');
  });

  test('enough new labels since the last', async () => {
    await retrainings.declare(systemActor, 'auto', { ...policy, minNewLabels: 2 });
    world.log.add({ at: start, label: 1 }, { at: start + 1, label: null });
    await alert('a1', 7);
    await advanceRetrainings(machine);
    expect((await list())[0]).toMatchObject({ state: 'skipped', reason: '1 labels so far, minNewLabels is 2' });
    world.log.rows[1]!.label = 0;
    await alert('a2', 8);
    await advanceRetrainings(machine);
    expect((await list())[0]!.state).toBe('training');
  });

  test('other monitors, endpoints and severities start nothing', async () => {
    await retrainings.declare(systemActor, 'auto', policy);
    await alert('a1', 7, { monitor: 'other' });
    await alert('a2', 7, { endpoint: 'other' });
    await alert('a3', 7, { severity: 'info' });
    expect(await list()).toEqual([]);
  });
});

describe('other triggers', () => {
  test('a schedule fires once for each time, and once for several that were missed', async () => {
    const schedule = { cron: '0 6 * * *', timeZone: 'Europe/Berlin' };
    await retrainings.declare(systemActor, 'nightly', { ...policy, on: undefined, schedule });
    await advanceRetrainings(machine);
    expect(await list()).toEqual([]);
    clock.set(start + 5 * 3_600_000);
    await advanceRetrainings(machine);
    await advanceRetrainings(machine);
    expect(await list()).toMatchObject([{ trigger: { kind: 'schedule', id: '2026-03-01T05:00:00.000Z' } }]);
    world.finish('failed');
    clock.advance(3 * day);
    await advanceRetrainings(machine);
    expect(await list()).toHaveLength(2);
  });

  test('a hand starts one under the same limits', async () => {
    await retrainings.declare(systemActor, 'auto', policy);
    expect(await retrainings.trigger(systemActor, 'auto')).toMatchObject({ state: 'starting' });
    expect(await retrainings.trigger(systemActor, 'auto')).toMatchObject({ state: 'skipped' });
  });

  test('a wrong document is refused with the field', async () => {
    const declare = (spec: unknown) => retrainings.declare(systemActor, 'auto', spec);
    await expect(declare({ ...policy, on: undefined })).rejects.toThrow(/`on`.*or `schedule`/);
    await expect(declare({ ...policy, schedule: { cron: 'never' } })).rejects.toThrow(/schedule 'never'/);
    await expect(declare({ ...policy, rollout: { strategy: 'hope' } })).rejects.toThrow(/strategy/);
  });
});
