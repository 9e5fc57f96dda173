import { expect, test } from 'vitest';
import type { Runtime, Runtimes } from '../runtime/runtime.ts';
import { EndpointSpec, fullWeight } from '../schema.ts';
import type { StoredEndpoint } from '../store.ts';
import { createRoutingTable } from './routing.ts';

test('an endpoint that is removed while its model loads stays removed, and what was loaded is let go', async () => {
  const loads: ((runtime: Runtime) => void)[] = [];
  let used: ReadonlySet<Runtime> = new Set();
  const runtimes: Runtimes = {
    load: () => new Promise((resolve) => loads.push(resolve)),
    keepOnly(now) {
      used = now;
    },
    all: () => [],
    close: async () => {},
  };
  const table = createRoutingTable(runtimes);
  const plan = { columns: [], inputs: [], outputs: [], probabilities: undefined };
  const runtime = { model: 'm', version: 1, plan } as unknown as Runtime;
  const variant = { name: 'champion', role: 'live', model: 'm', version: 1, weight: fullWeight } as const;
  const endpoint: StoredEndpoint = {
    ...{
      name: 'e',
      spec: EndpointSpec.parse({ model: 'm' }),
      routing: { revision: 1, salt: 's', variants: [variant] },
    },
    ...{ rolloutId: null, experimentId: null, createdAt: 0, updatedAt: 0 },
  };
  const put = async (meanwhile: () => void) => {
    const putting = table.put(endpoint);
    await expect.poll(() => loads.length).toBe(1);
    meanwhile();
    loads.pop()!(runtime);
    return putting;
  };
  expect((await put(() => {})).state).toBe('ready');
  expect([table.all().length, used.has(runtime)]).toEqual([1, true]);
  table.remove('e');
  await put(() => table.remove('e'));
  expect(table.find('e')).toBeUndefined();
  expect(used.size).toBe(0);
});

test('an endpoint that waited for a version says that it is being loaded, and not that there is none', async () => {
  const loads: ((runtime: Runtime) => void)[] = [];
  const load = () => new Promise<Runtime>((resolve) => loads.push(resolve));
  const table = createRoutingTable({ load, keepOnly() {}, all: () => [], close: async () => {} });
  const at = (revision: number, variants: StoredEndpoint['routing']['variants']): StoredEndpoint => ({
    ...{ name: 'e', spec: EndpointSpec.parse({ model: 'm' }), routing: { revision, salt: 's', variants } },
    ...{ rolloutId: null, experimentId: null, createdAt: 0, updatedAt: 0 },
  });
  expect((await table.put(at(1, []))).reason).toContain('has no version');
  const variant = { name: 'champion', role: 'live', model: 'm', version: 1, weight: fullWeight } as const;
  const putting = table.put(at(2, [variant]));
  expect(table.find('e')).toMatchObject({ state: 'waiting', reason: 'Its model is being loaded.' });
  await expect.poll(() => loads.length).toBe(1);
  const plan = { columns: [], inputs: [], outputs: [], probabilities: undefined };
  loads[0]!({ model: 'm', version: 1, plan } as unknown as Runtime);
  expect(await putting).toMatchObject({ state: 'ready', revision: 2 });
});
