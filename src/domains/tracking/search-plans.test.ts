import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSqlite, type TestDatabase } from '../../../test/support/databases.ts';
import { createSpine } from '../../../test/support/spine.ts';
import type { Blobs } from '../../blobs/index.ts';
import { systemActor } from '../../kernel/actor.ts';
import { createTracking, type RunSearch, type Tracking } from './index.ts';

let opened: TestDatabase;
let tracking: Tracking;
let experimentId: string;

beforeAll(async () => {
  opened = await openSqlite();
  const { ledger, clock } = createSpine(opened.database);
  tracking = createTracking({ database: opened.database, ledger, clock, blobs: {} as Blobs, fewRows: 2 });
  experimentId = (await tracking.experiments.create(systemActor, { name: 'planned' })).id;
  for (let i = 0; i < 10; i++) {
    const params = { x: i % 3 ? 'z' : 'y' };
    const { id } = await tracking.runs.create(systemActor, { experiment: experimentId, name: `run ${i}`, params });
    for (let step = 0; step < 3; step++) await tracking.runs.logMetric(id, { key: 'auc', value: i / 10, step });
  }
});
afterAll(() => opened.dispose());

/** How SQLite goes about every statement that some work makes. */
async function plansOf(work: () => Promise<unknown>): Promise<string[]> {
  const prepare = vi.spyOn(DatabaseSync.prototype, 'prepare');
  await work();
  const statements = prepare.mock.calls.map(([text]) => text).filter((text) => /^select/i.test(text));
  prepare.mockRestore();
  const file = new DatabaseSync((await databaseFile()) as string, { readOnly: true });
  const plans = statements.flatMap((text) => file.prepare(`explain query plan ${text}`).all());
  file.close();
  return plans.map((row) => String(row['detail']));
}

async function databaseFile(): Promise<unknown> {
  const { sql } = await import('kysely');
  const { rows } = await sql<{ file: string }>`select file from pragma_database_list where name = 'main'`.execute(
    opened.database.query,
  );
  return rows[0]?.file;
}

const scans = (plans: string[]) =>
  plans.filter((plan) =>
    /^SCAN (run|d|metric|metric_latest|run_param|run_tag|i|o|n|l)\b(?!.*USING (COVERING )?INDEX run_by)/.test(plan),
  );
const sorts = (plans: string[]) => plans.filter((plan) => plan.includes('TEMP B-TREE FOR ORDER BY'));

const searches: [string, RunSearch, RegExp][] = [
  ['the newest runs', {}, /USING INDEX run_by_start/],
  [
    'by a metric within bounds',
    { filter: 'metrics.auc > 0.2', orderBy: ['metrics.auc desc'] },
    /metric_latest_by_value/,
  ],
  ['the newest with a metric', { filter: 'metrics.auc >= 0' }, /run_by_start/],
  ['the newest of a parameter', { filter: "params.x = 'z'" }, /run_param_by_value/],
  ['the newest of a status', { filter: "status = 'RUNNING'" }, /run_by_start/],
  [
    'of a stretch of time',
    { filter: 'start_time > 1000 and start_time < 9e15' },
    /run_by_start .*started_at>\? AND started_at<\?/,
  ],
  ['of two experiments', { experimentIds: ['0'] }, /run_by_start/],
];

describe('on SQLite', () => {
  test.each(searches)('a search %s reads an index in its order', async (_what, search, index) => {
    const found = await plansOf(() => tracking.runs.search({ experiments: [experimentId], limit: 2, ...search }));
    expect(found.join('\n')).toMatch(index);
    expect(scans(found)).toEqual([]);
    if (!('experimentIds' in search)) expect(sorts(found)).toEqual([]);
  });

  test('later pages begin in the index where the page before ended', async () => {
    const search: RunSearch = { experiments: [experimentId], orderBy: ['metrics.auc desc'], limit: 2 };
    const { nextPageToken } = await tracking.runs.search(search);
    const plans = await plansOf(() => tracking.runs.search({ ...search, pageToken: nextPageToken }));
    expect(plans.join('\n')).toMatch(/metric_latest_by_value \(key_id=\? AND is_nan=\? AND value<\?\)/);
    expect(scans(plans)).toEqual([]);
  });

  test('few runs of a name are found by it', async () => {
    const plans = await plansOf(() => tracking.runs.search({ experiments: [experimentId], filter: "name = 'run 3'" }));
    expect(plans.join('\n')).toMatch(/run_by_name/);
    expect(scans(plans)).toEqual([]);
  });

  test('a history and a sample of a metric are read from its own stretch of the table', async () => {
    const { items } = await tracking.runs.search({ experiments: [experimentId], limit: 1 });
    const id = items[0]!.id;
    const plans = await plansOf(async () => {
      const first = await tracking.runs.metricHistory(id, 'auc', { limit: 1 });
      await tracking.runs.metricHistory(id, 'auc', { limit: 1, pageToken: first.nextPageToken });
      await tracking.runs.sampleMetric([id], 'auc', { points: 2 });
    });
    expect(scans(plans)).toEqual([]);
    expect(sorts(plans)).toEqual([]);
    expect(plans.filter((plan) => plan.includes('metric USING PRIMARY KEY')).length).toBeGreaterThan(2);
  });
});
