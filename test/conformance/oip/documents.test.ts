import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fetchChecked } from './documented.ts';
import { openConformance } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetchChecked(open.url + path);
  return { status: response.status, body: await response.json() };
}

const body = JSON.stringify({
  id: '1',
  inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [1, 1], data: [1] })),
});

describe('the OpenAPI document', () => {
  test('is shown on a page that loads nothing', async () => {
    const response = await fetchChecked(`${open.url}/v2/models/risk/docs`);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(await response.text()).toContain('/v2/models/risk/infer');
    expect((await get('/v2/models/nobody/docs/dataplane.json')).status).toBe(404);
  });
});

async function post(url: string): Promise<{ status: number; body: unknown }> {
  const response = await fetchChecked(open.url + url, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

test('settings can be read, not written; regions of memory are none', async () => {
  expect((await get('/v2/trace/setting')).body).toMatchObject({ trace_level: ['OFF'] });
  expect((await get('/v2/models/risk/trace/setting')).status).toBe(200);
  expect((await get('/v2/logging')).body).toMatchObject({ log_error: true });
  for (const path of ['/v2/trace/setting', '/v2/logging', '/v2/systemsharedmemory/region/r/register']) {
    expect([path, (await post(path)).status]).toEqual([path, 501]);
  }
  for (const kind of ['system', 'cuda']) {
    expect((await get(`/v2/${kind}sharedmemory/status`)).body).toEqual([]);
    expect((await post(`/v2/${kind}sharedmemory/unregister`)).status).toBe(200);
    expect((await post(`/v2/${kind}sharedmemory/region/r/unregister`)).status).toBe(200);
    expect((await get(`/v2/${kind}sharedmemory/region/r/status`)).status).toBe(400);
  }
  for (const rest of ['generate', 'generate_stream', 'infer_stream']) {
    expect((await post(`/v2/models/risk/${rest}`)).status).toBe(501);
  }
});
