import { type Content, checkPath } from '../../blobs/index.ts';
import { fail, notFound } from '../../kernel/errors.ts';
import { decodePageToken, toPage } from '../../kernel/page.ts';
import { activeRunOf, runOf, type TrackingDeps } from './deps.ts';
import type { Artifact } from './schema.ts';
import { createTrackingStore } from './store.ts';
import type { RunArtifacts } from './tracking.ts';

/** Makes the artifacts of runs: bytes in the blobs by content, paths in the database. */
export function createRunArtifacts(deps: TrackingDeps): RunArtifacts {
  const { database, blobs } = deps;
  const store = createTrackingStore(database.query).artifacts;
  return {
    put: (runId, path, content) => putArtifact(deps, runId, { path, content }),
    async open(runId, path) {
      await runOf(database.query, runId);
      const found = await store.find(runId, checked(path));
      if (found?.digest == null) return notFound('artifact', path);
      return { ...found, stream: await blobs.open(found.digest) };
    },
    async list(runId, folder, { limit, pageToken }) {
      await runOf(database.query, runId);
      const after = pageToken === undefined ? undefined : String(decodePageToken(pageToken, ['string'])[0]);
      const rows = await store.list(runId, folder === '' ? '' : checked(folder), { after, limit: limit + 1 });
      return toPage(rows, limit, (row) => [row.path]);
    },
    delete: (runId, path) =>
      database.transaction(async (tx) => {
        await activeRunOf(tx, runId);
        return createTrackingStore(tx).artifacts.delete(runId, checked(path));
      }),
  };
}

function checked(path: string): string {
  return checkPath(path.normalize('NFC')).join('/');
}

async function putArtifact(
  { database, blobs, clock }: TrackingDeps,
  runId: string,
  { path, content }: { path: string; content: Content },
): Promise<Artifact> {
  const place = checked(path);
  // Before the bytes are read, so that a wrong run costs nothing.
  await activeRunOf(database.query, runId);
  const { digest, bytes } = await blobs.put(content);
  const artifact: Artifact = { path: place, kind: 'file', bytes, digest, createdAt: clock.now() };
  await database.transaction(async (tx) => {
    await activeRunOf(tx, runId);
    const inTheWay = await createTrackingStore(tx).artifacts.put(runId, artifact);
    if (inTheWay === undefined) return;
    const is = inTheWay === place ? 'a folder' : 'a file';
    fail('conflict', `'${place}' cannot be written: '${inTheWay}' is ${is}.`, { field: 'path', value: place });
  });
  return artifact;
}
