import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { decodePageToken, type Page, type PageRequest, toPage } from '../kernel/page.ts';
import type { PathEntry, PathListRequest, StoredContent } from './blobs.ts';

/** Lists content in digest order; `objects` holds a folder for each first byte. */
export async function listContent(objects: string, request: PageRequest): Promise<Page<StoredContent>> {
  const after = request.pageToken ? String(decodePageToken(request.pageToken, ['string'])[0]) : '';
  const found: StoredContent[] = [];
  for (const shard of (await readdir(objects)).sort()) {
    if (shard < after.slice(0, 2)) continue;
    for (const rest of (await readdir(join(objects, shard))).sort()) {
      const digest = shard + rest;
      if (digest <= after) continue;
      const file = await stat(join(objects, shard, rest)).catch(() => undefined);
      if (file) found.push({ digest, bytes: file.size });
      if (found.length > request.limit) return toPage(found, request.limit, (item) => [item.digest]);
    }
  }
  return toPage(found, request.limit, (item) => [item.digest]);
}

/** Lists a folder's children, or with `recursive` its files at any depth, in the order of their paths' UTF-8 bytes. */
export async function listFiles(root: string, folder: string, request: PathListRequest): Promise<Page<PathEntry>> {
  const after = request.pageToken ? String(decodePageToken(request.pageToken, ['string'])[0]) : '';
  const found: PathEntry[] = [];
  for await (const entry of walk({ root, after, recursive: request.recursive === true }, folder)) {
    found.push(entry);
    if (found.length > request.limit) break;
  }
  return toPage(found, request.limit, (entry) => [keyOf(entry)]);
}

interface Walk {
  root: string;
  after: string;
  recursive: boolean;
}

async function* walk(how: Walk, folder: string): AsyncGenerator<PathEntry> {
  for (const entry of await childrenOf(how.root, folder)) {
    const key = keyOf(entry);
    if (how.recursive && entry.kind === 'folder') {
      // Skips a folder whose every path is before the place where the last page ended.
      if (compareBytes(key, how.after) > 0 || how.after.startsWith(key)) yield* walk(how, entry.path);
      continue;
    }
    if (compareBytes(key, how.after) <= 0) continue;
    if (entry.kind === 'folder') yield entry;
    else {
      const file = await stat(join(how.root, entry.path)).catch(() => undefined);
      if (file) yield { ...entry, bytes: file.size };
    }
  }
}

async function childrenOf(root: string, folder: string): Promise<PathEntry[]> {
  let names: Dirent[];
  try {
    names = await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
  return names
    .filter((name) => name.isFile() || name.isDirectory())
    .map((name): PathEntry => {
      const path = folder === '' ? name.name : `${folder}/${name.name}`;
      return { path, kind: name.isDirectory() ? 'folder' : 'file', bytes: 0 };
    })
    .sort((a, b) => compareBytes(keyOf(a), keyOf(b)));
}

/** A folder sorts as its path with `/`, so that a depth-first walk gives paths in order, as an object store does. */
function keyOf(entry: PathEntry): string {
  return entry.kind === 'folder' ? `${entry.path}/` : entry.path;
}

function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
