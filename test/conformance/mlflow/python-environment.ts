import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const here = import.meta.dirname;
const cache = join(here, '..', '..', '..', '.cache', 'conformance');

/** A line of the client, with the requirements that pin it. */
export interface Client {
  name: 'current' | '2x';
  requirements: string;
  version: string;
}

/** The clients that the suite is run with. */
export async function clients(): Promise<Client[]> {
  const read = async (name: Client['name']): Promise<Client> => {
    const requirements = join(here, `requirements-${name}.txt`);
    const version = /^mlflow==(\S+)$/m.exec(await readFile(requirements, 'utf8'))?.[1] ?? '?';
    return { name, requirements, version };
  };
  return Promise.all([read('current'), read('2x')]);
}

/** The Python of a virtual environment with a client's requirements, made anew only where they have changed. */
export async function preparePython(client: Client): Promise<string> {
  const folder = join(cache, client.name);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'installed');
  const base = await run('python3', ['-c', 'import sys; print(sys.version)']);
  const wanted = createHash('sha256')
    .update(base)
    .update(await readFile(client.requirements))
    .digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  const started = performance.now();
  console.log(`Installing mlflow ${client.version} and what it needs into ${folder} …`);
  await run('python3', ['-m', 'venv', folder]);
  // Every requirement is pinned, so that nothing is left to resolve.
  const flags = ['--no-deps', '--no-compile', '--only-binary', ':all:', '--no-input', '--disable-pip-version-check'];
  await run(python, ['-m', 'pip', 'install', '--quiet', ...flags, '-r', client.requirements]).catch((cause: Error) => {
    throw new Error(
      `mlflow ${client.version} could not be installed; is a Python package index reachable from here?\n${cause.message}`,
    );
  });
  await writeFile(stamp, wanted);
  console.log(`  mlflow ${client.version} installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return python;
}

/** Runs a program to its end and gives what it wrote; fails with its errors unless it ends well. */
function run(command: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, err]: [string[], string[]] = [[], []];
    child.stdout.setEncoding('utf8').on('data', (part: string) => out.push(part));
    child.stderr.setEncoding('utf8').on('data', (part: string) => err.push(part));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(out.join(''));
      else reject(new Error(`'${command} ${args.join(' ')}' ended with ${code}:\n${err.join('').slice(-3000)}`));
    });
  });
}
