import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cleanUp, newFolder, type ServerProcess, startServerProcess } from '../support/server-process.ts';

/** The pages in the order in which a reader takes them; the first makes the project that the others go on from. */
const pages = [
  'getting-started.md',
  'data.md',
  'pipelines.md',
  'training.md',
  'models-and-gates.md',
  'serving.md',
  'prediction-log.md',
  'rollouts.md',
  'experiments.md',
  'inference-protocol.md',
  'packaging.md',
  'observability.md',
  'monitoring.md',
  'projects.md',
  'ledger.md',
  'upkeep.md',
  'mlflow-import.md',
];
const notGuides = ['README.md', 'cli.md', 'errors.md', 'settings.md', 'architecture.md'];
const references = ['evaluation-datasets.md', 'logged-models.md', 'mlflow.md', 'runs.md', 'webhooks.md'];
const docs = fileURLToPath(new URL('../../docs/', import.meta.url));
const program = fileURLToPath(new URL('../../bin/tidemill.js', import.meta.url));

let folder: string;
let server: ServerProcess;

beforeAll(async () => {
  folder = await newFolder();
  server = await startServerProcess(join(folder, 'demo', '.tidemill'), { flags: ['--data-roots', folder] });
  await mkdir(join(folder, 'bin'));
  await writeFile(join(folder, 'bin', 'tidemill'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`);
  await chmod(join(folder, 'bin', 'tidemill'), 0o755);
});
afterAll(cleanUp);

/** The address that pages tell of is that of a server with no settings; here it is the one under test. */
const usualUrl = 'http://127.0.0.1:7070';

/** The `sh` blocks of a page as one script; a line that ends in `# exits N` must exit so, others with 0. */
function scriptOf(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map((match) => match[1]!);
  return blocks
    .join('\n')
    .split('\n')
    .map((line) => {
      const [, command, code] = /^(.*?)\s+# exits (\d+)\b/.exec(line) ?? [];
      return command ? `code=0; ${command} || code=$?; test "$code" -eq ${code}` : line;
    })
    .join('\n');
}

async function runScript(script: string, cwd: string) {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('TIDEMILL_'));
  const env = {
    ...Object.fromEntries(inherited),
    PATH: `${join(folder, 'bin')}:${process.env['PATH']}`,
    TIDEMILL_URL: server.url,
  };
  const child = spawn('/bin/sh', ['-eux'], { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(script.replaceAll(usualUrl, server.url));
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number | null, stdout, stderr };
}

test.each(pages)('the commands of docs/%s work', { timeout: 60_000 }, async (page) => {
  const script = scriptOf(readFileSync(join(docs, page), 'utf8'));
  const cwd = page === pages[0] ? folder : join(folder, 'demo');
  const { code, stdout, stderr } = await runScript(script, cwd);
  expect(code, `${stdout}\n${stderr}`).toBe(0);
});

test('every guide is run, and links lead somewhere', () => {
  const found = readdirSync(docs).filter(
    (name) => name.endsWith('.md') && ![...notGuides, ...references].includes(name),
  );
  expect(found.sort()).toEqual([...pages].sort());
  for (const page of ['README.md', ...pages, ...references]) {
    const links = [...readFileSync(join(docs, page), 'utf8').matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1]!);
    for (const link of links) expect(() => readdirSync(join(docs, link)), `${page}: ${link}`).not.toThrow(/ENOENT/);
  }
});
