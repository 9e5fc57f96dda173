import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createDealer, randomBody } from '../../../test/support/fuzz.ts';
import { type Body, openTraces, type TraceStack } from '../../../test/support/mlflow-traces.ts';
import { systemActor } from '../../kernel/actor.ts';
import { mutualInformation } from './trace-correlation.ts';
import { traceRoutes } from './traces.ts';

let stack: TraceStack;
let experiment: string;
beforeAll(async () => {
  stack = await openTraces();
  experiment = (await stack.tracking.experiments.create(systemActor, { name: 'chat' })).id;
});
afterEach(() => expect(stack.faults.splice(0)).toEqual([]));
afterAll(() => stack.dispose());

const newer = (method: string, path: string, body?: unknown) =>
  stack.call(method, `/api/3.0/mlflow/traces${path}`, body);
const older = (method: string, path: string, body?: unknown) =>
  stack.call(method, `/api/2.0/mlflow/traces${path}`, body);
const idOf = (n: number) => `tr-${n.toString(16).padStart(32, '0')}`;
const location = (id = experiment) => ({ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: id } });
const info = (n: number, more: object = {}) => ({
  trace_id: idOf(n),
  trace_location: location(),
  request_time: '2026-05-28T20:26:40.500Z',
  execution_duration: '0.125s',
  state: 'OK',
  ...more,
});
const start = (n: number, more: object = {}) => newer('POST', '', { trace: { trace_info: info(n, more) } });
const refused = (code: string, message: unknown = expect.any(String)) => ({ body: { error_code: code, message } });

test('a trace is described, shown, found and deleted in the form that clients of version 3 read', async () => {
  const tags = { 'mlflow.traceName': 'ask', team: 'blue', 'mlflow.artifactLocation': 'file:///etc' };
  const run = await stack.tracking.runs.create(systemActor, { experiment });
  const trace_metadata = { 'mlflow.sourceRun': run.id, 'mlflow.trace_schema.version': '3' };
  const more = { tags, trace_metadata, client_request_id: 'c-1', request_preview: 'q', response_preview: 'a' };
  const made = await start(1, more);
  const shown = {
    ...info(1, { ...more, tags: undefined }),
    request_time: '2026-05-28T20:26:40.500Z',
    tags: {
      ...{ team: 'blue', 'mlflow.traceName': 'ask' },
      'mlflow.artifactLocation': `mlflow-artifacts:/${experiment}/traces/${idOf(1)}/artifacts`,
    },
  };
  expect(made).toMatchObject({ status: 200, body: { trace: { trace_info: shown } } });
  expect((await newer('GET', `/${idOf(1)}`)).body).toEqual({ trace: { trace_info: shown } });
  expect((await stack.call('GET', `/ajax-api/3.0/mlflow/traces/${idOf(1)}`)).body.trace.trace_info).toEqual(shown);
  expect((await newer('POST', '/batchGetInfos', { trace_ids: [idOf(1), idOf(99)] })).body).toEqual({
    trace_infos: [shown],
  });
  for (const filter of [
    `run_id = '${run.id}'`,
    "tags.`mlflow.traceName` = 'ask'",
    `metadata.\`mlflow.sourceRun\` = '${run.id}'`,
  ]) {
    const found = await newer('POST', '/search', { locations: [location()], filter });
    expect(found.body).toEqual({ traces: [shown] });
  }
  const deletion = { experiment_id: experiment, request_ids: [idOf(1), idOf(2)] };
  expect((await newer('POST', '/delete-traces', deletion)).body).toEqual({ traces_deleted: 1 });
  expect(await newer('GET', `/${idOf(1)}`)).toMatchObject({
    status: 404,
    ...refused('RESOURCE_DOES_NOT_EXIST', `Trace with ID '${idOf(1)}' not found.`),
  });
});

test('searches page, and refuse what they cannot', async () => {
  for (let n = 10; n < 15; n++) await start(n, { request_time: `2026-05-28T20:26:${n}Z` });
  const asked = { locations: [location(), location('none')], max_results: 2, order_by: ['timestamp_ms ASC'] };
  const seen: string[] = [];
  for (let page_token: string | undefined; ; ) {
    const { body } = await newer('POST', '/search', { ...asked, page_token });
    seen.push(...body.traces.map((one: Body) => one.trace_id));
    page_token = body.next_page_token;
    if (page_token === undefined) break;
  }
  expect(seen).toEqual([10, 11, 12, 13, 14].map(idOf));
  expect((await newer('POST', '/search', { locations: [location('none')] })).body).toEqual({});
  for (const wrong of [
    { max_results: 501 },
    { max_results: 0 },
    { page_token: 'x' },
    { filter: 'nope = 1' },
    { order_by: ['x'] },
  ]) {
    const answer = await newer('POST', '/search', { locations: [location()], ...wrong });
    expect(answer).toMatchObject({ status: 400, ...refused('INVALID_PARAMETER_VALUE') });
  }
  expect(await start(16, { trace_location: location('none') })).toMatchObject({ status: 404 });
  expect(await start(16, { request_time: 'noon' })).toMatchObject({ status: 400 });
  expect(await newer('POST', '', { trace: {} })).toMatchObject({
    status: 400,
    ...refused(
      'INVALID_PARAMETER_VALUE',
      expect.stringContaining("Missing value for required parameter 'trace.trace_info'"),
    ),
  });
  const past = Date.UTC(2026, 4, 28, 20, 26, 13);
  const older = { experiment_id: experiment, max_timestamp_millis: past, max_traces: 3 };
  expect((await newer('POST', '/delete-traces', older)).body).toEqual({ traces_deleted: 3 });
  expect(await newer('POST', '/delete-traces', { experiment_id: experiment })).toMatchObject(
    refused('INVALID_PARAMETER_VALUE', 'Either `max_timestamp_millis` or `trace_ids` must be specified.'),
  );
});

test('a trace begun and ended the older way is found by both', async () => {
  const tags = [{ key: 'mlflow.traceName', value: 'old' }];
  const begun = await older('POST', '', { experiment_id: experiment, timestamp_ms: 1000, tags });
  const { request_id: id } = begun.body.trace_info;
  expect(begun.body.trace_info).toMatchObject({ experiment_id: experiment, timestamp_ms: 1000, status: 'IN_PROGRESS' });
  const end = { timestamp_ms: 1250, status: 'ERROR', request_metadata: [{ key: 'm', value: '1' }], tags: [] };
  const ended = await older('PATCH', `/${id}`, end);
  expect(ended.body.trace_info).toMatchObject({
    ...{ request_id: id, execution_time_ms: 250, status: 'ERROR', request_metadata: [{ key: 'm', value: '1' }] },
    tags: expect.arrayContaining([{ key: 'mlflow.traceName', value: 'old' }]),
  });
  expect((await older('GET', `/${id}/info`)).body).toEqual(ended.body);
  const query = new URLSearchParams({ experiment_ids: experiment, filter: "request_metadata.m = '1'" });
  expect((await older('GET', `?${query}`)).body).toEqual({ traces: [ended.body.trace_info] });
  expect((await newer('GET', `/${id}`)).body.trace.trace_info.execution_duration).toBe('0.250s');
  expect(await older('PATCH', `/${idOf(77)}`, end)).toMatchObject({ status: 404 });
});

const olderSpan = {
  ...{
    name: 'ask',
    parent_id: null,
    start_time: 5_000_000,
    end_time: 9_000_000,
    status_code: 'OK',
    status_message: '',
  },
  context: { trace_id: '0xab', span_id: '0x1f' },
  attributes: { 'mlflow.spanInputs': '{"f": 1.0, "n": 2}', 'mlflow.spanType': '"LLM"', 'mlflow.traceRequestId': '"x"' },
  events: [{ name: 'e', timestamp: 6_000_000, attributes: { k: 'v' } }],
};
const newerSpan = {
  ...{ name: 'ask', trace_id: 'CvdlGRbNQ92ESOshHIAxnA==', span_id: 'AAAAAAAAAB8=', parent_span_id: '', links: [] },
  ...{
    start_time_unix_nano: 5_000_000,
    end_time_unix_nano: 9_000_000,
    status: { code: 'STATUS_CODE_OK', message: '' },
  },
  attributes: olderSpan.attributes,
  events: [{ name: 'e', time_unix_nano: 6_000_000, attributes: { k: 'v' } }],
};
test.each([
  ['older', olderSpan],
  ['newer', newerSpan],
] as const)('spans that a client put among the files come back with the trace: %s form', async (_form, span) => {
  await start(20);
  expect((await newer('GET', `/batchGet?trace_ids=${idOf(20)}`)).body).toEqual(
    _form === 'older' ? {} : expect.anything(),
  );
  await stack.tracking.artifacts.put(idOf(20), 'traces.json', Buffer.from(JSON.stringify({ spans: [span] })));
  const { body } = await newer('GET', `/batchGet?trace_ids=${idOf(20)}&trace_ids=${idOf(98)}`);
  expect(body.traces).toHaveLength(1);
  expect(body.traces[0].spans).toEqual([
    {
      ...{
        trace_id: 'AAAAAAAAAAAAAAAAAAAAFA==',
        span_id: 'AAAAAAAAAB8=',
        name: 'ask',
        status: { code: 'STATUS_CODE_OK' },
      },
      ...{ start_time_unix_nano: 5_000_000, end_time_unix_nano: 9_000_000 },
      attributes: [
        {
          key: 'mlflow.spanInputs',
          value: {
            kvlist_value: {
              values: [
                { key: 'f', value: { double_value: 1 } },
                { key: 'n', value: { int_value: 2 } },
              ],
            },
          },
        },
        { key: 'mlflow.spanType', value: { string_value: 'LLM' } },
        { key: 'mlflow.traceRequestId', value: { string_value: 'x' } },
      ],
      events: [{ time_unix_nano: 6_000_000, name: 'e', attributes: [{ key: 'k', value: { string_value: 'v' } }] }],
    },
  ]);
});

test('a trace whose spans are not all there is not shown whole', async () => {
  const trace_metadata = { 'mlflow.trace.sizeStats': '{"num_spans": 2}' };
  await start(30, { trace_metadata });
  const span = { name: 's', type: 'X', status: 'ok', statusMessage: '', startNs: 1n, endNs: 2n } as const;
  const rest = { parentId: null, attributes: {}, events: [], links: [] };
  const put = (id: string) =>
    stack.traces.record({ experiment }, [
      { traceId: idOf(30), spans: [{ id, ...span, ...rest }], tags: {}, metadata: {} },
    ]);
  await put('000000000000000a');
  expect((await newer('GET', `/batchGet?trace_ids=${idOf(30)}`)).body).toEqual({});
  const partial = await newer('GET', `/get?trace_id=${idOf(30)}&allow_partial=true`);
  expect(partial.body.trace.spans).toHaveLength(1);
  const whole = newer('GET', `/get?trace_id=${idOf(30)}`);
  await put('000000000000000b');
  expect((await whole).body.trace.spans).toHaveLength(2);
});

test('tags: set, renamed, removed, by both versions; those of the server stay', async () => {
  await start(40, { tags: { 'mlflow.traceName': 'n' } });
  expect(await older('PATCH', `/${idOf(40)}/tags`, { key: 'k', value: 'v' })).toMatchObject({ status: 200, body: {} });
  await newer('PATCH', `/${idOf(40)}/tags`, { key: 'mlflow.traceName', value: 'new' });
  const { tags } = (await newer('GET', `/${idOf(40)}`)).body.trace.trace_info;
  expect(tags).toMatchObject({ k: 'v', 'mlflow.traceName': 'new' });
  expect((await older('DELETE', `/${idOf(40)}/tags`, { key: 'k' })).status).toBe(200);
  expect(await newer('DELETE', `/${idOf(40)}/tags`, { key: 'k' })).toMatchObject({
    status: 404,
    ...refused('RESOURCE_DOES_NOT_EXIST', `No trace tag with key 'k' for trace with ID '${idOf(40)}'`),
  });
  const key = 'mlflow.trace.spansLocation';
  expect(await older('PATCH', `/${idOf(40)}/tags`, { key, value: 'x' })).toMatchObject(
    refused('INVALID_PARAMETER_VALUE', `Tag '${key}' is immutable and cannot be set on a trace.`),
  );
});

test('assessments: made, overridden, changed by mask, removed', async () => {
  await start(50);
  const path = `/${idOf(50)}/assessments`;
  const source = { source_type: 'HUMAN', source_id: 'me' };
  const make = async (assessment: object) =>
    (await newer('POST', path, { assessment: { source, ...assessment } })).body.assessment;
  const first = await make({
    assessment_name: 'q',
    feedback: { value: 1 },
    metadata: { 'mlflow.assessment.sourceRunId': 'r' },
  });
  expect(first).toMatchObject({ trace_id: idOf(50), source, feedback: { value: 1 }, valid: true });
  const failed = { value: null, error: { error_code: 'E', error_message: 'm' } };
  expect(await make({ assessment_name: 'f', feedback: failed })).toMatchObject({ feedback: failed });
  const serialized_value = { serialization_format: 'JSON_FORMAT', value: '{"a":[1]}' };
  expect(await make({ assessment_name: 'e', expectation: { serialized_value } })).toMatchObject({
    expectation: { serialized_value },
  });
  expect(await make({ assessment_name: 'i', issue: { issue_name: 'slow' } })).toMatchObject({
    issue: { issue_name: 'slow' },
  });
  const second = await make({ assessment_name: 'q', feedback: { value: 'good' }, overrides: first.assessment_id });
  const one = `${path}/${second.assessment_id}`;
  const assessment = { feedback: { value: 'better' }, rationale: 'r', assessment_name: 'ignored' };
  const changed = await newer('PATCH', one, { assessment, update_mask: 'feedback,rationale' });
  expect(changed.body.assessment).toMatchObject({
    assessment_name: 'q',
    feedback: { value: 'better' },
    rationale: 'r',
  });
  expect((await newer('GET', one)).body).toEqual(changed.body);
  const shown = (await newer('GET', `/${idOf(50)}`)).body.trace.trace_info.assessments;
  expect(shown.find((each: Body) => each.assessment_id === first.assessment_id).valid).toBe(false);
  expect(await newer('DELETE', one)).toMatchObject({ status: 200, body: {} });
  expect((await newer('GET', `${path}/${first.assessment_id}`)).body.assessment.valid).toBe(true);
  expect(await newer('GET', one)).toMatchObject({
    status: 404,
    ...refused(
      'RESOURCE_DOES_NOT_EXIST',
      `Assessment with ID '${second.assessment_id}' not found for trace '${idOf(50)}'`,
    ),
  });
  expect(await newer('POST', path, { assessment: { source, assessment_name: 'none' } })).toMatchObject({ status: 400 });
});

test('how two filters go together', async () => {
  const { id } = await stack.tracking.experiments.create(systemActor, { name: 'correlated' });
  for (let n = 60; n < 70; n++) {
    await start(n, { trace_location: location(id), state: n < 64 ? 'ERROR' : 'OK', tags: n < 62 ? { a: '1' } : {} });
  }
  const asked = { experiment_ids: [id], filter_string1: "status = 'ERROR'", filter_string2: "tags.a = '1'" };
  const { body } = await newer('POST', '/calculate-filter-correlation', asked);
  expect(body).toMatchObject({ filter1_count: 4, filter2_count: 2, joint_count: 2, total_count: 10 });
  expect(body.npmi).toBeCloseTo(Math.log(0.2 / (0.4 * 0.2)) / -Math.log(0.2), 12);
  expect(mutualInformation({ total: 10, first: 5, second: 5, both: 0 })).toBe(-1);
  expect(mutualInformation({ total: 10, first: 0, second: 5, both: 0 })).toBeUndefined();
  expect(mutualInformation({ total: 4, first: 2, second: 2, both: 1 })).toBeCloseTo(0, 12);
});

test('our own API shows the same trace with its spans', async () => {
  const found = await stack.call('POST', '/api/v1/traces/search', {
    experiments: ['chat'],
    filter: `id = '${idOf(30)}'`,
  });
  expect(found.body.items).toMatchObject([{ id: idOf(30), experimentId: experiment, state: 'ok', spans: 2 }]);
  const { body } = await stack.call('GET', `/api/v1/traces/${idOf(30)}`);
  expect(body).toMatchObject({ durationMs: 125, spanList: [{ startNs: '1' }, { id: '000000000000000b' }] });
  expect((await stack.call('PATCH', `/api/v1/traces/${idOf(30)}/tags`, { tags: { x: 'y' } })).status).toBe(204);
  const feedback = { kind: 'feedback', name: 'q', value: 5, source: { kind: 'human', id: 'me' } };
  const made = await stack.call('POST', `/api/v1/traces/${idOf(30)}/assessments`, feedback);
  expect(made).toMatchObject({ status: 201, body: { value: 5, isValid: true } });
  expect((await stack.call('DELETE', `/api/v1/traces/${idOf(30)}/assessments/${made.body.id}`)).status).toBe(204);
  expect((await stack.call('GET', '/api/v1/traces/none')).status).toBe(404);
  const deleted = await stack.call('POST', '/api/v1/traces/delete', { experiment: 'chat', ids: [idOf(30)] });
  expect(deleted.body).toEqual({ deleted: 1 });
});

test('whatever the body, no route answers with a fault', async () => {
  const deal = createDealer('traces');
  const routes = traceRoutes({ traces: stack.traces, tracking: stack.tracking }).filter(
    ({ path, method }) => path.startsWith('/api') && method !== 'GET',
  );
  expect(routes.length).toBeGreaterThan(10);
  for (const route of routes) {
    const path = route.path.replace(/:\w+/g, idOf(50));
    for (let turn = 0; turn < 8; turn++) {
      const answer = await stack.call(route.method, path, Buffer.from(randomBody(route, deal, turn)));
      expect([path, answer.status < 500]).toEqual([path, true]);
    }
  }
});
