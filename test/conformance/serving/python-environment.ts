import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', '..', '.cache', 'conformance', 'serving');
const requirements = join(import.meta.dirname, 'requirements.txt');

/** The Python of a virtual environment with the clients, made anew only where the requirements have changed. */
export async function preparePython(): Promise<string> {
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, 'installed');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  console.log(`Installing the clients into ${folder} …`);
  execFileSync('python3', ['-m', 'venv', folder]);
  // Every requirement is pinned, so that nothing is left to resolve.
  const flags = ['--quiet', '--no-deps', '--no-compile', '--no-input', '--disable-pip-version-check'];
  execFileSync(python, ['-m', 'pip', 'install', ...flags, '-r', requirements], { stdio: 'inherit' });
  writeFileSync(stamp, wanted);
  return python;
}
