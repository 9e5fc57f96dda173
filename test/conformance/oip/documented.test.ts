import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { oipRoutes } from '../../../src/protocols/oip/index.ts';
import { accepted, checkDocumented, document, faultsOf, fetchChecked, schemaFor, templateOf } from './documented.ts';
import { openConformance } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

const json = 'application/json';
const raw = 'application/octet-stream';

describe('the document of REST', () => {
  test('names every route there is and no other', () => {
    const routes = oipRoutes(open.stack.serving, { version: '1' }).filter(
      ({ summary }) => summary !== 'Inference takes POST.',
    );
    const served = routes.map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    const documented = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.sort()).toEqual(served.sort());
  });

  test('is what the server serves, and of each model the part that is about it', async () => {
    const get = async (path: string) => (await fetchChecked(open.url + path)).json() as Promise<typeof document>;
    expect(await get('/v2/docs/dataplane.json')).toEqual(JSON.parse(JSON.stringify(document)));
    const one = await get('/v2/models/risk/docs/dataplane.json');
    expect(one.components).toEqual(document.components);
    expect(Object.keys(one.paths)).toContain('/v2/models/risk/versions/{version}/infer');
    expect(Object.keys(one.paths).filter((path) => !path.startsWith('/v2/models/risk'))).toEqual([]);
  });

  test('uses every schema that it has', () => {
    const text = JSON.stringify(document);
    const unused = Object.keys(document.components.schemas).filter(
      (name) => !text.includes(`#/components/schemas/${name}"`),
    );
    expect(unused).toEqual([]);
  });

  test('finds the path a request is of', () => {
    expect(templateOf('/v2/')).toBe('/v2');
    expect(templateOf('/v2/models/stats')).toBe('/v2/models/stats');
    expect(templateOf('/v2/models/a%2Fb/versions/3/infer')).toBe('/v2/models/{model}/versions/{version}/infer');
    expect(templateOf('/v2/nothing')).toBeUndefined();
    const infer = { method: 'POST', path: '/v2/models/m/infer' };
    expect(schemaFor({ ...infer, status: 200, type: json })).toBe('InferResponse');
    expect(schemaFor({ ...infer, status: 200, type: raw })).toBe('RawInferResponse');
    expect(schemaFor({ ...infer, status: 504, type: json })).toBe('Failure');
    expect(schemaFor({ path: '/v2/health/ready', status: 503, type: json })).toBe('ServerReady');
    expect(() => schemaFor({ ...infer, status: 201, type: json })).toThrow('no answer 201');
    expect(() => schemaFor({ ...infer, status: 400, type: 'text/html' })).toThrow("as 'text/html'");
  });
});

describe('schemas', () => {
  const output = { name: 'y', datatype: 'FP32', shape: [1], data: [1] };
  const answer = { model_name: 'm', model_version: '1', id: 'i', parameters: { variant: 'champion' } };
  const faults = (more: object = {}, name = 'InferResponse') =>
    faultsOf(name, { ...answer, outputs: [output], ...more });
  const rawOutput = { name: 'y', datatype: 'FP16', shape: [1], parameters: { binary_data_size: 4 } };

  test('accept answers', () => {
    expect(faults()).toEqual([]);
    expect(faults({ outputs: [{ ...output, data: [Number.NaN, Number.POSITIVE_INFINITY] }] })).toEqual([]);
    expect(faults({ outputs: [{ ...output, datatype: 'INT64', data: [2n ** 63n - 1n] }] })).toEqual([]);
    expect(faults({ outputs: [output, rawOutput] }, 'RawInferResponse')).toEqual([]);
  });

  test.each([
    { more: 1 },
    { id: 7 },
    { id: undefined },
    { parameters: {} },
    { model_version: 1 },
    { outputs: {} },
    { outputs: [rawOutput] },
    ...[
      { extra: true },
      { shape: [1.5] },
      { shape: [-1] },
      { shape: [] },
      { data: undefined },
      { data: [null] },
      { data: [[1]] },
      { data: ['1'] },
      { datatype: 'FP16' },
      { datatype: 'FP31' },
      { datatype: 'BOOL' },
      { datatype: 'BYTES' },
      { datatype: 'UINT8', data: [256] },
      { datatype: 'UINT8', data: [-1] },
      { datatype: 'INT8', data: [128] },
      { datatype: 'INT32', data: [0.5] },
    ].map((wrong) => ({ outputs: [{ ...output, ...wrong }] })),
  ])('refuse the answer with %j', (wrong) => expect(faults(wrong)).not.toEqual([]));

  test.each([
    { ...rawOutput, data: [1] },
    { ...rawOutput, parameters: {} },
    { ...rawOutput, parameters: { binary_data_size: -1 } },
    { ...output, parameters: { binary_data_size: 4 } },
  ])('refuse the raw answer with the output %j', (wrong) =>
    expect(faults({ outputs: [wrong] }, 'RawInferResponse')).not.toEqual([]),
  );

  test('refuse other answers that are not as they say', () => {
    expect(faultsOf('Failure', {})).not.toEqual([]);
    expect(faultsOf('Failure', { error: 'x', code: 1 })).not.toEqual([]);
    expect(faultsOf('ModelMetadata', { name: 'm', platform: 'p', inputs: [{ name: 'x' }] })).not.toEqual([]);
    expect(faultsOf('Stats', { model_stats: [{ name: 'm' }] })).not.toEqual([]);
    expect(faultsOf('Index', [{ name: 'm', state: 'READY', reason: '' }])).not.toEqual([]);
    expect(faultsOf('Index', [{ name: 'm', state: 'LOST', reason: '' }])).not.toEqual([]);
    expect(faultsOf('LoadRequest', { parameters: { config: '{}' } })).not.toEqual([]);
  });

  test('are what an answer fails by', () => {
    const told =
      (body: string, status = 200) =>
      () =>
        checkDocumented({ path: '/v2/health/live', status, type: json, body: Buffer.from(body) });
    expect(told('{"live":true}')).not.toThrow();
    expect(told('{"live":false}')).toThrow('/v2/health/live 200 is no ServerLive: /live must be equal');
    expect(told('{"live":true}', 401)).toThrow('is no Failure');
  });

  test('of requests say what the server reads', () => {
    const input = { name: 'x', datatype: 'FP32', shape: [1, 2], data: [[1, 2]] };
    const wrong = (more: object, of: object = {}) =>
      faultsOf('InferRequest', { inputs: [{ ...input, ...of }], ...more }).length > 0;
    expect(wrong({ id: 'a', parameters: { timeout: 5, priority: 1, other: 'x' }, outputs: [{ name: 'y' }] })).toBe(
      false,
    );
    expect(wrong({ else: 1 }, { data: undefined, parameters: { binary_data_size: 8 } })).toBe(false);
    expect([wrong({ inputs: [] }), wrong({ parameters: { priority: -1 } }), wrong({ id: 1 })]).toEqual([
      true,
      true,
      true,
    ]);
    expect([wrong({}, { data: undefined }), wrong({}, { parameters: { binary_data_size: 8 } })]).toEqual([true, true]);
  });
});

test('answers of every schema were seen', async () => {
  const inputs = ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [2, 1], data: [1, 2] }));
  const binary = { inputs, parameters: { binary_data_output: true } };
  for (const body of [{ inputs: [] }, { inputs }, binary]) {
    await fetchChecked(`${open.url}/v2/models/risk/infer`, { method: 'POST', body: JSON.stringify(body) });
  }
  const answered = new Set<string>(['InferResponse', 'RawInferResponse', 'Failure']);
  for (const [path, operations] of Object.entries(document.paths)) {
    // What frees a model comes last, and what loads it again behind that.
    for (const [method, { responses }] of Object.entries(operations) as [string, { responses: object }][]) {
      if (path.endsWith('/infer')) continue;
      const url = path
        .replace('{model}', path.includes('/repository') ? 'same-BOOL' : 'risk')
        .replace('{version}', '1');
      const { status } = await fetchChecked(open.url + url, { method: method.toUpperCase() });
      expect([method, path, status >= 400 && status !== 500]).toEqual([method, path, !('200' in responses)]);
      const { '200': good } = responses as Record<string, { content: Record<string, { schema: { $ref?: string } }> }>;
      const name = good?.content[json]?.schema.$ref?.split('/').at(-1);
      if (name) answered.add(name);
    }
  }
  expect([...answered].filter((name) => !accepted.has(name))).toEqual([]);
});

/** What of an answer of REST the answer of gRPC lacks; what is empty is not sent there. */
function lacking(rest: unknown, grpc: unknown, at = ''): string[] {
  if (rest === '' || rest === 0 || rest === false) return [];
  if (rest === null || typeof rest !== 'object') return String(rest) === String(grpc) ? [] : [`${at}: ${grpc}`];
  const other = (grpc ?? {}) as Record<string, unknown>;
  return Object.entries(rest).flatMap(([key, value]) => lacking(value, other[key], `${at}/${key}`));
}

test.each([
  ['ServerMetadata', {}, '/v2'],
  ['ModelMetadata', { name: 'risk', version: '1' }, '/v2/models/risk'],
  ['ModelConfig', { name: 'risk' }, '/v2/models/risk/config', 'config'],
  ['ModelStatistics', { name: 'risk' }, '/v2/models/risk/stats'],
  ['ModelStatistics', {}, '/v2/models/stats'],
  ['RepositoryIndex', {}, '/v2/repository/index', 'models'],
] as const)('%s over gRPC says all that REST says', async (method, message, path, field?: string) => {
  const verb = path.endsWith('index') ? 'POST' : 'GET';
  const rest = await (await fetchChecked(open.url + path, { method: verb })).json();
  const grpc = await open.call(method, message);
  const found = field ? grpc[field] : grpc;
  // The kinds are numbers of the definition there.
  const faults = lacking(rest, found).filter((fault) => !/\/(kind|data_type|format): \d+$/.test(fault));
  expect(faults).toEqual([]);
  expect(lacking({ more: 1 }, found)).toHaveLength(1);
});
