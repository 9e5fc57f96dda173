import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fetchChecked } from './published.ts';
import { openConformance } from './stack.ts';

let open: Awaited<ReturnType<typeof openConformance>>;
beforeAll(async () => {
  open = await openConformance();
}, 60_000);
afterAll(() => open.close());

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, { content: Content }> }>>;
  components: { schemas: Record<string, object> };
}
type Content = { 'application/json': { schema: { $ref?: string } } };

async function get(path: string): Promise<{ status: number; body: unknown }> {
  const response = await fetchChecked(open.url + path);
  return { status: response.status, body: await response.json() };
}

const body = JSON.stringify({
  id: '1',
  inputs: ['a', 'b'].map((name) => ({ name, datatype: 'FP32', shape: [1, 1], data: [1] })),
});

/** A schema of the document as something that checks. */
function checkerOf({ components }: Document, name: string): z.ZodType {
  const text = JSON.stringify({ $ref: `#/$defs/${name}`, $defs: components.schemas });
  return z.fromJSONSchema(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')));
}

describe('the OpenAPI document', () => {
  test('describes every answer that it names, of the server and of a model', async () => {
    const whole = (await get('/v2/docs/dataplane.json')).body as Document;
    const one = (await get('/v2/models/risk/docs/dataplane.json')).body as Document;
    expect([whole.openapi, one.openapi]).toEqual(['3.1.0', '3.1.0']);
    expect(Object.keys(one.paths)).toContain('/v2/models/risk/versions/{version}/infer');
    let checked = 0;
    for (const [path, operations] of Object.entries(whole.paths)) {
      const url = path.replace('{model}', 'risk').replace('{version}', '1');
      for (const [method, { responses }] of Object.entries(operations)) {
        const name = responses['200']!.content['application/json'].schema.$ref?.split('/').at(-1);
        const answer = method === 'get' ? await get(url) : await post(url);
        expect([url, answer.status]).toEqual([url, 200]);
        if (name === undefined) continue;
        const parsed = checkerOf(whole, name).safeParse(answer.body);
        expect([url, parsed.error?.message]).toEqual([url, undefined]);
        checked++;
      }
    }
    expect(checked).toBeGreaterThan(8);
    const unknown = await get('/v2/models/nobody');
    expect(checkerOf(whole, 'Failure').safeParse(unknown.body).success).toBe(true);
    expect(checkerOf(whole, 'InferResponse').safeParse(unknown.body).success).toBe(false);
  });

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
