import { expect, test } from 'vitest';
import { answeringRoutes } from '../../../test/support/runtimes.ts';
import { openServing } from '../../../test/support/serving.ts';

test('where no endpoint is the default one, a request that names none is told how to name one', async () => {
  const stack = await openServing();
  const server = await stack.listen({ routes: answeringRoutes(stack) });
  const asked = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"inputs": [1]}' };
  const reply = await fetch(`${server.url}/invocations`, asked);
  expect(reply.status).toBe(404);
  expect(await reply.json()).toMatchObject({
    error_code: 'RESOURCE_DOES_NOT_EXIST',
    message: expect.stringContaining('--default-endpoint <name>'),
  });
  await stack.dispose();
});
