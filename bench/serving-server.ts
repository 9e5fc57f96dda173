import { systemActor } from '../src/kernel/actor.ts';
import { oipRoutes, openGrpc } from '../src/protocols/oip/index.ts';
import { openServing } from '../test/support/serving.ts';
import { forestModel } from '../test/support/test-models.ts';

/** One endpoint over a forest of 100 trees, everything logged, over REST and gRPC. */
async function start(): Promise<string> {
  const stack = await openServing({ flushMs: 50 });
  const sample = process.argv[2] === 'unlogged' ? 0 : 1;
  await stack.register('forest', forestModel(), 'champion');
  await stack.serving.declare(systemActor, 'forest', { model: 'forest', log: { sample } });
  const names = { name: 'tidemill', version: 'bench' };
  const { url } = await stack.listen({ routes: oipRoutes(stack.serving, names) });
  const authenticator = { authenticate: () => systemActor };
  const options = { ...names, host: '127.0.0.1', port: 0, authenticator, onFault: console.error };
  const grpc = await openGrpc(stack.serving, options);
  process.on('SIGTERM', () => {
    void grpc
      .close()
      .then(() => stack.dispose())
      .then(() => process.exit(0));
  });
  return `${url} ${grpc.address}`;
}

process.stdout.write(`ready ${await start()}\n`);
