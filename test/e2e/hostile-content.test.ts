import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer } from '../support/in-process.ts';
import { cleanUp } from '../support/server-process.ts';
import { chromiumPath, openBrowser } from './web-browser.ts';

const root = join(import.meta.dirname, '..', '..');
const canRun = chromiumPath !== undefined && existsSync(join(root, 'dist', 'web', 'index.html'));

/** Hears of every script that runs and everything that is loaded from elsewhere. */
interface Trap {
  heard: string[];
  url: string;
  server: Server;
}

async function openTrap(): Promise<Trap> {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(request.url!);
    response.end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return { heard, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

let server: Awaited<ReturnType<typeof openServer>>;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let page: Page;
let trap: Trap;
let run: string;
const ran: string[] = [];

/** Markup that runs a script by itself, in each of the ways that filters overlook. */
function markup(mark: string): string {
  const code = `window.hostile=1;document.title='hostile';new Image().src='${trap.url}/${mark}'`;
  return [
    `<script>${code}</script>`,
    `<img src=x onerror="${code}">`,
    `<svg onload="${code}"><script>${code}</script></svg>`,
    `<iframe srcdoc="<script>parent.${code}</script>"></iframe>`,
    `<a href="javascript:${code}">link</a><base href="${trap.url}/"><meta http-equiv=refresh content="0;url=${trap.url}/${mark}-refresh">`,
    `<link rel=stylesheet href="${trap.url}/${mark}-style"><img src="${trap.url}/${mark}-image">`,
    `[x](javascript:${code}) {{constructor.constructor('${code}')()}}`,
  ].join('');
}

const short = '<img src=x onerror=window.hostile=1><script>window.hostile=1<\u002fscript>';
const name = short.replaceAll('/', '');

async function seed(): Promise<void> {
  const ok = async (method: string, path: string, body: unknown) => {
    const answer = await server.call(method, `/api/2.0/${path}`, body);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const tags = ['mlflow.note.content', 'mlflow.user', 'mlflow.source.name', 'plain'].map((key) => ({
    key,
    value: markup('tag'),
  }));
  const experiment = await ok('POST', 'mlflow/experiments/create', { name: short, tags: tags.slice(0, 1).map(cut) });
  const { experiment_id } = experiment;
  const created = await ok('POST', 'mlflow/runs/create', { experiment_id, run_name: short, user_id: short, tags });
  run = created.run.info.run_id;
  const params = [{ key: 'p', value: markup('param') }];
  const metrics = [0, 1].map((step) => ({ key: 'm', value: step, step, timestamp: step }));
  await ok('POST', 'mlflow/runs/log-batch', { run_id: run, params, metrics });
  const dataset = { name: short, digest: 'd', source_type: short, source: markup('source'), schema: markup('schema') };
  await ok('POST', 'mlflow/runs/log-inputs', { run_id: run, datasets: [{ dataset }] });
  for (const file of Object.keys(files())) {
    const content = files()[file]!;
    await ok(
      'PUT',
      `mlflow-artifacts/artifacts/${experiment_id}/${run}/artifacts/${encodeURIComponent(file)}`,
      content,
    );
  }
  await ok('POST', 'mlflow/registered-models/create', {
    name,
    description: markup('model'),
    tags: [{ key: 'k', value: short }],
  });
  const source = `runs:/${run}`;
  const version = {
    name,
    source,
    run_id: run,
    run_link: `javascript:window.hostile=1`,
    description: markup('version'),
  };
  await ok('POST', 'mlflow/model-versions/create', { ...version, tags: [{ key: 'k', value: markup('version') }] });
}

const cut = ({ key, value }: { key: string; value: string }) => ({ key, value: value.slice(0, 5000) });

/** Artifacts that are shown as what they are called. */
function files(): Record<string, string> {
  const page = `<!doctype html><title>x</title>${markup('html')}<form action="${trap.url}/form"><input autofocus onfocus="window.hostile=1"></form>`;
  const picture = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.hostile=1"><script>window.hostile=1;fetch('${trap.url}/svg')</script><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="javascript:parent.hostile=1"/></foreignObject></svg>`;
  const cells = JSON.stringify({ columns: [short], data: [[markup('cell')]] });
  return {
    ...{ 'page.html': page, 'picture.svg': picture, 'table.json': cells, 'table.csv': `${short}\n"${short}"\n` },
    ...{ 'notes.md': markup('markdown'), 'page.png': page, 'page.xml': picture, 'page.txt': page, 'page.xhtml': page },
    [`${name}.txt`]: markup('name'),
  };
}

describe.skipIf(!canRun)(
  `hostile content in Chromium${canRun ? '' : ' (skipped: no Chromium, or the page is not built)'}`,
  () => {
    beforeAll(async () => {
      trap = await openTrap();
      server = await openServer();
      await seed();
      browser = await openBrowser();
      page = browser.context.pages()[0] ?? (await browser.context.newPage());
      page.setDefaultTimeout(8_000);
      page.on('dialog', (dialog) => {
        ran.push(`dialog ${dialog.message()}`);
        void dialog.dismiss();
      });
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await server?.close();
      trap?.server.close();
      await cleanUp();
    });

    /** Documents without scripts may never answer the debugger. */
    const soon = (asked: Promise<unknown>) =>
      Promise.race([asked.catch(() => undefined), new Promise((resolve) => setTimeout(resolve, 500).unref())]);

    /** What ran on the page and in its frames. */
    async function hits(): Promise<string[]> {
      const all: string[] = [...ran, ...trap.heard];
      for (const frame of page.frames()) {
        if (await soon(frame.evaluate('window.hostile'))) all.push(`script in ${frame.url()}`);
      }
      if ((await soon(page.title())) === 'hostile') all.push('title');
      return all;
    }

    test('pages show names, tags, parameters and descriptions as the text they are', async () => {
      const at = `${server.url}/models/${encodeURIComponent(name)}`;
      for (const path of [
        `${server.url}/experiments`,
        `${server.url}/runs/${run}`,
        `${server.url}/models`,
        at,
        `${server.url}/ledger`,
        server.url,
      ]) {
        await page.goto(path);
        await page
          .getByText('onerror=window.hostile=1')
          .filter({ visible: true })
          .first()
          .waitFor({ timeout: 15_000 })
          .catch((error) => {
            // The first page and the ledger need not name them.
            if (!path.endsWith('/ledger') && path !== server.url) throw error;
          });
        expect([path, await hits()]).toEqual([path, []]);
        const links = (await page.evaluate("[...document.querySelectorAll('a')].map((a) => a.protocol)")) as string[];
        expect(links.filter((protocol) => !/^https?:$/.test(protocol))).toEqual([]);
      }
    }, 120_000);

    test('artifacts that are chosen to be shown run nothing and load nothing', async () => {
      await page.goto(`${server.url}/runs/${run}`);
      await page.getByRole('tab', { name: 'Artifacts' }).click();
      for (const file of Object.keys(files())) {
        await page.locator('button.tree-item', { hasText: file }).first().click();
        await page.getByRole('region', { name: file }).or(page.locator('section.preview')).first().waitFor();
        await page.waitForTimeout(150);
        expect([file, await hits()]).toEqual([file, []]);
      }
      const frame = page.locator('section.preview iframe');
      await page.locator('button.tree-item', { hasText: 'page.html' }).first().click();
      expect(await frame.getAttribute('sandbox')).toBe('');
    }, 120_000);

    test('artifacts opened by their own addresses are downloads, or pages without scripts and origin', async () => {
      const { experiments } = (await server.call('GET', `/api/2.0/mlflow/experiments/search?max_results=10`)).body;
      const experiment = experiments.find((one: { name: string }) => one.name === short).experiment_id;
      for (const file of Object.keys(files())) {
        const part = encodeURIComponent(file);
        for (const path of [
          `/api/v1/runs/${run}/artifact-preview/${part}`,
          `/api/v1/runs/${run}/artifacts/${part}`,
          `/get-artifact?run_uuid=${run}&path=${part}`,
          `/model-versions/get-artifact?name=${encodeURIComponent(name)}&version=1&path=${part}`,
          `/api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/${part}`,
          `/ajax-api/2.0/mlflow-artifacts/artifacts/${experiment}/${run}/artifacts/${part}`,
        ]) {
          const { headers, status } = await server.call('GET', path);
          expect([path, [200, 400, 404].includes(status)]).toEqual([path, true]);
          expect([path, headers.get('x-content-type-options')]).toEqual([path, 'nosniff']);
          // A navigation that becomes a download ends as one that was cut off.
          await page.goto(server.url + path, { timeout: 4_000 }).catch(() => undefined);
          expect([path, await hits()]).toEqual([path, []]);
          if (status !== 200) continue;
          const isDownload = headers.get('content-disposition')?.startsWith('attachment');
          const policy = headers.get('content-security-policy') ?? '';
          expect([path, isDownload || /default-src 'none'/.test(policy)]).toEqual([path, true]);
        }
      }
    }, 120_000);
  },
);
