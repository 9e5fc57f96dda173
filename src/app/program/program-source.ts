import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProgramSource } from '../../domains/serving/index.ts';
import { fail } from '../../kernel/errors.ts';
import { version } from '../version.ts';
import { cutLockfile, readLockedPackages } from './lockfile.ts';
import { moduleGraph } from './module-graph.ts';

const installation = fileURLToPath(new URL('../../../', import.meta.url));
const entries = ['src/cli/serve-main.ts', 'dist/cli/serve-main.js'];

/**
 * The program that an image runs, taken from the running installation (a working copy with sources or an installed package with
 * its build): the modules that `serve` reaches, and a lockfile of the packages those name.
 */
export function createProgramSource(root: string = installation): ProgramSource {
  return async () => {
    const entry = entries.find((path) => existsSync(join(root, path))) ?? fail('unsupported', noProgram);
    const { files, packages } = await moduleGraph(root, [entry]);
    const locked = (await readLockedPackages(root)) ?? fail('unsupported', noLockfile, { cure: 'Install with npm.' });
    const cut = cutLockfile(locked, packages, { name: 'tidemill-packaged', version });
    const contents = await Promise.all(
      files
        .filter((path) => path !== 'package.json')
        .map(async (path) => ({ path, bytes: await readFile(join(root, path)) })),
    );
    const written = (path: string, value: unknown) => ({
      path,
      bytes: Buffer.from(`${JSON.stringify(value, null, 2)}\n`),
    });
    return {
      version,
      entry,
      files: [...contents, written('package.json', cut.package), written('package-lock.json', cut.lockfile)],
    };
  };
}

const noProgram = 'This installation has no program to put into an image.';
const noLockfile = 'The packages of this installation are not known: npm left no lockfile. Install it with npm.';
