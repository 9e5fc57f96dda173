import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Blobs } from '../src/blobs/index.ts';
import { createBackground } from '../src/database/background.ts';
import { connect } from '../src/database/connect.ts';
import type { Database } from '../src/database/database.ts';
import { migrate } from '../src/database/migrate.ts';
import { createTracking, type Tracking } from '../src/domains/tracking/index.ts';
import { systemActor } from '../src/kernel/actor.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { createLedger } from '../src/ledger/index.ts';
import type { BenchResult } from './result.ts';

interface Comparison {
  label: string;
  times: number;
  ours(i: number): Promise<unknown>;
  raw(i: number): void;
}

const rounds = 5;

/** Metric writes and point reads through the tracking service against the same statements on node:sqlite, by CPU time. */
export default async function benchStore(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-bench-'));
  const database = await connect(join(folder, 'ours.db'));
  const other = await connect(join(folder, 'raw.db'));
  try {
    await migrate(database);
    await migrate(other);
    await other.close();
    const raw = openRaw(join(folder, 'raw.db'));
    const tracking = openTracking(database);
    const { id } = await tracking.runs.create(systemActor, { experiment: '0' });
    const figures = [];
    for (const comparison of comparisons(tracking, raw, id)) figures.push(...(await compare(comparison)));
    raw.close();
    return { name: 'store', figures };
  } finally {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function openTracking(database: Database): Tracking {
  const background = createBackground({ database, clock: systemClock, onError: () => {} });
  const ledger = createLedger({ database, clock: systemClock, background });
  return createTracking({ database, ledger, clock: systemClock, blobs: {} as Blobs });
}

function comparisons(tracking: Tracking, raw: ReturnType<typeof openRaw>, id: string): Comparison[] {
  const batchOf = (i: number) =>
    Array.from({ length: 1000 }, (_, k) => ({ key: `batch-${k % 20}`, value: k / 7, step: i * 1000 + k }));
  return [
    {
      label: 'one metric point a write',
      times: 3000,
      ours: (i) => tracking.runs.logMetric(id, { key: 'single', value: i / 3, step: i }),
      raw: (i) => raw.write([{ key: 'single', value: i / 3, step: i }]),
    },
    {
      label: '1,000 metric points a write',
      times: 40,
      ours: (i) => tracking.runs.log(id, { metrics: batchOf(i) }),
      raw: (i) => raw.write(batchOf(i)),
    },
    {
      label: 'latest point of a metric',
      times: 5000,
      ours: () => tracking.runs.latestMetric(id, 'single'),
      raw: () => raw.latest('single'),
    },
    {
      label: 'a run by id',
      times: 5000,
      ours: () => tracking.runs.info(id),
      raw: () => raw.run(),
    },
  ];
}

interface Point {
  key: string;
  value: number;
  step: number;
}

/** The same schema and statements, by hand: a run looked up, points inserted, the latest of each upserted. */
function openRaw(path: string) {
  const db = new DatabaseSync(path);
  db.exec('pragma journal_mode = wal; pragma synchronous = normal; pragma foreign_keys = on;');
  const id = 'a'.repeat(32);
  db.exec(`insert into run (id, number, experiment_id, name, status, lifecycle, started_at, user_name, actor_id)
    values ('${id}', 1, '0', 'raw', 'RUNNING', 'active', 0, '', '')`);
  const findRun = db.prepare('select * from run where id = ?');
  const findKey = db.prepare('select id from metric_key where key = ?');
  const addKey = db.prepare(
    'insert into metric_key (id, key) values ((select coalesce(max(id), 0) + 1 from metric_key), ?)',
  );
  const columns = '(run_number, key_id, step, at, value, is_nan) values (?, ?, ?, ?, ?, ?)';
  const insert = db.prepare(`insert into metric ${columns} on conflict do nothing`);
  const upsert = db.prepare(`insert into metric_latest ${columns} on conflict (run_number, key_id) do update
    set step = excluded.step, at = excluded.at, value = excluded.value, is_nan = excluded.is_nan
    where (excluded.step, excluded.at, -excluded.is_nan, excluded.value)
      > (metric_latest.step, metric_latest.at, -metric_latest.is_nan, metric_latest.value)`);
  const findLatest = db.prepare(`select l.value, l.is_nan, l.step, l.at from metric_latest l
    join run r on r.number = l.run_number join metric_key k on k.id = l.key_id where r.id = ? and k.key = ?`);
  const keys = new Map<string, number>();
  const keyId = (key: string) => {
    if (!keys.has(key)) {
      addKey.run(key);
      keys.set(key, findKey.get(key)!['id'] as number);
    }
    return keys.get(key)!;
  };
  return {
    write(points: readonly Point[]) {
      db.exec('begin immediate');
      const { number } = findRun.get(id) as { number: number };
      const now = Date.now();
      const newest = new Map<number, Point>();
      for (const point of points) {
        const key = keyId(point.key);
        insert.run(number, key, point.step, now, point.value, 0);
        if (point.step >= (newest.get(key)?.step ?? Number.NEGATIVE_INFINITY)) newest.set(key, point);
      }
      for (const [key, point] of newest) upsert.run(number, key, point.step, now, point.value, 0);
      db.exec('commit');
    },
    latest: (key: string) => findLatest.get(id, key),
    run: () => findRun.get(id),
    close: () => db.close(),
  };
}

/** Microseconds of CPU a call, the best of several rounds that take turns. */
async function compare({ label, times, ours, raw }: Comparison): Promise<BenchResult['figures']> {
  let [best, bestRaw] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let round = 0; round < rounds; round++) {
    const from = round * times;
    const before = process.cpuUsage();
    for (let i = from; i < from + times; i++) await ours(i);
    const between = process.cpuUsage(before);
    const beforeRaw = process.cpuUsage();
    for (let i = from; i < from + times; i++) raw(i);
    const after = process.cpuUsage(beforeRaw);
    best = Math.min(best, (between.user + between.system) / times);
    bestRaw = Math.min(bestRaw, (after.user + after.system) / times);
  }
  const round = (value: number) => Math.round(value * 10) / 10;
  return [
    {
      label,
      value: round(best),
      unit: 'µs CPU',
      goal: '≤ 2.5x raw',
      ratio: `${(best / bestRaw).toFixed(2)}x of ${round(bestRaw)} µs raw`,
    },
  ];
}

if (import.meta.main) {
  const { figures } = await benchStore();
  for (const { label, value, unit, goal, ratio } of figures) {
    process.stdout.write(`${label.padEnd(30)} ${String(value).padStart(9)} ${unit}   ${ratio}   goal ${goal}\n`);
  }
}
