import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumPath, findBarriers, openBrowser, watchPage } from './web-browser.ts';
import { type Call, createCall, seed, serveDay, train } from './web-seed.ts';

const root = join(import.meta.dirname, '..', '..');
const lacking = [
  chromiumPath === undefined && 'no Chromium at /usr/bin/chromium nor at TIDEMILL_TEST_CHROMIUM',
  !existsSync(join(root, 'dist', 'web', 'index.html')) && 'the page is not built; `npm test` builds it',
].filter(Boolean);

interface World {
  url: string;
  call: Call;
  page: Page;
  complaints: string[];
  runId: string;
  predictionId: string;
  close(): Promise<void>;
}

let world: World;

/** A server process of its own home, and its address. */
async function startServer(home: string): Promise<{ url: string; stop(): Promise<void> }> {
  const args = [join(root, 'bin', 'tidemill.js'), 'server', '--json', '--port', '0', '--home', home];
  const child: ChildProcess = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for await (const line of createInterface({ input: child.stdout! })) {
    const stop = async () => {
      child.kill('SIGTERM');
      await ended;
    };
    return { url: (JSON.parse(line) as { url: string }).url, stop };
  }
  throw new Error('The server ended before it was ready.');
}

async function openWorld(): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'tidemill-web-home-'));
  const server = await startServer(home);
  const call = createCall(server.url);
  const seeded = await seed(call);
  const browser = await openBrowser();
  const page = browser.context.pages()[0] ?? (await browser.context.newPage());
  return {
    url: server.url,
    call,
    page,
    complaints: watchPage(page),
    ...seeded,
    async close() {
      await browser.close();
      await server.stop();
      await rm(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** Every page, and words that only the seeded world can have put there. */
function pages({ runId, predictionId }: World): [string, string[]][] {
  return [
    ['/', ['The loop', '1 dataset, 2 versions', 'Just happened', 'waits for approval']],
    ['/data', ['parcels', 'version 2']],
    ['/data/parcels', ['distance-known', '5 of 3205 rows break it', 'quarantined']],
    ['/pipelines', ['From parcels to a registered model.', 'succeeded']],
    ['/pipelines/parcels', ['look', 'train (builtin)', 'register (builtin)']],
    [`/pipeline-runs/${runId}`, ['3 of 3', 'look', 'register']],
    ['/experiments', ['boosting on parcels@2', 'roc_auc_score']],
    ['/models', ['champion → v1', 'ready for all']],
    ['/models/parcels', ['ranks-parcels', 'the first that works', 'probabilities']],
    ['/endpoints', ['How likely a parcel is late.']],
    ['/endpoints/parcels', ['champion v1', 'No rollout yet', 'Predictions', 'Answered by', 'distance']],
    ['/monitoring', ['parcel-drift', 'parcel-quality', 'Open alerts']],
    ['/monitoring/parcel-drift', ['distance', 'carrier', 'training profile of parcels']],
    ['/monitoring/parcel-quality', ['roc_auc_score', 'log_loss', 'with labels']],
    ['/ledger', ['Dataset version created', 'Gate evaluated', 'events sealed']],
    [`/why/${predictionId}`, ['The answer', 'parcels v1', 'distance-known', 'what really happened']],
  ];
}

async function open(path: string, words: readonly string[]): Promise<void> {
  await world.page.goto(world.url + path);
  for (const word of words) {
    const seen = world.page.getByText(word).filter({ visible: true });
    await seen.first().waitFor({ timeout: 15_000 });
  }
}

describe.skipIf(lacking.length > 0)(
  `the page in Chromium${lacking.length > 0 ? ` (skipped: ${lacking.join('; ')})` : ''}`,
  () => {
    beforeAll(async () => {
      world = await openWorld();
    }, 180_000);
    afterAll(async () => {
      await world?.close();
    });

    test('every page shows its world, without an error and without a barrier, by day and by night', async () => {
      const found: string[] = [];
      for (const [path, words] of pages(world)) {
        await world.page.emulateMedia({ colorScheme: 'light' });
        await open(path, words);
        for (const colorScheme of ['light', 'dark'] as const) {
          await world.page.emulateMedia({ colorScheme });
          found.push(...(await findBarriers(world.page)).map((barrier) => `${path} (${colorScheme}) ${barrier}`));
        }
      }
      expect(found).toEqual([]);
      expect(world.complaints).toEqual([]);
    }, 180_000);

    test('nothing is wider than a phone', async () => {
      await world.page.setViewportSize({ width: 390, height: 800 });
      const wide: string[] = [];
      for (const [path, words] of pages(world)) {
        await open(path, words);
        const width = await world.page.evaluate('document.documentElement.scrollWidth');
        if (Number(width) > 390) wide.push(`${path}: ${width}`);
      }
      await world.page.setViewportSize({ width: 1280, height: 900 });
      expect(wide).toEqual([]);
    }, 120_000);

    test('what happens is seen as it happens', async () => {
      await open('/', ['Just happened', 'Live']);
      await world.call('PUT', '/datasets/parcels/tags/seen-live', { version: '1' });
      await world.page.getByText('Dataset tagged').first().waitFor({ timeout: 15_000 });
    }, 60_000);

    test('a step opens with its log', async () => {
      await open(`/pipeline-runs/${world.runId}`, ['look']);
      await world.page.getByRole('button', { name: /^look/ }).click();
      await world.page.getByText('looked at part 39').waitFor({ timeout: 15_000 });
      await world.page.keyboard.press('Escape');
    }, 60_000);

    test('an approval is given, and the promotion it was for then passes', async () => {
      await open('/models/parcels', ['ready for all']);
      await world.page.getByRole('button', { name: 'Approve' }).click();
      await world.page.getByLabel(/Reason/).fill('seen and good');
      await world.page.getByRole('dialog').getByRole('button', { name: 'Approve' }).click();
      await world.page.getByText('seen and good').waitFor({ timeout: 15_000 });
      const { items } = await world.call('GET', '/approvals?model=parcels');
      expect(items).toMatchObject([{ status: 'approved', votes: [{ decision: 'approve', reason: 'seen and good' }] }]);
      await world.page.getByRole('button', { name: 'To production' }).click();
      await world.page.getByRole('dialog').getByRole('button', { name: 'To production' }).click();
      await world.page.getByRole('cell', { name: 'production', exact: true }).waitFor({ timeout: 15_000 });
    }, 60_000);

    test('a rollout that waits shows what it was judged on, and goes on when a person confirms', async () => {
      await train(world.call, 60);
      const steps = [{ kind: 'shadow', predictions: 100 }, { kind: 'pause' }];
      const plan = { steps, rules: { minSamples: 20, latencyRatio: 100 } };
      await world.call('POST', '/endpoints/parcels/rollouts', { version: 2, plan });
      await serveDay(world.call, Date.now() - 60_000, 1);
      await open('/endpoints/parcels', ['v1 → v2', 'A person confirms', 'error rate', 'Requests in ten seconds']);
      await open('/endpoints/parcels', ['Evidence against the candidate', 'Queue and model', 'Rows of a run']);
      const confirm = world.page.getByRole('button', { name: 'Confirm' });
      await confirm.waitFor({ timeout: 15_000 });
      expect(await findBarriers(world.page)).toEqual([]);
      await confirm.click();
      await world.page.getByText('champion v2').first().waitFor({ timeout: 15_000 });
    }, 90_000);

    test('an experiment shows its arms with intervals, and stops when a person says so', async () => {
      const spec = (await world.call('GET', '/endpoints/parcels'))['spec'] as unknown as object;
      const variants = [{ name: 'older', version: 1, percent: 50 }];
      await world.call('PUT', '/endpoints/parcels', { spec: { ...spec, variants } });
      const experiment = { arms: [{ name: 'champion' }, { name: 'older' }], metric: { kind: 'accuracy' } };
      await world.call('POST', '/endpoints/parcels/experiments', {
        spec: { kind: 'ab', description: 'Old against new', ...experiment },
      });
      for (const seed of [1, 2, 3, 4]) await serveDay(world.call, Date.now() - seed * 1_000, 1);
      await open('/endpoints/parcels', ['Old against new', 'older against champion', 'Measured']);
      expect(await findBarriers(world.page)).toEqual([]);
      await world.page.getByRole('button', { name: 'Stop' }).click();
      await world.page.getByLabel(/Reason/).fill('seen enough');
      await world.page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click();
      await world.page.getByText('seen enough').first().waitFor({ timeout: 15_000 });
    }, 90_000);

    test('the ledger proves an event in the browser and verifies itself', async () => {
      await open('/ledger', ['Events']);
      await world.page.getByLabel('Types').fill('dataset.created');
      await world.page.getByRole('button', { name: 'Apply' }).click();
      await world.page.getByRole('button', { name: 'Dataset created' }).click();
      await world.page.getByText('verified here').waitFor({ timeout: 15_000 });
      await world.page.getByRole('button', { name: 'Verify the whole ledger' }).click();
      await world.page.getByText('untouched').waitFor({ timeout: 15_000 });
      expect(world.complaints).toEqual([]);
    }, 60_000);
  },
);
