import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@tidemill/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningServer, startServer } from '../../src/app.ts';
import { readSettings } from '../../src/settings.ts';
import { auc, quantile } from './demo/figures.ts';
import { readLiveFlights } from './demo/prepare-data.ts';
import project from './tidemill.config.ts';

let home = '';
let server: RunningServer;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'tidemill-flights-'));
  server = await startServer(readSettings({ flags: { home, port: 0, logLevel: 'silent' }, env: {} }));
});
afterAll(async () => {
  await server.close();
  await rm(home, { recursive: true, force: true });
});

describe('the flight-delays project', () => {
  test('is applied whole, and a second time changes nothing', async () => {
    const client = createClient({ url: server.url });
    // The code bundle comes from the command line; what is declared does not depend on it.
    const documents = project.resources.map((one) => pinned(one)) as never;
    const first = await client.post('/api/v1/projects/{project}/apply', { project: project.name, documents });
    expect(first.plan.summary).toMatchObject({ create: project.resources.length, update: 0 });
    const second = await client.post('/api/v1/projects/{project}/apply', { project: project.name, documents });
    expect(second).toMatchObject({ changed: false, revision: 1 });
    const { items } = await client.get('/api/v1/endpoints');
    expect(items.map(({ name, state }) => [name, state])).toEqual([
      ['flight-delays', 'waiting'],
      ['flight-delays-frozen', 'waiting'],
    ]);
  });

  test('replays flights in the order they left, with finite features and both kinds of outcome', async () => {
    const flights = await readLiveFlights(500);
    expect(flights.length).toBeGreaterThan(3000);
    expect(flights.every((flight, i) => i === 0 || flight.at >= flights[i - 1]!.at)).toBe(true);
    expect(flights.every(({ features }) => features.length === 6 && features.every(Number.isFinite))).toBe(true);
    expect(new Set(flights.map(({ late }) => late))).toEqual(new Set([0, 1]));
  });
});

function pinned(document: (typeof project.resources)[number]) {
  const { steps = {}, ...rest } = document.spec as { steps?: Record<string, { kind: string }> };
  if (document.kind !== 'Pipeline') return document;
  const kept = Object.fromEntries(Object.entries(steps).filter(([, step]) => step.kind !== 'typescript'));
  return { ...document, spec: { ...rest, steps: kept } };
}

test('the area under the curve is that of the textbook', () => {
  expect(auc([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1])).toBe(0.75);
  expect(auc([0.5, 0.5], [0, 1])).toBe(0.5);
  expect(quantile([5, 1, 3], 0.5)).toBe(3);
});
