import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { seedHistory, seedMlflow, seedRuns } from './mlflow-seed.ts';
import {
  findMlflow,
  load,
  type Measured,
  medianMs,
  memoryOf,
  peakOf,
  post,
  startMlflow,
  startTidemill,
  stop,
} from './mlflow-servers.ts';
import type { BenchResult } from './result.ts';

type Figure = BenchResult['figures'][number];

/** What both servers can be asked, by name; `undefined` where it was not measured. */
interface Answers {
  startSeconds: number;
  idleMb: number;
  metricsPerSecond: number;
  metricP99Ms: number;
  batchMetricsPerSecond: number;
  createsPerSecond: number;
  fullSearchMs: number;
}

const gigabyte = 2 ** 30;
const run = promisify(execFile);

/** The MLflow API: ours, and the real server of the same machine in the same run where one is installed. */
export default async function mlflow(): Promise<BenchResult> {
  const folder = await mkdtemp(join(tmpdir(), 'tidemill-mlflow-'));
  try {
    const ours = await measureOurs(join(folder, 'ours'));
    const program = findMlflow();
    const theirs = program ? await measureTheirs(program, folder) : undefined;
    const scale = await measureScale(join(folder, 'scale'));
    const artifacts = await measureArtifacts(folder);
    return { name: 'mlflow', figures: [...compare(ours, theirs), ...scale, ...artifacts] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function compare(ours: Answers, theirs: Answers | undefined): Figure[] {
  const row = (key: keyof Answers, label: string, rest: { unit: string; goal: string }): Figure => {
    if (!theirs) return { label, value: ours[key], ...rest, ratio: 'no MLflow installed' };
    const isRate = rest.unit.endsWith('/s');
    const times = isRate ? ours[key] / theirs[key] : theirs[key] / ours[key];
    const shown = theirs[key] >= 100 ? Math.round(theirs[key]) : Number(theirs[key].toPrecision(3));
    return { label, value: ours[key], ...rest, ratio: `${times.toFixed(1)}x MLflow (${shown} ${rest.unit})` };
  };
  return [
    row('startSeconds', 'start to healthy', { unit: 's', goal: '<= 0.7 s' }),
    row('idleMb', 'memory at rest', { unit: 'MB', goal: '<= 150 MB' }),
    row('metricsPerSecond', 'log-metric, 8 connections', { unit: 'req/s', goal: '>= 8000 req/s' }),
    row('metricP99Ms', 'log-metric, p99', { unit: 'ms', goal: '<= 10 ms' }),
    row('batchMetricsPerSecond', 'log-batch of 1,000 metrics', { unit: 'metrics/s', goal: '>= 200000 metrics/s' }),
    row('createsPerSecond', 'runs/create, 8 connections', { unit: 'runs/s', goal: '>= 3000 runs/s' }),
    row('fullSearchMs', 'runs/search, 1,000 runs x (50 metrics, 20 params, 10 tags), whole answer', {
      unit: 'ms',
      goal: '<= 150 ms',
    }),
  ];
}

async function measureOurs(home: string): Promise<Answers> {
  const starts: number[] = [];
  for (let i = 0; i < 3; i++) {
    const server = await startTidemill(i === 0 ? home : `${home}-${i}`);
    starts.push(server.seconds);
    await stop(server);
  }
  seedRuns(join(home, 'tidemill.db'), { experiment: '7', runs: 1000, metrics: 50, params: 20, tags: 10 });
  const server = await startTidemill(home);
  try {
    return {
      ...(await measureBoth(server, { experiment: '7', seconds: 5 })),
      startSeconds: starts.sort((a, b) => a - b)[1]!,
    };
  } finally {
    await stop(server);
  }
}

async function measureTheirs(program: string, folder: string): Promise<Answers> {
  const fresh = await startMlflow(program, folder);
  const idleMb = await memoryAtRest(fresh);
  const { experiment_id: experiment } = await post<{ experiment_id: string }>(fresh, 'experiments/create', {
    name: 'bench',
  });
  await stop(fresh);
  seedMlflow(join(folder, 'mlflow.db'), { experiment, runs: 1000, metrics: 50, params: 20, tags: 10 });
  const server = await startMlflow(program, folder);
  try {
    const measured = await measureBoth(server, { experiment, seconds: 5, searches: 1 });
    return { ...measured, idleMb, startSeconds: fresh.seconds };
  } finally {
    await stop(server);
  }
}

async function memoryAtRest(server: Measured): Promise<number> {
  await sleep(3000);
  return memoryOf(server);
}

async function measureBoth(
  server: Measured,
  { experiment, seconds, searches = 9 }: { experiment: string; seconds: number; searches?: number },
): Promise<Answers> {
  const idleMb = await memoryAtRest(server);
  const search = { experiment_ids: [experiment], max_results: 1000 };
  const fullSearchMs = await medianMs(searches, () => post(server, 'runs/search', search));
  const { run } = await post<{ run: { info: { run_id: string } } }>(server, 'runs/create', {
    experiment_id: experiment,
  });
  const id = run.info.run_id;
  const metric = await load(server, 'runs/log-metric', {
    body: `{"run_id":"${id}","run_uuid":"${id}","key":"loss","value":0.5,"timestamp":1700000000000,"step":{n}}`,
    seconds,
  });
  const point = '{"key":"m{i}","value":0.25,"timestamp":1700000000000,"step":{n}}';
  const batch = await load(server, 'runs/log-batch', {
    body: `{"run_id":"${id}","metrics":[{list:${point}:1000}]}`,
    connections: 2,
    seconds,
  });
  const create = await load(server, 'runs/create', {
    body: `{"experiment_id":"${experiment}","start_time":1700000000000,"tags":[{"key":"mlflow.user","value":"u"},{"key":"mlflow.source.name","value":"train.py"},{"key":"mlflow.source.type","value":"LOCAL"}]}`,
    seconds,
  });
  return {
    startSeconds: server.seconds,
    idleMb,
    metricsPerSecond: metric.perSecond,
    metricP99Ms: metric.p99Ms,
    batchMetricsPerSecond: batch.perSecond * 1000,
    createsPerSecond: create.perSecond,
    fullSearchMs,
  };
}

const searches = {
  'metric bounded and ordering': { filter: 'metrics.metric0 > 0.2', order_by: ['metrics.metric0 DESC'] },
  'param equal, newest first': { filter: "params.key0 = 'v7'", order_by: ['attributes.start_time DESC'] },
  'two tests, ordered by metric': {
    filter: "tags.key0 = 'v7' and metrics.metric1 < 0.9",
    order_by: ['metrics.metric1 ASC'],
  },
  'status, ordered by metric': {
    filter: "attributes.status = 'FAILED'",
    order_by: ['metrics.metric2 DESC'],
  },
};

/** Searches among more and more runs, each number in a home of its own, and one metric of a million points. */
async function measureScale(folder: string): Promise<Figure[]> {
  const sizes = [10_000, 100_000, 1_000_000];
  const took: Record<string, number>[] = [];
  for (const runs of sizes) took.push(await searchAmong(join(folder, String(runs)), runs));
  const figures = Object.keys(searches).map((what): Figure => {
    const [small, middle, large] = took.map((each) => each[what]!);
    return {
      label: `runs/search, page of 100 of 100,000 runs: ${what}`,
      value: middle!,
      unit: 'ms',
      goal: '<= 20 ms',
      ratio: `10,000 runs ${small!.toFixed(1)} ms, 1,000,000 runs ${large!.toFixed(1)} ms`,
    };
  });
  const sample = took.at(-1)!['sample']!;
  return [...figures, { label: 'bulk interval: 320 of 1,000,000 points', value: sample, unit: 'ms', goal: '<= 30 ms' }];
}

async function searchAmong(home: string, runs: number): Promise<Record<string, number>> {
  await stop(await startTidemill(home));
  const file = join(home, 'tidemill.db');
  seedRuns(file, { experiment: '1', runs, metrics: 3, params: 2, tags: 2 });
  const long = seedHistory(file, '1', runs);
  const server = await startTidemill(home);
  try {
    const took: Record<string, number> = {};
    for (const [what, search] of Object.entries(searches)) {
      const body = { experiment_ids: ['1'], max_results: 100, ...search };
      took[what] = await medianMs(9, () => post(server, 'runs/search', body));
    }
    const query = `run_ids=${long}&metric_key=loss&max_results=320`;
    took['sample'] = await medianMs(9, async () => {
      const answer = await fetch(`${server.url}/api/2.0/mlflow/metrics/get-history-bulk-interval?${query}`);
      const { metrics } = (await answer.json()) as { metrics: unknown[] };
      if (metrics.length < 300) throw new Error(`The sample has ${metrics.length} points.`);
    });
    return took;
  } finally {
    await stop(server);
    await rm(home, { recursive: true, force: true });
  }
}

/** A file of 1 GB up and down, against copying it; and what 5 GB cost in memory. */
async function measureArtifacts(folder: string): Promise<Figure[]> {
  const source = join(folder, 'big.bin');
  await writeNoise(source, gigabyte);
  const copySeconds = await timed(async () => {
    await copyFile(source, join(folder, 'copy.bin'));
    const handle = await open(join(folder, 'copy.bin'), 'r+');
    await handle.sync();
    await handle.close();
  });
  const server = await startTidemill(join(folder, 'artifacts-home'));
  try {
    const { run } = await post<{ run: { info: { run_id: string; artifact_uri: string } } }>(server, 'runs/create', {
      experiment_id: '0',
    });
    const path = run.info.artifact_uri.replace('mlflow-artifacts:/', '');
    const url = `${server.url}/api/2.0/mlflow-artifacts/artifacts/${path}`;
    const before = await memoryOf(server);
    const put = (file: string, name: string) => transfer('put', `${url}/${name}`, file);
    const get = (name: string, to: string) => transfer('get', `${url}/${name}`, to);
    const up = await put(source, 'big.bin');
    const down = await get('big.bin', join(folder, 'down.bin'));
    await extend(source, 5 * gigabyte);
    await put(source, 'huge.bin');
    await get('huge.bin', '/dev/null');
    const ratio = (seconds: number) => `${((copySeconds / seconds) * 100).toFixed(0)} % of the speed of a copy`;
    const rate = (seconds: number) => gigabyte / 1e6 / seconds;
    return [
      { label: 'copy of 1 GB, synced', value: rate(copySeconds), unit: 'MB/s' },
      { label: 'artifact upload, 1 GB', value: rate(up), unit: 'MB/s', goal: '>= 50 % of a copy', ratio: ratio(up) },
      {
        label: 'artifact download, 1 GB',
        value: rate(down),
        unit: 'MB/s',
        goal: '>= 50 % of a copy',
        ratio: ratio(down),
      },
      { label: 'memory more, 5 GB up and down', value: (await peakOf(server)) - before, unit: 'MB', goal: '<= 100 MB' },
    ];
  } finally {
    await stop(server);
  }
}

/** Seconds that one file takes up or down, by a process of its own. */
async function transfer(verb: 'put' | 'get', url: string, file: string): Promise<number> {
  const { stdout } = await run(process.execPath, [join(import.meta.dirname, 'http-file.ts'), verb, url, file]);
  return Number(stdout);
}

async function timed(work: () => Promise<void>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function writeNoise(file: string, bytes: number): Promise<void> {
  const block = Buffer.alloc(1 << 20);
  for (let i = 0; i < block.length; i += 4) block.writeUInt32LE((Math.random() * 2 ** 32) >>> 0, i);
  const handle = await open(file, 'w');
  for (let at = 0; at < bytes; at += block.length) await handle.write(block);
  await handle.sync();
  await handle.close();
}

/** Makes a file longer; what is added is a hole. */
async function extend(file: string, bytes: number): Promise<void> {
  await writeFile(file, '', { flag: 'a' });
  const handle = await open(file, 'r+');
  await handle.truncate(bytes);
  await handle.close();
}
