import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MlflowTracking, openMlflowTracking } from '../../../test/support/mlflow-tracking.ts';

let server: MlflowTracking;

interface Point {
  key: string;
  value: number | string;
  step: number;
  timestamp: number;
  run_id?: string;
}

const invalid = (message: unknown) => ({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE', message } });
const seeDocs = 'See the API docs for more information about request parameters.';
const done = { status: 200, body: {} };
const create = async () => (await server.post('runs/create', { experiment_id: '0' })).body.run.info.run_id as string;
const log = (id: string, more: object) =>
  server.post('runs/log-metric', { run_id: id, key: 'm', value: 1, timestamp: 5, step: 0, ...more });
const batch = (id: string, metrics: unknown[]) => server.post('runs/log-batch', { run_id: id, metrics });
const latest = async (id: string): Promise<Record<string, Point>> => {
  const { metrics = [] } = (await server.get('runs/get', { run_id: id })).body.run.data;
  return Object.fromEntries(metrics.map((point: Point) => [point.key, point]));
};
const history = async (id: string, key: string, more: Record<string, string> = {}) =>
  (await server.get('metrics/get-history', { run_id: id, metric_key: key, ...more })).body;

beforeAll(async () => {
  server = await openMlflowTracking();
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.dispose();
});

describe('a point', () => {
  test('may be NaN or infinite, a truth or a numeric text', async () => {
    const id = await create();
    const given = { nan: 'NaN', inf: 'Infinity', low: '-Infinity', yes: true, text: '2.5', big: 1e300, neg: -0.1 };
    for (const [key, value] of Object.entries(given)) expect(await log(id, { key, value })).toEqual(done);
    const found = await latest(id);
    expect(Object.fromEntries(Object.entries(found).map(([key, { value }]) => [key, value]))).toEqual({
      ...{ nan: 'NaN', inf: Number.MAX_VALUE, low: -Number.MAX_VALUE, yes: 1, text: 2.5, big: 1e300, neg: -0.1 },
    });
    expect((await history(id, 'nan')).metrics).toEqual([{ key: 'nan', value: 'NaN', timestamp: 5, step: 0 }]);
  });

  test('has a step that a number can tell exactly, or is refused saying so', async () => {
    const id = await create();
    const rule = 'supplied: steps and timestamps in milliseconds lie between -2^53 and 2^53.';
    expect(await log(id, { step: Number.MAX_SAFE_INTEGER })).toEqual(done);
    expect(await log(id, { step: '9007199254740994' })).toEqual(
      invalid(`Invalid value 9007199254740994 for parameter 'step' ${rule}`),
    );
    expect(await batch(id, [{ key: 'm', value: 1, timestamp: 2 ** 60, step: 0 }])).toEqual(
      invalid(expect.stringContaining(`for parameter 'metrics[0].timestamp' ${rule}`)),
    );
    expect(await batch(id, [5])).toEqual(
      invalid(`Invalid value 5 for parameter 'metrics[0]' supplied: a metric expected.`),
    );
  });

  test('is the latest by step, then time, then value, not by when it came', async () => {
    const id = await create();
    for (const [value, step, timestamp] of [
      [1, 5, 10],
      [9, 4, 99],
      [2, 5, 10],
      [0, 5, 11],
      [-1, 5, 11],
    ]) {
      await log(id, { value, step, timestamp });
    }
    expect((await latest(id))['m']).toEqual({ key: 'm', value: 0, step: 5, timestamp: 11 });
    expect((await history(id, 'm')).metrics.map((point: Point) => point.value)).toEqual([1, 2, -1, 0, 9]);
  });

  test('that repeats another exactly counts once', async () => {
    const id = await create();
    for (let i = 0; i < 2; i++)
      expect(
        await batch(
          id,
          [1, 1].map((value) => ({ key: 'm', value, timestamp: 5 })),
        ),
      ).toEqual(done);
    expect((await history(id, 'm')).metrics).toHaveLength(1);
  });

  test('is refused in the words clients know', async () => {
    const id = await create();
    expect(await log(id, { value: 'abc' })).toEqual(
      invalid(`Invalid value "abc" for parameter 'value' supplied:  Hint: Value was of type 'str'. ${seeDocs}`),
    );
    expect(await log(id, { value: null })).toEqual(invalid(`Missing value for required parameter 'value'. ${seeDocs}`));
    expect(await log(id, { timestamp: -1 })).toEqual(
      invalid(
        "Invalid value -1 for parameter 'timestamp' supplied: metric 'm' (value=1.0). Timestamp must be a nonnegative long (64-bit integer) ",
      ),
    );
    expect(await log(id, { dataset_name: 'd' })).toEqual(
      invalid('Both dataset_name and dataset_digest must be provided if one is provided'),
    );
    expect(
      await batch(id, [
        { key: 'm', value: 1, timestamp: 1 },
        { value: 1, timestamp: 1 },
      ]),
    ).toEqual(invalid(`Missing value for required parameter 'metrics[1].key'. ${seeDocs}`));
    const many = Array.from({ length: 1001 }, (_, step) => ({ key: 'm', value: 1, timestamp: 1, step }));
    expect(await batch(id, many)).toEqual(
      invalid(
        'A batch logging request can contain at most 1000 metrics. Got 1001 metrics. Please split up metrics across multiple requests and try again.',
      ),
    );
    expect(await latest(id)).toEqual({});
  });

  test("of a model is the run's and the model's", async () => {
    const id = await create();
    const made = await server.post('logged-models', { experiment_id: '0', source_run_id: id });
    const { model_id } = made.body.model.info;
    const of = { model_id, dataset_name: 'd', dataset_digest: '1' };
    expect(await log(id, { key: 'acc', value: 0.5, ...of })).toEqual(done);
    expect(await batch(id, [{ key: 'f1', value: 0.25, timestamp: 1, step: 2, ...of }])).toEqual(done);
    expect(Object.keys(await latest(id)).sort()).toEqual(['acc', 'f1']);
    const { model } = (await server.get(`logged-models/${model_id}`)).body;
    expect(model.data.metrics.map((point: Point) => [point.key, point.value, point.run_id]).sort()).toEqual([
      ['acc', 0.5, id],
      ['f1', 0.25, id],
    ]);
  });
});

test('points that come at once are all kept, and one that is refused does not take others along', async () => {
  const [id, deleted] = [await create(), await create()];
  await server.post('runs/delete', { run_id: deleted });
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, step) => log(step % 10 === 0 ? deleted : step % 10 === 1 ? 'none' : id, { step })),
  );
  expect(answers.map(({ status }) => status)).toEqual(
    Array.from({ length: 200 }, (_, step) => (step % 10 === 0 ? 400 : step % 10 === 1 ? 404 : 200)),
  );
  expect((await history(id, 'm')).metrics).toHaveLength(160);
});

describe('a history', () => {
  test('comes whole, or in pages', async () => {
    const id = await create();
    const steps = Array.from({ length: 1000 }, (_, step) => ({ key: 'm', value: step, timestamp: step, step }));
    await batch(id, steps);
    expect((await history(id, 'm')).metrics).toHaveLength(1000);
    const found: number[] = [];
    for (let page_token: string | undefined, pages = 0; pages < 5; pages++) {
      const page = await history(id, 'm', { max_results: '300', ...(page_token && { page_token }) });
      found.push(...page.metrics.map((point: Point) => point.step));
      page_token = page.next_page_token;
      if (!page_token) break;
    }
    expect(found).toEqual(steps.map(({ step }) => step));
  });

  test('of nothing is empty, and of nonsense refused', async () => {
    const id = await create();
    expect(await history(id, 'none')).toEqual({});
    expect(await history('nope', 'm')).toEqual({});
    expect(await history(id, 'm', { max_results: '0' })).toEqual(
      invalid("Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer.").body,
    );
    await log(id, {});
    expect((await history(id, 'm', { page_token: 'junk' })).error_code).toBe('INVALID_PARAMETER_VALUE');
  });

  test('of several runs is for pages', async () => {
    const ids = [await create(), await create()];
    for (const id of ids) await log(id, { value: 3 });
    const { body } = await server.get('/ajax-api/2.0/mlflow/metrics/get-history-bulk', {
      run_id: ids,
      metric_key: 'm',
    });
    expect(body.metrics.map((point: Point) => point.run_id)).toEqual([...ids].sort());
    const none = await server.get('/ajax-api/2.0/mlflow/metrics/get-history-bulk', { metric_key: 'm' });
    expect(none).toEqual(invalid('GetMetricHistoryBulk request must specify at least one run_id.'));
  });
});

describe('a sample', () => {
  const sample = async (query: Record<string, string | string[]>) =>
    server.get('metrics/get-history-bulk-interval', { metric_key: 'm', ...query });

  test('is all of few points, and of many the first, the last and some evenly between', async () => {
    const id = await create();
    for (let from = 0; from < 12_000; from += 1000) {
      await batch(
        id,
        Array.from({ length: 1000 }, (_, i) => ({ key: 'm', value: i, timestamp: from + i, step: from + i })),
      );
    }
    const steps = async (query: Record<string, string>) =>
      (await sample({ run_ids: [id], ...query })).body.metrics.map((point: Point) => point.step) as number[];
    expect(await steps({ start_step: '10', end_step: '12' })).toEqual([10, 11, 12]);
    const few = await steps({ max_results: '5', start_step: '0', end_step: '99' });
    expect(few).toEqual([0, 20, 40, 60, 99]);
    const some = await steps({ max_results: '321' });
    expect([some.length, some[0], some.at(-1)]).toEqual([321, 0, 11_999]);
    const gaps = some.slice(1).map((step, i) => step - some[i]!);
    expect([Math.min(...gaps), Math.max(...gaps)]).toEqual([37, 38]);
    expect(await steps({ max_results: '1' })).toEqual([11_999]);
  });

  test('of points of one step goes by time', async () => {
    const id = await create();
    for (let from = 0; from < 6000; from += 1000) {
      await batch(
        id,
        Array.from({ length: 1000 }, (_, i) => ({ key: 'm', value: i, timestamp: from + i, step: 0 })),
      );
    }
    const { body } = await sample({ run_ids: [id], max_results: '4' });
    expect(body.metrics.map((point: Point) => point.timestamp)).toEqual([0, 2000, 3999, 5999]);
  });

  test('is refused outside of its limits', async () => {
    const id = await create();
    expect(await sample({})).toEqual(invalid(`Missing value for required parameter 'run_ids'. ${seeDocs}`));
    expect(await sample({ run_ids: [id], max_results: '2501' })).toEqual(
      invalid(`max_results must be between 1 and 2500. ${seeDocs}`),
    );
    expect(await sample({ run_ids: [id], start_step: '1' })).toEqual(
      invalid('If either start step or end step are specified, both must be specified.'),
    );
    expect(await sample({ run_ids: [id], start_step: '2', end_step: '1' })).toEqual(
      invalid('end_step must be greater than start_step. Found start_step=2 and end_step=1.'),
    );
    expect(await sample({ run_ids: [id, 'nope'] })).toEqual(done);
  });
});
