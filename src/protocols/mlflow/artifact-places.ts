import type { Artifact, ArtifactFile, Artifacts } from '../../domains/tracking/index.ts';
import { fileReply } from '../../http/file-reply.ts';
import type { Reply, RequestContext } from '../../http/route.ts';
import type { Actor } from '../../kernel/actor.ts';
import { TidemillError } from '../../kernel/errors.ts';
import { mediaTypeOf } from '../../kernel/media-type.ts';
import { type Place, placeOf } from './artifact-locations.ts';
import { refuse } from './errors.ts';
import { versionArtifacts } from './version-artifacts.ts';
import type { RegistryServices } from './version-contents.ts';

/** A place, and the face through which its owner lets files be read and written. */
export interface OwnedPlace extends Place {
  artifacts: Artifacts;
}

const page = 1000;

/** Finds whose a path below the artifact route is; that of a run which does not exist is nobody's. */
export async function ownedPlace(services: RegistryServices, actor: Actor, proxyPath: string): Promise<OwnedPlace> {
  const place = placeOf(proxyPath);
  const { runs, artifacts } = services.tracking;
  if (isVersion(place)) return { ...place, artifacts: versionArtifacts(services, actor) };
  if (!/^[0-9a-f]{32}$/.test(place.owner)) return { ...place, artifacts };
  const isRun = await runs.info(place.owner).then(
    () => true,
    (error) => {
      if (error instanceof TidemillError && error.kind === 'not_found') return false;
      throw error;
    },
  );
  return isRun ? { ...place, artifacts: runs.artifacts } : { owner: '', path: proxyPath, artifacts };
}

function isVersion({ owner }: Place): boolean {
  return /^[0-9a-f]{8}-/.test(owner);
}

/** All entries of a folder; none where it is a file or not there. */
export async function entriesOf({ artifacts, owner, path }: OwnedPlace): Promise<Artifact[]> {
  const entries: Artifact[] = [];
  let pageToken: string | undefined;
  do {
    const found = await artifacts.list(owner, path, { limit: page, pageToken });
    entries.push(...found.items);
    pageToken = found.nextPageToken;
  } while (pageToken !== undefined);
  return entries;
}

/** The file of a place, or the error clients know for one that is not there or is a folder. */
export async function fileAt({ artifacts, owner, path }: OwnedPlace): Promise<ArtifactFile> {
  const found = path === '' ? undefined : await artifacts.stat(owner, path);
  return found?.kind === 'file' ? (found as ArtifactFile) : missing(path);
}

/** Refuses a path at which there is no file. */
export function missing(path: string): never {
  return refuse('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
}

/** Sends a file as an attachment, of the type that its name tells. */
export function sendFile(
  asked: Pick<RequestContext, 'method' | 'headers'>,
  { artifacts }: Pick<OwnedPlace, 'artifacts'>,
  file: Pick<ArtifactFile, 'path' | 'bytes' | 'digest'>,
): Promise<Reply> {
  const { path, bytes, digest } = file;
  const name = baseName(path);
  return fileReply(asked, {
    name,
    bytes,
    digest,
    type: mediaTypeOf(name),
    open: (part) => artifacts.content(file, part),
  });
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A list of entries on the wire, named as `nameOf` says; nothing for none, and no size for what has none. */
export function presentFiles(entries: Artifact[], nameOf: (path: string) => string) {
  if (entries.length === 0) return {};
  const files = entries.map(({ path, kind, bytes }) => ({
    path: nameOf(path),
    is_dir: kind === 'folder',
    ...(kind === 'file' && bytes > 0 ? { file_size: bytes } : {}),
  }));
  return { files };
}
