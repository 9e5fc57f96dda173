import type { StoredContent } from '../../blobs/index.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import type { ArtifactFile, Artifacts } from './artifact-face.ts';
import { checkedPath } from './artifact-path.ts';
import type { TrackingDeps } from './deps.ts';
import { createTrackingStore } from './store.ts';

const filesAPage = 500;

/** Makes the artifacts of every owner: bytes in the blobs by content, paths in the database. */
export function createArtifacts(deps: TrackingDeps): Artifacts {
  const { database, blobs } = deps;
  const store = createTrackingStore(database.query).artifacts;
  const walk = (owner: string, under: string) => walkFiles(deps, owner, under === '' ? '' : checkedPath(under));
  return {
    async put(owner, path, content) {
      // Before the bytes are read, so that a wrong path costs nothing.
      const place = checkedPath(path);
      return name(deps, { owner, path: place, content: await blobs.put(content) });
    },
    link: async (owner, path, content) => name(deps, { owner, path: checkedPath(path), content }),
    async open(owner, path, range) {
      const found = await store.find(owner, checkedPath(path));
      if (found?.digest == null) return notFound('artifact', path);
      return { ...(found as ArtifactFile), stream: await blobs.open(found.digest, range) };
    },
    content: ({ digest }, range) => blobs.open(digest, range),
    stat: async (owner, path) => store.find(owner, checkedPath(path)),
    async list(owner, folder, { limit, pageToken }) {
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await store.list(owner, folder === '' ? '' : checkedPath(folder), { after, limit: limit + 1 });
      return toPage(rows, limit, (row) => [row.path]);
    },
    async files(owner, under) {
      const files: ArtifactFile[] = [];
      for await (const file of walk(owner, under)) files.push(file);
      return files;
    },
    walk,
    async delete(owner, path) {
      const place = path === '' ? '' : checkedPath(path);
      return database.transaction(async (tx) => {
        await database.lock(tx, `artifacts:${owner}`);
        return createTrackingStore(tx).artifacts.delete(owner, place);
      });
    },
  };
}

async function* walkFiles({ database }: TrackingDeps, owner: string, under: string): AsyncGenerator<ArtifactFile> {
  const store = createTrackingStore(database.query).artifacts;
  for (let after: string | undefined; ; ) {
    const files = await store.files(owner, under, { after, limit: filesAPage });
    yield* files;
    if (files.length < filesAPage) return;
    after = files.at(-1)!.path;
  }
}

async function name(
  { database, clock }: TrackingDeps,
  { owner, path, content }: { owner: string; path: string; content: StoredContent },
): Promise<ArtifactFile> {
  const { digest, bytes } = content;
  const file: ArtifactFile = { path, kind: 'file', bytes, digest, createdAt: clock.now() };
  await database.transaction(async (tx) => {
    // A folder that another deletes at this moment would take the file out of every list.
    await database.lock(tx, `artifacts:${owner}`);
    const inTheWay = await createTrackingStore(tx).artifacts.put(owner, file);
    if (inTheWay === undefined) return;
    const is = inTheWay === path ? 'a folder' : 'a file';
    fail('conflict', `'${path}' cannot be written: '${inTheWay}' is ${is}.`, { field: 'path', value: path });
  });
  return file;
}
