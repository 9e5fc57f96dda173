import { randomBytes } from 'node:crypto';
import { fail, notFound } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import type { Artifacts, ArtifactUploads, UploadPart } from './artifact-face.ts';
import { checkedPath } from './artifact-path.ts';
import { activeRunOf, type TrackingDeps } from './deps.ts';
import { createTrackingStore } from './store.ts';
import { createUploadStore, type StoredPart, type StoredUpload } from './upload-store.ts';

const mostParts = 10_000;
const staleMs = 24 * 3_600_000;
const removedAtOnce = 100;

interface UploadDeps extends TrackingDeps {
  artifacts: Artifacts;
}

/** Makes uploads in parts; parts lie in a folder of the upload until the file is made of them. */
export function createUploads(deps: TrackingDeps, artifacts: Artifacts): ArtifactUploads {
  const { database, clock } = deps;
  const completing = new Map<string, Promise<void>>();
  deps.background?.add({ name: 'artifact-uploads', everyMs: 600_000, run: () => removeStale(deps) });
  return {
    async begin(owner, path) {
      const place = checkedPath(path);
      await checkOwner(deps, owner);
      // Not to be guessed: who knows it may add parts.
      const id = randomBytes(24).toString('base64url');
      await createUploadStore(database.query).add({ id, owner, path: place, digest: null }, clock.now());
      return id;
    },
    async target(id) {
      const { owner, path } = await uploadOf(createUploadStore(database.query), id);
      return { owner, path };
    },
    addPart: (id, number, content) => addPart(deps, { id, number, content }),
    complete(id, parts) {
      // A client that waited too long asks again while the first answer is still being made.
      const work = completing.get(id) ?? complete({ ...deps, artifacts }, id, parts);
      completing.set(id, work);
      return work.finally(() => completing.delete(id));
    },
    async abort(id) {
      const upload = await createUploadStore(database.query).find(id);
      if (upload?.digest === null) await remove(deps, id);
    },
  };
}

/** A run that is there takes files only while it is active; of other owners tracking knows nothing. */
async function checkOwner({ database }: TrackingDeps, owner: string): Promise<void> {
  const run = await createTrackingStore(database.query).runs.find(owner);
  if (run) await activeRunOf(database.query, owner);
}

async function addPart(
  { database, blobs, clock }: TrackingDeps,
  { id, number, content }: { id: string; number: number; content: Parameters<Artifacts['put']>[2] },
): Promise<{ digest: string; bytes: number }> {
  if (!Number.isInteger(number) || number < 1 || number > mostParts) {
    fail('invalid_input', `Parts are numbered from 1 to ${mostParts}.`, { field: 'number', value: number });
  }
  const upload = await uploadOf(createUploadStore(database.query), id);
  if (upload.digest !== null) return fail('conflict', 'The upload is complete and takes no more parts.');
  // A file of its own, so that two who send the same part at once cannot mix theirs up.
  const file = `${folderOf(id)}/${newId()}`;
  const { digest, bytes } = await blobs.putPath(file, content);
  const isTaken = await database.transaction((tx) =>
    createUploadStore(tx).putPart(id, { number, file, bytes, digest }, clock.now()),
  );
  if (isTaken) return { digest, bytes };
  await blobs.deletePath(file);
  return notFound('upload', id);
}

async function complete(deps: UploadDeps, id: string, named: readonly UploadPart[]): Promise<void> {
  const { database, blobs, artifacts } = deps;
  const store = createUploadStore(database.query);
  const upload = await uploadOf(store, id);
  if (upload.digest !== null) return;
  const parts = matched(await store.parts(id), named);
  const content = await blobs.put(bytesOf(deps, parts));
  await database.transaction(async (tx) => {
    await checkOwner(deps, upload.owner);
    await artifacts.link(upload.owner, upload.path, content);
    await createUploadStore(tx).complete(id, content.digest);
  });
  await blobs.deletePath(folderOf(id));
}

/** The stored parts that a client means, by number; it must know each by its digest. */
function matched(stored: readonly StoredPart[], named: readonly UploadPart[]): StoredPart[] {
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const numbers = new Set(named.map(({ number }) => number));
  if (named.length === 0 || numbers.size < named.length) {
    return fail('invalid_input', 'Each part must be named, and once.', { field: 'parts' });
  }
  const found = named.map(({ number, digest }) => {
    const part = byNumber.get(number);
    if (part?.digest === digest) return part;
    const why = part ? 'is not the one that was uploaded' : 'was not uploaded';
    return fail('invalid_input', `Part ${number} ${why}.`, { field: 'parts', value: number });
  });
  return found.sort((a, b) => a.number - b.number);
}

async function* bytesOf({ blobs }: TrackingDeps, parts: readonly StoredPart[]): AsyncGenerator<Uint8Array> {
  for (const { file } of parts) yield* await blobs.openPath(file);
}

async function removeStale(deps: TrackingDeps): Promise<boolean> {
  const { database, clock } = deps;
  const stale = await createUploadStore(database.query).untouchedSince(clock.now() - staleMs, removedAtOnce);
  for (const id of stale) await remove(deps, id);
  return stale.length === removedAtOnce;
}

/** Files first: a crash between leaves an upload that cannot be completed and is removed again. */
async function remove({ database, blobs }: TrackingDeps, id: string): Promise<void> {
  await blobs.deletePath(folderOf(id));
  await createUploadStore(database.query).delete(id);
}

async function uploadOf(store: ReturnType<typeof createUploadStore>, id: string): Promise<StoredUpload> {
  return (await store.find(id)) ?? notFound('upload', id);
}

function folderOf(id: string): string {
  return `uploads/${id}`;
}
