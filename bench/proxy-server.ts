import { systemActor } from '../src/kernel/actor.ts';
import { oipRoutes } from '../src/protocols/oip/index.ts';
import { openServing } from '../test/support/serving.ts';
import { forestModel } from '../test/support/test-models.ts';

/** One endpoint whose model another server answers for, everything logged. Argument: the model's address there. */
async function start(): Promise<string> {
  const stack = await openServing({ flushMs: 50, runtimes: { allowPrivateAddresses: true } });
  await stack.register('forest', forestModel(), 'champion');
  const runtime = { kind: 'remote', url: process.argv[2], concurrency: 8 };
  const { reason } = await stack.serving.declare(systemActor, 'forest', { model: 'forest', runtime });
  if (reason !== undefined) throw new Error(reason);
  const { url } = await stack.listen({ routes: oipRoutes(stack.serving, { name: 'tidemill', version: 'bench' }) });
  process.on('SIGTERM', () => void stack.dispose().then(() => process.exit(0)));
  return url;
}

process.stdout.write(`ready ${await start()} -\n`);
