import { constants, createReadStream, type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { copyFile, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Blobs } from '../../blobs/index.ts';
import { fail } from '../../kernel/errors.ts';
import { digestOf, sha256 } from '../../kernel/hash.ts';
import { canonicalJson, parseJson } from '../../kernel/json.ts';
import { ArtifactRef, type Artifacts } from './artifact.ts';
import type { PipelinePorts } from './ports.ts';

const valueLimitBytes = 64 * 1024;

/** A value as an artifact. */
export function valueArtifact(value: unknown): ArtifactRef {
  const digest = digestOf(value ?? null);
  return { kind: 'value', id: digest, digest, value: value ?? null };
}

interface Stores {
  blobs: Blobs;
  ports: PipelinePorts;
}

/** Lays a step's inputs into a folder, each under its name: values as JSON, files as copies, versions as folders of links. */
export async function layInputs(stores: Stores, inputs: Artifacts, folder: string): Promise<void> {
  for (const [name, artifact] of Object.entries(inputs)) await layInput(stores, artifact, join(folder, name));
}

async function layInput({ blobs, ports }: Stores, artifact: ArtifactRef, place: string): Promise<void> {
  if (artifact.kind === 'value') return writeFile(place, JSON.stringify(artifact.value));
  if (artifact.kind === 'file') {
    const files = artifact.folder ? await readManifest(blobs, artifact.digest ?? artifact.id) : undefined;
    if (!files) return copyOut(blobs, artifact.digest ?? artifact.id, place);
    await mkdir(place, { recursive: true });
    for (const [path, digest] of Object.entries(files)) {
      await mkdir(dirname(join(place, path)), { recursive: true });
      await copyOut(blobs, digest, join(place, path));
    }
    return;
  }
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'artifact.json'), JSON.stringify(artifact));
  for (const file of (await ports.filesOf?.(artifact)) ?? [])
    await symlink(file.path, join(place, basename(file.name)));
}

// A copy (shared blocks where the file system can): a step that writes into its input must not change the store.
async function copyOut(blobs: Blobs, digest: string, place: string): Promise<void> {
  await copyFile(await blobs.localPath(digest), place, constants.COPYFILE_FICLONE);
}

async function readManifest(blobs: Blobs, digest: string): Promise<Record<string, string>> {
  return JSON.parse((await blobs.read(digest, { verify: true })).toString('utf8')) as Record<string, string>;
}

/** Takes in what a step wrote into its outputs folder; fails with `invalid_data` on what it must not write, or did not. */
export async function takeOutputs(
  blobs: Blobs,
  folder: string,
  declared: Record<string, 'value' | 'file'>,
): Promise<Artifacts> {
  const outputs: Artifacts = {};
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    outputs[entry.name] = await takeOutput(blobs, { folder, entry, as: declared[entry.name] });
  }
  for (const name of Object.keys(declared)) {
    if (!outputs[name])
      fail('invalid_data', `The step did not write its output '${name}' to $TIDEMILL_OUTPUTS/${name}.`);
  }
  return outputs;
}

async function takeOutput(
  blobs: Blobs,
  { folder, entry, as }: { folder: string; entry: Dirent; as: 'value' | 'file' | undefined },
): Promise<ArtifactRef> {
  const place = join(folder, entry.name);
  if (entry.isDirectory()) return takeFolder(blobs, place);
  if (!entry.isFile()) fail('invalid_data', `The output '${entry.name}' is neither a file nor a folder.`);
  const { size } = statSync(place);
  if (as !== 'file' && size <= valueLimitBytes) {
    const value = asJson(readFileSync(place, 'utf8'));
    if (value !== undefined) return toArtifact(value);
  }
  if (as === 'value') {
    fail('invalid_data', `The output '${entry.name}' is not JSON of at most ${valueLimitBytes} bytes.`);
  }
  const { digest, bytes } = await blobs.put(createReadStream(place));
  return { kind: 'file', id: digest, digest, name: entry.name, bytes };
}

/** A reference to a version that a step found or made stays one; anything else is a value. */
function toArtifact(value: unknown): ArtifactRef {
  const reference = ArtifactRef.safeParse(value);
  return reference.success && reference.data.kind !== 'value' ? reference.data : valueArtifact(value);
}

function asJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

async function takeFolder(blobs: Blobs, folder: string): Promise<ArtifactRef> {
  const files: Record<string, string> = {};
  let bytes = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isDirectory()) continue;
    const place = join(entry.parentPath, entry.name);
    if (!entry.isFile())
      fail('invalid_data', `The output holds '${place.slice(folder.length + 1)}', which is no plain file.`);
    const stored = await blobs.put(createReadStream(place));
    files[place.slice(folder.length + 1).replaceAll('\\', '/')] = stored.digest;
    bytes += stored.bytes;
  }
  const manifest = canonicalJson(files);
  await blobs.put(manifest);
  const digest = sha256(manifest);
  return { kind: 'file', id: digest, digest, name: basename(folder), folder: true, bytes };
}

/** Whether everything artifacts refer to still exists. */
export async function allExist({ blobs, ports }: Stores, artifacts: Artifacts): Promise<boolean> {
  for (const artifact of Object.values(artifacts)) {
    if (artifact.kind === 'value') continue;
    if (artifact.kind !== 'file') {
      if (ports.exists && !(await ports.exists(artifact))) return false;
      continue;
    }
    const digest = artifact.digest ?? artifact.id;
    if (!(await blobs.has(digest))) return false;
    if (!artifact.folder) continue;
    for (const file of Object.values(await readManifest(blobs, digest))) if (!(await blobs.has(file))) return false;
  }
  return true;
}
