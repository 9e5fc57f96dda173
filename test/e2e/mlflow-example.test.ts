import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseJson } from '../../src/kernel/json.ts';
import { seeExample } from '../conformance/mlflow/example-made.ts';
import type { Recording } from '../conformance/mlflow/recording.ts';
import { replay } from '../conformance/mlflow/replay.ts';
import { startOpenServer } from '../conformance/mlflow/suite-run.ts';
import { cleanUp } from '../support/server-process.ts';
import { chromiumPath, openBrowser, watchPage } from './web-browser.ts';

const root = join(import.meta.dirname, '..', '..');
const canLook = chromiumPath !== undefined && existsSync(join(root, 'dist', 'web', 'index.html'));

afterAll(cleanUp);

test.skipIf(!canLook)(
  'the page shows the run, the model and the alias of the example with the MLflow client',
  async () => {
    const file = join(root, 'test', 'conformance', 'mlflow', 'corpus', 'example.json');
    const recording = parseJson(readFileSync(file, 'utf8')) as unknown as Recording;
    const server = await startOpenServer();
    const bindings = new Map([
      ['origin', server.url],
      ['address', new URL(server.url).host],
    ]);
    for (const { exchanges } of recording.checks) {
      for (const exchange of exchanges) expect(await replay(exchange, server.url, bindings)).toEqual([]);
    }
    const browser = await openBrowser();
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    const complaints = watchPage(page);
    await seeExample(page, server);
    expect(complaints).toEqual([]);
    await browser.close();
  },
  120_000,
);
