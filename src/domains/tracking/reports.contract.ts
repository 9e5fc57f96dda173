import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { backends, TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import { createLocalBlobs } from '../../blobs/index.ts';
import { createEngine, type Engine, parquetScan } from '../../engine/index.ts';
import { type Actor, systemActor } from '../../kernel/actor.ts';
import { createManualClock } from '../../kernel/clock.ts';
import { createTracking, type Tracking } from './index.ts';

const actor: Actor = { ...systemActor, id: 'u1', kind: 'user', name: 'ada' };

/** What tracking tells of many runs at once, on every backend. */
export function describeReports(backend: (typeof backends)[number]): void {
  describe(`views and reports on ${backend.name}`, () => {
    let opened: TestDatabase;
    let tracking: Tracking;
    let engine: Engine;
    let folder: string;
    let experiment: string;

    beforeAll(async () => {
      opened = await backend.open();
      const clock = createManualClock(1_700_000_000_000);
      const { ledger, background } = createSpine(opened.database, clock);
      folder = await mkdtemp(join(tmpdir(), 'tidemill-reports-'));
      engine = createEngine({ tempFolder: join(folder, 'engine') });
      const blobs = await createLocalBlobs(folder);
      tracking = createTracking({ database: opened.database, ledger, background, clock, blobs, engine } as never);
      experiment = (await tracking.experiments.create(actor, { name: 'team/reports' })).id;
    });
    afterAll(async () => {
      await opened.dispose();
      await engine.close();
      await rm(folder, { recursive: true, force: true });
    });

    const newRun = async (name: string, batch: Parameters<Tracking['runs']['log']>[1]) => {
      const { id } = await tracking.runs.create(actor, { experiment, name });
      await tracking.runs.log(id, batch);
      return id;
    };
    const code = (expected: string) => expect.objectContaining({ code: expected });

    test('views: saved, listed by name, replaced, deleted; what cannot be shown is refused', async () => {
      const { views } = tracking;
      const made = await views.create(actor, 'team/reports', {
        name: 'Best first',
        filter: 'metrics.auc > 0.5',
        orderBy: ['metrics.auc desc'],
        columns: ['metrics.auc', 'params.depth', 'startedAt'],
        charts: [{ kind: 'scatter', keys: ['params.depth', 'metrics.auc'] }],
      });
      expect(made).toMatchObject({ experimentId: experiment, createdBy: 'ada', lifecycle: 'active' });
      expect(await views.get(experiment, made.id)).toEqual(made);
      await expect(views.create(actor, experiment, { name: 'Best first' })).rejects.toEqual(code('already_exists'));
      await expect(views.create(actor, experiment, { name: 'x', filter: 'metrics.auc >' })).rejects.toEqual(
        code('invalid_query'),
      );
      await expect(views.create(actor, experiment, { name: 'x', columns: ['nonsense'] })).rejects.toEqual(
        code('invalid_input'),
      );
      await views.create(actor, experiment, { name: 'All' });
      const first = await views.list(experiment, { limit: 1 });
      expect(first.items.map(({ name }) => name)).toEqual(['All']);
      const next = await views.list(experiment, { limit: 1, pageToken: first.nextPageToken });
      expect(next).toEqual({ items: [made] });
      const replaced = await views.replace(experiment, made.id, { name: 'Worst first', orderBy: ['metrics.auc'] });
      expect(replaced).toMatchObject({ id: made.id, name: 'Worst first', filter: '', createdBy: 'ada' });
      await expect(views.replace(experiment, made.id, { name: 'All' })).rejects.toEqual(code('already_exists'));
      await views.delete(experiment, made.id);
      await expect(views.get(experiment, made.id)).rejects.toEqual(code('not_found'));
      await expect(views.delete(experiment, made.id)).rejects.toEqual(code('not_found'));
    });

    test('an export has a column for all that was logged, and nothing that a spreadsheet would run', async () => {
      const { id } = await tracking.experiments.create(actor, { name: 'exported' });
      const runIds: string[] = [];
      for (let i = 0; i < 25; i++) {
        const run = await tracking.runs.create(actor, { experiment: id, name: `run ${i}` });
        runIds.push(run.id);
        await tracking.runs.log(run.id, { metrics: [{ key: 'loss', value: -i / 8 }], params: { i: String(-i) } });
      }
      const odd = {
        metrics: [
          { key: 'nan', value: Number.NaN },
          { key: 'inf', value: Number.POSITIVE_INFINITY },
        ],
        params: { formula: '=HYPERLINK("http://x")', Case: 'upper', case: 'lower', empty: '', lines: 'a\r\n"b", c' },
        tags: { at: '@sum', minus: '-1+2', tab: '\t=1' },
      };
      await tracking.runs.log(runIds[0]!, odd);
      const search = { experiments: ['exported'], orderBy: ['metrics.loss desc'] };
      const csv = await text((await tracking.reports.export(search, 'csv')).stream);
      const [head, first, second] = csv.split(/\r\n(?=[0-9a-f]{32},)/);
      expect(head).toBe(
        '\uFEFFid,name,experimentId,experiment,status,lifecycle,startedAt,endedAt,durationMs,parentRunId,user,' +
          'metrics.inf,metrics.loss,metrics.nan,' +
          'params.Case,params.case,params.empty,params.formula,params.i,params.lines,tags.at,tags.minus,tags.tab',
      );
      const start = `${runIds[0]},run 0,${id},exported,RUNNING,active,2023-11-14T22:13:20.000Z,,,,ada,`;
      expect(first).toBe(
        `${start}Infinity,0,NaN,upper,lower,,"'=HYPERLINK(""http://x"")",0,"a\r\n""b"", c",'@sum,'-1+2,'\t=1`,
      );
      expect(second).toMatch(/,,-0\.125,,,,,,-1,,,,$/);
      expect(csv.trimEnd().split(/\r\n(?=[0-9a-f]{32},)/)).toHaveLength(26);

      const path = join(folder, 'runs.parquet');
      const parquet = await tracking.reports.export({ ...search, tags: [] }, 'parquet');
      const bytes = await buffer(parquet.stream);
      expect(bytes.length).toBe(parquet.bytes);
      await writeFile(path, bytes);
      const rows = await engine.query(`SELECT * FROM ${parquetScan([path])} ORDER BY "metrics.loss"`);
      expect(rows).toHaveLength(25);
      expect(rows.at(-1)).toMatchObject({
        'params.Case': 'upper',
        'params.case (2)': 'lower',
        'params.formula': '=HYPERLINK("http://x")',
        'params.lines': 'a\r\n"b", c',
        'params.empty': '',
        'metrics.loss': 0,
        'metrics.inf': Number.POSITIVE_INFINITY,
        'metrics.nan': Number.NaN,
        endedAt: null,
      });
      expect(rows[0]).toMatchObject({ 'params.empty': null, 'metrics.nan': null, 'metrics.loss': -3 });
      expect(rows[0]!['startedAt']).toBe('2023-11-14T22:13:20.000Z');
      const none = await tracking.reports.export({ ...search, filter: 'metrics.loss > 9' }, 'parquet');
      await writeFile(path, await buffer(none.stream));
      expect(await engine.query(`SELECT * FROM ${parquetScan([path])}`)).toEqual([]);
      await expect(tracking.reports.export({ filter: 'oops' }, 'csv')).rejects.toEqual(code('invalid_query'));
    });

    test('a curve is as logged while it is short; a long one keeps its spikes', async () => {
      const { reports } = tracking;
      const metrics = [2, 1, Number.NaN].map((value, step) => ({ key: 'short', value, step, at: 5 + step }));
      const id = await newRun('curves', { metrics });
      const [short] = await reports.curves({ runs: [id], keys: ['short', 'unknown'] });
      expect(short).toMatchObject({ runId: id, key: 'short', total: 3, steps: [0, 1, 2], at: [5, 6, 7] });
      expect(short!.values).toEqual([2, 1, Number.NaN]);

      for (let from = 0; from < 5000; from += 1000) {
        const points = Array.from({ length: 1000 }, (_, i) => ({
          key: 'long',
          value: 1,
          step: from + i,
          at: from + i,
        }));
        points[500]!.value = from === 3000 ? 99 : 1;
        await tracking.runs.log(id, { metrics: points });
      }
      const [long] = await reports.curves({ runs: [id], keys: ['long'], points: 100 });
      expect(long!.total).toBe(5000);
      expect(long!.steps).toHaveLength(100);
      expect(long!.steps.at(-1)).toBe(4999);
      expect(long!.max.filter((value) => value === 99)).toHaveLength(1);
      expect(Math.min(...long!.min)).toBe(1);
      const [zoomed] = await reports.curves({ runs: [id], keys: ['long'], fromStep: 3490, toStep: 3510 });
      expect(zoomed).toMatchObject({ total: 21, steps: Array.from({ length: 21 }, (_, i) => 3490 + i) });
      await expect(reports.curves({ runs: ['f'.repeat(32)], keys: ['long'] })).rejects.toEqual(code('not_found'));
    });

    test('a curve keeps its shape beside an outlier, and where all points are of one step', async () => {
      const wave = (i: number) => Math.sin(i / 50);
      const points = Array.from({ length: 900 }, (_, i) => ({ key: 'far', value: wave(i), step: i, at: i }));
      const still = Array.from({ length: 900 }, (_, i) => ({ key: 'still', value: wave(i), step: 7, at: i * 10 }));
      const id = await newRun('outlier', {
        metrics: [...points, { key: 'far', value: 0, step: 1_000_000_000, at: 1 }],
      });
      await tracking.runs.log(id, { metrics: still });
      for (const curve of await tracking.reports.curves({ runs: [id], keys: ['far', 'still'], points: 50 })) {
        expect(curve.steps.length).toBeGreaterThan(40);
        expect(curve.steps.length).toBeLessThanOrEqual(50);
        expect(Math.max(...curve.max)).toBeCloseTo(1, 3);
        expect(Math.min(...curve.min)).toBeCloseTo(-1, 3);
      }
    });

    test('columns: what the newest runs logged, most frequent first', async () => {
      const { id } = await tracking.experiments.create(actor, { name: 'columns' });
      for (const extra of ['Rare_1', 'common', 'common']) {
        const run = await tracking.runs.create(actor, { experiment: id, params: { depth: '3' } });
        const metrics = ['auc', extra].map((key) => ({ key, value: 1 }));
        await tracking.runs.log(run.id, { metrics });
      }
      expect(await tracking.reports.columns({ experiment: 'columns' })).toMatchObject({
        ofRuns: 3,
        metrics: [
          { key: 'auc', runs: 3 },
          { key: 'common', runs: 2 },
          { key: 'Rare_1', runs: 1 },
        ],
        params: [{ key: 'depth', runs: 3 }],
        truncated: false,
      });
      const found = await tracking.reports.columns({ experiment: id, contains: 'rare_', limit: 1 });
      expect(found).toMatchObject({ metrics: [{ key: 'Rare_1', runs: 1 }], params: [] });
      expect(await tracking.reports.count({ experiments: [id] })).toBe(3);
      expect(await tracking.reports.count({ experiments: ['columns'], filter: 'metrics.common = 1' })).toBe(2);
      expect(await tracking.reports.columns({ experiment: id, limit: 1 })).toMatchObject({ truncated: true });
    });
  });
}
