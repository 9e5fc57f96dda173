import { DatabaseSync } from 'node:sqlite';

/** What one experiment of the benchmark holds. */
export interface Seeded {
  experiment: string;
  runs: number;
  metrics: number;
  params: number;
  tags: number;
}

/** The id of the i-th run of an experiment that was seeded. */
export const runId = (experiment: string, i: number): string =>
  `${experiment.padStart(8, '0')}${i.toString(16).padStart(24, '0')}`;

/**
 * Puts runs into the database of a server that is not running, without going through it: a million take a minute instead of
 * ten. The rows are those that logging would leave.
 */
export function seedRuns(file: string, { experiment, runs, metrics, params, tags }: Seeded): void {
  const db = new DatabaseSync(file);
  db.exec('pragma synchronous = off; begin');
  const last = db.prepare('select coalesce(max(number), 0) as n from run').get() as { n: number };
  db.prepare(
    `insert into experiment (id, name, description, lifecycle, created_at, updated_at) values (?, ?, '', 'active', 1, 1)`,
  ).run(experiment, `bench/${experiment}`);
  db.exec(`create temp table seeded as with recursive i(n) as (select 1 union all select n + 1 from i where n < ${runs})
    select n, printf('%08s%024x', '${experiment.padStart(8, '0')}', n) as id, 1700000000000 + n * 7 as at,
      abs(random()) / 9223372036854775807.0 as u from i`);
  db.exec(`insert into run (id, number, experiment_id, name, status, lifecycle, started_at, ended_at, user_name, actor_id)
    select id, ${last.n} + n, '${experiment}', 'run-' || n, case n % 10 when 0 then 'FAILED' else 'FINISHED' end, 'active',
      at, at + 1000, 'user' || (n % 20), 'local' from seeded`);
  const pairs = (table: string, count: number) =>
    db.exec(`insert into ${table} (run_id, key, value, started_at)
      with recursive k(j) as (select 0 union all select j + 1 from k where j < ${count - 1})
      select id, 'key' || j, case j when 0 then 'v' || (n % 50) else 'value-' || j || '-' || (n % 1000) end, at
      from seeded, k order by id, j`);
  pairs('run_param', params);
  pairs('run_tag', tags);
  for (let j = 0; j < metrics; j++) {
    const key = `metric${j}`;
    if (!db.prepare('select 1 from metric_key where key = ?').get(key)) {
      db.prepare('insert into metric_key (id, key) select coalesce(max(id), 0) + 1, ? from metric_key').run(key);
    }
    const { id } = db.prepare('select id from metric_key where key = ?').get(key) as { id: number };
    for (const table of ['metric', 'metric_latest']) {
      db.exec(`insert into ${table} (run_number, key_id, step, at, value, is_nan)
        select ${last.n} + n, ${id}, 0, at, ${j === 0 ? 'u' : `u * ${j}`}, 0 from seeded`);
    }
  }
  db.exec('drop table seeded; commit; analyze');
  db.close();
}

/** Gives a run one metric of many points. */
export function seedHistory(file: string, experiment: string, points: number): string {
  const db = new DatabaseSync(file);
  db.exec('pragma synchronous = off; begin');
  const last = db.prepare('select coalesce(max(number), 0) + 1 as n from run').get() as { n: number };
  const id = runId('h', points);
  db.prepare(
    `insert into run (id, number, experiment_id, name, status, lifecycle, started_at, user_name, actor_id)
    values (?, ?, ?, 'long', 'RUNNING', 'active', 1700000000000, 'u', 'local')`,
  ).run(id.replace(/[^0-9a-f]/g, '0'), last.n, experiment);
  db.prepare('insert into metric_key (id, key) select coalesce(max(id), 0) + 1, ? from metric_key').run('loss');
  const { id: key } = db.prepare('select id from metric_key where key = ?').get('loss') as { id: number };
  db.exec(`insert into metric (run_number, key_id, step, at, value, is_nan)
    with recursive i(n) as (select 0 union all select n + 1 from i where n < ${points - 1})
    select ${last.n}, ${key}, n, 1700000000000 + n, 1.0 / (n + 1), 0 from i`);
  db.exec(`insert into metric_latest select * from metric where run_number = ${last.n} and step = ${points - 1}`);
  db.exec('commit');
  db.close();
  return id.replace(/[^0-9a-f]/g, '0');
}

/** The same rows in a database of the real server, which is not running: its API would take minutes. */
export function seedMlflow(file: string, { experiment, runs, metrics, params, tags }: Seeded): void {
  const db = new DatabaseSync(file);
  db.exec(`pragma synchronous = off; begin;
    create temp table seeded as with recursive i(n) as (select 1 union all select n + 1 from i where n < ${runs})
    select n, printf('%032x', n) as id, 1700000000000 + n as at from i;
    insert into runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time, end_time,
      source_version, lifecycle_stage, artifact_uri, experiment_id)
    select id, 'run-' || n, 'LOCAL', 'train.py', '', 'user', 'FINISHED', at, at + 1, '', 'active',
      'mlflow-artifacts:/${experiment}/' || id || '/artifacts', ${experiment} from seeded`);
  const counted = (count: number) =>
    `with recursive k(j) as (select 0 union all select j + 1 from k where j < ${count - 1})`;
  for (const [table, count] of [
    ['params', params],
    ['tags', tags],
  ] as const) {
    db.exec(`insert into ${table} (run_uuid, key, value) ${counted(count)}
      select id, 'key' || j, 'value-' || j || '-' || n from seeded, k`);
  }
  for (const table of ['metrics', 'latest_metrics']) {
    db.exec(`insert into ${table} (run_uuid, key, value, timestamp, step, is_nan) ${counted(metrics)}
      select id, 'metric' || j, n / (j + 1.0), at, 0, 0 from seeded, k`);
  }
  db.exec('commit');
  db.close();
}
