import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fail } from '../../kernel/errors.ts';

const names = [
  'tidemill.config.ts',
  'tidemill.config.mts',
  'tidemill.config.js',
  'tidemill.config.mjs',
  'tidemill.yaml',
  'tidemill.yml',
];

/** Where a project is: its folder and the file that declares it. */
export interface ConfigFile {
  folder: string;
  file: string;
}

/** Finds the project file at a path: the file itself, or one of the known names in a folder. */
export function findConfig(path = '.'): ConfigFile {
  const full = resolve(path);
  if (!existsSync(full)) return fail('invalid_config', `There is nothing at ${full}.`, { field: 'path', value: full });
  if (statSync(full).isFile()) return { folder: dirname(full), file: basename(full) };
  const found = names.filter((name) => existsSync(join(full, name)));
  if (found.length === 1) return { folder: full, file: found[0]! };
  if (found.length > 1)
    return fail('invalid_config', `${full} holds ${found.join(' and ')}; keep one.`, { value: found });
  const cure = "Write one with 'tidemill init', or name the file.";
  return fail('invalid_config', `${full} holds no project file (${names[0]} or tidemill.yaml). ${cure}`, { cure });
}
