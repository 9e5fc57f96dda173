import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowTracking, openMlflowTracking } from '../../../test/support/mlflow-tracking.ts';

let server: MlflowTracking;
let experiment: string;
const ids: Record<string, string> = {};

const invalid = (message: unknown) => ({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message } });
const search = (more: object = {}) => server.post('runs/search', { experiment_ids: [experiment], ...more });
const names = async (more: object = {}): Promise<string[]> =>
  ((await search(more)).body.runs ?? []).map((run: { info: { run_name: string } }) => run.info.run_name);

beforeAll(async () => {
  server = await openMlflowTracking();
  experiment = (await server.post('experiments/create', { name: 'searched' })).body.experiment_id;
  const runs: [string, number | string | undefined, string | undefined][] = [
    ['a', 0.5, 'x'],
    ['b', 'NaN', 'y'],
    ['c', undefined, undefined],
    ['d', 0.75, "it's"],
    ['e', 'Infinity', 'X'],
  ];
  for (const [i, [name, auc, p]] of runs.entries()) {
    const made = await server.post('runs/create', {
      ...{ experiment_id: experiment, run_name: name, user_id: `user-${name}`, start_time: 1000 + i },
      tags: [{ key: 'odd key', value: name }],
    });
    const run_id = made.body.run.info.run_id;
    ids[name] = run_id;
    await server.post('runs/log-batch', {
      run_id,
      ...(auc !== undefined && { metrics: [{ key: 'auc', value: auc, timestamp: 1, step: 0 }] }),
      ...(p !== undefined && { params: [{ key: 'p', value: p }] }),
    });
  }
  const dataset = { name: 'flights', digest: 'd1', source_type: 'local', source: '' };
  const tags = [{ key: 'mlflow.data.context', value: 'train' }];
  await server.post('runs/log-inputs', { run_id: ids['a'], datasets: [{ dataset, tags }] });
  await server.post('runs/outputs', { run_id: ids['a'], models: [{ model_id: `m-${'1'.repeat(32)}` }] });
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.dispose();
});

describe('a filter', () => {
  test.each([
    ['metrics.auc > 0.5', 'ed'],
    ['metrics.auc >= 0.5 and metrics.auc <= 0.75', 'da'],
    ['metric.auc != 0.5', 'edb'],
    ['metrics.auc > 1e300', 'e'],
    ["params.p = 'x'", 'a'],
    ["params.p != 'x'", 'edb'],
    ["parameters.p LIKE '%t%'", 'd'],
    ["param.p ILIKE 'x'", 'ea'],
    ['params.p IS NULL', 'c'],
    ['params.p IS NOT NULL', 'edba'],
    ['params.p = "it\'s"', 'd'],
    ["tags.`odd key` = 'b'", 'b'],
    ['tag."odd key" = \'b\'', 'b'],
    ["tags.mlflow.runName = 'd'", 'd'],
    ["attributes.run_name = 'd' AND attr.status = 'RUNNING'", 'd'],
    ["run.`Run name` = 'd'", 'd'],
    ["`run name` = 'd'", 'd'],
    ["user_id = 'user-e'", 'e'],
    ['start_time >= 1003', 'ed'],
    ['attributes.created < 1001', 'a'],
    ["datasets.name = 'flights' and dataset.digest = 'd1'", 'a'],
    ["datasets.context IN ('train', 'test')", 'a'],
    ["datasets.name NOT IN ('flights')", ''],
    ["params.p = 'x' OR (metrics.auc > 0.7 AND NOT run_name = 'e')", 'da'],
  ])('%s finds %s', async (filter, expected) => {
    expect((await names({ filter })).join('')).toBe(expected);
  });

  test('by run ids finds those', async () => {
    expect(await names({ filter: `run_id IN ('${ids['a']}', '${ids['c']}')` })).toEqual(['c', 'a']);
    expect(await names({ filter: `attributes.run_id NOT IN ('${ids['a']}')` })).toEqual(['e', 'd', 'c', 'b']);
    expect(await names({ filter: `run_id = '${ids['b']}'` })).toEqual(['b']);
  });

  test.each([
    'metrics.auc > "x"',
    'params.p = 1',
    'foo.x = 1',
    "params.p > 'x'",
    'status',
    '(',
    "a'b",
    'metrics. > 1',
    "datasets.x = 'y'",
  ])('that is wrong is refused: %s', async (filter) => {
    expect(await search({ filter })).toEqual(invalid(expect.any(String)));
  });
});

describe('an order', () => {
  test.each([
    [['metrics.auc DESC'], 'edabc'],
    [['metrics.auc ASC'], 'adebc'],
    [['params.p'], 'edabc'],
    [['start_time'], 'abcde'],
    [['attributes.start_time DESC'], 'edcba'],
    [['run_name DESC'], 'edcba'],
    [['tags.`odd key` ASC'], 'abcde'],
    [['status', 'metrics.auc ASC', 'status'], 'adebc'],
  ])('%j gives %s', async (order_by, expected) => {
    expect((await names({ order_by })).join('')).toBe(expected);
  });
});

test('pages follow each other whatever the order; a token is of its search', async () => {
  for (const order_by of [[], ['metrics.auc DESC'], ['params.p'], ['metrics.auc ASC', 'start_time DESC']]) {
    const all = await names({ order_by });
    const paged: string[] = [];
    for (let page_token = ''; ; ) {
      const { body } = await search({ order_by, max_results: 2, page_token });
      paged.push(...body.runs.map((run: { info: { run_name: string } }) => run.info.run_name));
      page_token = body.next_page_token;
      if (!page_token) break;
    }
    expect(paged).toEqual(all);
  }
  const { body } = await search({ max_results: 2 });
  const other = await search({ page_token: body.next_page_token, order_by: ['run_name'] });
  expect(other).toEqual(invalid(expect.stringMatching(/^Invalid page token/)));
  expect(await search({ page_token: 'junk' })).toEqual(invalid(expect.stringMatching(/^Invalid page token/)));
});

test('results carry what a run logged, read and made', async () => {
  const { body } = await search({ filter: "run_name = 'a'" });
  const [run] = body.runs;
  expect(run).toEqual((await server.get('runs/get', { run_id: ids['a']! })).body.run);
  expect(run.inputs.dataset_inputs[0].dataset.name).toBe('flights');
  expect(run.outputs.model_outputs).toEqual([{ model_id: `m-${'1'.repeat(32)}` }]);
});

test('only experiments that are named are searched, unknown ones hold nothing', async () => {
  expect(await server.post('runs/search', {})).toEqual({ status: 200, body: {} });
  expect(await server.post('runs/search', { experiment_ids: ['none'] })).toEqual({ status: 200, body: {} });
  expect(await names({ experiment_ids: [experiment, 'none', '0'] })).toHaveLength(5);
});

test('deleted runs are shown where asked for; sizes of pages have limits', async () => {
  await server.post('runs/delete', { run_id: ids['c'] });
  expect(await names()).toEqual(['e', 'd', 'b', 'a']);
  expect(await names({ run_view_type: 'DELETED_ONLY' })).toEqual(['c']);
  expect(await names({ run_view_type: 'ALL' })).toEqual(['e', 'd', 'c', 'b', 'a']);
  await server.post('runs/restore', { run_id: ids['c'] });
  expect(await search({ max_results: 0 })).toEqual(
    invalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer"),
  );
  expect(await search({ max_results: 50_001 })).toEqual(invalid(expect.stringContaining('50000')));
  expect((await search({ max_results: '50000' })).status).toBe(200);
});
