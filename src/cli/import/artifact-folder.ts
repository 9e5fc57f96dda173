import { createReadStream } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { proxyPathOf } from './rest-files.ts';
import { type FileOwner, type SourceFile, type Unread, Unreadable } from './source.ts';

/** The files of an owner below the folder where the source keeps them; nothing outside of it is read, by no path or link. */
export async function* folderFiles(
  root: string,
  owner: FileOwner,
  skipped: (one: Unread) => void,
): AsyncGenerator<SourceFile> {
  const top = await realpath(root);
  const folder = await findFolder(top, owner.uri);
  if (folder !== undefined) yield* walk({ top, folder, skipped }, '');
}

/** The folder of a location: below the root by its path, or, where the tree was moved or copied here, by its last parts. */
async function findFolder(top: string, uri: string): Promise<string | undefined> {
  const path = pathOf(uri);
  const ends = /(?:^|\/)([^/]+\/(?:[0-9a-f]{32}|models\/m-[0-9a-f]{32})\/artifacts(?:\/.*)?)$/.exec(path);
  const proxied = proxyPathOf(uri);
  const candidates = [
    ...(proxied === undefined ? [] : [join(top, proxied)]),
    ...(isAbsolute(path) && proxied === undefined ? [path] : []),
    ...(ends ? [join(top, ends[1]!)] : []),
  ];
  for (const candidate of candidates) {
    const real = await realpath(candidate).catch(() => undefined);
    if (real !== undefined && isBelow(top, real)) return real;
  }
  const isFar = /^[a-z][a-z0-9+.-]*:\/\//i.test(uri) && !/^file:/i.test(uri) && proxied === undefined;
  const isOutside = isAbsolute(path) && proxied === undefined && (await realpath(path).catch(() => undefined));
  if (isFar || isOutside) throw new Unreadable(`The files lie at ${uri}, which is not below --artifacts.`);
  return undefined;
}

function pathOf(uri: string): string {
  if (!/^file:/i.test(uri)) return uri.replace(/[?#].*$/, '').replace(/\/+$/, '');
  try {
    return fileURLToPath(uri.replace(/^file:\/*/i, 'file:///')).replace(/\/+$/, '');
  } catch {
    throw new Unreadable(`The location ${uri} is no path of this machine.`);
  }
}

function isBelow(top: string, path: string): boolean {
  const inner = relative(top, path);
  return inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner);
}

interface Walk {
  top: string;
  folder: string;
  skipped: (one: Unread) => void;
}

async function* walk(at: Walk, inner: string): AsyncGenerator<SourceFile> {
  const entries = await readdir(join(at.folder, inner), { withFileTypes: true }).catch(ignoreFile);
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = inner === '' ? entry.name : `${inner}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(at, path);
    else {
      const file = await fileAt(at, path, entry.isSymbolicLink());
      if (file) yield file;
    }
  }
}

/** A location that is one file holds no others. */
function ignoreFile(error: NodeJS.ErrnoException): never[] {
  if (error.code === 'ENOTDIR' || error.code === 'ENOENT') return [];
  throw error;
}

async function fileAt({ top, folder, skipped }: Walk, path: string, isLink: boolean): Promise<SourceFile | undefined> {
  const real = await realpath(join(folder, path)).catch(() => undefined);
  const found = real === undefined ? undefined : await stat(real);
  if (real === undefined || !isBelow(top, real)) {
    skipped({ what: path, reason: 'It is a link that leads out of --artifacts, or nowhere.' });
  } else if (!found!.isFile()) {
    skipped({ what: path, reason: isLink ? 'It is a link to a folder.' : 'It is no regular file.' });
  } else return { path, bytes: found!.size, open: async () => createReadStream(real) };
  return undefined;
}
