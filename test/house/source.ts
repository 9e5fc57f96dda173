import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { type MeasuredFile, measureSource } from '../../tools/measure-source.ts';

/** The repository's root folder. */
export const root = dirname(dirname(import.meta.dirname));

/** Every TypeScript file that git knows or could know, measured; generated ones apart. */
export function measuredSource(): MeasuredFile[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'], {
    cwd: root,
    encoding: 'utf8',
  });
  const paths = listed
    .trim()
    .split('\n')
    .filter((path) => !path.includes('/generated/') && path !== 'sdk/src/types.ts' && existsSync(join(root, path)));
  return measureSource(paths.map((path) => join(root, path))).map((file) => ({
    ...file,
    path: relative(root, file.path),
  }));
}

/** The files of ours that a file imports, by path from the root. */
export function importsOf(file: MeasuredFile): string[] {
  return file.imports.filter((from) => from.startsWith('.')).map((from) => normalize(join(dirname(file.path), from)));
}
