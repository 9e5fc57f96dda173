import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { fail } from '../../kernel/errors.ts';
import { nameSchema } from '../../kernel/names.ts';
import { starterFiles } from './starter-files.ts';

/** What was written, and what to do next. */
export interface InitializedProject {
  files: string[];
  next: string;
}

/** Files that a folder may have already; they are left as they are. */
const mayStand = new Set(['package.json', '.gitignore']);

/** Writes a small working project into a folder; refuses to overwrite anything. */
export function initProject(folder: string, name?: string): InitializedProject {
  const full = resolve(folder);
  const project = nameSchema.safeParse(name ?? basename(full));
  if (!project.success) {
    const cure = 'Give a name with --name.';
    fail('invalid_name', `'${name ?? basename(full)}' cannot name a project. ${cure}`, { field: 'name', cure });
  }
  const files = Object.entries(starterFiles(project.data)).filter(
    ([path]) => !(mayStand.has(path) && existsSync(join(full, path))),
  );
  const standing = files.map(([path]) => path).filter((path) => existsSync(join(full, path)));
  if (standing.length > 0) {
    const cure = 'Choose an empty folder.';
    fail('already_exists', `${full} holds ${standing.join(', ')} already; nothing was written. ${cure}`, {
      field: 'folder',
      value: full,
      cure,
    });
  }
  for (const [path, text] of files) {
    mkdirSync(dirname(join(full, path)), { recursive: true });
    writeFileSync(join(full, path), text, { flag: 'wx' });
  }
  const shown = relative(process.cwd(), full) || '.';
  const enter = shown === '.' ? '' : `cd ${/^[\w./-]+$/.test(shown) ? shown : `'${shown}'`} && `;
  return {
    files: files.map(([path]) => join(shown, path)),
    next: `${enter}tidemill server    (README.md goes on from there)`,
  };
}
