import { parseArgs } from 'node:util';
import { cleanUp } from '../../support/server-process.ts';
import { preparePython } from '../python-environment.ts';
import { type Client, clients } from './clients.ts';
import { runExample } from './example.ts';
import { recordAll } from './record.ts';
import { runSuite, startGuardedServer, startOpenServer, type Tally } from './suite-run.ts';

// `npm run conformance:mlflow`: the unmodified MLflow client, of both lines, against a server process of its own.
// `-- --record` writes the corpus anew; `-- --client 2x --python <path> --only <regex> [module …]` runs a part.

const { values, positionals } = parseArgs({
  options: {
    client: { type: 'string', multiple: true },
    python: { type: 'string' },
    only: { type: 'string' },
    record: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});

async function checkClient(client: Client): Promise<Tally> {
  const label = `[${client.version}]`;
  try {
    const python = values.python ?? (await preparePython(client));
    const open = await startOpenServer();
    const guarded = await startGuardedServer();
    const server = { guarded: { ...guarded, server: undefined, url: guarded.server.url } };
    const tally = await runSuite({ python, url: open.url, server, modules: positionals, only: values.only, label });
    if (client.name === 'current' && positionals.length === 0 && !values.only) {
      const example = await runExample({ python, server: open, label });
      return { passed: tally.passed + example.passed, failed: tally.failed + example.failed };
    }
    return tally;
  } catch (error) {
    console.log(`${label} FAIL ${(error as Error).message}`);
    return { passed: 0, failed: 1 };
  }
}

async function main(): Promise<void> {
  const chosen = (await clients()).filter(({ name }) => values.client?.includes(name) ?? true);
  if (values.python && chosen.length !== 1) throw new Error('--python needs --client current or --client 2x.');
  if (values.record) {
    for (const client of chosen) {
      await recordAll({ client, python: values.python ?? (await preparePython(client)), only: positionals });
    }
    return;
  }
  const started = performance.now();
  const tallies = await Promise.all(chosen.map(checkClient));
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`${passed} passed, ${failed} failed (${((performance.now() - started) / 1000).toFixed(0)} s)`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}

try {
  await main();
} finally {
  await cleanUp();
}
