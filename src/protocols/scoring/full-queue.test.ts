import { expect, test } from 'vitest';
import { answeringRoutes } from '../../../test/support/runtimes.ts';
import { openServing } from '../../../test/support/serving.ts';
import { logisticModel } from '../../../test/support/test-models.ts';
import { systemActor } from '../../kernel/actor.ts';

test('where no row more may wait, each protocol refuses before it reads what was sent', async () => {
  const stack = await openServing();
  try {
    await stack.register('m', logisticModel({ a: 1, b: 0, bias: 0 }), 'champion');
    await stack.serving.declare(systemActor, 'e', { model: 'm', maxQueueRows: 1, batching: { maxDelayMs: 1500 } });
    const server = await stack.listen({ routes: answeringRoutes(stack, 'e') });
    const post = (path: string, body: string) =>
      fetch(`${server.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
    const native = '/api/v1/endpoints/e/predict';
    const waiting = post(native, JSON.stringify({ rows: [{ a: 0, b: 0 }] }));
    await expect.poll(() => stack.serving.runtimes('e')[0]!.queuedRows).toBe(1);
    const paths = [native, '/invocations', '/endpoints/e/invocations', '/v1/models/e:predict', '/v2/models/e/infer'];
    for (const path of paths) {
      const { status, headers } = await post(path, 'no JSON at all');
      expect([path, status, headers.get('retry-after')]).toEqual([path, 429, '1']);
    }
    expect((await waiting).status).toBe(200);
    for (const path of paths) expect([path, (await post(path, 'no JSON at all')).status]).toEqual([path, 400]);
    const { variants } = stack.serving.stats('e');
    expect(variants[0]!.codes).toContainEqual({ code: 429, requests: paths.length });
  } finally {
    await stack.dispose();
  }
});
