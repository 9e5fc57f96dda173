import { mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type JsonValue, stringifyJson } from '../../../src/kernel/json.ts';
import type { Client } from './clients.ts';
import { runProgram } from './example.ts';
import { markPath, startRecordingProxy } from './recording-proxy.ts';
import { runSuite, startGuardedServer, startOpenServer } from './suite-run.ts';
import { toRecording } from './to-recording.ts';

const corpus = join(import.meta.dirname, 'corpus');

interface Plan {
  module: string;
  /** Which checks: those that speak to others as well, or say very much, are left to the suite itself. */
  only?: string;
}

const plans: Record<Client['name'], Plan[]> = {
  current: [
    { module: 'artifacts' },
    { module: 'auth' },
    { module: 'datasets' },
    { module: 'eval_datasets' },
    { module: 'example' },
    { module: 'experiments' },
    { module: 'logged_models' },
    { module: 'models' },
    { module: 'prompts' },
    { module: 'registry' },
    { module: 'run_search' },
    { module: 'runs', only: '^(?!runs: a long history)' },
    { module: 'traces' },
    { module: 'webhooks', only: 'listed' },
    { module: 'wire' },
  ],
  '2x': [{ module: 'models' }, { module: 'prompts' }],
};

interface Session {
  client: Client;
  python: string;
  /** Names of modules; all unless given. */
  only: string[];
}

/** Writes the corpus anew: what the client says to a new server, module by module. */
export async function recordAll(session: Session): Promise<void> {
  await mkdir(corpus, { recursive: true });
  for (const plan of plans[session.client.name]) {
    if (session.only.length === 0 || session.only.includes(plan.module)) await record(plan, session);
  }
  const sizes = await Promise.all((await readdir(corpus)).map(async (name) => (await stat(join(corpus, name))).size));
  console.log(`${sizes.length} recordings, ${Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1024)} KB`);
}

async function record({ module, only }: Plan, { client, python }: Session): Promise<void> {
  const proxy = await startRecordingProxy();
  const port = await freePort();
  proxy.forwardTo(`http://127.0.0.1:${port}`);
  const hidden = ['--port', String(port), '--public-url', proxy.url];
  const guarded = module === 'auth' ? await startGuardedServer(hidden) : undefined;
  const server = guarded?.server ?? (await startOpenServer(hidden));
  const tokens = guarded && { url: proxy.url, token: guarded.token, readerToken: guarded.readerToken };
  if (module === 'example') {
    proxy.mark('examples/sklearn-with-mlflow');
    await runProgram(python, proxy.url);
  } else {
    const { failed } = await runSuite({
      ...{ python, url: proxy.url, server: { guarded: tokens }, modules: [module], only },
      ...{ mark: `${proxy.url}${markPath}`, label: `[${client.version}]` },
    });
    if (failed > 0) throw new Error(`What fails is not recorded: ${module}.`);
  }
  const known = {
    origin: proxy.url,
    address: `127.0.0.1:${new URL(proxy.url).port}`,
    ...(guarded && { 'admin-token': guarded.token, 'reader-token': guarded.readerToken }),
  };
  const flags = guarded ? ['--auth'] : ['--allow-private-addresses'];
  const recording = toRecording(proxy.heard, { client: client.version, flags, known });
  const name = `${module.replaceAll('_', '-')}${client.name === 'current' ? '' : `-${client.name}`}.json`;
  await writeFile(join(corpus, name), print(recording as unknown as JsonValue));
  await server.stop();
  await proxy.close();
}

/** One exchange a line, so that a change shows in a diff. */
function print(recording: JsonValue): string {
  const { checks, ...head } = recording as { checks: { title: string; exchanges: JsonValue[] }[] };
  const lines = checks.map(({ title, exchanges }) => {
    const each = exchanges.map((one) => `    ${stringifyJson(one)}`).join(',\n');
    return `  {"title": ${JSON.stringify(title)}, "exchanges": [\n${each}\n  ]}`;
  });
  return `${JSON.stringify(head).slice(0, -1)},"checks": [\n${lines.join(',\n')}\n]}\n`;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
