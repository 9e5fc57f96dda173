import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const cache = join(import.meta.dirname, '..', '..', '.cache', 'conformance');

/** A virtual environment of Python by what is pinned in it. */
export interface PythonEnvironment {
  /** Its folder below `.cache/conformance`. */
  name: string;
  /** The file of pinned requirements. */
  requirements: string;
  /** What it has, in words. */
  what: string;
  /** The Python of an environment whose packages it has too, where it pins none of its own. */
  over?: string;
}

/** The Python of an environment, which is made anew only where its requirements or the machine's Python have changed. */
export async function preparePython({ name, requirements, what, over }: PythonEnvironment): Promise<string> {
  const folder = join(cache, name);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'installed');
  const base = await run('python3', ['-c', 'import sys; print(sys.version)']);
  const hash = createHash('sha256')
    .update(base)
    .update(await readFile(requirements));
  // An environment below that was made anew has other packages.
  if (over) hash.update(over).update(await readFile(join(dirname(over), '..', 'installed')));
  const wanted = hash.digest('hex');
  if (existsSync(stamp) && (await readFile(stamp, 'utf8')) === wanted) return python;
  await rm(folder, { recursive: true, force: true });
  await mkdir(cache, { recursive: true });
  const started = performance.now();
  console.log(`Installing ${what} into ${folder} …`);
  await run('python3', ['-m', 'venv', folder]);
  // Every requirement is pinned, so that nothing is left to resolve.
  const flags = ['--no-deps', '--no-compile', '--only-binary', ':all:', '--no-input', '--disable-pip-version-check'];
  await run(python, ['-m', 'pip', 'install', '--quiet', ...flags, '-r', requirements]).catch((cause: Error) => {
    throw new Error(`${what} could not be installed; is a Python package index reachable from here?\n${cause.message}`);
  });
  // A path file's folders come behind the environment's own, so that its own pins win.
  if (over) await writeFile(join(await packagesOf(python), 'over.pth'), `${await packagesOf(over)}\n`);
  await writeFile(stamp, wanted);
  console.log(`  ${what} installed in ${((performance.now() - started) / 1000).toFixed(0)} s`);
  return python;
}

async function packagesOf(python: string): Promise<string> {
  return (await run(python, ['-c', 'import sysconfig; print(sysconfig.get_path("purelib"))'])).trim();
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
