import { glob, realpath, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve, sep } from 'node:path';
import type { Blobs } from '../../blobs/index.ts';
import { type Actor, may } from '../../kernel/actor.ts';
import { fail } from '../../kernel/errors.ts';
import { badFile, type SourceFile } from './bad-file.ts';
import { formatOf } from './inspect-file.ts';
import type { DataSource } from './schema.ts';

/** What finding files takes: where the server may read, and where uploads are. */
export interface FindFiles {
  /** Folders that local paths must be in; when there is none, only an actor with `data.read-files` may name paths. */
  allowedRoots: readonly string[];
  blobs: Blobs;
}

const mostFiles = 10_000;

/** The files a source names, in a stable order: uploads as listed, then paths and what globs match, sorted within a glob. */
export async function findFiles(deps: FindFiles, actor: Actor, source: DataSource): Promise<SourceFile[]> {
  const found: { path: string; name: string }[] = [];
  for (const upload of source.uploads ?? []) {
    if (!(await deps.blobs.has(upload.digest))) {
      fail('not_found', `There is no uploaded file with the digest ${upload.digest}.`, {
        field: 'uploads',
        value: upload.digest,
        cure: 'Upload the file first.',
      });
    }
    found.push({ path: await deps.blobs.localPath(upload.digest), name: upload.name });
  }
  for (const pattern of source.files ?? []) found.push(...(await matches(deps, actor, pattern)));
  if (found.length === 0) {
    fail('invalid_input', 'The source names no file.', { field: 'source', cure: 'Give `files` or `uploads`.' });
  }
  if (found.length > mostFiles) fail('too_large', `The source names ${found.length} files; ${mostFiles} is the limit.`);
  const files: SourceFile[] = [];
  for (const file of found) files.push({ ...file, format: source.format ?? (await formatOf(file)) });
  const other = files.find((file) => file.format !== files[0]!.format);
  if (other) {
    badFile(other, `It is ${other.format}, but ${files[0]!.name} is ${files[0]!.format}.`, {
      cure: 'Ingest files of one format at a time, or name the format.',
    });
  }
  return files;
}

async function matches(deps: FindFiles, actor: Actor, pattern: string): Promise<{ path: string; name: string }[]> {
  if (pattern.includes('\0')) fail('invalid_path', 'A path may not hold a zero byte.', { field: 'files' });
  if (deps.allowedRoots.length === 0 && !may(actor, 'data.read-files')) {
    fail('forbidden', `${actor.name} may not read files of the server.`, {
      field: 'files',
      value: pattern,
      cure: 'Upload the file, or have an administrator name the folders that may be read (data roots).',
    });
  }
  const roots = await Promise.all(deps.allowedRoots.map((root) => realpath(root).catch(() => resolve(root))));
  const absolute = isAbsolute(pattern) ? pattern : join(roots[0] ?? process.cwd(), pattern);
  const paths = (await exists(absolute)) ? [absolute] : await expand(absolute);
  const found: { path: string; name: string }[] = [];
  for (const path of paths) {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || !inside(real, roots)) continue;
    if ((await stat(real)).isFile()) found.push({ path: real, name: isAbsolute(pattern) ? path : basename(path) });
  }
  if (found.length > 0) return found;
  // One answer for missing and for forbidden paths: it must not tell what exists outside the roots.
  return fail('not_found', `No file that this server may read matches '${pattern}'.`, {
    field: 'files',
    value: pattern,
    cure: roots.length > 0 ? `Paths must be inside ${roots.join(' or ')}.` : 'Check the path.',
  });
}

async function expand(pattern: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) {
    paths.push(path);
    if (paths.length > mostFiles) fail('too_large', `'${pattern}' matches more than ${mostFiles} files.`);
  }
  return paths.sort((a, b) => (a < b ? -1 : 1));
}

function inside(path: string, roots: readonly string[]): boolean {
  if (roots.length === 0) return true;
  return roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep));
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
