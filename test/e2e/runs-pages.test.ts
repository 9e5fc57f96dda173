import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, newFolder, type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { type SeededRuns, seedRuns } from './runs-seed.ts';
import { chromiumPath, findBarriers, openBrowser, watchPage } from './web-browser.ts';

const root = join(import.meta.dirname, '..', '..');
const lacking = [
  chromiumPath === undefined && 'no Chromium at /usr/bin/chromium nor at TIDEMILL_TEST_CHROMIUM',
  !existsSync(join(root, 'dist', 'web', 'index.html')) && 'the page is not built; `npm test` builds it',
].filter(Boolean);

let server: ServerProcess;
let seeded: SeededRuns;
let browser: Awaited<ReturnType<typeof openBrowser>>;
let page: Page;
let complaints: string[];

const see = (text: string | RegExp) =>
  page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 15_000 });
const openTab = (name: string) => page.getByRole('tab', { name, exact: true }).click();
const go = async (path: string, ...words: (string | RegExp)[]) => {
  await page.goto(server.url + path);
  for (const word of words) await see(word);
};

/** Every page of runs, the sheet of it that is opened, and words that are then there. */
const places = ({ cats, parent, compared, live }: SeededRuns): [string, string | undefined, string][] => [
  ['/experiments', undefined, 'vision/cats'],
  [`/experiments?experiment=${cats}`, undefined, 'cat 11'],
  [`/runs/${compared[0]}`, undefined, 'optimizer'],
  [`/runs/${compared[0]}`, 'Curves', '60 points'],
  [`/runs/${compared[0]}`, 'System', '60 points'],
  [`/runs/${parent}`, undefined, 'All of it.'],
  [`/runs/${parent}`, 'Artifacts', 'answers.json'],
  [`/runs/${parent}`, 'Logs', 'console.log'],
  [`/runs/${parent}`, 'Models', 'logged no model'],
  [`/runs/${live}`, 'Traces', 'No trace'],
  [`/compare?runs=${compared.join(',')}`, undefined, 'Only what differs'],
  [`/compare?runs=${compared.join(',')}`, 'Curves', '720 points'],
  [`/compare?runs=${compared.join(',')}`, 'Parallel coordinates', '12 of 12 runs'],
  [`/compare?runs=${compared.join(',')}`, 'Scatter', 'leads to its run'],
];

describe.skipIf(lacking.length > 0)(
  `the pages of runs in Chromium${lacking.length > 0 ? ` (skipped: ${lacking.join('; ')})` : ''}`,
  () => {
    beforeAll(async () => {
      server = await startServerProcess(await newFolder());
      seeded = await seedRuns(server);
      browser = await openBrowser();
      page = browser.context.pages()[0] ?? (await browser.context.newPage());
      complaints = watchPage(page);
    }, 120_000);
    afterAll(async () => {
      await browser?.close();
      await cleanUp();
    });

    test('each is without a barrier by day and by night, and no wider than a phone', async () => {
      const found: string[] = [];
      for (const [path, sheet, words] of places(seeded)) {
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.emulateMedia({ colorScheme: 'light' });
        await go(path);
        if (sheet) await openTab(sheet);
        await see(words);
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          for (const barrier of await findBarriers(page)) found.push(`${path} ${sheet} (${colorScheme}) ${barrier}`);
        }
        await page.setViewportSize({ width: 390, height: 800 });
        const width = Number(await page.evaluate('document.documentElement.scrollWidth'));
        if (width > 390) found.push(`${path} ${sheet} is ${width} wide`);
      }
      await page.setViewportSize({ width: 1280, height: 900 });
      expect(found).toEqual([]);
      expect(complaints).toEqual([]);
    }, 180_000);

    test('the table is filtered, ordered and given columns; what is shown is saved for all', async () => {
      await go('/experiments', 'vision');
      await page.getByRole('button', { name: 'cats' }).click();
      await see('12 runs');
      await page.getByRole('columnheader', { name: 'auc' }).getByRole('button').click();
      await expect.poll(() => page.getByRole('row').nth(1).textContent()).toContain('cat 11');
      await page.getByLabel('Filter').fill("params.depth = '8' or metrics.auc < 0.62");
      await page.getByRole('button', { name: 'Apply' }).click();
      await see('4 runs');
      await page.getByRole('button', { name: /^Columns/ }).click();
      await page.getByLabel('Find', { exact: true }).fill('owner');
      await page.getByRole('group', { name: 'Tags' }).getByLabel('owner').check();
      await page.getByRole('button', { name: 'Done' }).click();
      await page.getByRole('columnheader', { name: 'owner' }).waitFor();
      await page.getByRole('button', { name: 'Save view' }).click();
      await page.getByLabel('Name').fill('Deep ones');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await expect.poll(() => new URL(page.url()).searchParams.get('view')).toBeTruthy();
      await go(`/experiments?experiment=${seeded.cats}`, '12 runs');
      await page.getByLabel('View').selectOption({ label: 'Deep ones (local)' });
      await see('4 runs');
      await page.getByRole('columnheader', { name: 'owner' }).waitFor();
      const address = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
      const csv = await (await fetch(server.url + address)).text();
      expect(csv.trim().split('\r\n')).toHaveLength(5);
      expect(csv).toContain('tags.owner');
      expect(complaints).toEqual([]);
    }, 60_000);

    test('a mistake in a filter is shown at its place', async () => {
      await go(`/experiments?experiment=${seeded.cats}`, '12 runs');
      await page.getByLabel('Filter').fill('metrics.auc > and 3');
      await page.keyboard.press('Enter');
      await see(/a number expected/);
      expect(await page.locator('.filter-place mark').textContent()).toBe('and');
      await page.getByRole('button', { name: 'Go there' }).click();
      const selected = 'document.activeElement.value.slice(document.activeElement.selectionStart, 17)';
      expect(await page.evaluate(selected)).toBe('and');
      complaints.length = 0;
    }, 60_000);

    test('runs stand under their parents; chosen ones are compared, and brushes with the keyboard pick some', async () => {
      await go('/experiments', 'search');
      await page.getByRole('button', { name: '3 runs under search' }).click();
      await see('under 2');
      await go(`/experiments?experiment=${seeded.cats}`, 'cat 11');
      for (const name of ['cat 11', 'cat 10', 'cat 9', 'cat 8']) await page.getByLabel(`Select ${name}`).check();
      await page.getByRole('link', { name: 'Compare' }).click();
      await see('4 runs compared');
      await openTab('Parallel coordinates');
      await page.getByRole('slider', { name: 'Least params.depth' }).focus();
      for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
      await see('1 of 4 runs');
      await page.getByRole('button', { name: 'Keep only these' }).click();
      await page.getByRole('heading', { name: '1 run', exact: true }).waitFor();
      expect(complaints).toEqual([]);
    }, 60_000);

    test('a curve grows while its run goes on, and tells its values to the arrow keys', async () => {
      await go(`/runs/${seeded.live}`, 'goes on');
      await openTab('Curves');
      await see('2 points');
      await server.ok('POST', `runs/${seeded.live}/log`, { metrics: [{ key: 'loss', value: 0.125, step: 2 }] });
      await see('3 points');
      await page.getByLabel('Smoothing').fill('0.5');
      await page.getByRole('region', { name: /Metrics: loss/ }).focus();
      await page.keyboard.press('End');
      await see('(0.125 as logged)');
      expect(complaints).toEqual([]);
    }, 60_000);

    test('files are shown as what they are, and HTML runs nothing', async () => {
      await go(`/runs/${seeded.parent}`, 'All of it.');
      await openTab('Artifacts');
      await page.getByRole('button', { name: /answers.json/ }).click();
      await page.getByRole('cell', { name: '42' }).waitFor();
      await page.getByRole('button', { name: /data\// }).click();
      await page.getByRole('button', { name: /rows.csv/ }).click();
      await page.getByRole('cell', { name: 'a, b' }).waitFor();
      await page.getByRole('button', { name: /picture.svg/ }).click();
      await expect
        .poll(() =>
          page.locator('.preview img').evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth),
        )
        .toBe(40);
      await page.getByRole('button', { name: /report\// }).click();
      await page.getByRole('button', { name: /page.html/ }).click();
      const frame = page.frameLocator('.preview iframe');
      await frame.getByText('Report').waitFor();
      expect(await frame.locator('#p').textContent()).toBe('untouched');
      expect(complaints.filter((one) => !one.includes('Blocked script execution'))).toEqual([]);
      complaints.length = 0;
    }, 60_000);

    test('a run is renamed, described, tagged, deleted and brought back', async () => {
      const [id] = seeded.compared;
      await go(`/runs/${id}`, 'optimizer');
      await page.getByRole('button', { name: 'Rename' }).click();
      await page.getByLabel('Name of the run').fill('the tabby');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('heading', { name: /the tabby/ }).waitFor();
      await page.getByRole('button', { name: 'Describe' }).click();
      await page.getByLabel('Description of the run').fill('First of all.');
      await page.getByRole('button', { name: 'Save' }).click();
      await see('First of all.');
      await page.getByLabel('Tag', { exact: true }).fill('fur');
      await page.getByLabel('Value').fill('striped');
      await page.getByRole('button', { name: 'Set' }).click();
      await page.getByRole('button', { name: 'Remove the tag fur' }).waitFor();
      await page.getByRole('button', { name: 'Remove the tag owner' }).click();
      await page.getByRole('button', { name: 'Remove the tag owner' }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
      await see('11 runs');
      await page.getByLabel('Deleted runs').check();
      await see('the tabby');
      await page.getByLabel('Select the tabby').check();
      await page.getByRole('button', { name: 'Restore' }).click();
      await see('0 runs');
      expect((await server.ok('GET', `runs/${id}`)).lifecycle).toBe('active');
      expect(complaints).toEqual([]);
    }, 60_000);

    test('a folder has rules; what was deleted is removed for good, run or experiment, after saying what goes', async () => {
      await go('/experiments?folder=vision', 'Ended runs are deleted');
      await page.getByRole('button', { name: 'Settings' }).click();
      await page.getByLabel('Description').fill('All about animals.');
      await page.getByLabel('Delete runs that ended').fill('36500');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await see('All about animals.');
      await see('after 36500 days');
      expect((await server.ok('GET', 'folders/settings?path=vision')).own).toEqual({
        description: 'All about animals.',
        retention: { deleteEndedAfterDays: 36_500 },
      });
      const experiment = (await server.ok('POST', 'experiments', { name: 'vision/birds' })).id;
      const [first, second] = [
        (await server.ok('POST', 'runs', { experiment, name: 'wren', user: '' })).id,
        (await server.ok('POST', 'runs', { experiment, name: 'finch' })).id,
      ];
      await fetch(`${server.url}/api/v1/runs/${first}/artifacts/song.txt`, { method: 'PUT', body: 'tschilp' });
      await server.ok('DELETE', `runs/${first}`);
      await go(`/runs/${first}`, 'wren');
      // Who named no user is told by the token.
      expect(await page.locator('dl', { hasText: 'By' }).textContent()).toContain('local');
      await page.getByRole('button', { name: 'Remove for good' }).click();
      await see(/1 run with 1 file \(7 B\) would be gone/);
      expect(await findBarriers(page)).toEqual([]);
      await page.getByRole('dialog').getByRole('button', { name: 'Remove for good' }).click();
      await see('finch');
      await server.ok('DELETE', `experiments/${experiment}`);
      await go('/experiments', 'Deleted');
      await page.getByText('Deleted', { exact: true }).click();
      await page.getByRole('button', { name: 'vision/birds' }).click();
      await page.getByRole('button', { name: 'Remove for good' }).click();
      await see(/1 run with 0 files/);
      await page.getByRole('dialog').getByRole('button', { name: 'Remove for good' }).click();
      await page.getByRole('heading', { name: 'vision/birds' }).waitFor({ state: 'detached' });
      for (const gone of [`experiments/${experiment}`, `runs/${first}`, `runs/${second}`]) {
        expect((await fetch(`${server.url}/api/v1/${gone}`)).status).toBe(404);
      }
      complaints.length = 0;
    }, 60_000);
  },
);
