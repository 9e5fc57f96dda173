import type { Actor } from '../../kernel/actor.ts';
import { fail, TidemillError } from '../../kernel/errors.ts';
import { newId } from '../../kernel/ids.ts';
import { parseAs } from '../../kernel/parse.ts';
import { lockModel, type RegistryDeps, refuseDeleted, subjectOfVersion, versionOf } from './deps.ts';
import { newFolderVersionSchema, type VersionFile, versionFilesSchema } from './folder-schema.ts';
import { contentColumns, ensureModel, insertVersion, type VersionContent } from './insert-version.ts';
import { mlmodel, signatureOf } from './mlmodel.ts';
import { recordScan } from './record-evidence.ts';
import { storeServable } from './register.ts';
import type { VersionAt } from './registry.ts';
import { scanFiles } from './scan/scan-version.ts';
import type { ModelSignature, ModelVersion } from './schema.ts';
import { createRegistryStore } from './store.ts';

const blank: ModelSignature = { inputs: [], outputs: [] };
const checksAtOnce = 16;

/** Registers a folder as the model's next version; without files its content is awaited, elsewhere or none. */
export async function registerFolder(deps: RegistryDeps, actor: Actor, given: unknown): Promise<ModelVersion> {
  const asked = parseAs(newFolderVersionSchema, given);
  const { files, content: why = 'none', signature } = asked;
  const id = newId(deps.clock.now());
  const kept = await fixContent(deps, { id, files, signature });
  const scan = files.length > 0 ? await scanFiles(deps.blobs, files) : undefined;
  const content: VersionContent = { ...kept, content: files.length > 0 ? 'fixed' : why };
  return deps.database.transaction(async (tx) => {
    const model = asked.createModel
      ? await ensureModel(deps, actor, { tx, name: asked.model })
      : await lockModel(deps.database, tx, asked.model);
    const version = await insertVersion(deps, actor, { tx, model, id, words: asked, content });
    if (scan) await recordScan(deps, { tx, version, scan });
    return version;
  });
}

/** Gives an awaited version its files; from then on its content is fixed. */
export async function fillVersion(
  deps: RegistryDeps,
  actor: Actor,
  { at, files: given }: { at: VersionAt; files: unknown },
): Promise<ModelVersion> {
  const files = parseAs(versionFilesSchema, given);
  const before = refuseDeleted(await versionOf(deps.database.query, at.model, at.version));
  if (before.content !== 'awaited' || files.length === 0) return before;
  const signature = before.signature.inputs.length > 0 ? before.signature : undefined;
  const content = await fixContent(deps, { id: before.id, files, signature });
  const scan = await scanFiles(deps.blobs, files);
  return deps.database.transaction(async (tx) => {
    await lockModel(deps.database, tx, at.model);
    const version = refuseDeleted(await versionOf(tx, at.model, at.version));
    if (version.content !== 'awaited') return version;
    const store = createRegistryStore(tx).versions;
    await store.update(version.id, { ...contentColumns(content), updated_at: deps.clock.now() });
    await store.addFiles(version.id, files);
    const data = { model: version.model, version: version.number, digest: content.digest, bytes: content.bytes };
    const subject = subjectOfVersion(version);
    await deps.ledger.append(tx, { type: 'model-version.filled', actor, subject, data });
    await recordScan(deps, { tx, version, scan });
    return versionOf(tx, at.model, at.version);
  });
}

interface Folder {
  id: string;
  files: VersionFile[];
  signature: ModelSignature | undefined;
}

/** Two manifests are kept: of the files alone, which equal folders share, and of them in this version, which is its own. */
async function fixContent(deps: RegistryDeps, { id, files, signature }: Folder): Promise<VersionContent> {
  await checkStored(deps, files);
  const sorted = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const listed = sorted.map(({ path, digest, bytes }) => ({ path, digest, bytes }));
  const ofFiles = await deps.blobs.put(JSON.stringify({ files: listed }));
  const own = await deps.blobs.put(JSON.stringify({ version: id, files: ofFiles.digest }));
  const servable = await findServable(deps, files);
  return {
    digest: own.digest,
    registeredDigest: ofFiles.digest,
    servableDigest: servable?.digest ?? null,
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
    signature: servable?.signature ?? signature ?? (await described(deps, files)),
    content: 'fixed',
    files: sorted,
  };
}

/** What the folder's own description says that the model takes and gives. */
async function described({ blobs }: RegistryDeps, files: VersionFile[]): Promise<ModelSignature> {
  const file = files.find(({ path, bytes }) => path === mlmodel.path && bytes <= mlmodel.mostBytes);
  return file ? signatureOf((await blobs.read(file.digest)).toString('utf8')) : blank;
}

async function checkStored({ blobs }: RegistryDeps, files: VersionFile[]): Promise<void> {
  for (let at = 0; at < files.length; at += checksAtOnce) {
    await Promise.all(
      files.slice(at, at + checksAtOnce).map(async ({ path, digest, bytes }) => {
        const stored = await blobs.stat(digest);
        if (stored?.bytes === bytes) return;
        const why = stored ? `has ${stored.bytes} bytes, not ${bytes}` : 'is not in the store';
        fail('invalid_input', `The content of '${path}' (${digest}) ${why}.`, { field: 'files', value: path });
      }),
    );
  }
}

/** The ONNX file of a folder, if it has just one at its top that may be served; a folder need not be servable. */
async function findServable(deps: RegistryDeps, files: VersionFile[]) {
  const found = files.filter(({ path }) => !path.includes('/') && path.toLowerCase().endsWith('.onnx'));
  if (found.length !== 1) return undefined;
  const { digest } = found[0]!;
  try {
    const given = await deps.blobs.read(digest, { verify: true });
    // By the paths of this folder alone: whatever else a model names is not there.
    const beside = async (name: string) => {
      const file = files.find(({ path }) => path === name);
      return file && (await deps.blobs.read(file.digest, { verify: true }));
    };
    const { stored, signature } = await storeServable(deps, { digest, given, beside });
    return { digest: stored.digest, signature };
  } catch (error) {
    if (error instanceof TidemillError && error.code === 'invalid_model') return undefined;
    throw error;
  }
}
