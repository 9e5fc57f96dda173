import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ParsedFamily, parseExposition, samplesOf } from '../support/exposition.ts';
import { openServer } from '../support/in-process.ts';
import { askEach, declareObserved, freePort } from '../support/observed-traffic.ts';
import { cleanUp } from '../support/server-process.ts';

let server: Awaited<ReturnType<typeof openServer>>;
let families: Map<string, ParsedFamily>;
const protocols = ['native', 'oip-rest', 'oip-grpc', 'mlflow', 'v1'];
const arm = { endpoint: 'ep', model: 'm', version: '1', variant: 'champion', role: 'live' };

const read = async (accept?: string) => {
  const answer = await fetch(`${server.url}/metrics`, accept ? { headers: { accept } } : {});
  return { type: answer.headers.get('content-type'), text: await answer.text() };
};

beforeAll(async () => {
  const grpcPort = await freePort();
  server = await openServer({ grpcPort, compatibleMetrics: 'triton,kserve,mlserver' });
  await declareObserved(server.call);
  for (const ask of Object.values(askEach(server.call, `127.0.0.1:${grpcPort}`))) await ask();
  const refused = await server.call('POST', 'endpoints/ep/predict', { rows: [{ a: 'no number', b: 1 }] });
  expect(refused.status).toBe(400);
  const unknown = await server.call('POST', 'endpoints/nobody-knows/predict', { rows: [{ a: 1, b: 1 }] });
  expect(unknown.status).toBe(404);
  await server.call('GET', '/nowhere/nobody-knows');
  await server.call('POST', 'feedback', { items: [{ predictionId: 'nobody.0', label: 1 }] });
  families = await settled();
});
afterAll(async () => {
  await server.close();
  await cleanUp();
});

/** What is measured once the shadows have answered. */
async function settled() {
  for (;;) {
    const found = parseExposition((await read()).text, 'prometheus');
    const shadows = samplesOf(found, 'tidemill_predict_requests_total', { role: 'shadow', code: '200' });
    if (shadows.reduce((sum, { value }) => sum + value, 0) >= protocols.length) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const numberOf = (name: string, labels: Record<string, string> = {}) => {
  const found = samplesOf(families, name, labels);
  expect(found, `${name} ${JSON.stringify(labels)}`).toHaveLength(1);
  return found[0]!.value;
};

describe('what is measured', () => {
  test.each(protocols)('requests of %s are counted under its name', (protocol) => {
    const labels = { ...arm, protocol, code: '200' };
    expect(numberOf('tidemill_predict_requests_total', labels)).toBe(1);
    expect(numberOf('tidemill_predict_rows_total', labels)).toBe(2);
    expect(numberOf('tidemill_predict_seconds_count', labels)).toBe(1);
    expect(samplesOf(families, 'tidemill_predict_requests_total', { protocol, role: 'shadow' })).toHaveLength(1);
  });

  test('failures have their status, and nothing is in flight when all is answered', () => {
    expect(numberOf('tidemill_predict_requests_total', { ...arm, code: '400', protocol: 'native' })).toBe(1);
    for (const name of ['refused', 'expired', 'cancelled'])
      expect(numberOf(`tidemill_predict_${name}_total`, arm)).toBe(0);
    expect(numberOf('tidemill_predict_in_flight', arm)).toBe(0);
    expect(numberOf('tidemill_predict_queue_seconds_count', arm)).toBe(protocols.length);
    expect(numberOf('tidemill_predict_compute_seconds_count', arm)).toBe(protocols.length);
    expect(numberOf('tidemill_endpoint_ready', { endpoint: 'ep' })).toBe(1);
    expect(numberOf('tidemill_variant_share', arm)).toBe(1);
    expect(numberOf('tidemill_wanted_replicas', { endpoint: 'ep' })).toBeGreaterThan(0);
    expect(numberOf('tidemill_runtime_up', { model: 'm', version: '1', runtime: 'onnx' })).toBe(1);
    expect(numberOf('tidemill_model_memory_bytes', { model: 'm', version: '1' })).toBeGreaterThan(0);
    expect(numberOf('tidemill_feedback_total', { result: 'unknown' })).toBe(1);
    expect(numberOf('tidemill_ready')).toBe(1);
  });

  test('rollouts tell their state and what happened to them', async () => {
    const { body: rollout } = await server.call('POST', 'endpoints/ep/rollouts', { version: 2 });
    const during = parseExposition((await read()).text, 'prometheus');
    expect(samplesOf(during, 'tidemill_rollout_under_way', { endpoint: 'ep', state: 'running' })).toHaveLength(1);
    await server.call('POST', `rollouts/${rollout.id}/abort`, {});
    const after = parseExposition((await read()).text, 'prometheus');
    expect(samplesOf(after, 'tidemill_rollout_under_way')).toHaveLength(0);
    for (const transition of ['started', 'aborted']) {
      const found = samplesOf(after, 'tidemill_rollout_transitions_total', { endpoint: 'ep', transition });
      expect(found.map(({ value }) => value)).toEqual([1]);
    }
  });

  test('what callers make up never becomes a label', async () => {
    expect((await read()).text).not.toContain('nobody-knows');
  });

  test('other servers’ names are counted as they count', () => {
    const labels = { model: 'ep', version: '1' };
    expect(numberOf('nv_inference_request_success', labels)).toBe(protocols.length);
    expect(numberOf('nv_inference_count', labels)).toBe(2 * protocols.length);
    expect(numberOf('nv_inference_exec_count', labels)).toBe(protocols.length);
    expect(numberOf('nv_inference_request_failure', { ...labels, reason: 'OTHER' })).toBe(1);
    expect(numberOf('nv_inference_request_failure', { ...labels, reason: 'REJECTED' })).toBe(0);
    expect(numberOf('nv_inference_pending_request_count', labels)).toBe(0);
    const parts = ['queue', 'compute_input', 'compute_infer', 'compute_output'].map((part) =>
      numberOf(`nv_inference_${part}_duration_us`, labels),
    );
    const total = numberOf('nv_inference_request_duration_us', labels);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeLessThanOrEqual(total);
    expect(numberOf('request_predict_seconds_count', { model_name: 'ep' })).toBe(protocols.length);
    expect(numberOf('request_explain_seconds_count', { model_name: 'ep' })).toBe(0);
    expect(numberOf('model_infer_request_success_total', { model_name: 'ep' })).toBe(protocols.length);
  });
});

describe('how it is read', () => {
  test('as OpenMetrics where a reader names it, with the same numbers', async () => {
    const plain = await read();
    expect(plain.type).toBe('text/plain; version=0.0.4; charset=utf-8');
    const open = await read('application/openmetrics-text;version=1.0.0,text/plain;q=0.5');
    expect(open.type).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    const found = parseExposition(open.text, 'openmetrics');
    const labels = { ...arm, protocol: 'native', code: '200' };
    expect(samplesOf(found, 'tidemill_predict_requests_total', labels)[0]!.value).toBe(1);
    expect(found.get('tidemill_predict_requests')!.type).toBe('counter');
    // A name that ends otherwise stays what dashboards ask for.
    expect(found.get('nv_inference_count')!.type).toBe('unknown');
    const bounds = samplesOf(found, 'tidemill_predict_batch_rows_bucket', arm).map((sample) => sample.labels['le']);
    expect(bounds).toContain('2.0');
  });

  test('the statistics of the endpoint say the same', async () => {
    const { body } = await server.call('GET', 'endpoints/ep/stats');
    const champion = body.variants.find((one: { variant: string }) => one.variant === 'champion');
    expect(champion.codes).toEqual([
      { code: 200, requests: protocols.length },
      { code: 400, requests: 1 },
    ]);
    expect(champion.protocols.map((one: { protocol: string }) => one.protocol).sort()).toEqual([...protocols].sort());
    expect(champion.batches.find((one: { upToRows: number }) => one.upToRows === 2).runs).toBe(protocols.length);
    expect(champion.queue.p95Ms).toBeGreaterThan(0);
    expect(champion.series.at(-1).codes['200']).toBeGreaterThan(0);
  });
});
