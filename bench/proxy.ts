import { type ChildServer, startServer, stopServer } from './child-server.ts';
import type { BenchResult } from './result.ts';
import { jsonWork, measure } from './serving-work.ts';

const path = '/v2/models/forest';

/** What answering through a remote runtime costs beside asking the model's server itself: JSON 1x30, everything logged. */
export default async function proxy(): Promise<BenchResult> {
  const far = await startServer('serving-server.ts', ['unlogged']);
  const model = `${far.words[0]}${path}`;
  const near = await startServer('proxy-server.ts', [model]);
  const bare = await startServer('bare-server.ts', ['proxy', model]);
  try {
    const ask = (server: ChildServer, callers: number) => {
      return measure(server, `${server.words[0]}${path}/infer`, jsonWork(1), { seconds: 6, callers });
    };
    const [busy, plain] = [await ask(near, 32), await ask(bare, 32)];
    const [direct, alone, aloneBare] = [await ask(far, 1), await ask(near, 1), await ask(bare, 1)];
    const errors = busy.errors + direct.errors + alone.errors;
    const times = (ours: number, theirs: number) => `${(ours / theirs).toFixed(2)}x a bare node:http proxy`;
    const cpu = times(busy.cpuMicros, plain.cpuMicros);
    const added = alone.p50Ms - direct.p50Ms;
    const addedBare = aloneBare.p50Ms - direct.p50Ms;
    return {
      name: 'proxy',
      figures: [
        {
          label: '32 connections: CPU a request, of the proxy alone',
          value: busy.cpuMicros,
          unit: 'µs',
          goal: '<= 80 µs',
          ratio: cpu,
        },
        {
          label: '32 connections: requests a second',
          value: busy.perSecond,
          unit: 'req/s',
          ratio: times(busy.perSecond, plain.perSecond),
        },
        {
          label: '1 connection: CPU a request, of the proxy alone',
          value: alone.cpuMicros,
          unit: 'µs',
          ratio: times(alone.cpuMicros, aloneBare.cpuMicros),
        },
        {
          label: '1 connection: p50 added',
          value: added,
          unit: 'ms',
          goal: '<= 0.3 ms',
          ratio: times(added, addedBare),
        },
        { label: 'bare node:http proxy, 32 connections: CPU a request', value: plain.cpuMicros, unit: 'µs' },
        { label: 'bare node:http proxy, 1 connection: p50 added', value: addedBare, unit: 'ms' },
        { label: 'requests that failed', value: errors, unit: '', goal: '0' },
      ],
    };
  } finally {
    for (const { child } of [near, bare, far]) await stopServer(child);
  }
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(await proxy(), null, 2)}\n`);
