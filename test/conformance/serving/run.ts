import { createServer } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { identityModel } from '../../support/identity-model.ts';
import { cleanUp, newFolder, type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { logisticModel } from '../../support/test-models.ts';
import { runPython } from '../mlflow/suite-run.ts';
import { datatypes } from '../oip/datatypes.ts';
import { preparePython } from './python-environment.ts';

// `npm run conformance:serving`: the unmodified clients of Triton and KServe against a server process of its own.
// `-- --python <path> --only <regex> [module …]` runs a part.

const { values, positionals } = parseArgs({
  options: { python: { type: 'string' }, only: { type: 'string' } },
  allowPositionals: true,
});

const modules = ['triton', 'kserve_client', 'wire'];

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
  const python = values.python ?? (await preparePython());
  const grpcPort = await freePort();
  const server = await startServerProcess(await newFolder(), { flags: ['--grpc-port', String(grpcPort)] });
  for (const { name } of datatypes) await deploy(server, `same-${name}`, identityModel(name, 2));
  for (const name of ['risk', 'spare']) await deploy(server, name, logisticModel({ a: 1, b: -1, bias: 0 }));
  const script = join(import.meta.dirname, 'suite', 'run.py');
  const only = values.only ? ['--only', values.only] : [];
  let [passed, failed] = [0, 0];
  // A process each: the clients define messages of the same names.
  for (const module of positionals.length > 0 ? positionals : modules) {
    const words = [script, '--url', server.url, '--grpc', `127.0.0.1:${grpcPort}`, ...only, module];
    const tally = await runPython(python, words, '[serving]');
    passed += tally.passed;
    failed += tally.failed;
  }
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0 || (await server.stop()) !== 0) process.exitCode = 1;
}

try {
  await main();
} finally {
  await cleanUp();
}
