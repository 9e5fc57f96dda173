import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDealer } from '../../../test/support/fuzz.ts';
import { type MlflowTracking, openMlflowTracking } from '../../../test/support/mlflow-tracking.ts';

let server: MlflowTracking;
let runId: string;

const posts =
  'runs/create runs/update runs/delete runs/restore runs/search runs/log-metric runs/log-parameter runs/set-tag runs/delete-tag runs/log-batch runs/log-inputs runs/outputs runs/log-model experiments/create experiments/update experiments/delete experiments/restore experiments/set-experiment-tag experiments/delete-experiment-tag experiments/search experiments/search-datasets'.split(
    ' ',
  );
const gets =
  'runs/get experiments/get experiments/get-by-name experiments/search metrics/get-history metrics/get-history-bulk-interval /ajax-api/2.0/mlflow/metrics/get-history-bulk'.split(
    ' ',
  );
const fields =
  'run_id run_uuid experiment_id experiment_ids experiment_name name new_name run_name user_id start_time end_time status key value timestamp step model_id dataset_name dataset_digest metrics params tags datasets models dataset digest source filter order_by max_results page_token run_view_type view_type metric_key run_ids start_step end_step model_json artifact_location'.split(
    ' ',
  );

beforeAll(async () => {
  server = await openMlflowTracking();
  runId = (await server.post('runs/create', { experiment_id: '0' })).body.run.info.run_id;
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.dispose();
});

const values = (): unknown[] => [
  ...[runId, '0', 'x', '', ' ', 'a/../b', '\u0000', '\ud800', '🚀', '__proto__', 'constructor', 'x'.repeat(9000)],
  ...[0, -1, 1, 1.5, 1e308, 2 ** 53 + 2, -(2 ** 63), '12', '1e400', 'NaN', '-Infinity', true, false, null],
  ...[[], {}, [null], [[]], [{}], ['x', 1], { key: 'k', value: 1, timestamp: 1, step: 1 }, [{ key: 'k', value: 'v' }]],
  ...[
    [{ key: 'k', value: 1, timestamp: 1 }],
    [{ dataset: { name: 'd', digest: 'e' }, tags: [{ key: 'a' }] }],
    [{ model_id: 'm' }],
  ],
  ...[
    "metrics.`a` > 1 and (params.x = 'y' or tags.z is null)",
    "status = 'RUNNING",
    'metrics.a DESC',
    'W10',
    'ALL',
    'FINISHED',
  ],
];

test('no fields of any shape are answered with a fault', async () => {
  const deal = createDealer('tracking');
  const from = <T>(list: readonly T[]): T => list[deal(list.length)]!;
  for (let i = 0; i < 1500; i++) {
    const body: Record<string, unknown> =
      deal(3) === 0 ? {} : { run_id: runId, experiment_id: '0', key: 'k', max_results: 5 };
    for (let n = deal(6); n >= 0; n--) body[from(fields)] = from(values());
    const path = from(posts);
    const { status } = await server.post(path, body);
    expect({ path, body, isFine: status < 500 }).toEqual({ path, body, isFine: true });
  }
});

test('no query of any shape is answered with a fault', async () => {
  const deal = createDealer('queries');
  const from = <T>(list: readonly T[]): T => list[deal(list.length)]!;
  for (let i = 0; i < 500; i++) {
    const query: Record<string, string | string[]> =
      deal(3) === 0 ? {} : { run_id: runId, run_ids: runId, metric_key: 'k' };
    const texts = values().map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
    for (let n = deal(4); n >= 0; n--) query[from(fields)] = deal(4) === 0 ? [from(texts), from(texts)] : from(texts);
    const path = from(gets);
    const { status } = await server.get(path, query);
    expect({ path, query, isFine: status < 500 }).toEqual({ path, query, isFine: true });
  }
});
