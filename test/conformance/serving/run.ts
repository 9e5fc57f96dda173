import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { identityModel } from '../../support/identity-model.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { logisticModel } from '../../support/test-models.ts';
import { runPython, type Tally } from '../mlflow/suite-run.ts';
import { datatypes } from '../oip/datatypes.ts';
import { preparePythonWithClients } from './python-with-clients.ts';

// `npm run conformance:serving`: the unmodified clients of Triton, KServe and MLflow against a server process of its own.
// `-- --only <regex> [module …]` runs a part, `--python <path> --mlflow <path>` with what is installed there.

const { values, positionals } = parseArgs({
  options: { python: { type: 'string' }, mlflow: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
});

const modules = ['triton', 'triton_aio', 'kserve_client', 'wire', 'messages', 'documents', 'scoring', 'packages'];

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function deploy(server: ServerProcess, name: string, bytes: Uint8Array): Promise<void> {
  const { digest } = await server.ok('POST', 'uploads', bytes);
  await server.ok('POST', `models/${name}/versions`, { digest });
  await server.ok('PUT', `models/${name}/aliases/champion`, { version: 1 });
  await server.ok('PUT', `endpoints/${name}`, { spec: { model: name } });
}

async function main(): Promise<void> {
  const started = performance.now();
  const { python, mlflow } = values.python
    ? { python: values.python, mlflow: values.mlflow ?? join(dirname(values.python), 'mlflow') }
    : await preparePythonWithClients();
  const grpcPort = await freePort();
  const flags = ['--grpc-port', String(grpcPort), '--allow-process-runtimes', '--default-endpoint', 'iris-sklearn'];
  const server = await startServerProcess(await newFolder(), { flags });
  for (const { name } of datatypes) await deploy(server, `same-${name}`, identityModel(name, 2));
  for (const name of ['risk', 'spare']) await deploy(server, name, logisticModel({ a: 1, b: -1, bias: 0 }));
  const script = join(import.meta.dirname, 'suite', 'run.py');
  const only = values.only ? ['--only', values.only] : [];
  const tally: Tally = { passed: 0, failed: 0 };
  const check = async (module: string) => {
    const words = [script, '--url', server.url, '--grpc', `127.0.0.1:${grpcPort}`, '--mlflow', mlflow, ...only, module];
    // A process each: the clients define messages of the same names.
    const { passed, failed } = await runPython(python, words, '[serving]');
    tally.passed += passed;
    tally.failed += failed;
  };
  const chosen = positionals.length > 0 ? positionals : modules;
  // Scoring waits for processes that start slowly; the others share models, so they take turns.
  const others = chosen.filter((module) => module !== 'scoring');
  await Promise.all([
    chosen.includes('scoring') && check('scoring'),
    others.reduce((before, module) => before.then(() => check(module)), Promise.resolve()),
  ]);
  const ended = await server.stop();
  if (ended !== 0) console.log(`[serving] FAIL the server ended with ${ended}: ${server.stderr()}`);
  console.log(
    `${tally.passed} passed, ${tally.failed} failed (${((performance.now() - started) / 1000).toFixed(0)} s)`,
  );
  if (tally.failed > 0 || tally.passed === 0 || ended !== 0) process.exitCode = 1;
}

try {
  await main();
} finally {
  await cleanUp();
}
