import { Readable } from 'node:stream';
import type { ModelVersion, VersionFile } from '../../domains/registry/index.ts';
import type { Artifact, ArtifactFile, Artifacts } from '../../domains/tracking/index.ts';
import type { Actor } from '../../kernel/actor.ts';
import { notFound } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/hash.ts';
import { refuse } from './errors.ts';
import { type RegistryServices, takeContent } from './version-contents.ts';

/** A file that is written here: what a client must read of a model that did not come from one. */
interface WrittenFile extends VersionFile {
  text: string;
}

const describing = 'MLmodel';

/**
 * The files of model versions as artifacts of the version's id, to be read and never changed. An ONNX model that came without
 * the description that clients look for is given one.
 */
export function versionArtifacts(services: RegistryServices, actor: Actor): Artifacts {
  const written = new Map<string, string>();
  const artifactsOf = async (id: string) => {
    const version = await services.registry.versions.byId(id);
    if (version.deletedAt !== null) return [];
    const files = await filesOfVersion(services, actor, version);
    for (const file of files) if ('text' in file) written.set(file.digest, file.text);
    return files.map((file) => toArtifact(file, version));
  };
  const content: Artifacts['content'] = async (file, range) => {
    const text = written.get(file.digest);
    if (text === undefined) return services.tracking.artifacts.content(file, range);
    return Readable.from([Buffer.from(text).subarray(range?.start ?? 0, range?.end)]);
  };
  return {
    ...{ put: refuseChange, link: refuseChange, delete: refuseChange, content },
    files: async (id, under) => (await artifactsOf(id)).filter(({ path }) => isBelow(path, under)),
    async *walk(id, under) {
      yield* (await artifactsOf(id)).filter(({ path }) => isBelow(path, under));
    },
    stat: async (id, path) => childrenOf(await artifactsOf(id), parentOf(path)).find((one) => one.path === path),
    list: async (id, folder) => ({ items: childrenOf(await artifactsOf(id), folder) }),
    open: async (id, path, range) => {
      const file = (await artifactsOf(id)).find((one) => one.path === path) ?? notFound('file', path);
      return { ...file, stream: await content(file, range) };
    },
  };
}

/** The files of a version as clients see them. */
export async function filesOfVersion(
  services: RegistryServices,
  actor: Actor,
  version: ModelVersion,
): Promise<(VersionFile | WrittenFile)[]> {
  const { files } = await takeContent(services, actor, version);
  const model = files.find(({ path }) => !path.includes('/') && path.endsWith('.onnx'));
  const isKnown = files.some(({ path }) => path === describing);
  return model && !isKnown && version.servableDigest ? [...files, describe(version, model)] : files;
}

/** The least that the Python client needs to load an ONNX model as its own or as a function. */
function describe(version: ModelVersion, { path, bytes }: VersionFile): WrittenFile {
  const data = JSON.stringify(path);
  const text = `flavors:
  onnx:
    data: ${data}
    providers: [CPUExecutionProvider]
    save_as_external_data: false
  python_function:
    data: ${data}
    loader_module: mlflow.onnx
model_size_bytes: ${bytes}
utc_time_created: '${new Date(version.createdAt).toISOString().replace('T', ' ').replace('Z', '')}'
`;
  return { path: describing, bytes: Buffer.byteLength(text), digest: sha256(text), text };
}

function refuseChange(): never {
  return refuse('INVALID_PARAMETER_VALUE', 'The files of a model version never change; register another version.');
}

function toArtifact({ path, bytes, digest }: VersionFile, { createdAt }: ModelVersion): ArtifactFile {
  return { path, kind: 'file', bytes, digest, createdAt };
}

function isBelow(path: string, under: string): boolean {
  return under === '' || path === under || path.startsWith(`${under}/`);
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/** The files and folders right below a folder, by path. */
function childrenOf(files: ArtifactFile[], folder: string): Artifact[] {
  const start = folder === '' ? 0 : folder.length + 1;
  const children = new Map<string, Artifact>();
  for (const file of files) {
    if (folder !== '' && !file.path.startsWith(`${folder}/`)) continue;
    const end = file.path.indexOf('/', start);
    if (end < 0) children.set(file.path, file);
    else children.set(file.path.slice(0, end), folderAt(file.path.slice(0, end), file.createdAt));
  }
  return [...children.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function folderAt(path: string, createdAt: number): Artifact {
  return { path, kind: 'folder', bytes: 0, digest: null, createdAt };
}
