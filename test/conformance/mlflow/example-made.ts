import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { ServerProcess } from '../../support/server-process.ts';

/** Looks in our own API for what `examples/sklearn-with-mlflow` makes, and gives the id of its best run. */
export async function findExample(server: ServerProcess): Promise<string> {
  const runs = await server.ok('POST', 'runs/search', { filter: "name = 'best penalty'" });
  assert.equal(runs.items.length, 1);
  const [run] = runs.items;
  assert.equal(run.status, 'FINISHED');
  assert.ok(run.metrics.accuracy_score.value > 0.95);
  const search = await server.ok('POST', 'runs/search', { filter: "name = 'grid of penalties'" });
  const candidates = await server.ok('POST', 'runs/search', { filter: `parentRunId = '${search.items[0].id}'` });
  assert.equal(candidates.items.length, 4);
  const model = await server.ok('GET', 'models/tumours');
  assert.deepEqual(model.aliases, { champion: 1 });
  const { items } = await server.ok('GET', 'models/tumours/versions');
  assert.equal(items[0].source.runId, run.id);
  assert.deepEqual(items[0].tags, { 'judged on': 'tumours held back' });
  return run.id;
}

/** Looks for the same in the web page. */
export async function seeExample(page: Page, server: ServerProcess): Promise<void> {
  const runId = await findExample(server);
  const places: [string, string[]][] = [
    ['/experiments', ['best penalty', 'grid of penalties']],
    [`/runs/${runId}`, ['best penalty', 'accuracy_score', 'logisticregression__C', 'tumours held back']],
    ['/models', ['tumours', 'champion → v1']],
    ['/models/tumours', ['champion', 'v1']],
  ];
  for (const [path, words] of places) {
    await page.goto(server.url + path);
    for (const word of words) {
      await page.getByText(word).filter({ visible: true }).first().waitFor({ timeout: 30_000 });
    }
  }
}
