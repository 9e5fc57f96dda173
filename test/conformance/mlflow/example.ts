import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { chromiumPath, openBrowser, watchPage } from '../../e2e/web-browser.ts';
import type { ServerProcess } from '../../support/server-process.ts';
import { findExample, seeExample } from './example-made.ts';
import { environment, type Tally } from './suite-run.ts';

const program = fileURLToPath(new URL('../../../examples/sklearn-with-mlflow/tumours.py', import.meta.url));

interface ExampleOptions {
  python: string;
  server: ServerProcess;
  label: string;
}

/** Runs `examples/sklearn-with-mlflow` as a user would, and looks for what it made: in the API, and in the page. */
export async function runExample({ python, server, label }: ExampleOptions): Promise<Tally> {
  const tally = { passed: 0, failed: 0 };
  const check = async (title: string, work: () => Promise<unknown>) => {
    const started = performance.now();
    const wrong = await work().then(
      () => undefined,
      (error: Error) => error,
    );
    tally[wrong ? 'failed' : 'passed'] += 1;
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    console.log(
      `${label} ${wrong ? 'FAIL' : 'ok  '} example: ${title} (${seconds} s)${wrong ? `\n${wrong.stack}` : ''}`,
    );
    return wrong === undefined;
  };
  if (await check('tracks, searches, judges, registers and loads back', () => runProgram(python, server.url))) {
    await check('its run, model and alias are in the API', () => findExample(server));
    await check('its run, model and alias are in the page', () => lookAtPage(server));
  }
  return tally;
}

/** Runs the example's program against a server. */
export async function runProgram(python: string, url: string): Promise<void> {
  const env = { ...environment(), MLFLOW_TRACKING_URI: url };
  const child = spawn(python, [program], { cwd: import.meta.dirname, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`The example ended with ${code}:\n${out}\n${err.slice(-3000)}`);
}

async function lookAtPage(server: ServerProcess): Promise<void> {
  if (chromiumPath === undefined)
    throw new Error('There is no Chromium at /usr/bin/chromium nor at TIDEMILL_TEST_CHROMIUM.');
  const browser = await openBrowser();
  try {
    const page = browser.context.pages()[0] ?? (await browser.context.newPage());
    const complaints = watchPage(page);
    await seeExample(page, server);
    if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join('; ')}`);
  } finally {
    await browser.close();
  }
}
