import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { newId } from '../../kernel/ids.ts';
import { createCacheStore } from './cache-store.ts';
import { type AttemptRow, createRunStore, type NodeRow, type RunRow } from './run-store.ts';
import { createPipelineStore } from './store.ts';

function newRun(change: Partial<RunRow> = {}): RunRow {
  const id = newId();
  return {
    ...{ id, pipeline: 'p', version: 'v', status: 'running', params: '{}', trigger: '{}', actor: '{}', lineage: id },
    ...{ parent: null, schedule: null, waits_for: null, outputs: null, error: null, steps: 3, done_steps: 0 },
    ...{
      created_at: 1,
      started_at: 1,
      finished_at: null,
      cancel_requested: 0,
      lease_owner: '',
      lease_until: 0,
      fence: 0,
    },
    ...change,
  };
}

function newNode(run_id: string, idx: number, change: Partial<NodeRow> = {}): NodeRow {
  return {
    ...{
      run_id,
      idx,
      name: `s${idx}`,
      state: 'blocked',
      attempts: 0,
      spent: null,
      ready_at: null,
      not_before_at: null,
    },
    ...{
      started_at: null,
      finished_at: null,
      outputs: null,
      metrics: null,
      error: null,
      error_class: null,
      waiting: null,
    },
    ...{ cache_key: null, from_run: null, pool: null, slots: 1 },
    ...change,
  };
}

function newAttempt(run_id: string, idx: number, change: Partial<AttemptRow> = {}): AttemptRow {
  return {
    ...{ run_id, idx, n: 1, state: 'submitting', executor: 'process', external_id: `${run_id}.${idx}.1`, handle: null },
    ...{ lease_owner: 'me', lease_until: 5, fence: 1, started_at: 1, heartbeat_at: 1, finished_at: null, exit: null },
    ...{ error_class: null, error: null, log_offset: 0, log_head: 0, log_kept: 0, log_digest: null },
    ...change,
  };
}

/** What every database must do for pipelines. */
export function describePipelineStore(backend: (typeof backends)[number]): void {
  describe(`the stores of pipelines on ${backend.name}`, () => {
    let opened: TestDatabase;
    beforeAll(async () => {
      opened = await backend.open();
    });
    afterAll(() => opened.dispose());
    const query = () => opened.database.query;

    test('a document keeps its versions; removing it keeps them too', async () => {
      const store = createPipelineStore(query());
      await store.putPipeline({ name: 'a', version: 'd1', spec: '{"x":1}', at: 1 });
      await store.putPipeline({ name: 'a', version: 'd2', spec: '{"x":2}', at: 2 });
      await store.putPipeline({ name: 'b', version: 'd1', spec: '{"x":1}', at: 3 });
      expect(await store.pipeline('a')).toEqual({ name: 'a', version: 'd2', declaredAt: 2, spec: '{"x":2}' });
      expect((await store.pipelines({ after: 'a', limit: 5 })).map((row) => row.name)).toEqual(['b']);
      await store.removePipeline('a');
      expect(await store.pipeline('a')).toBeUndefined();
      expect(await store.specOf('d1')).toBe('{"x":1}');
    });

    test('a run is claimed by whoever names its fence, once', async () => {
      const store = createRunStore(query());
      const run = newRun();
      await store.insertRun(run);
      const claims = await Promise.all(
        ['x', 'y', 'z'].map((owner) =>
          opened.database.transaction((tx) => createRunStore(tx).claim(run, { owner, until: 100 })),
        ),
      );
      expect(claims.filter((fence) => fence === 1)).toHaveLength(1);
      expect(await store.advance({ id: run.id, fence: 0 }, { done_steps: 9 })).toBe(false);
      expect(await store.advance({ id: run.id, fence: 1 }, { done_steps: 2 })).toBe(true);
      await store.putAttempts([newAttempt(run.id, 0)]);
      await store.requestCancel(run.id);
      expect(await store.renew({ id: run.id, fence: 1, now: 150, until: 200 })).toEqual({ cancel: true });
      expect(await store.renew({ id: run.id, fence: 0, now: 150, until: 200 })).toBeUndefined();
      expect((await store.openAttempts(run.id))[0]).toMatchObject({ heartbeat_at: 150, lease_until: 200 });
      expect(await store.run(run.id)).toMatchObject({ done_steps: 2, fence: 1, lease_until: 200 });
    });

    test('many steps are written at once, and again; an attempt keeps what its archive wrote', async () => {
      const store = createRunStore(query());
      const run = newRun();
      await store.insertRun(run);
      const rows = Array.from({ length: 149 }, (_, idx) =>
        newNode(run.id, idx, { pool: idx < 2 ? 'gpu' : null, slots: 2 }),
      );
      await opened.database.transaction((tx) => createRunStore(tx).putNodes(rows));
      await store.putNodes(rows.map((row) => ({ ...row, state: 'running', outputs: '{"é":"\\u0001"}', attempts: 1 })));
      const nodes = await store.nodes(run.id);
      expect(nodes).toHaveLength(149);
      expect(nodes[148]).toEqual({ ...rows[148], state: 'running', outputs: '{"é":"\\u0001"}', attempts: 1 });
      expect((await store.nodes(run.id, { after: 140, limit: 3 })).map((row) => row.idx)).toEqual([141, 142, 143]);
      expect(await store.takenSlots('gpu')).toBe(4);
      await store.putAttempts([newAttempt(run.id, 5)]);
      await store.noteLog({ runId: run.id, idx: 5, n: 1 }, { bytes: 3_000_000_000, head: 1, kept: 2, digest: 'd' });
      await store.putAttempts([newAttempt(run.id, 5, { state: 'failed', exit: 3, error: 'no' })]);
      expect(await store.attempt(run.id, 5, 1)).toMatchObject({
        state: 'failed',
        exit: 3,
        log_offset: 3_000_000_000,
        log_digest: 'd',
      });
    });

    test('runs are listed newest first, filtered and paged', async () => {
      const store = createRunStore(query());
      const runs = Array.from({ length: 5 }, (_, index) =>
        newRun({ pipeline: 'listed', status: index % 2 ? 'queued' : 'failed' }),
      );
      for (const run of runs) await store.insertRun(run);
      const first = await store.runs({ pipeline: 'listed', limit: 2 });
      expect(first.map((run) => run.id)).toEqual([runs[4]!.id, runs[3]!.id]);
      const rest = await store.runs({ pipeline: 'listed', before: first[1]!.id, status: 'failed', limit: 5 });
      expect(rest.map((run) => run.id)).toEqual([runs[2]!.id, runs[0]!.id]);
      expect((await store.activeRuns('listed')).map((run) => run.id)).toEqual([runs[1]!.id, runs[3]!.id]);
      expect(await store.leaveQueue(runs[1]!.id, 'running', 7)).toBe(true);
      expect(await store.leaveQueue(runs[1]!.id, 'running', 8)).toBe(false);
      expect(await store.waitingPipelines()).toContain('listed');
    });

    test('a key is computed by one, and a fire time belongs to one', async () => {
      const take = (run_id: string) =>
        opened.database.transaction((tx) => createCacheStore(tx).takeFlight({ key: 'k', run_id, idx: 0 }));
      const holders = await Promise.all(['r1', 'r2', 'r3'].map(take));
      expect(new Set(holders.map((holder) => holder.run_id)).size).toBe(1);
      const cache = createCacheStore(query());
      await cache.endFlights([holders[0]!]);
      expect((await take('r9')).run_id).toBe('r9');
      const result = { key: 'k', outputs: '{}', metrics: null, run_id: 'r', step: 's', created_at: 1 };
      await cache.putResult(result);
      await cache.putResult({ ...result, created_at: 2 });
      await cache.forget('k', 1);
      expect(await cache.result('k')).toEqual({ ...result, created_at: 2 });
      const store = createPipelineStore(query());
      const fire = { schedule: 'p/s', fireAt: 5, state: 'started', at: 6 };
      expect([await store.claimFire(fire), await store.claimFire(fire)]).toEqual([true, false]);
      expect([await store.lastFire('p/s'), await store.lastFire('p/none')]).toEqual([5, undefined]);
    });

    test('a trigger that is due is taken once, unless it was put off', async () => {
      const store = createPipelineStore(query());
      const row = { pipeline: 'p', name: 't', last_at: 0, due_at: 10, event: '{}' };
      await store.putTrigger(row);
      await store.putTrigger({ ...row, due_at: 20 });
      expect(await store.takeTrigger(row, 30)).toBe(false);
      expect(await store.takeTrigger({ ...row, due_at: 20 }, 30)).toBe(true);
      expect(await store.takeTrigger({ ...row, due_at: 20 }, 30)).toBe(false);
      expect(await store.trigger('p', 't')).toMatchObject({ last_at: 30, due_at: null });
    });
  });
}
