import { createServer } from 'node:http';
import { systemActor } from '../src/kernel/actor.ts';
import { openServing } from '../test/support/serving.ts';
import { forestModel } from '../test/support/test-models.ts';

/** Either Tidemill with one endpoint over a forest, or a bare node:http server that parses and echoes JSON. */
async function start(): Promise<string> {
  if (process.argv[2] === 'echo') return echo();
  const stack = await openServing({ flushMs: 50 });
  const logged = process.argv[2] !== 'unlogged';
  await stack.register('forest', forestModel(), 'champion');
  await stack.serving.declare(systemActor, 'forest', { model: 'forest', log: { sample: logged ? 1 : 0 } });
  const { url } = await stack.listen();
  process.on('SIGTERM', () => {
    const dropped = stack.serving.stats('forest').droppedLogRows;
    process.stdout.write(`dropped ${dropped}\n`);
    void stack.dispose().then(() => process.exit(0));
  });
  return `${url}/api/v1/endpoints/forest/predict`;
}

function echo(): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = JSON.stringify(JSON.parse(Buffer.concat(parts).toString('utf8')));
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
      response.end(body);
    });
  });
  process.on('SIGTERM', () => process.exit(0));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as { port: number }).port}/`));
  });
}

process.stdout.write(`ready ${await start()}\n`);
