import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PythonEnvironment } from '../python-environment.ts';

/** A line of the client, with the environment that it is installed in. */
export interface Client extends PythonEnvironment {
  name: 'current' | '2x';
  version: string;
}

/** The clients that the suite is run with. */
export async function clients(): Promise<Client[]> {
  return Promise.all([readClient('current'), readClient('2x')]);
}

/** A client as its requirements pin it. */
export async function readClient(name: Client['name']): Promise<Client> {
  const requirements = join(import.meta.dirname, `requirements-${name}.txt`);
  const version = /^mlflow==(\S+)$/m.exec(await readFile(requirements, 'utf8'))?.[1] ?? '?';
  return { name, requirements, version, what: `mlflow ${version}` };
}
